/* match/necessity.h: which parts of a query a match hangs on. */
#pragma once

#include "match/evaluate.h"

/* Whether QUERY, which RESULTS (by number, of all nodes) say matches, would not if
 * NODE did not. */
bool necessity_of(const struct query *query, const struct result *results, const struct node *node);
