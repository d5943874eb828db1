/* match/field.h: fields of a query and their values, by the table of
 * match/filters.h.
 */
#pragma once

struct node;
struct parser;

/* Reads the field whose name the parser's token is, with its value.  -EINVAL
 * with words in the diags. */
int field_parse(struct parser *parser, struct node **ret);
