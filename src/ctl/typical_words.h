/* ctl/typical_words.h: the words that tell dismissed mentions from the others.
 *
 * Log-odds with an informative Dirichlet prior (Monroe, Colaresi, Quinn 2008)
 * over the posts that a word stands in: a word that is rare in both counts for
 * little, however uneven it is.  What the query itself looks for is left out.
 */
#pragma once

#include "base/arena.h"
#include "record/item.h"

struct typical_words;

enum verdict_on_mention {
	MENTION_DISMISSED,
	MENTION_HANDLED,
	MENTION_UNJUDGED,
	N_MENTION_VERDICTS
};

struct typical_word {
	const char *text;
	size_t n[N_MENTION_VERDICTS]; /* mentions that it stands in */
	double z;                     /* standard deviations from being even */
};

int typical_words_new(struct typical_words **ret);
void typical_words_free(struct typical_words *typical);
DEFINE_CLEANUP(struct typical_words *, typical_words_free);

int typical_words_add(
	struct typical_words *typical, const struct item *item, enum verdict_on_mention verdict);

/* The most typical words of the dismissed mentions, at most MOST, in ARENA. */
int typical_words_list(const struct typical_words *typical, size_t most, struct arena *arena,
	struct typical_word **ret, size_t *ret_n);
