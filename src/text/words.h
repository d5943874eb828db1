/* text/words.h: the words of a text, and the keys under which they are compared.
 *
 * One tokeniser and one folding for everybody who looks at words: queries,
 * lexicons, duplicates, search.  A word is a maximal run of letters, marks,
 * numbers and '_'; an emoji is a word of its own; writing without spaces
 * (Khmer, Thai, Chinese, ...) gives one WORD_RUN for a whole run, which
 * words_cuts() and words_segments() look into.  Text of http(s) addresses
 * holds no words.  docs/query-language.md tells the rules.
 *
 * Two keys: `key` (K) folds case, width, digits and spellings that nobody
 * tells apart; `base` (B) is the key without the accents of Latin letters.  A
 * searched word without accents is compared by base, one with them by key.
 *
 * A struct words is an analyser with its buffers: one per thread of use, made
 * once and used for many texts.  What it returns stays valid until its next
 * words_split() or words_key(), as long as the text itself does.
 */
#pragma once

#include "base/macro.h"
#include "base/slice.h"

enum word_kind {
	WORD_PLAIN,
	WORD_EMOJI,
	WORD_RUN, /* a run of an unspaced script; its words are not told apart */
};

struct word {
	enum word_kind kind;
	struct slice raw;  /* bytes of the text */
	size_t start, end; /* code points of the text */
	struct slice key;
	struct slice base; /* the key itself (same ptr) when nothing is removable */
	size_t first_cut;  /* for words_cuts() */
	size_t n_clusters; /* grapheme clusters of a run; 1 else */
};

struct words;

int words_new(struct words **ret);
void words_free(struct words *words);
DEFINE_CLEANUP(struct words *, words_free);

/* Analyses TEXT, of which the first 16,384 words count.  -EMSGSIZE above 64 MiB,
 * -ENOMEM. */
int words_split(struct words *words, struct slice text, const struct word **ret, size_t *ret_n);

/* The key and the base of TEXT folded as a whole, spaces and punctuation kept:
 * for names and tags, which are no running text.  RET_BASE may be NULL. */
int words_key(
	struct words *words, struct slice text, struct slice *ret_key, struct slice *ret_base);

/* A place between two grapheme clusters of a run.  Between the cluster before
 * and the one behind it there may stand characters that count for nothing. */
struct cut {
	uint32_t end, end_index;     /* of the cluster before: bytes and code points of the text */
	uint32_t start, start_index; /* of the cluster behind */
	uint32_t key;                /* bytes of the run's key before it */
	bool space;                  /* a zero-width space stands here, or the run ends */
};

/* The n_clusters + 1 cuts of RUN, a word of the last split. */
const struct cut *words_cuts(const struct words *words, const struct word *run);

/* Whether a dictionary (ICU's, root locale) sees a word boundary at the cut
 * with number CUT of RUN.  The run is segmented when this is first asked. */
bool words_is_boundary(struct words *words, const struct word *run, size_t cut);

/* The words of RUN as those dictionaries see them, each as a WORD_RUN. */
int words_segments(
	struct words *words, const struct word *run, const struct word **ret, size_t *ret_n);
