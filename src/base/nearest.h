/* base/nearest.h: "did you mean ...?".
 *
 * For names that a person mistyped: start with the word, offer each known
 * name, take the nearest.
 */
#pragma once

#include "base/slice.h"

struct nearest {
	struct slice word;
	const char *name; /* the best so far; NULL: none is near enough */
	size_t distance;
};

/* WORD must outlive what is returned. */
struct nearest nearest_start(struct slice word);
/* Remembers NAME (not copied) when it is nearer than those before. */
void nearest_offer(struct nearest *nearest, const char *name);

/* Insertions, deletions, substitutions and swaps of neighbours that turn A
 * into B, in bytes and without regard to ASCII case ("optimal string
 * alignment", Damerau 1964).  What is longer than 64 bytes is far from
 * everything. */
size_t edit_distance(struct slice a, struct slice b);
