#include "base/clock.h"
#include "dedupe/fingerprint.h"
#include "dedupe/stories.h"
#include "text/words.h"
#include "unit/unit.h"

static uint64_t fingerprint(const char *title, const char *text)
{
	const struct post post = {.title = title, .text = text};
	struct words *words;
	uint64_t result;

	assert_int_equal(words_new(&words), 0);
	assert_int_equal(fingerprint_of(&post, words, &result), 0);
	words_free(words);
	return result;
}

static const char article[] =
	"The courier Acme said on Friday that it will close four of its eleven sorting centres in "
	"the north by the end of March, after a winter in which one parcel in nine came late and "
	"the regulator opened an inquiry into its complaints desk.";

static void copies_of_an_article_are_one_story(void **state)
{
	static const struct {
		const char *title, *text;
		bool same;
	} cases[] = {
		{"Acme to close four centres",
			"NAIROBI (Newswire) - The courier Acme said on Friday that it will close "
			"four "
			"of its eleven sorting centres in the north by the end of March, after a "
			"winter in which one parcel in nine came late and the regulator opened an "
			"inquiry into its complaints desk.",
			true},
		{"ACME TO CLOSE FOUR CENTRES", article, true},
		{"Globex opens a shop in Kisumu",
			"The courier Globex said on Friday that it will open a shop in the lake "
			"city, "
			"where customers can send and collect parcels on Sundays, and hire ninety "
			"people until the summer.",
			false},
		{"Football",
			"The home team won by two goals on a wet night, and the crowd went mad.",
			false},
	};
	const uint64_t original = fingerprint("Acme to close four centres", article);

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		const uint64_t other = fingerprint(cases[i].title, cases[i].text);

		expect(stories_is_near(original, other) == cases[i].same,
			"case %zu: %u bits differ", i, fingerprint_distance(original, other));
	}
}

static void short_posts_make_no_story(void **state)
{
	(void)state;
	assert_true(fingerprint(NULL, "Acme is down") == 0);
	assert_false(stories_is_near(0, 0));
}

static void a_story_ends_with_its_window(void **state)
{
	const uint64_t original = fingerprint(NULL, article);
	const int64_t start_us = 1000 * US_PER_DAY;
	struct stories *stories;

	(void)state;
	assert_int_equal(stories_new(&stories), 0);
	assert_int_equal(stories_add(stories, original, 7, start_us), 0);

	assert_int_equal(stories_find(stories, original, start_us + US_PER_HOUR), 7);
	assert_int_equal(
		stories_find(stories, original, start_us + stories_window_us() + US_PER_HOUR), 0);
	stories_forget(stories, start_us + 1);
	assert_int_equal(stories_find(stories, original, start_us), 0);
	stories_free(stories);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(copies_of_an_article_are_one_story),
		cmocka_unit_test(short_posts_make_no_story),
		cmocka_unit_test(a_story_ends_with_its_window),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
