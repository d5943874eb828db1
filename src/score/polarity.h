/* score/polarity.h: how good or bad the words of a text are.
 *
 * Each word's valence comes from the lexicon and is changed by what stands
 * around it in its sentence; every change is told in the token's `why'.
 */
#pragma once

#include "score/reading.h"
#include "score/rules.h"

struct polarity {
	double sum;           /* of all valences, as they count */
	double compound;      /* -1 to 1: the sum, drawn in */
	double pos, neu, neg; /* shares of the words */
};

/* Fills the valence of the tokens of READING, and why it is so when they EXPLAIN. -ENOMEM. */
int polarity_weigh(
	const struct rules *rules, struct reading *reading, bool explain, struct arena *arena);

/* Combines the tokens of READING by the weights of UNITS' sentences. */
void polarity_sum(const struct rules *rules, const struct reading *reading,
	const struct units *units, struct polarity *ret);

/* Adds VALENCE, which no word has, to what the words say. */
void polarity_add(const struct rules *rules, double valence, struct polarity *polarity);
