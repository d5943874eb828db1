/* One post, two names: what the scorer must make of it for either.  The
 * sentences are ours; the lexicons are those of config/lexicons. */
#include <string.h>

#include "base/arena.h"
#include "base/utf8.h"
#include "score/scorer.h"
#include "unit/unit.h"

enum { MAX_HITS = 8 };

struct fixture {
	struct scorer *scorer;
	struct arena *arena;
};

static int setup(void **state)
{
	static struct fixture fixture;
	const struct scorer_options options = {.folder = TESTS_DIR "/../config/lexicons"};

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

/* The places where NAME stands in the text of POST; the number of them. */
static size_t find_hits(const struct post *post, const char *name, struct hit *hits)
{
	struct slice rest = slice_of(post->text);
	size_t n = 0, start = 0;
	ptrdiff_t at;

	while (n < MAX_HITS && (at = slice_find(rest, slice_of(name))) >= 0) {
		start += utf8_length(slice_from(rest.ptr, (size_t)at));
		hits[n++] = (struct hit){.field = FIELD_TEXT,
			.start = start,
			.end = start + utf8_length(slice_of(name)),
			.text = name};
		start += utf8_length(slice_of(name));
		rest = slice_skip(rest, (size_t)at + strlen(name));
	}
	return n;
}

/* TEXT as a stream sees it that matched OWN, beside one that matched RIVAL. */
static struct sentiment scored(
	struct fixture *fixture, const char *text, const char *own, const char *rival)
{
	struct hit hits[MAX_HITS], rivals[MAX_HITS];
	const struct post post = {.text = text};
	const struct score_request request = {.post = &post,
		.explain = true,
		.hits = hits,
		.n_hits = find_hits(&post, own, hits),
		.rivals = rivals,
		.n_rivals = find_hits(&post, rival, rivals)};
	struct sentiment sentiment;

	arena_reset(fixture->arena);
	assert_int_equal(scorer_score(fixture->scorer, &request, fixture->arena, &sentiment), 0);
	return sentiment;
}

static void test_one_text_two_streams(void **state)
{
	static const struct {
		const char *text;
		enum sentiment_label acme, globex;
	} cases[] = {
		/* Clause by clause. */
		{"love Acme, hate Globex", LABEL_POSITIVE, LABEL_NEGATIVE},
		{"I love Acme and I hate Globex", LABEL_POSITIVE, LABEL_NEGATIVE},
		{"I love Acme but I hate Globex", LABEL_POSITIVE, LABEL_NEGATIVE},
		{"Acme is terrible whereas Globex is wonderful", LABEL_NEGATIVE, LABEL_POSITIVE},
		{"Acme is terrible while Globex is wonderful", LABEL_NEGATIVE, LABEL_POSITIVE},
		{"Globex is terrible. Acme opened a shop.", LABEL_NEUTRAL, LABEL_NEGATIVE},
		{"Globex? No thanks, Acme all the way", LABEL_POSITIVE, LABEL_NEGATIVE},
		/* Comparisons. */
		{"Acme is great, unlike Globex", LABEL_POSITIVE, LABEL_NEGATIVE},
		{"Unlike Globex, Acme is great", LABEL_POSITIVE, LABEL_NEGATIVE},
		{"Globex is so much better than Acme", LABEL_NEGATIVE, LABEL_POSITIVE},
		{"The service is great, much better than Acme", LABEL_NEGATIVE, LABEL_UNKNOWN},
		{"Acme is worse than Globex", LABEL_NEGATIVE, LABEL_POSITIVE},
		{"Acme beats Globex", LABEL_POSITIVE, LABEL_NEGATIVE},
		/* From one to the other. */
		{"I switched from Acme to Globex and finally it works", LABEL_NEGATIVE,
			LABEL_POSITIVE},
		{"We switched to Globex from Acme", LABEL_NEGATIVE, LABEL_POSITIVE},
		{"I would never switch from Acme to Globex", LABEL_POSITIVE, LABEL_NEGATIVE},
		{"I bought Acme instead of Globex", LABEL_POSITIVE, LABEL_NEGATIVE},
		/* What is said of both is said of each. */
		{"Acme and Globex are terrible", LABEL_NEGATIVE, LABEL_NEGATIVE},
		{"Acme, Globex and Initech are terrible", LABEL_NEGATIVE, LABEL_NEGATIVE},
		{"I hate Acme, Globex and Initech", LABEL_NEGATIVE, LABEL_NEGATIVE},
		{"I called Acme and Globex. Worst service ever.", LABEL_NEGATIVE, LABEL_NEGATIVE},
		/* The other languages. */
		{"Acme ni bora kuliko Globex", LABEL_POSITIVE, LABEL_NEGATIVE},
		{"Napenda huduma nzuri ya Acme, tofauti na Globex", LABEL_POSITIVE, LABEL_NEGATIVE},
		{"Huduma ya Acme ni nzuri, lakini huduma ya Globex ni mbovu", LABEL_POSITIVE,
			LABEL_NEGATIVE},
		{"Acme бол Globex-ээс хамаагүй дээр", LABEL_POSITIVE, LABEL_NEGATIVE},
		{"Acme гоё байна, харин Globex маш муу байна", LABEL_POSITIVE, LABEL_NEGATIVE},
		{"Acme-ն ավելի լավն է, քան Globex-ը", LABEL_POSITIVE, LABEL_NEGATIVE},
		{"Ի տարբերություն Globex-ի, Acme-ն հիանալի է", LABEL_POSITIVE, LABEL_NEGATIVE},
		{"Acme-ն լավն է, բայց Globex-ը վատն է", LABEL_POSITIVE, LABEL_NEGATIVE},
		{"Acme ល្អជាង Globex", LABEL_POSITIVE, LABEL_NEGATIVE},
		{"Acme ល្អណាស់ ប៉ុន្តែ Globex អន់ណាស់", LABEL_POSITIVE, LABEL_NEGATIVE},
		{"Acme Globex કરતાં સારું છે", LABEL_POSITIVE, LABEL_NEGATIVE},
		{"Acme સારું છે, પણ Globex ખરાબ છે", LABEL_POSITIVE, LABEL_NEGATIVE},
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct sentiment acme = scored(*state, cases[i].text, "Acme", "Globex");
		double compound = acme.compound;
		struct sentiment globex = scored(*state, cases[i].text, "Globex", "Acme");

		expect(acme.label == cases[i].acme, "`%s' for Acme: %s (%.2f), want %s",
			cases[i].text, label_name(acme.label), compound, label_name(cases[i].acme));
		if (cases[i].globex != LABEL_UNKNOWN)
			expect(globex.label == cases[i].globex,
				"`%s' for Globex: %s (%.2f), want %s", cases[i].text,
				label_name(globex.label), globex.compound,
				label_name(cases[i].globex));
	}
}

static const struct scored_term *find_term(const struct sentiment *sentiment, const char *text)
{
	for (size_t i = 0; i < sentiment->n_terms; i++)
		if (strcmp(sentiment->terms[i].text, text) == 0)
			return &sentiment->terms[i];

	return NULL;
}

static void test_reasons(void **state)
{
	static const struct {
		const char *text, *term, *why;
	} cases[] = {
		{"love Acme, hate Globex", "hate", "said of Globex"},
		{"Globex? No thanks, Acme all the way", "No thanks", "said of Globex"},
		{"Globex is better than Acme", "better", "compared"},
		{"I switched from Acme", "switched from", "speaks against Acme"},
		{"I switched to Globex from Acme", "switched to", "speaks for Globex"},
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct sentiment got = scored(*state, cases[i].text, "Acme", "Globex");
		const struct scored_term *term = find_term(&got, cases[i].term);

		expect(term && texts_has(&term->why, slice_of(cases[i].why)),
			"`%s': `%s' is not %s", cases[i].text, cases[i].term, cases[i].why);
	}
}

static void test_a_comparison_is_no_praise_without_a_rival(void **state)
{
	static const char *const texts[] = {
		"My parcel came in a terrible state, later than Acme said",
		"Worst service ever, even slower than Acme promised",
	};

	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		struct sentiment got = scored(*state, texts[i], "Acme", "Globex");

		expect(got.label == LABEL_NEGATIVE, "`%s': %.2f", texts[i], got.compound);
	}
}

