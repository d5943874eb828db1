#include "match/parse.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/diags.h"
#include "base/nearest.h"
#include "base/str.h"
#include "match/filters.h"
#include "match/lexer.h"
#include "match/regex.h"
#include "match/terms.h"
#include "match/window.h"
#include "text/entities.h"

enum { MESSAGE_MAX_BYTES = 512 };

/* or = and { OR and };  and = not { [AND] not };  not = [NOT] near;
 * near = primary [ NEAR/n primary ]. */
struct parser {
	struct lexer lexer;
	struct token token; /* the next one */
	struct query *query;
	struct words *words;
	size_t depth;
	unsigned int scope;
	const struct filter_row *within; /* the field whose group is parsed, or NULL */
};

static int parse_or(struct parser *parser, struct node **ret);
static int parse_primary(struct parser *parser, struct node **ret);

static int advance(struct parser *parser)
{
	return lexer_next(&parser->lexer, &parser->token);
}

static int complain(const struct parser *parser, size_t at, const char *message, const char *hint)
{
	return lexer_complain(&parser->lexer, at, message, hint);
}

static struct node *new_node(struct parser *parser, enum node_kind kind, size_t at)
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

static size_t start_of(const struct parser *parser, const struct node *node)
{
	return (size_t)(node->source.ptr - parser->query->text);
}

/* NODE was written up to byte END. */
static void end_source(const struct parser *parser, struct node *node, size_t end)
{
	node->source.len = end - start_of(parser, node);
}

static int add_child(struct parser *parser, struct node *node, struct node *child)
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

/* FIRST and what follows it under an operator of KIND; made when there is a
 * second one. */
static int join(struct parser *parser, enum node_kind kind, struct node **node, struct node *next)
{
	struct node *first = *node;
	int r = 0;

	/* A node of the same kind in brackets stays one of its own. */
	if (first->kind != kind || first->bracketed) {
		*node = new_node(parser, kind, start_of(parser, first));
		r = *node ? add_child(parser, *node, first) : -ENOMEM;
	}
	if (r == 0)
		r = add_child(parser, *node, next);
	if (r == 0)
		end_source(parser, *node, start_of(parser, next) + next->source.len);
	return r;
}

static bool starts_primary(enum token_kind kind)
{
	return kind == TOKEN_OPEN || kind >= TOKEN_WORD;
}

