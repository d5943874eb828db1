unit_test(test_source_poll)
