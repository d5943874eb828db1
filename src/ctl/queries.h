/* ctl/queries.h: queries given on the command line, for the filters that use
 * them.
 */
#pragma once

#include <stdbool.h>

#include "base/slice.h"
#include "record/post.h"

struct engine;

/* Streams for an engine. */
struct queries {
	struct engine *engine;
	bool use_language; /* one of them asks for the language of posts */
};

/* Compiles TEXT and adds it as the stream NAME (may be NULL); prints what is
 * wrong or doubtful with it after WHERE ("query", "file, line 3").  -EINVAL. */
int queries_add(struct queries *queries, struct slice text, const char *name, const char *where);

/* Adds a query for each line "name<TAB>query" of the file PATH; prints all
 * mistakes.  -EINVAL. */
int queries_add_file(struct queries *queries, const char *path);

/* Warns of the queries that reached a limit on some posts: where nothing matched
 * there, something may have been missed. */
void queries_report_exceeded(const struct queries *queries);

/* Fills in what matching needs of a post that does not say it. */
void queries_complete(const struct queries *queries, struct post *post, struct arena *arena);
