/* daemon/rescoring.h: mentions, scored again by the lexicons and rules of today.
 *
 * A turn takes the next mentions by number; what it writes is committed with it.
 * What a person has said stays, and what is old alerts nobody
 * (daemon/applying.h has the same rule).
 */
#pragma once

#include "daemon/turn.h"

/* Mentions on their way through the lexicons of today. */
struct rescoring {
	const char *stream; /* NULL: all */
	int64_t since_us;   /* fetched */
	int64_t after_id;   /* where it is; starts at 0 */
	bool dry_run;       /* only counts; the store may be one for reading */
	/* Told of each mention whose score is another now, before it is committed; or
	 * NULL. */
	void (*on_change)(const struct item *was, const struct sentiment *now, void *userdata);
	void *userdata;

	size_t n_mentions, n_changed; /* so far */
};

/* Scores some more mentions again, the oldest first, in one turn.  What a person has
 * said stays, and only rules with max_age alert.  1: there is more to do, 0: all is
 * done. */
int rescoring_step(const struct turn_context *context, struct rescoring *rescoring);
