/* Lists of words of other projects. */
#include <errno.h>

#include "base/arena.h"
#include "base/diags.h"
#include "base/map.h"
#include "score/lexicon.h"
#include "score/wordlist.h"
#include "unit/unit.h"

static void test_formats_are_recognised_by_their_content(void **state)
{
	static const struct {
		const char *text, *about; /* NULL: no list */
	} cases[] = {
		{"good\t1.9\t0.9\t[2, 2]\n", "word, mean and deviation a line, as VADER has them"},
		{"\n  good\t1.9\t0.9\r\n", "word, mean and deviation a line, as VADER has them"},
		{"good\t3\nbad\t-3\n", "word and number a line, as AFINN has them"},
		{"good\t1.5\n", "word and number a line, as AFINN has them"},
		{" {\"good\": 3}", "one JSON object of words and numbers, as AFINN has it"},
		{"word\tgood\t2\n", NULL},
		{"good bad ugly\n", NULL},
		{"", NULL},
		{"[1, 2]", NULL},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		CLEANUP(lexicon_freep) struct lexicon *lexicon = NULL;
		const struct wordlist_format *format = NULL;

		assert_int_equal(lexicon_new("und", &lexicon), 0);
		int r = wordlist_read(lexicon, "a", slice_of(cases[i].text), &format, NULL);

		expect(r == (cases[i].about ? 0 : -EPROTONOSUPPORT), "`%s': %d", cases[i].text, r);
		if (cases[i].about)
			assert_string_equal(wordlist_about(format), cases[i].about);
	}
}

static void test_words_are_read_as_they_stand(void **state)
{
	static const char text[] = "can't stand\t-3\n:-)\t2\ngood\t1\n good \t3\n";
	CLEANUP(lexicon_freep) struct lexicon *lexicon = NULL;
	const struct wordlist_format *format;

	(void)state;
	assert_int_equal(lexicon_new("und", &lexicon), 0);
	assert_int_equal(wordlist_read(lexicon, "a", slice_of(text), &format, NULL), 0);
	assert_int_equal(lexicon_count(lexicon), 3);
	assert_true(lexicon_find(lexicon, SLICE("good"))->valence == 3);
	assert_true(lexicon_find(lexicon, SLICE("can't stand"))->valence == -3);
	assert_true(lexicon_find(lexicon, SLICE(":-)"))->valence == 2);
}

static void test_a_wrong_line_is_told_and_the_rest_counts(void **state)
{
	static const struct {
		const char *text;
		unsigned int line; /* of the mistake; 0: the file as a whole */
	} cases[] = {
		{"good\t3\nbad\nugly\t-3\n", 2},
		{"good\t3\nbad\tvery\nugly\t-3\n", 2},
		{"good\t3\nugly\t-3\nbad\t1e300\n", 3},
		{"good\t3\nugly\t-3\n\t1\n", 3},
		{"good\t3\nugly\t-3\n\xFF\t1\n", 3},
		{"{\"good\": 3, \"bad\": \"x\", \"ugly\": -3}", 0},
		{"{\"good\": 3, \"bad\": null, \"ugly\": -3}", 0},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		CLEANUP(lexicon_freep) struct lexicon *lexicon = NULL;
		CLEANUP(diags_freep) struct diags *diags = NULL;
		const struct wordlist_format *format;

		assert_int_equal(diags_new(&diags), 0);
		assert_int_equal(lexicon_new("und", &lexicon), 0);
		assert_int_equal(
			wordlist_read(lexicon, "a", slice_of(cases[i].text), &format, diags), 0);
		expect(diags_count_errors(diags) == 1, "`%s': %zu mistakes", cases[i].text,
			diags_count_errors(diags));
		expect(diags_get(diags, 0)->line == cases[i].line, "`%s': line %u", cases[i].text,
			diags_get(diags, 0)->line);
		expect(lexicon_count(lexicon) == 2, "`%s': %zu words", cases[i].text,
			lexicon_count(lexicon));
	}
}

static void test_broken_json_is_no_list(void **state)
{
	CLEANUP(lexicon_freep) struct lexicon *lexicon = NULL;
	const struct wordlist_format *format;

	(void)state;
	assert_int_equal(lexicon_new("und", &lexicon), 0);
	assert_int_equal(
		wordlist_read(lexicon, "a", SLICE("{\"good\": 3"), &format, NULL), -EINVAL);
}

static void test_emoji_of_one_code_point_have_descriptions(void **state)
{
	static const char text[] = "\U0001F600\tgrinning face\n"
				   "\u2764\uFE0F\tred heart\n"
				   "broken\n";
	CLEANUP(map_freep) struct map *descriptions = NULL;
	CLEANUP(arena_freep) struct arena *arena = NULL;
	CLEANUP(diags_freep) struct diags *diags = NULL;
	union map_value value;

	(void)state;
	assert_int_equal(map_new(&descriptions), 0);
	assert_int_equal(arena_new(1 << 16, &arena), 0);
	assert_int_equal(diags_new(&diags), 0);
	assert_int_equal(wordlist_read_emoji(descriptions, arena, "a", slice_of(text), diags), 0);
	assert_int_equal(map_count(descriptions), 1);
	assert_true(map_find(descriptions, SLICE("\U0001F600"), &value));
	assert_string_equal(value.pointer, "grinning face");
	assert_int_equal(diags_count_errors(diags), 1);
	assert_int_equal(diags_get(diags, 0)->line, 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_formats_are_recognised_by_their_content),
		cmocka_unit_test(test_words_are_read_as_they_stand),
		cmocka_unit_test(test_a_wrong_line_is_told_and_the_rest_counts),
		cmocka_unit_test(test_broken_json_is_no_list),
		cmocka_unit_test(test_emoji_of_one_code_point_have_descriptions),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
