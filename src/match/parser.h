/* match/parser.h: what the parts of the parser share: the next token, and the
 * nodes that are made of it.
 *
 * parse.c knows the grammar and its operators, operand.c what is searched for,
 * field.c the fields and their values.  All nodes live in the query's arena.
 */
#pragma once

#include "match/lexer.h"
#include "match/node.h"
#include "text/words.h"

struct parser {
	struct lexer lexer;
	struct token token; /* the next one */
	struct query *query;
	struct words *words;
	size_t depth;
	unsigned int scope;
	const struct filter_row *within; /* the field whose group is parsed, or NULL */
};

int parser_advance(struct parser *parser);

/* Adds a mistake at byte AT; returns -EINVAL.  HINT may be NULL. */
int parser_complain(const struct parser *parser, size_t at, const char *message, const char *hint);

/* A node that starts at byte AT; NULL without memory. */
struct node *parser_node(struct parser *parser, enum node_kind kind, size_t at);
size_t parser_start_of(const struct parser *parser, const struct node *node);
/* NODE was written up to byte END. */
void parser_end_source(const struct parser *parser, struct node *node, size_t end);

int parser_add_child(struct parser *parser, struct node *node, struct node *child);
/* *NODE and what follows it under an operator of KIND; made when there is a
 * second one. */
int parser_join(struct parser *parser, enum node_kind kind, struct node **node, struct node *next);