static void test_anger_is_at_whom_it_speaks_of(void **state)
{
	static const char text[] =
		"Globex lost my parcel AGAIN and nobody answers, worst service ever from Globex. "
		"Acme brought it.";
	struct sentiment globex = scored(*state, text, "Globex", "Acme");
	const bool globex_is_angry = globex.angry;
	struct sentiment acme = scored(*state, text, "Acme", "Globex");

	assert_true(globex_is_angry);
	assert_false(acme.angry);
}

/* Nobody is compared with where a stream matched no name, or only its own. */
static void test_other_texts_are_scored_as_they_were(void **state)
{
	static const char *const texts[] = {
		"Acme is great, unlike Globex",
		"I switched from Acme to Globex and finally it works",
		"love Acme, hate Globex",
	};

	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		struct sentiment whole = scored(*state, texts[i], "nobody", "nobody");
		const double compound = whole.compound;
		struct sentiment rivals = scored(*state, texts[i], "nobody", "Globex");

		expect(rivals.compound == compound, "`%s': %.3f with rivals, %.3f without",
			texts[i], rivals.compound, compound);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_one_text_two_streams),
		cmocka_unit_test(test_reasons),
		cmocka_unit_test(test_a_comparison_is_no_praise_without_a_rival),
		cmocka_unit_test(test_anger_is_at_whom_it_speaks_of),
		cmocka_unit_test(test_other_texts_are_scored_as_they_were),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
