/* Each folder of tests/fixtures/decode: its input gives its expected.ndjson,
 * line by line.  A feed from the wild that we read wrongly becomes a folder. */
#include "base/arena.h"
#include "base/json.h"
#include "base/str.h"
#include "decode/decode.h"
#include "unit/decode_cases.h"

static void add_posts(const struct feed *feed, struct str *lines)
{
	for (size_t i = 0; i < feed->n_posts; i++) {
		CLEANUP(json_freep) json_t *json = NULL;

		assert_int_equal(post_to_json(&feed->posts[i], &json), 0);
		json_write(lines, json);
		str_add_char(lines, '\n');
	}
}

static void check_case(const char *folder, struct slice input, void *userdata)
{
	CLEANUP(arena_freep) struct arena *arena = NULL;
	CLEANUP(str_done) struct str path = STR_INIT(4096);
	CLEANUP(str_done) struct str got = STR_INIT(CASE_MAX_BYTES);
	CLEANUP(free_heapp) char *expected = NULL;
	const struct decode_options options = {0};
	struct feed feed;
	struct slice want_rest;
	struct slice got_rest;
	struct slice want;
	struct slice line;

	(void)userdata;
	assert_int_equal(arena_new(CASE_MAX_BYTES, &arena), 0);
	str_add_format(&path, "%s/fixtures/decode/%s/expected.ndjson", TESTS_DIR, folder);
	expect(file_read(str_text(&path), CASE_MAX_BYTES, &expected, NULL) == 0, "%s is missing",
		str_text(&path));

	const int r = decode_feed(input, &options, arena, &feed, NULL);

	expect(r == 0, "%s: error %d", folder, r);
	add_posts(&feed, &got);
	assert_int_equal(str_error(&got), 0);

	want_rest = slice_of(expected);
	got_rest = str_slice(&got);
	while (slice_split(&want_rest, '\n', &want)) {
		line = SLICE("");
		slice_split(&got_rest, '\n', &line);
		expect(slice_equals(line, want), "%s\n got %.*s\nwant %.*s", folder,
			SLICE_FMT(line), SLICE_FMT(want));
	}
	expect(got_rest.len == 0, "%s: unexpected %.*s", folder, SLICE_FMT(got_rest));
}

static void test_each_input_gives_its_posts(void **state)
{
	expect(for_each_case(check_case, NULL) >= 18, "cases are missing");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_each_input_gives_its_posts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
