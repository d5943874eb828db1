#include "match/parse.h"

#include <assert.h>
#include <errno.h>

#include "match/field.h"
#include "match/operand.h"
#include "match/parser.h"
#include "match/query_limits.h"

static bool starts_operand(enum token_kind kind)
{
	return kind == TOKEN_NOT || token_starts_primary(kind);
}

/* What takes part in NEAR has positions and no condition. */
static bool may_be_near(const struct parser *parser, const struct node *node)
{
	if (node->scope != parser->scope || node->scope & ~SCOPE_FIELDS)
		return false;
	if (node->kind == NODE_NEAR)
		return node->bracketed;
	if (node->kind != NODE_OR)
		return node->kind == NODE_WORDS || node->kind == NODE_WINDOW ||
		       node->kind == NODE_RAW;

	for (size_t i = 0; i < node->n_children; i++)
		if (!may_be_near(parser, node->children[i]))
			return false;
	return true;
}

/* All stretches of what takes part in a NEAR count. */
static void set_inner(struct node *node)
{
	node->inner = true;
	for (size_t i = 0; node->kind == NODE_OR && i < node->n_children; i++)
		set_inner(node->children[i]);
}

static int check_near(const struct parser *parser, struct node *node)
{
	if (may_be_near(parser, node)) {
		set_inner(node);
		return 0;
	}

	/* Of alternatives, the one that has no place here. */
	for (size_t i = 0; node->kind == NODE_OR && i < node->n_children; i++)
		if (!may_be_near(parser, node->children[i]))
			return check_near(parser, node->children[i]);

	return parser_complain(parser, parser_start_of(parser, node),
		"this can't take part in NEAR",
		"NEAR takes words, phrases, and alternatives in parentheses: "
		"(late OR slow) NEAR/5 parcel");
}

/* What stands in parentheses, up to and with the ')'. */
static int parse_group(struct parser *parser, struct node **ret)
{
	const size_t open = parser->token.at;
	const bool in_list = parser->lexer.in_list;
	int r;

	if (parser->depth == QUERY_MAX_DEPTH)
		return parser_complain(parser, open, "parentheses are nested too deeply",
			"64 levels are the limit");

	parser->lexer.in_list = false;
	r = parser_advance(parser);
	if (r < 0)
		return r;
	if (parser->token.kind == TOKEN_CLOSE)
		return parser_complain(parser, open, "there is nothing in these parentheses", NULL);
	if (parser->token.kind == TOKEN_END)
		return parser_complain(parser, open, "this ( is not closed", "add a )");

	parser->depth++;
	r = parse_or(parser, ret);
	parser->depth--;
	if (r < 0)
		return r;
	if (parser->token.kind != TOKEN_CLOSE)
		return parser_complain(parser, open, "this ( is not closed", "add a )");

	(*ret)->source = slice_from(parser->query->text + open, parser->token.end - open);
	(*ret)->bracketed = true;
	parser->lexer.in_list = in_list;
	return parser_advance(parser);
}

/* A token that no operand starts with. */
static int misplaced(const struct parser *parser)
{
	const size_t at = parser->token.at;

	switch (parser->token.kind) {
	case TOKEN_CLOSE:
		return parser_complain(
			parser, at, "this ) closes nothing", "remove it, or add a (");
	case TOKEN_OR:
		return parser_complain(parser, at, "OR needs something on both sides", NULL);
	case TOKEN_AND:
		return parser_complain(parser, at, "AND needs something on both sides", NULL);
	case TOKEN_NEAR:
		return parser_complain(
			parser, at, "NEAR needs something on both sides", "acme NEAR/5 refund");
	case TOKEN_COMMA:
		return parser_complain(parser, at, "something is missing before this comma", NULL);
	default:
		return parser_complain(parser, at, "something is missing here", NULL);
	}
}

int parse_primary(struct parser *parser, struct node **ret)
{
	const size_t at = parser->token.at;

	/* The '@' that people put before an author's name says nothing. */
	if (parser->scope & SCOPE_AUTHOR && parser->token.kind == TOKEN_MENTION)
		parser->token.kind = TOKEN_WORD;
	if (parser->scope & ~SCOPE_FIELDS && parser->token.kind == TOKEN_HASHTAG)
		return parser_complain(parser, at, "a hashtag can't stand inside this field", NULL);

	switch (parser->token.kind) {
	case TOKEN_OPEN:
		return parse_group(parser, ret);
	case TOKEN_WORD:
	case TOKEN_PHRASE:
		return operand_parse_words(parser, ret);
	case TOKEN_HASHTAG:
		return operand_parse_hashtag(parser, ret);
	case TOKEN_MENTION:
		return operand_parse_handle(parser, ret);
	case TOKEN_FIELD:
		return field_parse(parser, ret);
	case TOKEN_REGEX:
		return operand_parse_regex(parser, ret);
	case TOKEN_RAW:
		return operand_parse_raw(parser, at, ret);
	default:
		return misplaced(parser);
	}
}

