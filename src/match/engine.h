/* match/engine.h: which streams mention a post.
 *
 * Ten thousand standing queries cost little more than ten: each query is filed
 * under the terms without which it can't match, a post is analysed once, and
 * only queries filed under a term of the post are evaluated.  Streams come and
 * go while posts flow.
 *
 * An engine is for one thread.  Matching allocates from the caller's arena and
 * from buffers that the engine keeps.
 */
#pragma once

#include "base/macro.h"
#include "record/mention.h"

struct engine;
struct query;

int engine_new(struct engine **ret);
void engine_free(struct engine *engine);
DEFINE_CLEANUP(struct engine *, engine_free);

/* Adds the stream NAME (NULL for a single query without one); QUERY is taken,
 * also on failure.  -EEXIST, -ENOMEM. */
int engine_add(struct engine *engine, const char *name, struct query *query);
/* -ENOENT. */
int engine_remove(struct engine *engine, const char *name);

/* All streams that match POST, in order of addition, with their hits; arrays
 * and strings are in ARENA.  -ENOMEM, -EMSGSIZE for texts above 64 MiB. */
int engine_match(struct engine *engine, const struct post *post, struct arena *arena,
	struct match **ret, size_t *ret_n);

/* A stream that reached a limit while it was matched, a regular expression that
 * explodes above all, so that matches may be missing; *RET_N posts since it was
 * last told.  false when there is no other one. */
bool engine_take_exceeded(struct engine *engine, const char **ret_stream, uint64_t *ret_n);

/* One node of a query's tree with its verdict on a post. */
struct verdict {
	unsigned int depth; /* 0 is the whole query */
	const char *label;  /* the operator or the term as written */
	const char *source; /* the part of the query, with all its parentheses */
	bool matched;
	bool is_needed;         /* the query matches, and would not without this */
	const struct hit *hits; /* where; by field, then start */
	size_t n_hits;
};

struct verdicts {
	struct verdict *items;
	size_t n;
};

/* The tree of the stream NAME, depth first, as POST fulfils it or not; in
 * ARENA.  -ENOENT, and as engine_match(). */
int engine_explain(struct engine *engine, const char *name, const struct post *post,
	struct arena *arena, struct verdicts *ret);
