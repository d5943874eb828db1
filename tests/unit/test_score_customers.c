/* How well anger and label fit the table of fixtures/score/customers.tsv.
 *
 * Single sentences are in test_score_scorer.c and must all be right; here is a
 * floor under the figures on many, so that a change of a rule or a rating shows
 * what it costs elsewhere.  Every other line of a kind was not looked at while
 * the rules were made. */
#include <stdlib.h>

#include "base/arena.h"
#include "base/file.h"
#include "score/scorer.h"
#include "unit/unit.h"

enum { MAX_TABLE_BYTES = 1 << 20 };

static const struct kind {
	const char *name;
	bool angry;
	enum sentiment_label label; /* unknown: may be any */
} kinds[] = {
	{"brand", false, LABEL_NEUTRAL},
	{"chatter", false, LABEL_UNKNOWN},
	{"complaint", true, LABEL_NEGATIVE},
	{"job", false, LABEL_UNKNOWN},
	{"neutral", false, LABEL_NEUTRAL},
	{"news", false, LABEL_UNKNOWN},
	{"praise", false, LABEL_POSITIVE},
	{"question", false, LABEL_NEUTRAL},
	{"rage", true, LABEL_NEGATIVE},
	{"sad", false, LABEL_UNKNOWN},
	{"sarcasm", true, LABEL_NEGATIVE},
};

/* One half of the table. */
struct half {
	size_t n_angry, n_said_angry, n_hits;
	size_t n_praise, n_angry_praise;
	size_t n_label[N_LABELS], n_said[N_LABELS], n_right[N_LABELS];
};

static const struct kind *find_kind(struct slice name)
{
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++)
		if (slice_equals(slice_of(kinds[i].name), name))
			return &kinds[i];

	return NULL;
}

static void count(struct half *half, const struct kind *kind, const struct sentiment *got)
{
	enum sentiment_label said = got->label == LABEL_UNKNOWN ? LABEL_NEUTRAL : got->label;

	half->n_angry += kind->angry;
	half->n_said_angry += got->angry;
	half->n_hits += kind->angry && got->angry;
	half->n_praise += kind->label == LABEL_POSITIVE;
	half->n_angry_praise += kind->label == LABEL_POSITIVE && got->angry;
	if (kind->label == LABEL_UNKNOWN)
		return;

	half->n_label[kind->label]++;
	half->n_said[said]++;
	half->n_right[said] += said == kind->label;
}

static double f1(size_t hits, size_t wanted, size_t said)
{
	return wanted + said > 0 ? 2.0 * (double)hits / (double)(wanted + said) : 0;
}

static double macro_f1(const struct half *half)
{
	double sum = 0;

	for (size_t i = LABEL_NEGATIVE; i < N_LABELS; i++)
		sum += f1(half->n_right[i], half->n_label[i], half->n_said[i]);

	return sum / (N_LABELS - LABEL_NEGATIVE);
}

/* Counts the lines of TABLE, the odd ones of each kind in the first half. */
static void count_table(struct slice table, struct scorer *scorer, struct half halves[2])
{
	CLEANUP(arena_freep) struct arena *arena = NULL;
	size_t n_of_kind[ARRAY_SIZE(kinds)] = {0};
	struct slice line;

	assert_int_equal(arena_new((size_t)1 << 24, &arena), 0);
	while (slice_split(&table, '\n', &line)) {
		struct slice name, text = line;
		struct sentiment got;

		if (line.len == 0 || line.ptr[0] == '#' || !slice_split(&text, '\t', &name))
			continue;

		arena_reset(arena);
		const struct kind *kind = find_kind(name);
		const struct post post = {.text = arena_copy(arena, text)};
		expect(kind != NULL, "no such kind: %.*s", SLICE_FMT(name));
		assert_int_equal(
			scorer_score(scorer, &(struct score_request){.post = &post}, arena, &got),
			0);
		count(&halves[n_of_kind[kind - kinds]++ % 2], kind, &got);
	}
}

static void test_figures_stay_up(void **state)
{
	static const struct {
		const char *half;
		double angry_f1, label_f1;
	} floors[] = {{"looked at", 0.89, 0.78}, {"only checked with", 0.80, 0.71}};
	const struct scorer_options options = {.folder = TESTS_DIR "/../config/lexicons"};
	CLEANUP(scorer_freep) struct scorer *scorer = NULL;
	CLEANUP(free_heapp) char *text = NULL;
	struct half halves[2] = {0};
	size_t len;

	(void)state;
	assert_int_equal(scorer_open(&options, &scorer, NULL), 0);
	assert_int_equal(
		file_read(TESTS_DIR "/fixtures/score/customers.tsv", MAX_TABLE_BYTES, &text, &len),
		0);
	count_table(slice_from(text, len), scorer, halves);

	for (size_t i = 0; i < ARRAY_SIZE(floors); i++) {
		const struct half *half = &halves[i];
		double angry = f1(half->n_hits, half->n_angry, half->n_said_angry);
		double label = macro_f1(half);

		assert_true(half->n_angry > 50 && half->n_praise > 10);
		expect(angry >= floors[i].angry_f1, "%s: F1 of angry is %.3f, want %.2f",
			floors[i].half, angry, floors[i].angry_f1);
		expect(label >= floors[i].label_f1, "%s: macro F1 of the label is %.3f, want %.2f",
			floors[i].half, label, floors[i].label_f1);
		expect(half->n_angry_praise * 25 <= half->n_praise,
			"%s: %zu of %zu praises are angry", floors[i].half, half->n_angry_praise,
			half->n_praise);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_figures_stay_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