static bool starts_operand(enum token_kind kind)
{
	return kind == TOKEN_NOT || starts_primary(kind);
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

static int check_near(const struct parser *parser, const struct node *node)
{
	if (may_be_near(parser, node))
		return 0;

	/* Of alternatives, the one that has no place here. */
	for (size_t i = 0; node->kind == NODE_OR && i < node->n_children; i++)
		if (!may_be_near(parser, node->children[i]))
			return check_near(parser, node->children[i]);

	return complain(parser, start_of(parser, node), "this can't take part in NEAR",
		"NEAR takes words, phrases, and alternatives in parentheses: "
		"(late OR slow) NEAR/5 parcel");
}

/* A mistake about the field: BEFORE, its name and colon, AFTER. */
static int complain_field(const struct parser *parser, const struct token *field,
	const char *before, const char *after, const char *hint)
{
	char text[MESSAGE_MAX_BYTES];

	snprintf(text, sizeof(text), "%s%.*s:%s", before, (int)MIN(field->content.len, (size_t)64),
		field->content.ptr, after);
	return complain(parser, field->at, text, hint);
}

static int bad_value(
	const struct parser *parser, const struct token *field, const struct filter_row *row)
{
	char hint[MESSAGE_MAX_BYTES];

	snprintf(hint, sizeof(hint), "for example %s", row->expects);
	return complain_field(parser, field, "", " can't have this value", hint);
}

static int parse_words(struct parser *parser, struct node **ret)
{
	const struct token token = parser->token;
	struct term_problem problem = {0};
	struct node *node = new_node(parser, token.has_number ? NODE_WINDOW : NODE_WORDS, token.at);

	if (!node)
		return -ENOMEM;
	if (token.has_number && parser->scope & ~SCOPE_FIELDS)
		return complain(parser, token.at, "\"...\"~n can't stand inside this field", NULL);
	node->count = token.number;

	int r = terms_of_words(parser->words, parser->query->arena, token.content, node, &problem);
	if (r == -EINVAL)
		return complain(parser,
			problem.at + (size_t)(token.content.ptr - parser->query->text) -
				(problem.at == 0 && token.kind == TOKEN_PHRASE),
			problem.message, problem.hint);
	if (r < 0)
		return r;

	if (node->kind == NODE_WINDOW && node->n_wanted > WINDOW_WORDS_MAX)
		return complain(parser, token.at, "\"...\"~n takes at most 16 words", NULL);

	end_source(parser, node, token.end);
	*ret = node;
	return advance(parser);
}

/* {BT}: VALUE is the token; the source starts at byte AT. */
static int make_raw(struct parser *parser, size_t at, struct node **ret)
{
	struct arena *arena = parser->query->arena;
	const struct token value = parser->token;
	struct node *node = new_node(parser, NODE_RAW, at);
	struct wanted *wanted = arena_alloc(arena, sizeof(*wanted));
	const char *text = terms_unescape(arena, value.content);

	if (!node || !wanted || !text)
		return -ENOMEM;
	if (slice_trim(slice_of(text)).len == 0)
		return complain(parser, at, "there is nothing to search for in this", "{BT}");
	if (parser->scope & ~SCOPE_FIELDS)
		return complain(parser, at, "{...} can't stand inside this field", NULL);

	*wanted = (struct wanted){.kind = TERM_RAW, .key = slice_of(text), .n_clusters = 1};
	node->wanted = wanted;
	node->n_wanted = 1;
	end_source(parser, node, value.end);
	*ret = node;
	return advance(parser);
}

/* "raw:x", "raw:\"x y\"". */
static int parse_raw(struct parser *parser, const struct token *field, const struct filter_row *row,
	struct node **ret)
{
	const int r = lexer_next_value(&parser->lexer, &parser->token);

	if (r < 0)
		return r;
	if (parser->token.kind != TOKEN_WORD && parser->token.kind != TOKEN_PHRASE)
		return bad_value(parser, field, row);

	return make_raw(parser, field->at, ret);
}

static int parse_regex(struct parser *parser, struct node **ret)
{
	const struct token token = parser->token;
	struct regex_problem problem = {0};
	struct node *node = new_node(parser, NODE_REGEX, token.at);
	int r = node ? 0 : -ENOMEM;

	if (r == 0 && token.content.len == 0)
		return complain(parser, token.at, "this regular expression is empty", NULL);
	if (r == 0)
		r = regex_compile(token.content, token.flags, &node->regex, &problem);
	if (r == -EINVAL) {
		const struct slice part = problem.in_flags ? token.flags : token.content;

		return complain(parser, (size_t)(part.ptr - parser->query->text) + problem.at,
			problem.message, "the flags are i, m, s and x");
	}
	if (r < 0)
		return r;

	/* From here on the query frees it, whatever becomes of the node. */
	node->next_regex = parser->query->regexes;
	parser->query->regexes = node;
	end_source(parser, node, token.end);
	*ret = node;
	return advance(parser);
}

/* Whether TOKEN is an entity of KIND as a whole. */
static bool is_entity(
	const struct parser *parser, const struct token *token, enum entity_kind kind, bool prefix)
{
	const size_t len = token->end - token->at - prefix;
	const struct slice text = slice_from(parser->query->text + token->at, len);
	struct entity entity;
	size_t position = 0;

	return entities_next(text, &position, &entity) && entity.kind == kind &&
	       entity.start == 0 && entity.end == len;
}

static int parse_hashtag(struct parser *parser, struct node **ret)
{
	const struct token token = parser->token;
	const struct slice content = token.content;
	const bool prefix = content.len > 0 && content.ptr[content.len - 1] == '*';
	struct term_problem problem = {0};
	struct node *node = new_node(parser, NODE_ENTITY, token.at);

	if (!node)
		return -ENOMEM;
	if (!is_entity(parser, &token, ENTITY_HASHTAG, prefix))
		return complain(parser, token.at, "this is no hashtag",
			"a hashtag has letters, digits and _, at least one letter: #brand, "
			"#brand*");

	const int r =
		terms_of_hashtag(parser->words, parser->query->arena, content, node, &problem);
	if (r == -EINVAL)
		return complain(parser, token.at, problem.message, problem.hint);
	if (r < 0)
		return r;

	end_source(parser, node, token.end);
	*ret = node;
	return advance(parser);
}

static int parse_mention(struct parser *parser, struct node **ret)
{
	const struct token token = parser->token;
	struct node *node = new_node(parser, NODE_ENTITY, token.at);
	struct wanted *wanted = arena_alloc(parser->query->arena, sizeof(*wanted));
	char *name = arena_copy(parser->query->arena, token.content);

	if (!node || !wanted || !name)
		return -ENOMEM;
	if (!is_entity(parser, &token, ENTITY_HANDLE, false))
		return complain(parser, token.at, "this is no handle",
			"a handle has ASCII letters, digits and _: @brand, "
			"@brand@mastodon.example");

	for (char *c = name; *c; c++)
		*c = to_lower(*c);
	*wanted = (struct wanted){.kind = TERM_HANDLE, .key = slice_of(name), .n_clusters = 1};
	node->wanted = wanted;
	node->n_wanted = 1;
	end_source(parser, node, token.end);
	*ret = node;
	return advance(parser);
}

/* What stands in parentheses, up to and with the ')'. */
static int parse_group(struct parser *parser, struct node **ret)
{
	const size_t open = parser->token.at;
	const bool in_list = parser->lexer.in_list;
	int r;

	if (parser->depth == QUERY_MAX_DEPTH)
		return complain(parser, open, "parentheses are nested too deeply",
			"64 levels are the limit");

	parser->lexer.in_list = false;
	r = advance(parser);
	if (r < 0)
		return r;
	if (parser->token.kind == TOKEN_CLOSE)
		return complain(parser, open, "there is nothing in these parentheses", NULL);
	if (parser->token.kind == TOKEN_END)
		return complain(parser, open, "this ( is not closed", "add a )");

	parser->depth++;
	r = parse_or(parser, ret);
	parser->depth--;
	if (r < 0)
		return r;
	if (parser->token.kind != TOKEN_CLOSE)
		return complain(parser, open, "this ( is not closed", "add a )");

	(*ret)->source = slice_from(parser->query->text + open, parser->token.end - open);
	(*ret)->bracketed = true;
	parser->lexer.in_list = in_list;
	return advance(parser);
}

/* "title:", "author:": the next primary is looked for there. */
static int parse_scope(struct parser *parser, const struct token *field,
	const struct filter_row *row, struct node **ret)
{
	const struct filter_row *within = parser->within;
	const unsigned int scope = parser->scope;
	int r = advance(parser);

	if (r < 0)
		return r;

	parser->within = row;
	parser->scope = row->scope;
	r = starts_primary(parser->token.kind) ? parse_primary(parser, ret)
					       : bad_value(parser, field, row);
	parser->within = within;
	parser->scope = scope;
	if (r == 0) {
		const size_t end = start_of(parser, *ret) + (*ret)->source.len;

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
	struct node *node = new_node(parser, row->parse ? NODE_FILTER : NODE_WORDS, value->at);
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
	end_source(parser, node, value->end);
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
			return complain(
				parser, open, "there is nothing in these parentheses", NULL);
		if (r == 0)
			r = parse_value(parser, field, row, &next);
		if (r == 0 && node)
			r = join(parser, NODE_OR, &node, next);
		if (r == 0)
			r = advance(parser);
		if (r < 0)
			return r;

		node = node ? node : next;
		if (parser->token.kind != TOKEN_OR)
			break;
	}
	if (parser->token.kind == TOKEN_END)
		return complain(parser, open, "this ( is not closed", "add a )");
	if (parser->token.kind != TOKEN_CLOSE)
		return complain_field(parser, field, "",
			" takes one value, or several joined by OR", row->expects);

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
			return complain(parser, open, "this ( is not closed", "add a )");
		r = parse_value(parser, field, row, &node);
	} else if (parser->token.kind == TOKEN_OPEN) {
		r = parse_value_group(parser, field, row, &node);
	} else {
		r = parse_value(parser, field, row, &node);
	}
	if (r < 0)
		return r;

	node->filter = row;
	node->at = field->at;
	node->source = slice_from(parser->query->text + field->at, parser->token.end - field->at);
	*ret = node;
	return advance(parser);
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
		r = advance(parser);
		if (r == 0 &&
			(parser->token.kind == TOKEN_COMMA || parser->token.kind == TOKEN_CLOSE))
			r = complain(parser, parser->token.at, "something is missing before this",
				"atleast:2(late, broken, refund)");
		if (r == 0)
			r = parse_or(parser, &child);
		if (r == 0)
			r = add_child(parser, list, child);
		if (r < 0)
			return r;
	} while (parser->token.kind == TOKEN_COMMA);

	if (parser->token.kind != TOKEN_CLOSE)
		return complain(parser, open, "this ( is not closed", "add a )");

	end_source(parser, list, parser->token.end);
	return 0;
}

