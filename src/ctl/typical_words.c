#include "ctl/typical_words.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

#include "base/array.h"
#include "base/map.h"
#include "base/utf8.h"
#include "text/words.h"

enum {
	LEAST_DISMISSED = 2, /* mentions: one says nothing */
	LEAST_LETTERS = 2,
};

/* From here on a word is not uneven by chance: one in twenty would be. */
#define LEAST_Z 1.64

/* The prior is as strong as so many mentions of each kind. */
#define PRIOR_MENTIONS 10.0

struct counted {
	size_t n[N_MENTION_VERDICTS];
	size_t last; /* mention that counted it: each counts once */
};

struct typical_words {
	struct words *words;
	struct map *indexes; /* key -> number in counts */
	struct map *own;     /* keys of what the query found */
	struct counted *counts;
	size_t n_counts, room_counts;
	size_t n_mentions;
	size_t n[N_MENTION_VERDICTS];
};

int typical_words_new(struct typical_words **ret)
{
	CLEANUP(typical_words_freep) struct typical_words *typical = calloc(1, sizeof(*typical));
	int r = typical ? words_new(&typical->words) : -ENOMEM;

	if (r == 0)
		r = map_new(&typical->indexes);
	if (r == 0)
		r = map_new(&typical->own);
	if (r < 0)
		return r;

	*ret = TAKE(typical);
	return 0;
}

void typical_words_free(struct typical_words *typical)
{
	if (!typical)
		return;

	words_free(typical->words);
	map_free(typical->indexes);
	map_free(typical->own);
	free(typical->counts);
	free(typical);
}

/* --- counting --------------------------------------------------------------------- */

typedef int word_fn(struct typical_words *typical, struct slice key, int verdict);

static int count_word(struct typical_words *typical, struct slice key, int verdict)
{
	union map_value index = {.number = (int64_t)typical->n_counts};
	int r = 0;

	if (utf8_length(key) < LEAST_LETTERS)
		return 0;
	if (!map_find(typical->indexes, key, &index)) {
		r = array_make_room(&typical->counts, &typical->room_counts, typical->n_counts + 1,
			sizeof(*typical->counts));
		if (r == 0)
			r = map_set(typical->indexes, key, index);
		if (r < 0)
			return r;
		typical->counts[typical->n_counts++] = (struct counted){0};
	}

	struct counted *counted = &typical->counts[index.number];

	counted->n[verdict] += counted->last != typical->n_mentions;
	counted->last = typical->n_mentions;
	return 0;
}

static int add_own(struct typical_words *typical, struct slice key, int verdict)
{
	(void)verdict;
	return MIN(map_set(typical->own, key, (union map_value){0}), 0);
}

static int each_segment(
	struct typical_words *typical, const struct word *run, word_fn *fn, int verdict)
{
	const struct word *segments;
	size_t n;
	int r = words_segments(typical->words, run, &segments, &n);

	for (size_t i = 0; i < n && r == 0; i++)
		r = fn(typical, segments[i].key, verdict);
	return r;
}

static int each_word(struct typical_words *typical, const char *text, word_fn *fn, int verdict)
{
	const struct word *list;
	size_t n;
	int r = words_split(typical->words, slice_of(text), &list, &n);

	for (size_t i = 0; r == 0 && i < n; i++)
		r = list[i].kind == WORD_RUN ? each_segment(typical, &list[i], fn, verdict)
					     : fn(typical, list[i].key, verdict);
	return r;
}

int typical_words_add(
	struct typical_words *typical, const struct item *item, enum verdict_on_mention verdict)
{
	int r = 0;

	typical->n_mentions++;
	typical->n[verdict]++;
	for (int field = 0; field < N_FIELDS && r == 0; field++)
		r = each_word(typical, post_field(&item->post, (enum field)field), count_word,
			(int)verdict);
	for (size_t i = 0; i < item->n_hits && r == 0; i++)
		r = each_word(typical, item->hits[i].text, add_own, 0);
	return r;
}

/* --- what they say ------------------------------------------------------------------ */

static double log_odds(double n_in, double n_all)
{
	return log(n_in / (n_all - n_in));
}

/* How much more often it stands in dismissed mentions than in the others, in
 * standard deviations. */
static double z_of(const struct typical_words *typical, const struct counted *counted)
{
	const double n_dismissed = (double)typical->n[MENTION_DISMISSED];
	const double n_others = (double)typical->n_mentions - n_dismissed;
	const double in_dismissed = (double)counted->n[MENTION_DISMISSED];
	const double in_others =
		(double)(counted->n[MENTION_HANDLED] + counted->n[MENTION_UNJUDGED]);
	/* Never all and never none, so that the odds are numbers. */
	const double share = (in_dismissed + in_others + 0.5) / ((double)typical->n_mentions + 1);
	const double prior = PRIOR_MENTIONS * share;
	const double difference = log_odds(in_dismissed + prior, n_dismissed + PRIOR_MENTIONS) -
				  log_odds(in_others + prior, n_others + PRIOR_MENTIONS);

	return difference / sqrt(1 / (in_dismissed + prior) + 1 / (in_others + prior));
}

static int compare(const void *a, const void *b)
{
	const struct typical_word *x = a;
	const struct typical_word *y = b;

	return (x->z < y->z) - (x->z > y->z);
}

int typical_words_list(const struct typical_words *typical, size_t most, struct arena *arena,
	struct typical_word **ret, size_t *ret_n)
{
	struct typical_word *list = arena_array(arena, typical->n_counts + 1, sizeof(*list));
	union map_value index;
	struct slice key;
	size_t position = 0;
	size_t n = 0;

	if (!list)
		return -ENOMEM;

	while (map_next(typical->indexes, &position, &key, &index)) {
		const struct counted *counted = &typical->counts[index.number];

		if (counted->n[MENTION_DISMISSED] < LEAST_DISMISSED ||
			map_find(typical->own, key, NULL) || z_of(typical, counted) < LEAST_Z)
			continue;
		list[n] = (struct typical_word){
			.text = arena_copy(arena, key), .z = z_of(typical, counted)};
		for (size_t i = 0; i < N_MENTION_VERDICTS; i++)
			list[n].n[i] = counted->n[i];
		if (!list[n++].text)
			return -ENOMEM;
	}
	qsort(list, n, sizeof(*list), compare);

	*ret = list;
	*ret_n = MIN(n, most);
	return 0;
}
