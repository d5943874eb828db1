#include <stdlib.h>

#include "unit/store_fixture.h"

/* A post of features FIRST, FIRST + 1, ... in a story (0: a new one), which it
 * returns. */
static int64_t tell(const struct fixture *fixture, const struct said *said, uint32_t first,
	int64_t story, int64_t *ret_post)
{
	const uint32_t list[] = {first, first + 1, first + 2};
	const struct features features = {list, ARRAY_SIZE(list)};

	*ret_post = add_post(fixture->store, said).id;
	assert_int_equal(0, store_set_story(fixture->store, *ret_post, story, &features, &story));
	return story;
}

static void test_the_original_is_what_was_published_first(void **state)
{
	const struct fixture *fixture = *state;
	static const struct said said[] = {
		{.id = "copy",
			.text = "copy",
			.published = "2026-11-20 08:00:00",
			.fetched = "2026-11-20 09:00:00"},
		{.id = "undated", .text = "undated", .fetched = "2026-11-20 09:30:00"},
		{.id = "original",
			.text = "original",
			.published = "2026-11-20 07:00:00",
			.fetched = "2026-11-20 10:00:00"},
	};
	int64_t story = 0;
	int64_t post;

	for (size_t i = 0; i < ARRAY_SIZE(said); i++) {
		story = tell(fixture, &said[i], 1, story, &post);
		add_mention(fixture->store, post, &(struct felt){0});
	}
	CLEANUP(free_heapp)
	char *got = shell(fixture->path,
		"SELECT headline, copies, published_utc, first_fetched_utc FROM v_story;"
		" SELECT text, is_copy FROM v_mention ORDER BY mention_id;"
		" SELECT began_utc FROM story");
	assert_string_equal("original|3|2026-11-20 07:00:00|2026-11-20 09:00:00\n"
			    "copy|1\nundated|1\noriginal|0\n2026-11-20 09:00:00\n",
		got);
}

static size_t count_kin(const struct fixture *fixture, int64_t post, uint32_t first,
	int64_t window_us, struct kin **ret)
{
	const uint32_t list[] = {first, first + 1, first + 2};
	const struct kin_search search = {
		.post_id = post, .window_us = window_us, .features = {list, ARRAY_SIZE(list)}};
	size_t n;

	assert_int_equal(0, store_find_kin(fixture->store, &search, fixture->arena, ret, &n));
	return n;
}

static void test_kin_are_found_on_both_sides_within_the_window(void **state)
{
	const struct fixture *fixture = *state;
	static const struct said said[] = {
		{.id = "1", .text = "1", .fetched = "2026-11-17 09:00:00"},
		{.id = "2", .text = "2", .fetched = "2026-11-20 09:00:00"},
		{.id = "3", .text = "3", .fetched = "2026-11-21 09:00:00"},
		{.id = "4", .text = "4", .fetched = "2026-11-22 09:00:00"},
		{.id = "5", .text = "5", .fetched = "2026-11-22 10:00:00"},
	};
	static const uint32_t firsts[] = {10, 10, 10, 12, 90};
	int64_t posts[ARRAY_SIZE(said)];
	struct kin *kin;

	for (size_t i = 0; i < ARRAY_SIZE(said); i++)
		tell(fixture, &said[i], firsts[i], 0, &posts[i]);

	assert_int_equal(2, count_kin(fixture, posts[2], 10, 3 * US_PER_DAY, &kin));
	assert_true(kin[0].post_id == posts[1] && kin[0].n_shared == 3);
	assert_true(kin[1].post_id == posts[3] && kin[1].n_shared == 1);
	assert_int_equal(3, kin[1].n_features);
	assert_int_equal(3, count_kin(fixture, posts[2], 10, 9 * US_PER_DAY, &kin));
	assert_int_equal(0, count_kin(fixture, posts[2], 10, US_PER_HOUR, &kin));

	/* Who leaves is found no more, and takes an empty story along. */
	assert_int_equal(0, store_leave_story(fixture->store, posts[1]));
	assert_int_equal(1, count_kin(fixture, posts[2], 10, 3 * US_PER_DAY, &kin));
	CLEANUP(free_heapp)
	char *left = shell(
		fixture->path, "SELECT count(*) FROM story; SELECT count(*) FROM story_feature");
	assert_string_equal("4\n12\n", left);
}

static int64_t incident_of(const struct fixture *fixture, int64_t mention)
{
	const struct new_alert alert = {.rule = "angry",
		.stream = "acme",
		.mention_id = mention,
		.evidence = "{}",
		.now_us = at("2026-11-20 12:00:00")};
	struct raised_alert raised;

	assert_int_equal(0, store_add_alert(fixture->store, &alert, &raised));
	return raised.incident_id;
}

static void test_stories_that_become_one_keep_their_incidents(void **state)
{
	const struct fixture *fixture = *state;
	static const struct felt furious = {.compound = -0.9, .anger = 0.9};
	int64_t posts[3];
	const int64_t first = tell(
		fixture, &(struct said){.id = "1", .author = "a", .text = "1"}, 1, 0, &posts[0]);
	const int64_t second = tell(
		fixture, &(struct said){.id = "2", .author = "b", .text = "2"}, 5, 0, &posts[1]);

	incident_of(fixture, add_mention(fixture->store, posts[0], &furious));
	const int64_t incident =
		incident_of(fixture, add_mention(fixture->store, posts[1], &furious));
	assert_int_equal(0, store_merge_stories(fixture->store, first, second));
	assert_true(tell(fixture, &(struct said){.id = "3", .author = "c", .text = "3"}, 5, first,
			    &posts[2]) == first);
	assert_true(
		incident == incident_of(fixture, add_mention(fixture->store, posts[2], &furious)));

	/* And apart again. */
	assert_int_equal(0, store_split_story(fixture->store, first, &posts[1], 2));
	CLEANUP(free_heapp)
	char *got = shell(fixture->path, "SELECT copies FROM v_story ORDER BY story_id;"
					 " SELECT count(*) FROM pragma_foreign_key_check");
	assert_string_equal("1\n2\n0\n", got);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		with_disk(test_the_original_is_what_was_published_first),
		with_disk(test_kin_are_found_on_both_sides_within_the_window),
		with_disk(test_stories_that_become_one_keep_their_incidents),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