/* "atleast:2(a, b, c)". */
static int parse_atleast(struct parser *parser, const struct token *field,
	const struct filter_row *row, struct node **ret)
{
	const bool in_list = parser->lexer.in_list;
	struct node *node = new_node(parser, NODE_ATLEAST, field->at);
	int64_t count = 0;
	int r = node ? lexer_next_value(&parser->lexer, &parser->token) : -ENOMEM;

	if (r < 0)
		return r;
	if (parser->token.kind != TOKEN_WORD || !slice_to_int64(parser->token.content, &count))
		return bad_value(parser, field, row);

	r = advance(parser);
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
	return advance(parser);
}

static int parse_field(struct parser *parser, struct node **ret)
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
		return parse_raw(parser, &field, row, ret);
	default:
		return complain_field(parser, &field, "", " is not supported yet", NULL);
	}
}

/* A token that no operand starts with. */
static int misplaced(const struct parser *parser)
{
	const size_t at = parser->token.at;

	switch (parser->token.kind) {
	case TOKEN_CLOSE:
		return complain(parser, at, "this ) closes nothing", "remove it, or add a (");
	case TOKEN_OR:
		return complain(parser, at, "OR needs something on both sides", NULL);
	case TOKEN_AND:
		return complain(parser, at, "AND needs something on both sides", NULL);
	case TOKEN_NEAR:
		return complain(
			parser, at, "NEAR needs something on both sides", "acme NEAR/5 refund");
	case TOKEN_COMMA:
		return complain(parser, at, "something is missing before this comma", NULL);
	default:
		return complain(parser, at, "something is missing here", NULL);
	}
}

