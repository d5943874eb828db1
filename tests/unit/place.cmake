unit_test(test_place_place)
