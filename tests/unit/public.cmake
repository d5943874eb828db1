unit_test(test_public)
