/* match/evaluate.h: the verdict of a query's tree on a post that was read.
 *
 * An evaluation keeps its buffers from one query to the next; its results hold
 * until then.
 */
#pragma once

#include "match/node.h"
#include "match/reading.h"
#include "record/mention.h"

/* Of one node. */
struct result {
	bool matched;
	uint32_t first, n; /* its stretches, in the evaluation's spans */
};

struct evaluation {
	struct reading *reading;
	struct result *results; /* by number of the node */
	size_t room_results;
	struct span *spans;
	size_t n_spans, room_spans;
	uint32_t *cursors; /* scratch */
	size_t room_cursors;
	bool whole;        /* look at every node, for explaining */
	size_t n_exceeded; /* limits that were reached, so that a match may be missing;
			    * its owner resets it */
};

void evaluation_done(struct evaluation *evaluation);

/* Puts SPAN on top of the spans.  -ENOMEM. */
int evaluation_push(struct evaluation *evaluation, const struct span *span);

/* 1 when QUERY matches the post of the reading, 0 when it does not, -ENOMEM. */
int evaluate(struct evaluation *evaluation, const struct query *query);

struct hits {
	struct hit *items;
	size_t n;
};

/* The hits of NODE of QUERY and of what is below it, as the last evaluation
 * left them: sorted, each stretch once, the first 1,000, in ARENA.  -ENOMEM. */
int evaluation_hits(struct evaluation *evaluation, const struct query *query,
	const struct node *node, struct arena *arena, struct hits *ret);
