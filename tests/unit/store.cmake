add_library(store_fixture STATIC store_fixture.c)
target_link_libraries(store_fixture PUBLIC libmentiond PkgConfig::CMOCKA)
target_include_directories(store_fixture PUBLIC ${PROJECT_SOURCE_DIR}/tests)

unit_test(test_store_post store_fixture)
