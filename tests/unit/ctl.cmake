unit_test(test_ctl_filter)
unit_test(test_ctl_options)
unit_test(test_ctl_table)
unit_test(test_ctl_verbs)
