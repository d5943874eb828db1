/* score/target.h: what a post says of the names that a stream matched.
 *
 * "Acme is great, unlike Globex" is good for one stream and bad for another.  A
 * clause that names the stream's subject counts; one that names only a rival
 * does not; what is said before "than Acme" counts the other way round for
 * Acme.  The words for that are the lexicon's: see struct entry's `compares'.
 */
#pragma once

#include "score/rules.h"

struct score_request;
struct place;
struct units;

/* Sets the weights of the sentences of a post that is too long to be about the
 * match as a whole: those that hold a hit count, and a little what leads to
 * them and what is said next. */
void target_sentences(
	const struct rules *rules, const struct score_request *request, struct units *units);

/* Sets what the words of the sentence at PLACE count for the stream. */
pass_fn pass_target;

/* Whether the words before the token at TURN speak of the stream's subject and
 * those behind it of a rival, or the other way round. */
bool target_divides(const struct place *place, size_t turn);
