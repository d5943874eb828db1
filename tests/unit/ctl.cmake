unit_test(test_ctl_filter)
unit_test(test_ctl_opml)
unit_test(test_ctl_options)
unit_test(test_ctl_table)
unit_test(test_ctl_typical_words)
unit_test(test_ctl_verbs)

# Runs the program on the database that store.cmake's fixture makes.
unit_test(test_ctl_database store_fixture)
add_dependencies(test_ctl_database mentionctl)
