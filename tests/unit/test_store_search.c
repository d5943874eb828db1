#include <stdlib.h>

#include "unit/store_fixture.h"

/* What the stock shell finds, as an analyst would ask it. */

static const struct said posts[] = {
	{.id = "1", .text = "Acme lost my parcel, what a nightmare"},
	{.id = "2", .text = "El niño mira la Straße de Acme", .hashtag = "AcmeFail"},
	{.id = "3", .text = "એક્મી ની સેવા ખરાબ છે"}, /* seva: service */
	{.id = "4", .text = "એક્મી ની સવારી"},      /* savari: another vowel */
	{.id = "5", .text = "សេវាកម្មអតិថិជនមិនល្អទេ"}, /* no spaces */
	{.id = "6", .text = "Ի՞նչ է սա, Acme։ Հաճախորդները և ես"},
	{.id = "7", .text = "Acme so bad😡😡 again"},
	{.id = "8", .text = "AcmeFail without a tag; хэрэглэгчийн үйлчилгээ"},
	{.id = "9", .text = "顧客服務很好"},
};

static void index_all(struct store *store)
{
	int r;

	do
		r = store_index_some(store, 3);
	while (r > 0);
	expect(r == 0, "%s", store_error_text(store));
}

static int fill(void **state)
{
	fixture_on_disk(state);
	const struct fixture *fixture = *state;

	for (size_t i = 0; i < ARRAY_SIZE(posts); i++)
		say(fixture->store, &posts[i], &(struct felt){0});
	index_all(fixture->store);
	return 0;
}

static void test_every_script_is_found(void **state)
{
	const struct fixture *fixture = *state;
	static const struct {
		const char *table, *query, *want;
	} cases[] = {
		{"words", "parcel", "1"},
		{"words", "PARCEL", "1"},
		{"words", "parc*", "1"},
		{"words", "\"lost my parcel\"", "1"},
		{"words", "nino", "2"},
		{"words", "niño", "2"},
		{"words", "straße", "2"},
		{"words", "strasse", "2"},
		{"words", "\"#acmefail\"", "2"},
		{"words", "acmefail", "8"},
		{"words", "સેવા", "3"},
		{"words", "સવા", ""}, /* the start of another word, with another vowel */
		{"words", "સવારી", "4"},
		{"words", "ինչ", "6"},
		{"words", "հաճախորդ*", "6"},
		{"words", "եւ", "6"},
		{"words", "և", "6"},
		{"words", "😡", "7"},
		{"words", "хэрэглэгч*", "8"},
		{"words", "acme NOT (parcel OR bad OR ինչ)", "2"},
		{"runs", "អតិថិជន", "5"},
		{"runs", "សេវាកម្ម", "5"},
		{"runs", "顧客服", "9"},
		{"words", "顧客", "9"},
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		CLEANUP(free_heapp) char *got = NULL;
		char sql[512];

		snprintf(sql, sizeof(sql),
			"SELECT post.source_post_id FROM post_%s JOIN post ON post.id = "
			"post_%s.rowid"
			" WHERE post_%s MATCH '%s' ORDER BY post.id;",
			cases[i].table, cases[i].table, cases[i].table, cases[i].query);
		got = shell(fixture->path, sql);
		got[strcspn(got, "\n")] = '\0';
		expect(strcmp(got, cases[i].want) == 0, "%s: got `%s', want `%s'", cases[i].query,
			got, cases[i].want);
	}
}

static int64_t count(const struct fixture *fixture, const char *sql)
{
	CLEANUP(free_heapp) char *text = shell(fixture->path, sql);

	return atoll(text);
}

static void test_posts_that_are_no_mention_are_not_indexed(void **state)
{
	const struct fixture *fixture = *state;
	const struct said said = {.id = "1", .text = "nothing of ours"};

	add_post(fixture->store, &said);
	index_all(fixture->store);
	assert_int_equal(0, count(fixture, "SELECT count(*) FROM post_words"));
}

static void test_an_edit_is_found_by_its_new_words(void **state)
{
	const struct fixture *fixture = *state;
	const struct said before = {.id = "1", .text = "Acme wonderful"};
	const struct said after = {.id = "1", .text = "Acme terrible"};

	say(fixture->store, &before, &(struct felt){0});
	index_all(fixture->store);
	add_post(fixture->store, &after);
	index_all(fixture->store);

	assert_int_equal(
		0, count(fixture,
			   "SELECT count(*) FROM post_words WHERE post_words MATCH 'wonderful'"));
	assert_int_equal(
		1, count(fixture,
			   "SELECT count(*) FROM post_words WHERE post_words MATCH 'terrible'"));
}

static void test_what_is_no_mention_any_more_is_not_found(void **state)
{
	const struct fixture *fixture = *state;
	const struct said said = {.id = "1", .text = "Acme ខ្មែរអង្គរ"};
	const struct stored_post stored = add_post(fixture->store, &said);

	add_mention(fixture->store, stored.id, &(struct felt){0});
	index_all(fixture->store);
	assert_int_equal(1, count(fixture, "SELECT count(*) FROM post_runs"));

	add_post(fixture->store, &(struct said){.id = "1", .text = "nothing"});
	assert_int_equal(0, store_keep_mentions(fixture->store, stored.id, NULL, 0));
	index_all(fixture->store);
	assert_int_equal(0, count(fixture, "SELECT count(*) FROM post_words"));
	assert_int_equal(0, count(fixture, "SELECT count(*) FROM post_runs"));
}

static void test_what_goes_takes_its_words_along(void **state)
{
	const struct fixture *fixture = *state;
	static const char left_sql[] = "SELECT (SELECT count(*) FROM post_words)"
				       " + (SELECT count(*) FROM post_runs)"
				       " + (SELECT count(*) FROM search_todo)"
				       " + (SELECT count(*) FROM story)";
	int r;

	/* One of them waits to be indexed. */
	say(fixture->store, &(struct said){.id = "x", .text = "Acme"}, &(struct felt){0});
	do
		r = store_prune(fixture->store, 0, at("2026-11-22 00:00:00"), 4);
	while (r > 0);

	assert_int_equal(0, r);
	assert_int_equal(0, count(fixture, left_sql));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			test_every_script_is_found, fill, fixture_tear_down),
		with_disk(test_posts_that_are_no_mention_are_not_indexed),
		with_disk(test_an_edit_is_found_by_its_new_words),
		with_disk(test_what_is_no_mention_any_more_is_not_found),
		cmocka_unit_test_setup_teardown(
			test_what_goes_takes_its_words_along, fill, fixture_tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
