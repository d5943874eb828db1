/* Quotes: what is kept of a post, and what is marked in it. */
#include "base/random.h"
#include "base/str.h"
#include "base/utf8.h"
#include "report/excerpt.h"
#include "unit/unit.h"

/* Code points of WORD, which may be NULL, in TEXT. */
static bool find(const char *text, const char *word, size_t *ret_start, size_t *ret_end)
{
	const ptrdiff_t at = word ? slice_find(slice_of(text), slice_of(word)) : -1;

	if (at < 0)
		return false;
	*ret_start = utf8_index(slice_of(text), (size_t)at);
	*ret_end = *ret_start + utf8_length(slice_of(word));
	return true;
}

/* Pieces as one text: *hit*, -bad-, +good+. */
static void flatten(const json_t *pieces, struct str *ret)
{
	for (size_t i = 0; i < json_array_size(pieces); i++) {
		const json_t *piece = json_array_get(pieces, i);
		const char *mark = json_object_get(piece, "is_hit")    ? "*"
				   : json_object_get(piece, "is_bad")  ? "-"
				   : json_object_get(piece, "is_good") ? "+"
								       : "";

		str_add_format(ret, "%s%s%s", mark,
			json_string_value(json_object_get(piece, "text")), mark);
	}
}

/* TEXT with the word HIT a hit and BAD a word that counted. */
static void excerpt(const char *text, const char *hit, const char *bad, size_t max, struct str *ret)
{
	CLEANUP(json_freep) json_t *pieces = NULL;
	struct hit one = {.field = FIELD_TEXT};
	struct scored_term term = {.field = FIELD_TEXT, .valence = -1};
	struct item item = {.post.text = text, .hits = &one, .sentiment.terms = &term};

	item.n_hits = find(text, hit, &one.start, &one.end);
	item.sentiment.n_terms = find(text, bad, &term.start, &term.end);
	assert_int_equal(excerpt_to_json(&item, FIELD_TEXT, max, &pieces), 0);
	flatten(pieces, ret);
}

static void test_marks_and_cuts(void **state)
{
	static const struct {
		const char *text, *hit, *bad;
		size_t max;
		const char *want;
	} cases[] = {
		{NULL, NULL, NULL, 100, ""},
		{"plain", NULL, NULL, 100, "plain"},
		{"Acme is bad", "Acme", "bad", 100, "*Acme* is -bad-"},
		{"bad bad Acme", "Acme", "bad", 100, "-bad- bad *Acme*"},
		/* A hit that counts is a hit. */
		{"so bad", "bad", "bad", 100, "so *bad*"},
		{"  a \t b\n\n\nc \n d  ", NULL, NULL, 100, "a b\nc\nd"},
		{"one two three four five six seven", NULL, NULL, 12, "one two…"},
		{"one two three four five six seven", "seven", NULL, 12, "…six *seven*"},
		{"one two three four five six seven", "four", NULL, 14, "…*four* five…"},
		{"one two three four five six bad", NULL, "bad", 12, "…five six -bad-"},
		/* No space near: between clusters, here before a vowel sign's consonant. */
		{"កិកិកិកិកិកិកិកិ", NULL, NULL, 5, "កិកិ…"},
		{"e\xcc\x81"
		 "e\xcc\x81"
		 "e\xcc\x81",
			NULL, NULL, 3, "e\xcc\x81…"},
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		CLEANUP(str_done) struct str got = STR_INIT(4096);

		excerpt(cases[i].text, cases[i].hit, cases[i].bad, cases[i].max, &got);
		expect(strcmp(str_text(&got), cases[i].want) == 0, "got `%s', want `%s'",
			str_text(&got), cases[i].want);
	}
}

static void test_offsets_beyond_the_text_do_no_harm(void **state)
{
	CLEANUP(json_freep) json_t *pieces = NULL;
	CLEANUP(str_done) struct str got = STR_INIT(4096);
	struct hit hits[] = {{.field = FIELD_TEXT, .start = 2, .end = SIZE_MAX},
		{.field = FIELD_TEXT, .start = 5000, .end = 6000},
		{.field = FIELD_TEXT, .start = 3, .end = 1}};
	const struct item item = {.post.text = "abcd", .hits = hits, .n_hits = ARRAY_SIZE(hits)};

	assert_int_equal(excerpt_to_json(&item, FIELD_TEXT, 100, &pieces), 0);
	flatten(pieces, &got);
	assert_string_equal(str_text(&got), "ab*cd*");
}

static void test_keeps_the_hit_wherever_it_is(void **state)
{
	struct random random = {.state = 9};

	for (int round = 0; round < 500; round++) {
		CLEANUP(str_done) struct str text = STR_INIT(65536);
		CLEANUP(str_done) struct str got = STR_INIT(65536);
		const size_t n = random_next(&random) % 400;
		const size_t at = random_next(&random) % (n + 1);

		for (size_t i = 0; i <= n; i++)
			str_add_text(&text, i == at                         ? "Acme "
					    : random_next(&random) % 9 == 0 ? "Նարեկ "
									    : "ab\n");
		excerpt(str_text(&text), "Acme", NULL, 120, &got);
		expect(strstr(str_text(&got), "*Acme*"), "`%s' has lost its hit", str_text(&got));
		expect(utf8_length(str_slice(&got)) <= 124, "%zu code points",
			utf8_length(str_slice(&got)));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_marks_and_cuts),
		cmocka_unit_test(test_offsets_beyond_the_text_do_no_harm),
		cmocka_unit_test(test_keeps_the_hit_wherever_it_is),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
