/* VADER's rules, row by row, on a list of words of our own.  The expected sums
 * are worked out by hand from docs/scoring.md, "VADER's rules". */
#include <math.h>

#include "base/arena.h"
#include "base/str.h"
#include "score/scorer.h"
#include "unit/unit.h"

#define FIXTURES TESTS_DIR "/fixtures/score"

struct fixture {
	struct scorer *scorer;
	struct arena *arena;
};

static int setup(void **state)
{
	static struct fixture fixture;
	const struct scorer_options options = {
		.wordlist = FIXTURES "/words.txt", .descriptions = FIXTURES "/emoji.txt"};

	assert_int_equal(scorer_open(&options, &fixture.scorer, NULL), 0);
	assert_int_equal(arena_new((size_t)1 << 28, &fixture.arena), 0);
	*state = &fixture;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *fixture = *state;

	scorer_free(fixture->scorer);
	arena_free(fixture->arena);
	return 0;
}

static struct sentiment scored(struct fixture *fixture, const char *text)
{
	const struct post post = {.text = text};
	struct sentiment sentiment;

	arena_reset(fixture->arena);
	assert_int_equal(scorer_score(fixture->scorer,
				 &(struct score_request){.post = &post, .explain = true},
				 fixture->arena, &sentiment),
		0);
	return sentiment;
}

#define UP   0.293 /* a booster */
#define CAPS 0.733
#define NOT  -0.74

static void test_sums(void **state)
{
	static const struct {
		const char *text;
		double sum;
	} cases[] = {
		/* Tokens. */
		{"", 0},
		{" \t\n", 0},
		{"good", 2},
		{"nothing else", 0},
		{"(good), \"bad\" good...", 2},
		{"#good @bad", 0},
		{"x\u2003good\u00A0y\u3000bad\u2028good", 2},
		{"good\u200Bbad", 0}, /* no white space */
		{"good-bad", 0},
		{":( :D", -1.5}, /* a key with a capital never matches */
		{"no.", 0},      /* two characters keep their punctuation */
		{"Good gOOD", 4},
		{"twice", 1.5}, /* the last line counts */
		/* Emoji. */
		{"\U0001F600", 1},
		{"good\U0001F600", 3},
		{"\U0001F600good", 0}, /* the description's last word is glued to it */
		{"\U0001F600 good", 3},
		{"\U0001F600\U0001F600", 2},
		{"\u2639", 1},
		{"\u2639\uFE0F", 0}, /* rows of several code points never match */
		/* Capitals. */
		{"GOOD", 2},
		{"GOOD BAD", 0},
		{"x GOOD", 2 + CAPS},
		{"x BAD", -2 - CAPS},
		{"x ZERO", -CAPS},
		{"x y GOOD 1", 2 + CAPS},
		{"\u00C9 good", 2},
		{"12 GOOD", 2 + CAPS},
		/* Boosters. */
		{"very good", 2 + UP},
		{"very bad", -2 - UP},
		{"very x good", 2 + UP * 0.95},
		{"very x y good", 2 + UP * 0.9},
		{"very x y z good", 2},
		{"hardly good", 2 - UP},
		{"hardly bad", -2 + UP},
		{"VERY good", 2 + UP + CAPS},
		{"HARDLY good", 2 - UP + CAPS},
		{"x VERY y bad", -2 + (-UP - CAPS) * 0.95},
		{"very fine good", 1 + UP + 2 + UP * 0.95}, /* words in between do not stop it */
		/* Negators. */
		{"not good", 2 * NOT},
		{"not x good", 2 * NOT},
		{"not x y good", 2 * NOT},
		{"not x y z good", 2},
		{"not, good", 2 * NOT},
		{"not never good", 2 * NOT * NOT},
		{"mustn't've good", 2 * NOT},
		{"isn\u2019t good", 2}, /* no ASCII apostrophe */
		{"not very good", (2 + UP) * NOT},
		{"very not good", 2 * NOT + -UP * 0.95},
		{"never so good", (2 + UP) * 1.25},
		{"never this good", 2 * 1.25},
		{"never so x good", (2 + UP * 0.95) * 1.25},
		{"x y so good", (2 + UP) * 1.25}, /* the slip of the reference */
		{"x y this good", 2 * 1.25},
		{"y this good", 2},
		{"without doubt good", 2},
		{"without doubt x good", 2},
		{"without x doubt good", 2},
		{"without good", 2 * NOT},
		{"without x good", 2 * NOT},
		/* "no". */
		{"no", -1},
		{"no good", 2 * NOT},
		{"no x good", 2 * NOT - 1},
		{"no x or good", 2 * NOT - 1},
		{"no x nor good", 2 * NOT * NOT - 1},
		{"no x y good", 2 - 1},
		{"no no x", -1 * NOT},
		/* "least", "kind of", idioms. */
		{"least good", 2 * NOT},
		{"x least good", 2 * NOT},
		{"at least good", 2},
		{"very least good", 2 + UP * 0.95},
		{"kind x", 2},
		{"kind of x", 0},
		{"kind of good", 2},
		{"x kind of good", 2 - UP},
		{"x kind of bad", -2 - UP}, /* unsigned */
		{"kind of x bad", -2},      /* a word three before stops it */
		{"x y kiss of death", -1.5},
		{"kiss of death", -3}, /* only where three words stand before */
		{"x y z yeah right good", -2},
		{"the bomb x good", 3},
		{"x y z bad ass", 1.5},
		/* "but". */
		{"good but bad", 1 - 3},
		{"good BUT bad", 1 - 3},
		{"good but, bad", 1 - 3},
		{"but good", 3},
		{"good but", 1},
		{"good but bad but good", 1 - 3 + 3},
		{"good good but x", 1 + 1},
		{"good but fine", 0.5 + 1}, /* the halved 2 is the first 1 that is found */
		/* Punctuation. */
		{"good!", 2 + 0.292},
		{"good!!!!!!", 2 + 4 * 0.292},
		{"! bad", -2 - 0.292},
		{"good?", 2},
		{"good??", 2 + 0.36},
		{"good???", 2 + 0.54},
		{"good????", 2 + 0.96},
		{"x!!", 0},
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		double sum = cases[i].sum, got = scored(*state, cases[i].text).compound;
		double want = sum / sqrt(sum * sum + 15);

		expect(fabs(got - want) < 1e-9, "`%s': %.4f, want %.4f", cases[i].text, got, want);
	}
}

