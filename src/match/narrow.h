/* match/narrow.h: what of a query an index of words can answer. */
#pragma once

#include "base/arena.h"
#include "match/query.h"
#include "record/search.h"

/* What stands in each post that QUERY matches, in ARENA with texts of the query;
 * *RET is NULL when no words must: then all posts are to be looked at.
 * -ENOMEM. */
int query_narrow(const struct query *query, struct arena *arena, const struct search **ret);
