/* store/lookup.h: a search as expressions for the full-text tables.
 *
 * What they find is a little more than what is searched, never less: posts
 * whose words are not written yet, or could not all be, count as found.  Inside of
 * store/ only.
 */
#pragma once

#include "record/search.h"
#include "store/sql.h"

/* Stands among the words of a post that could not all be written. */
#define LOOKUP_UNWRITTEN "\xEF\xA3\xBF" /* U+F8FF, of the private use area */

struct lookup {
	struct arena *arena;
	bool is_narrow;           /* else all posts are to be looked at */
	const char *words, *runs; /* for post_words and post_runs */
};

/* SEARCH NULL: everything.  The texts must live as long as they are bound.
 * -ENOMEM. */
int lookup_make(struct store *store, const struct search *search, struct lookup *ret);
/* The values of a statement whose last two are words and runs: without them where
 * LOOKUP is not narrow, and its statement has no place for them. */
struct values lookup_values(const struct lookup *lookup, struct values values);
/* For CLEANUP(). */
void lookup_done(struct lookup *lookup);

/* Whether post P is found, as a condition with LOOKUP_VALUES() at the numbers of
 * words and runs.  Only mentions are in the tables. */
#define LOOKUP_FINDS(post, words, runs)                                                            \
	"(" post " IN (SELECT rowid FROM post_words WHERE post_words MATCH " words ")"             \
	" OR " post " IN (SELECT rowid FROM post_runs WHERE post_runs MATCH " runs ")"             \
	" OR " post " IN (SELECT post_id FROM search_todo))"
