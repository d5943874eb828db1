/* text/language_latin.h: languages that share the Latin letters, told apart.
 *
 * Naive Bayes over letters, pairs, triples and words, for the languages that
 * the scorer has lexicons of, Hindi in Latin letters among them.  The weights
 * are compiled in: made by tools/fit-languages, the same for everybody.  What
 * the text is if it is none of these languages is not known here.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { N_LATIN_LANGUAGES = 8 };

/* What has been read; starts as {0}. */
struct latin_reading {
	int32_t sums[N_LATIN_LANGUAGES]; /* of the characters of the table */
	uint32_t trail, whole;           /* the last letters of the word, and all of them */
	size_t n_letters, n_words;
	size_t n_foreign; /* letters that none of the languages writes */
};

/* Weight and lead are means over the features, in 1/16 of natural logarithm. */
struct latin_guess {
	const char *tag; /* BCP 47, in static memory; NULL: nothing was read */
	double weight;   /* how much likelier the text is in it than in all of them together */
	double lead;     /* and than in the next best */
	double n_features;
	size_t n_words;
	double foreign; /* share of letters that none of the languages writes */
};

bool is_latin_letter(uint32_t code_point);

/* LETTER is a Latin one in lower case. */
void latin_add_letter(struct latin_reading *reading, uint32_t letter);
/* What follows is another word; nothing when no letter came since the last. */
void latin_end_word(struct latin_reading *reading);

/* Whether TAG is one of the languages that a guess can name. */
bool latin_knows(const char *tag);

/* After the end of the last word. */
void latin_guess(const struct latin_reading *reading, struct latin_guess *ret);
