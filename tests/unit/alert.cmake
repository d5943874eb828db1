unit_test(test_alert_mailing)
unit_test(test_alert_rule)
