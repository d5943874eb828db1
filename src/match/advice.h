/* match/advice.h: what a query says, as against what was probably meant. */
#pragma once

#include "match/node.h"

struct diags;

/* Refuses a QUERY that only excludes (-EINVAL), and warns of doubtful forms. */
int advice_check(const struct query *query, struct diags *diags);

/* Whether NODE can match only a post that holds one of certain terms: those
 * that an engine files it under. */
bool node_is_anchored(const struct node *node);
