unit_test(test_push_key)
unit_test(test_push_live)
unit_test(test_push_sse)
unit_test(test_push_subscriber)
