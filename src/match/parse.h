/* match/parse.h: the text of a query to its tree. */
#pragma once

#include "match/node.h"

struct diags;

/* Parses QUERY's text into its root.  -EINVAL with words in DIAGS. */
int query_parse(struct query *query, struct diags *diags);
