/* Step by step, whatever the steps, a body gives what it gives in one go. */
#include "base/arena.h"
#include "base/json.h"
#include "base/str.h"
#include "decode/decoding.h"
#include "unit/decode_cases.h"

enum { MAX_ARENA = 64 << 20 };

static const struct decode_options no_options = {0};

static const struct decoding_limit limits[] = {{.max_posts = 1}, {.max_bytes = 1},
	{.max_bytes = 1000}, {.max_posts = 3, .max_bytes = 500}};

static void add_posts(const struct post *posts, size_t n, struct str *lines)
{
	for (size_t i = 0; i < n; i++) {
		CLEANUP(json_freep) json_t *json = NULL;

		assert_int_equal(post_to_json(&posts[i], &json), 0);
		json_write(lines, json);
		str_add_char(lines, '\n');
	}
}

/* Appends the posts of all steps, each made in an arena that goes with it; returns the
 * last answer. */
static int read_steps(
	struct decoding *decoding, const struct decoding_limit *limit, struct str *lines)
{
	int r = 1;

	while (r == 1) {
		CLEANUP(arena_freep) struct arena *arena = NULL;
		struct post *posts;
		size_t n = 0;

		assert_int_equal(arena_new(MAX_ARENA, &arena), 0);
		r = decoding_step(decoding, limit, arena, &posts, &n);
		expect(limit->max_posts == 0 || n <= limit->max_posts, "%zu posts in a step", n);
		if (r >= 0)
			add_posts(posts, n, lines);
	}
	return r;
}

static void check_case(const char *folder, struct slice input, void *userdata)
{
	CLEANUP(arena_freep) struct arena *arena = NULL;
	CLEANUP(str_done) struct str want = STR_INIT(CASE_MAX_BYTES);
	struct feed feed;

	(void)userdata;
	assert_int_equal(arena_new(MAX_ARENA, &arena), 0);
	assert_int_equal(decode_feed(input, &no_options, arena, &feed, NULL), 0);
	add_posts(feed.posts, feed.n_posts, &want);

	for (size_t i = 0; i < ARRAY_SIZE(limits); i++) {
		CLEANUP(decoding_freep) struct decoding *decoding = NULL;
		CLEANUP(str_done) struct str first = STR_INIT(CASE_MAX_BYTES);
		CLEANUP(str_done) struct str again = STR_INIT(CASE_MAX_BYTES);

		assert_int_equal(decoding_new(input, &no_options, NULL, &decoding), 0);
		assert_int_equal(read_steps(decoding, &limits[i], &first), 0);
		assert_int_equal(decoding_rewind(decoding), 0);
		assert_int_equal(read_steps(decoding, &limits[i], &again), 0);
		expect(slice_equals(str_slice(&again), str_slice(&want)),
			"%s in steps %zu\n got %s\nwant %s", folder, i, str_text(&again),
			str_text(&want));

		const struct feed *whole = decoding_feed(decoding);

		expect(whole->n_posts == feed.n_posts && whole->n_dropped == feed.n_dropped &&
				whole->is_cut == feed.is_cut && same_text(whole->lang, feed.lang) &&
				same_text(whole->title, feed.title) &&
				same_text(whole->url, feed.url),
			"%s in steps %zu: another feed", folder, i);
	}
}

static void test_any_steps_give_the_same_posts(void **state)
{
	expect(for_each_case(check_case, NULL) >= 18, "cases are missing");
}

static void test_what_stands_behind_the_items_comes_with_the_second_reading(void **state)
{
	static const char body[] =
		"<rss><channel><item><title>one</title></item><item><title>two</title></item>"
		"<language>km</language><managingEditor>Maly</managingEditor></channel></rss>";
	CLEANUP(decoding_freep) struct decoding *decoding = NULL;
	CLEANUP(arena_freep) struct arena *arena = NULL;
	struct post *posts;
	size_t n;

	assert_int_equal(arena_new(MAX_ARENA, &arena), 0);
	assert_int_equal(decoding_new(slice_of(body), &no_options, NULL, &decoding), 0);
	assert_int_equal(decoding_step(decoding, &limits[0], arena, &posts, &n), 1);
	assert_int_equal(n, 1);
	assert_null(posts[0].lang);
	while (decoding_step(decoding, &limits[0], arena, &posts, &n) == 1)
		continue;

	assert_int_equal(decoding_rewind(decoding), 0);
	assert_int_equal(decoding_step(decoding, &limits[0], arena, &posts, &n), 1);
	assert_string_equal(posts[0].title, "one");
	assert_string_equal(posts[0].lang, "km");
	assert_string_equal(posts[0].author, "Maly");
	assert_string_equal(decoding_feed(decoding)->lang, "km");
}

/* The end of a body without posts is reached, and stays reached. */
static void test_the_end_is_the_end(void **state)
{
	static const char *const bodies[] = {"<rss/>", "{\"version\":\"x\",\"items\":[]}"};

	for (size_t i = 0; i < ARRAY_SIZE(bodies); i++) {
		CLEANUP(decoding_freep) struct decoding *decoding = NULL;
		CLEANUP(arena_freep) struct arena *arena = NULL;
		struct post *posts;
		size_t n;

		assert_int_equal(arena_new(MAX_ARENA, &arena), 0);
		assert_int_equal(
			decoding_new(slice_of(bodies[i]), &no_options, NULL, &decoding), 0);
		while (decoding_step(decoding, &limits[1], arena, &posts, &n) == 1)
			assert_int_equal(n, 0);
		assert_int_equal(decoding_step(decoding, &limits[1], arena, &posts, &n), 0);
		assert_int_equal(n, 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_any_steps_give_the_same_posts),
		cmocka_unit_test(test_what_stands_behind_the_items_comes_with_the_second_reading),
		cmocka_unit_test(test_the_end_is_the_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
