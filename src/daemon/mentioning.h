/* daemon/mentioning.h: one post through all stages.
 *
 * Is it new, who matches it, what does it say, of which story is it, and whom does that
 * alert.
 */
#pragma once

#include "daemon/passage.h"
#include "daemon/turn.h"
#include "dedupe/identity.h"

/* A post that a source brought. */
struct arrival {
	const struct source_settings *source;
	struct post *post;
	const struct post_identity *keys;
	const struct insight *insight; /* what was found ahead; NULL: nothing */
};

/* What is found in a long post ahead of the turn that stores it, which has no time for all
 * of it.  {0} to begin with; all in an arena of the caller, who drops it when the tools
 * change. */
struct insight {
	bool is_known;     /* as it is: there is nothing to look for */
	bool is_completed; /* it has its language and its place */
	bool is_matched;
	struct match *matches;
	size_t n_matches;
	struct sentiment *sentiments; /* of the post, then of each match */
	size_t n_sentiments;          /* so far */
};

/* Whether a post is so long that it is to be looked at ahead. */
bool mentioning_is_long(const struct post *post);

/* One look more at ARRIVAL, whose insight is not used; INSIGHT gets what was found, in
 * ARENA.  1 when there is more to look for, 0 when all is found. */
int mentioning_look_ahead(const struct turn_context *context, const struct arrival *arrival,
	struct arena *arena, struct insight *insight);

/* Takes it from look-up to alerts. */
int mentioning_take_post(struct turn *turn, const struct arrival *arrival);

/* Writes what MATCH found, and raises the alerts that follow from it. */
int mentioning_add(struct turn *turn, const struct passage *passage, const struct match *match);