static void test_shares(void **state)
{
	static const struct {
		const char *text;
		double pos, neu, neg;
	} cases[] = {
		{"good x", 0.75, 0.25, 0},
		{"bad x", 0, 0.25, 0.75},
		{"good bad", 0.5, 0, 0.5},
		{"good! bad", 0.5, 0, 0.5}, /* neither is the larger */
		{"good bad poor!", 3 / 8.292, 0, 5.292 / 8.292},
		{"x y", 0, 1, 0},
		{"", 0, 0, 0},
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct sentiment got = scored(*state, cases[i].text);

		expect(fabs(got.pos - cases[i].pos) < 1e-9 && fabs(got.neu - cases[i].neu) < 1e-9 &&
				fabs(got.neg - cases[i].neg) < 1e-9,
			"`%s': %.3f %.3f %.3f", cases[i].text, got.pos, got.neu, got.neg);
	}
}

static void test_labels_are_never_unknown(void **state)
{
	assert_int_equal(scored(*state, "good").label, LABEL_POSITIVE);
	assert_int_equal(scored(*state, "bad").label, LABEL_NEGATIVE);
	assert_int_equal(scored(*state, "Das Wetter bleibt wechselhaft").label, LABEL_NEUTRAL);
	assert_int_equal(scored(*state, "").label, LABEL_NEUTRAL);
}

static void test_terms_stand_where_the_text_has_them(void **state)
{
	struct sentiment got = scored(*state, "\u00E9 \"Good\", \U0001F600 not x BAD!");

	assert_int_equal(got.n_terms, 3);
	assert_string_equal(got.terms[0].text, "Good");
	assert_int_equal(got.terms[0].start, 3);
	assert_int_equal(got.terms[0].end, 7);
	assert_string_equal(got.terms[1].text, "\U0001F600");
	assert_int_equal(got.terms[1].start, 10);
	assert_true(texts_has(&got.terms[1].why, SLICE("read as face")));
	assert_string_equal(got.terms[2].text, "BAD");
	assert_true(texts_has(&got.terms[2].why, SLICE("caps")));
	assert_true(texts_has(&got.terms[2].why, SLICE("negated by not")));
}

static void test_title_and_text_are_read_as_one(void **state)
{
	struct fixture *fixture = *state;
	const struct post post = {.title = "It is not", .text = "good"};
	struct sentiment got;

	assert_int_equal(scorer_score(fixture->scorer,
				 &(struct score_request){.post = &post, .explain = true},
				 fixture->arena, &got),
		0);
	assert_true(got.compound < 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sums),
		cmocka_unit_test(test_shares),
		cmocka_unit_test(test_labels_are_never_unknown),
		cmocka_unit_test(test_terms_stand_where_the_text_has_them),
		cmocka_unit_test(test_title_and_text_are_read_as_one),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
