unit_test(test_place_distance)
unit_test(test_place_gazetteer)
unit_test(test_place_place)

add_test(NAME test_make_places
	COMMAND ${PYTHON3} -B ${CMAKE_CURRENT_SOURCE_DIR}/test_make_places.py)
set_tests_properties(test_make_places PROPERTIES LABELS unit TIMEOUT 120
	ENVIRONMENT "SOURCE=${PROJECT_SOURCE_DIR}")
