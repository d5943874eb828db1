#include "match/field.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/nearest.h"
#include "base/str.h"
#include "match/filters.h"
#include "match/operand.h"
#include "match/parse.h"
#include "match/parser.h"
#include "match/terms.h"

enum { MESSAGE_MAX_BYTES = 512 };

/* A mistake about the field: BEFORE, its name and colon, AFTER. */
static int complain_field(const struct parser *parser, const struct token *field,
	const char *before, const char *after, const char *hint)
{
	char text[MESSAGE_MAX_BYTES];

	snprintf(text, sizeof(text), "%s%.*s:%s", before, (int)MIN(field->content.len, (size_t)64),
		field->content.ptr, after);
	return parser_complain(parser, field->at, text, hint);
}

static int bad_value(
	const struct parser *parser, const struct token *field, const struct filter_row *row)
{
	char hint[MESSAGE_MAX_BYTES];

	snprintf(hint, sizeof(hint), "for example %s", row->expects);
	return complain_field(parser, field, "", " can't have this value", hint);
}

/* "raw:x", "raw:\"x y\"". */
static int parse_raw_value(struct parser *parser, const struct token *field,
	const struct filter_row *row, struct node **ret)
{
	const int r = lexer_next_value(&parser->lexer, &parser->token);

	if (r < 0)
		return r;
	if (parser->token.kind != TOKEN_WORD && parser->token.kind != TOKEN_PHRASE)
		return bad_value(parser, field, row);

	return operand_parse_raw(parser, field->at, ret);
}

/* "title:", "author:": the next primary is looked for there. */
static int parse_scope(struct parser *parser, const struct token *field,
	const struct filter_row *row, struct node **ret)
{
	const struct filter_row *within = parser->within;
	const unsigned int scope = parser->scope;
	int r = parser_advance(parser);

	if (r < 0)
		return r;

	parser->within = row;
	parser->scope = row->scope;
	r = token_starts_primary(parser->token.kind) ? parse_primary(parser, ret)
						     : bad_value(parser, field, row);
	parser->within = within;
	parser->scope = scope;
	if (r == 0) {
		const size_t end = parser_start_of(parser, *ret) + (*ret)->source.len;

		(*ret)->filter = row;
		(*ret)->at = field->at;
		(*ret)->source = slice_from(parser->query->text + field->at, end - field->at);
	}
	return r;
}

/* The value VALUE of the field ROW as a node. */
static int make_filter(struct parser *parser, const struct filter_row *row,
	const struct token *value, struct node **ret)
{
	struct arena *arena = parser->query->arena;
	struct term_problem problem;
	struct node *node = parser_node(parser, row->parse ? NODE_FILTER : NODE_WORDS, value->at);
	const char *text = terms_unescape(arena, value->content);
	int r;

	if (!node || !text)
		return -ENOMEM;

	node->filter = row;
	if (row->parse) {
		r = row->parse(node, slice_trim(slice_of(text)), arena);
	} else {
		node->scope = row->scope;
		r = terms_of_words(parser->words, arena, value->content, node, &problem);
	}
	parser_end_source(parser, node, value->end);
	*ret = node;
	return r;
}

static int parse_value(struct parser *parser, const struct token *field,
	const struct filter_row *row, struct node **ret)
{
	if (parser->token.kind != TOKEN_WORD && parser->token.kind != TOKEN_PHRASE)
		return bad_value(parser, field, row);

	const int r = make_filter(parser, row, &parser->token, ret);

	return r == -EINVAL ? bad_value(parser, field, row) : r;
}

/* (v OR v ...): the '(' is the token. */
static int parse_value_group(struct parser *parser, const struct token *field,
	const struct filter_row *row, struct node **ret)
{
	const size_t open = parser->token.at;
	struct node *node = NULL;
	struct node *next = NULL;

	for (;;) {
		int r = lexer_next_value(&parser->lexer, &parser->token);

		if (r == 0 && parser->token.kind == TOKEN_CLOSE && !node)
			return parser_complain(
				parser, open, "there is nothing in these parentheses", NULL);
		if (r == 0)
			r = parse_value(parser, field, row, &next);
		if (r == 0 && node)
			r = parser_join(parser, NODE_OR, &node, next);
		if (r == 0)
			r = parser_advance(parser);
		if (r < 0)
			return r;

		node = node ? node : next;
		if (parser->token.kind != TOKEN_OR)
			break;
	}
	if (parser->token.kind == TOKEN_END)
		return parser_complain(parser, open, "this ( is not closed", "add a )");
	if (parser->token.kind != TOKEN_CLOSE)
		return complain_field(parser, field, "",
			" takes one value, or several joined by OR", row->expects);

	assert(node);
	node->bracketed = true;
	*ret = node;
	return 0;
}

