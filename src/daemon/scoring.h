/* daemon/scoring.h: what a post says, as a whole and for each stream that matched it. */
#pragma once

#include "daemon/passage.h"
#include "daemon/turn.h"

/* Scores the post as a whole. */
int scoring_score_post(const struct turn *turn, struct passage *passage);

/* Scores it for the stream of MATCH, which is configured, with reasons; what the
 * passage's other matches are about is told apart. */
int scoring_score_mention(const struct turn *turn, const struct passage *passage,
	const struct match *match, struct sentiment *ret);
