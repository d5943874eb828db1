unit_test(test_http_get)
