/* match/parse.h: the text of a query to its tree.
 *
 *	or = and { OR and };  and = not { [AND] not };  not = [NOT] near;
 *	near = primary [ NEAR/n primary ]
 */
#pragma once

#include "match/node.h"

struct diags;
struct parser;

/* Parses QUERY's text into its root.  -EINVAL with words in DIAGS. */
int query_parse(struct query *query, struct diags *diags);

/* One level of the grammar, for what stands inside fields and lists. */
int parse_or(struct parser *parser, struct node **ret);
int parse_primary(struct parser *parser, struct node **ret);
