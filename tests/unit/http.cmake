unit_test(test_http_get)
unit_test(test_http_mail)
