#include "base/str.h"
#include "record/mention.h"
#include "unit/unit.h"

static void test_hits_are_written_flat(void **state)
{
	struct hit hits[] = {
		{.field = FIELD_TITLE, .start = 0, .end = 4, .text = "Acme", .term = "acme"},
		{.field = FIELD_TEXT, .start = 10, .end = 15, .text = "#fail", .term = "#fail"},
	};
	const struct match matches[] = {
		{.stream = "acme", .hits = hits, .n_hits = 2},
		{.stream = "only-filters"},
		{.hits = hits, .n_hits = 1},
	};
	CLEANUP(json_freep) json_t *json = NULL;
	CLEANUP(str_done) struct str got = STR_INIT(1000);

	assert_int_equal(matches_to_json(matches, ARRAY_SIZE(matches), &json), 0);
	json_write(&got, json);
	assert_string_equal(str_text(&got),
		"[{\"stream\":\"acme\",\"field\":\"title\",\"start\":0,\"end\":4,\"text\":\"Acme\"}"
		","
		"{\"stream\":\"acme\",\"field\":\"text\",\"start\":10,\"end\":15,\"text\":\"#"
		"fail\"},"
		"{\"field\":\"title\",\"start\":0,\"end\":4,\"text\":\"Acme\"}]");
}

static void test_no_match_is_an_empty_array(void **state)
{
	CLEANUP(json_freep) json_t *json = NULL;

	assert_int_equal(matches_to_json(NULL, 0, &json), 0);
	assert_true(json_is_array(json));
	assert_int_equal(json_array_size(json), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_hits_are_written_flat),
		cmocka_unit_test(test_no_match_is_an_empty_array),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
