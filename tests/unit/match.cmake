unit_test(test_match_engine)
unit_test(test_match_manual)
unit_test(test_match_naive)
unit_test(test_match_query)
