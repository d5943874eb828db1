/* match/terms.h: what a person writes as a word, as terms to look for. */
#pragma once

#include "match/node.h"
#include "text/words.h"

/* What is wrong with a word. */
struct term_problem {
	const char *message, *hint;
	bool is_whole; /* the content as a whole */
	size_t at;     /* bytes into the content, where the wrong word starts */
};

/* Analyses CONTENT (backslashes in place, '*' and '?' as wildcards) into
 * NODE's wanted terms, which stand side by side.  -EINVAL and *PROBLEM. */
int terms_of_words(struct words *words, struct arena *arena, struct slice content,
	struct node *node, struct term_problem *problem);

/* The same for the one term of a hashtag, CONTENT without its sign. */
int terms_of_hashtag(struct words *words, struct arena *arena, struct slice content,
	struct node *node, struct term_problem *problem);

/* CONTENT without its backslashes, in ARENA; NULL without memory. */
const char *terms_unescape(struct arena *arena, struct slice content);

/* In a pattern: any run of characters, and exactly one code point. */
enum { TERM_ANY = 1, TERM_ONE = 2 };

/* How many code points TERM_ANY stands for at most inside a run, which may be a
 * whole sentence. */
enum { TERM_ANY_IN_RUN = 32 };

/* Whether TEXT fits PATTERN with its wildcards. */
bool term_fits(struct slice pattern, struct slice text);

/* Whether the word WORD, no run, is what WANTED looks for. */
bool term_is_word(const struct wanted *wanted, const struct word *word);

/* The number of the cut where the run's part that WANTED looks for ends when
 * it starts at the cut START of RUN; 0 when it does not. */
size_t term_end_in_run(
	const struct wanted *wanted, struct words *words, const struct word *run, size_t start);
