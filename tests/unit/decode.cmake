unit_test(test_decode_date)
