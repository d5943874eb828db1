unit_test(test_push_live)
unit_test(test_push_sse)
