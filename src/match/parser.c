#include "match/parser.h"

#include <errno.h>

int parser_advance(struct parser *parser)
{
	return lexer_next(&parser->lexer, &parser->token);
}

int parser_complain(const struct parser *parser, size_t at, const char *message, const char *hint)
{
	return lexer_complain(&parser->lexer, at, message, hint);
}

struct node *parser_node(struct parser *parser, enum node_kind kind, size_t at)
{
	struct node *node = arena_alloc(parser->query->arena, sizeof(*node));

	if (!node)
		return NULL;

	node->kind = kind;
	node->at = at;
	node->scope = parser->scope;
	node->source = slice_from(parser->query->text + at, 0);
	return node;
}

size_t parser_start_of(const struct parser *parser, const struct node *node)
{
	return (size_t)(node->source.ptr - parser->query->text);
}

void parser_end_source(const struct parser *parser, struct node *node, size_t end)
{
	node->source.len = end - parser_start_of(parser, node);
}

int parser_add_child(struct parser *parser, struct node *node, struct node *child)
{
	const size_t n = node->n_children;

	/* Room is a power of two, so the count says when it is full. */
	if ((n & (n - 1)) == 0) {
		struct node **grown = arena_grow(parser->query->arena, node->children, n,
			MAX(n * 2, (size_t)1), sizeof(struct node *));

		if (!grown)
			return -ENOMEM;
		node->children = grown;
	}
	node->children[node->n_children++] = child;
	return 0;
}

int parser_join(struct parser *parser, enum node_kind kind, struct node **node, struct node *next)
{
	struct node *first = *node;
	int r = 0;

	/* A node of the same kind in brackets stays one of its own. */
	if (first->kind != kind || first->bracketed) {
		*node = parser_node(parser, kind, parser_start_of(parser, first));
		r = *node ? parser_add_child(parser, *node, first) : -ENOMEM;
	}
	if (r == 0)
		r = parser_add_child(parser, *node, next);
	if (r == 0)
		parser_end_source(parser, *node, parser_start_of(parser, next) + next->source.len);
	return r;
}
