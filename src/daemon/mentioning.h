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
};

/* Takes it from look-up to alerts. */
int mentioning_take_post(struct turn *turn, const struct arrival *arrival);

/* Writes what MATCH found, and raises the alerts that follow from it. */
int mentioning_add(struct turn *turn, const struct passage *passage, const struct match *match);
