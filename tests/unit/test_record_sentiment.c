#include "base/str.h"
#include "record/sentiment.h"
#include "unit/unit.h"

static void expect_written(const struct sentiment *sentiment, bool with_terms, const char *want)
{
	CLEANUP(json_freep) json_t *json = NULL;
	CLEANUP(str_done) struct str got = STR_INIT(2000);

	assert_int_equal(sentiment_to_json(sentiment, with_terms, &json), 0);
	json_write(&got, json);
	assert_string_equal(str_text(&got), want);
}

static void test_wire_form(void **state)
{
	const char *why[] = {"caps"};
	struct scored_term terms[] = {{
		.field = FIELD_TEXT,
		.start = 4,
		.end = 9,
		.text = "worst",
		.valence = -3.1,
		.anger = 0.5,
		.flags = FLAG_COMPLAINT,
		.why = {.items = why, .n = 1},
	}};
	struct anger_evidence evidence[] = {{.what = "again", .amount = 1, .adds = 0.25}};
	const struct sentiment sentiment = {
		.compound = -0.64857,
		.neu = 0.41,
		.neg = 0.59,
		.label = LABEL_NEGATIVE,
		.anger = 0.83,
		.angry = true,
		.flags = FLAG_COMPLAINT | FLAG_SARCASM,
		.lang = "en",
		.coverage = 0.6,
		.terms = terms,
		.n_terms = 1,
		.evidence = evidence,
		.n_evidence = 1,
	};

	expect_written(&sentiment, false,
		"{\"compound\":-0.6486,\"label\":\"negative\",\"pos\":0.0,\"neu\":0.41,\"neg\":0."
		"59,"
		"\"anger\":0.83,\"angry\":true,\"flags\":[\"complaint\",\"sarcasm\"],\"lang\":"
		"\"en\","
		"\"coverage\":0.6}");
	expect_written(&sentiment, true,
		"{\"compound\":-0.6486,\"label\":\"negative\",\"pos\":0.0,\"neu\":0.41,\"neg\":0."
		"59,"
		"\"anger\":0.83,\"angry\":true,\"flags\":[\"complaint\",\"sarcasm\"],\"lang\":"
		"\"en\","
		"\"coverage\":0.6,\"terms\":[{\"text\":\"worst\",\"field\":\"text\",\"start\":4,"
		"\"end\":9,"
		"\"valence\":-3.1,\"anger\":0.5,\"flags\":[\"complaint\"],\"why\":[\"caps\"]}],"
		"\"evidence\":{\"again\":{\"amount\":1,\"adds\":0.25}}}");
}

static void test_zero_has_no_sign(void **state)
{
	expect_written(&(struct sentiment){.compound = -0.00001, .lang = "und"}, false,
		"{\"compound\":0.0,\"label\":\"unknown\",\"pos\":0.0,\"neu\":0.0,\"neg\":0.0,"
		"\"anger\":0.0,"
		"\"angry\":false,\"flags\":[],\"lang\":\"und\",\"coverage\":0.0}");
}

static void test_names_are_found_again(void **state)
{
	for (unsigned int i = 0; i < N_LABELS; i++) {
		enum sentiment_label label;

		assert_int_equal(label_find(label_name((enum sentiment_label)i), &label), 1);
		assert_int_equal(label, i);
	}
	for (unsigned int i = 0; i < N_FLAGS; i++) {
		unsigned int bit;

		assert_int_equal(flag_find(flag_name(i), &bit), 1);
		assert_int_equal(bit, 1u << i);
	}
	assert_int_equal(label_find("angry", &(enum sentiment_label){0}), 0);
	assert_int_equal(flag_find(NULL, &(unsigned int){0}), 0);
}

static void test_what_speaks_against_anger_is_no_less_of_a_reason(void **state)
{
	static const struct scored_term safe = {.text = "safe", .valence = 1};
	static const struct scored_term flood = {.text = "flood", .valence = -2.5, .anger = -1.3};
	static const struct scored_term refund = {.text = "refund", .valence = -2.5, .anger = 0.8};

	assert_true(sentiment_weight(&flood) > sentiment_weight(&safe));
	assert_true(sentiment_weight(&refund) > sentiment_weight(&flood));
}

static void test_words_that_hardly_count_are_not_told(void **state)
{
	static const struct scored_term that = {.text = "that", .valence = -0.3};
	static const struct scored_term worst = {.text = "worst", .valence = -3.1};
	static const struct scored_term hours = {.text = "hours", .anger = 0.2};
	static const struct scored_term quit = {.text = "quit", .flags = FLAG_CHURN};
	const struct {
		const char *what;
		struct scored_term term, other;
		bool want;
	} rows[] = {
		{"one that counts", worst, that, true},
		{"a little one beside it", that, worst, false},
		{"a little one beside one of anger", that, hours, false},
		{"one of anger alone", hours, worst, true},
		{"one that raises a flag", quit, worst, true},
		{"a little one where there is no other", that, that, true},
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct scored_term terms[] = {rows[i].other, rows[i].term};
		const struct sentiment sentiment = {.terms = terms, .n_terms = ARRAY_SIZE(terms)};

		expect(sentiment_tells(&sentiment, &terms[1]) == rows[i].want, "%s: want %d",
			rows[i].what, rows[i].want);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_wire_form),
		cmocka_unit_test(test_zero_has_no_sign),
		cmocka_unit_test(test_names_are_found_again),
		cmocka_unit_test(test_what_speaks_against_anger_is_no_less_of_a_reason),
		cmocka_unit_test(test_words_that_hardly_count_are_not_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