static int parse_primary(struct parser *parser, struct node **ret)
{
	const size_t at = parser->token.at;

	/* The '@' that people put before an author's name says nothing. */
	if (parser->scope & SCOPE_AUTHOR && parser->token.kind == TOKEN_MENTION)
		parser->token.kind = TOKEN_WORD;
	if (parser->scope & ~SCOPE_FIELDS && parser->token.kind == TOKEN_HASHTAG)
		return complain(parser, at, "a hashtag can't stand inside this field", NULL);

	switch (parser->token.kind) {
	case TOKEN_OPEN:
		return parse_group(parser, ret);
	case TOKEN_WORD:
	case TOKEN_PHRASE:
		return parse_words(parser, ret);
	case TOKEN_HASHTAG:
		return parse_hashtag(parser, ret);
	case TOKEN_MENTION:
		return parse_mention(parser, ret);
	case TOKEN_FIELD:
		return parse_field(parser, ret);
	case TOKEN_REGEX:
		return parse_regex(parser, ret);
	case TOKEN_RAW:
		return make_raw(parser, at, ret);
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
		r = advance(parser);
	if (r < 0)
		return r;
	if (parser->token.kind == TOKEN_NOT)
		return complain(parser, parser->token.at, "NOT can't take part in NEAR",
			"exclude outside of it: (a NEAR/5 b) NOT c");
	if (!starts_primary(parser->token.kind))
		return complain(parser, near.at, "NEAR needs something on both sides",
			"acme NEAR/5 refund");

	r = parse_primary(parser, &second);
	if (r == 0)
		r = check_near(parser, second);
	if (r < 0)
		return r;
	if (parser->token.kind == TOKEN_NEAR)
		return complain(parser, parser->token.at, "two NEARs in a row are ambiguous",
			"bracket one of them: (a NEAR/5 b) NEAR/5 c");

	struct node *node = new_node(parser, NODE_NEAR, start_of(parser, first));
	if (!node)
		return -ENOMEM;

	node->count = near.number;
	node->ordered = near.ordered;
	r = add_child(parser, node, first);
	if (r == 0)
		r = add_child(parser, node, second);
	end_source(parser, node, start_of(parser, second) + second->source.len);
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

	r = advance(parser);
	if (r < 0)
		return r;
	if (parser->token.kind == TOKEN_NOT)
		return complain(parser, parser->token.at, "NOT NOT is no operator",
			"leave out one of them, or both");
	if (!starts_primary(parser->token.kind))
		return complain(parser, at, "NOT needs something behind it", NULL);

	r = parse_near(parser, &child);
	if (r < 0)
		return r;

	struct node *node = new_node(parser, NODE_NOT, at);
	if (!node)
		return -ENOMEM;

	end_source(parser, node, start_of(parser, child) + child->source.len);
	*ret = node;
	return add_child(parser, node, child);
}

static int parse_and(struct parser *parser, struct node **ret)
{
	struct node *node = NULL;
	struct node *next = NULL;
	int r = parse_not(parser, &node);

	while (r == 0 && (parser->token.kind == TOKEN_AND || starts_operand(parser->token.kind))) {
		const size_t at = parser->token.at;

		if (parser->token.kind == TOKEN_AND) {
			r = advance(parser);
			if (r == 0 && !starts_operand(parser->token.kind))
				r = complain(parser, at, "AND needs something on both sides",
					"quote the word if you search for it: \"AND\"");
		}
		if (r == 0)
			r = parse_not(parser, &next);
		if (r == 0)
			r = join(parser, NODE_AND, &node, next);
	}
	*ret = node;
	return r;
}

static int parse_or(struct parser *parser, struct node **ret)
{
	struct node *node = NULL;
	struct node *next = NULL;
	int r = parse_and(parser, &node);

	while (r == 0 && parser->token.kind == TOKEN_OR) {
		const size_t at = parser->token.at;

		r = advance(parser);
		if (r == 0 && !starts_operand(parser->token.kind))
			r = complain(parser, at, "OR needs something on both sides",
				"quote the word if you search for it: \"OR\"");
		if (r == 0)
			r = parse_and(parser, &next);
		if (r == 0)
			r = join(parser, NODE_OR, &node, next);
	}
	*ret = node;
	return r;
}

static size_t count_nodes(const struct node *node)
{
	size_t n = 1;

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
		r = advance(&parser);
	if (r < 0)
		return r;
	if (parser.token.kind == TOKEN_END)
		return complain(&parser, 0, "the query is empty", "write what to search for");

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
