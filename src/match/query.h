/* match/query.h: standing queries, from text to a compiled tree.
 *
 * A query is written by a person and lives as long as the stream that holds
 * it.  Compiling happens once, at load, and explains mistakes; an engine
 * (match/engine.h) then matches posts against any number of queries at once.
 */
#pragma once

#include "base/macro.h"
#include "base/slice.h"
#include "match/query_limits.h"

struct diags;
struct query;

/* Compiles TEXT into *RET, which the caller frees.  Mistakes in TEXT are
 * -EINVAL, and DIAGS (which may be NULL) then says where and why in words
 * meant for whoever wrote the query; doubtful forms are warnings there.
 * Positions are lines and code points of TEXT, from 1; excerpt is the line. */
int query_compile(struct slice text, struct query **ret, struct diags *diags);

void query_free(struct query *query);
DEFINE_CLEANUP(struct query *, query_free);

/* The text that it was compiled from. */
const char *query_text(const struct query *query);

/* Whether the language of a post matters to QUERY. */
bool query_uses_language(const struct query *query);
