unit_test(test_fetch_answer)
unit_test(test_fetch_due)
unit_test(test_fetch_fetcher)
unit_test(test_fetch_policy)