static int parse_near(struct parser *parser, struct node **ret)
{
	struct node *first = NULL;
	struct node *second = NULL;
	int r = parse_primary(parser, &first);

	*ret = first;
	if (r < 0 || parser->token.kind != TOKEN_NEAR)
		return r;

	const struct token near = parser->token;

	r = check_near(parser, first);
	if (r == 0)
		r = parser_advance(parser);
	if (r < 0)
		return r;
	if (parser->token.kind == TOKEN_NOT)
		return parser_complain(parser, parser->token.at, "NOT can't take part in NEAR",
			"exclude outside of it: (a NEAR/5 b) NOT c");
	if (!token_starts_primary(parser->token.kind))
		return parser_complain(parser, near.at, "NEAR needs something on both sides",
			"acme NEAR/5 refund");

	r = parse_primary(parser, &second);
	if (r == 0)
		r = check_near(parser, second);
	if (r < 0)
		return r;
	if (parser->token.kind == TOKEN_NEAR)
		return parser_complain(parser, parser->token.at, "two NEARs in a row are ambiguous",
			"bracket one of them: (a NEAR/5 b) NEAR/5 c");

	struct node *node = parser_node(parser, NODE_NEAR, parser_start_of(parser, first));
	if (!node)
		return -ENOMEM;

	node->count = near.number;
	node->ordered = near.ordered;
	r = parser_add_child(parser, node, first);
	if (r == 0)
		r = parser_add_child(parser, node, second);
	parser_end_source(parser, node, parser_start_of(parser, second) + second->source.len);
	*ret = node;
	return r;
}

static int parse_not(struct parser *parser, struct node **ret)
{
	const size_t at = parser->token.at;
	struct node *child = NULL;
	int r;

	if (parser->token.kind != TOKEN_NOT)
		return parse_near(parser, ret);

	r = parser_advance(parser);
	if (r < 0)
		return r;
	if (parser->token.kind == TOKEN_NOT)
		return parser_complain(parser, parser->token.at, "NOT NOT is no operator",
			"leave out one of them, or both");
	if (!token_starts_primary(parser->token.kind))
		return parser_complain(parser, at, "NOT needs something behind it", NULL);

	r = parse_near(parser, &child);
	if (r < 0)
		return r;

	struct node *node = parser_node(parser, NODE_NOT, at);
	if (!node)
		return -ENOMEM;

	parser_end_source(parser, node, parser_start_of(parser, child) + child->source.len);
	*ret = node;
	return parser_add_child(parser, node, child);
}

static int parse_and(struct parser *parser, struct node **ret)
{
	struct node *node = NULL;
	struct node *next = NULL;
	int r = parse_not(parser, &node);

	while (r == 0 && (parser->token.kind == TOKEN_AND || starts_operand(parser->token.kind))) {
		const size_t at = parser->token.at;

		if (parser->token.kind == TOKEN_AND) {
			r = parser_advance(parser);
			if (r == 0 && !starts_operand(parser->token.kind))
				r = parser_complain(parser, at, "AND needs something on both sides",
					"quote the word if you search for it: \"AND\"");
		}
		if (r == 0)
			r = parse_not(parser, &next);
		if (r == 0)
			r = parser_join(parser, NODE_AND, &node, next);
	}
	*ret = node;
	return r;
}

int parse_or(struct parser *parser, struct node **ret)
{
	struct node *node = NULL;
	struct node *next = NULL;
	int r = parse_and(parser, &node);

	while (r == 0 && parser->token.kind == TOKEN_OR) {
		const size_t at = parser->token.at;

		r = parser_advance(parser);
		if (r == 0 && !starts_operand(parser->token.kind))
			r = parser_complain(parser, at, "OR needs something on both sides",
				"quote the word if you search for it: \"OR\"");
		if (r == 0)
			r = parse_and(parser, &next);
		if (r == 0)
			r = parser_join(parser, NODE_OR, &node, next);
	}
	*ret = node;
	return r;
}

static size_t count_nodes(const struct node *node)
{
	size_t n = 1;

	assert(node);
	for (size_t i = 0; i < node->n_children; i++)
		n += count_nodes(node->children[i]);

	return n;
}

static void number_nodes(struct query *query, struct node *node)
{
	node->number = query->n_nodes++;
	query->nodes[node->number] = node;
	for (size_t i = 0; i < node->n_children; i++)
		number_nodes(query, node->children[i]);
}

int query_parse(struct query *query, struct diags *diags)
{
	CLEANUP(words_freep) struct words *words = NULL;
	struct parser parser = {
		.lexer = {.text = slice_of(query->text), .diags = diags},
		.query = query,
		.scope = SCOPE_FIELDS,
	};
	int r = words_new(&words);

	parser.words = words;
	if (r == 0)
		r = parser_advance(&parser);
	if (r < 0)
		return r;
	if (parser.token.kind == TOKEN_END)
		return parser_complain(
			&parser, 0, "the query is empty", "write what to search for");

	r = parse_or(&parser, &query->root);
	if (r < 0)
		return r;
	if (parser.token.kind != TOKEN_END)
		return misplaced(&parser);

	query->nodes =
		arena_array(query->arena, count_nodes(query->root), sizeof(const struct node *));
	if (!query->nodes)
		return -ENOMEM;

	number_nodes(query, query->root);
	return 0;
}
