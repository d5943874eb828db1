/* record/mention.h: one post matched by one stream. */
#pragma once

#include "record/post.h"

/* One occurrence of a term of a query.  Offsets are code points of the field
 * as it came in. */
struct hit {
	enum field field;
	size_t start, end;
	const char *text; /* what stands there */
	const char *term; /* the query's term that it satisfies, as written */
};

struct match {
	const char *stream; /* name; NULL for a query without one */
	struct hit *hits;   /* by field, then start; none when only filters matched */
	size_t n_hits;
};

/* [{"stream"?, "field", "start", "end", "text"}] of all N matches.  -ENOMEM. */
int matches_to_json(const struct match *matches, size_t n, json_t **ret);