/* Values of "site:", "near:" and the like; the source starts at the field. */
static int parse_filter(struct parser *parser, const struct token *field,
	const struct filter_row *row, struct node **ret)
{
	struct node *node = NULL;
	int r = lexer_next_value(&parser->lexer, &parser->token);

	if (r < 0)
		return r;

	if (parser->token.kind == TOKEN_OPEN && row->form == FORM_NUMBERS) {
		const size_t open = parser->token.at;

		if (lexer_next_brackets(&parser->lexer, &parser->token) < 0)
			return parser_complain(parser, open, "this ( is not closed", "add a )");
		r = parse_value(parser, field, row, &node);
	} else if (parser->token.kind == TOKEN_OPEN) {
		r = parse_value_group(parser, field, row, &node);
	} else {
		r = parse_value(parser, field, row, &node);
	}
	if (r < 0)
		return r;

	assert(node);
	node->filter = row;
	node->at = field->at;
	node->source = slice_from(parser->query->text + field->at, parser->token.end - field->at);
	*ret = node;
	return parser_advance(parser);
}

static int unknown_field(const struct parser *parser, const struct token *field)
{
	struct nearest nearest = nearest_start(field->content);
	const struct filter_row *row;
	char hint[MESSAGE_MAX_BYTES];

	for (size_t i = 0; (row = filter_at(i)); i++)
		nearest_offer(&nearest, row->name);

	if (nearest.name)
		snprintf(hint, sizeof(hint), "did you mean %s: ?", nearest.name);
	else
		snprintf(hint, sizeof(hint), "put it in quotes to search for it: \"%.*s:...\"",
			(int)MIN(field->content.len, (size_t)64), field->content.ptr);
	return complain_field(parser, field, "there is no field ", "", hint);
}

/* The sub-queries of an atleast, between '(' (the token) and ')'. */
static int parse_list(struct parser *parser, struct node *list)
{
	const size_t open = parser->token.at;
	struct node *child = NULL;
	int r;

	parser->lexer.in_list = true;
	do {
		r = parser_advance(parser);
		if (r == 0 &&
			(parser->token.kind == TOKEN_COMMA || parser->token.kind == TOKEN_CLOSE))
			r = parser_complain(parser, parser->token.at,
				"something is missing before this",
				"atleast:2(late, broken, refund)");
		if (r == 0)
			r = parse_or(parser, &child);
		if (r == 0)
			r = parser_add_child(parser, list, child);
		if (r < 0)
			return r;
	} while (parser->token.kind == TOKEN_COMMA);

	if (parser->token.kind != TOKEN_CLOSE)
		return parser_complain(parser, open, "this ( is not closed", "add a )");

	parser_end_source(parser, list, parser->token.end);
	return 0;
}

/* "atleast:2(a, b, c)". */
static int parse_atleast(struct parser *parser, const struct token *field,
	const struct filter_row *row, struct node **ret)
{
	const bool in_list = parser->lexer.in_list;
	struct node *node = parser_node(parser, NODE_ATLEAST, field->at);
	int64_t count = 0;
	int r = node ? lexer_next_value(&parser->lexer, &parser->token) : -ENOMEM;

	if (r < 0)
		return r;
	if (parser->token.kind != TOKEN_WORD || !slice_to_int64(parser->token.content, &count))
		return bad_value(parser, field, row);

	r = parser_advance(parser);
	if (r == 0 && parser->token.kind != TOKEN_OPEN)
		r = bad_value(parser, field, row);
	if (r == 0)
		r = parse_list(parser, node);
	if (r < 0)
		return r;
	if (count < 1 || (size_t)count > node->n_children)
		return complain_field(parser, field, "",
			" needs a number from 1 to that of the listed queries", row->expects);

	parser->lexer.in_list = in_list;
	node->count = (size_t)count;
	*ret = node;
	return parser_advance(parser);
}

int field_parse(struct parser *parser, struct node **ret)
{
	const struct token field = parser->token;
	const struct filter_row *row = filter_find(field.content);

	if (!row)
		return unknown_field(parser, &field);
	if (parser->within)
		return complain_field(
			parser, &field, "", " can't stand inside another field", NULL);

	switch (row->form) {
	case FORM_SCOPE:
		return parse_scope(parser, &field, row, ret);
	case FORM_VALUES:
	case FORM_NUMBERS:
		return parse_filter(parser, &field, row, ret);
	case FORM_LIST:
		return parse_atleast(parser, &field, row, ret);
	case FORM_RAW:
		return parse_raw_value(parser, &field, row, ret);
	default:
		return complain_field(parser, &field, "", " is not supported yet", NULL);
	}
}
