/* text/language_romanised.h: languages of other scripts, in Latin letters.
 *
 * Mongolian, Gujarati and Armenian customers often write so, each as they like,
 * and no statistics exist: neither our table nor CLD2 knows them, and both take
 * them for something else.  A few words that are in every other sentence tell.
 */
#pragma once

#include "base/slice.h"

enum { N_ROMANISED = 3 };

/* What has been read; starts as {0}. */
struct romanised_reading {
	size_t n_words, hits[N_ROMANISED];
};

/* Counts the words of CHUNK, which holds no white space. */
void romanised_add(struct romanised_reading *reading, struct slice chunk);

/* The tag ("mn-Latn") of the language that the words tell, in static memory;
 * NULL when they do not. */
const char *romanised_guess(const struct romanised_reading *reading);
