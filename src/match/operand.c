#include "match/operand.h"

#include <errno.h>

#include "base/str.h"
#include "match/parser.h"
#include "match/query_limits.h"
#include "match/regex.h"
#include "match/terms.h"
#include "match/window.h"
#include "text/entities.h"
#include "text/fold.h"

enum { OPERAND_MAX_BYTES = QUERY_MAX_BYTES * 4 };

int operand_parse_words(struct parser *parser, struct node **ret)
{
	const struct token token = parser->token;
	struct term_problem problem = {0};
	struct node *node =
		parser_node(parser, token.has_number ? NODE_WINDOW : NODE_WORDS, token.at);

	if (!node)
		return -ENOMEM;
	if (token.has_number && parser->scope & ~SCOPE_FIELDS)
		return parser_complain(
			parser, token.at, "\"...\"~n can't stand inside this field", NULL);
	node->count = token.number;

	int r = terms_of_words(parser->words, parser->query->arena, token.content, node, &problem);
	if (r == -EINVAL)
		return parser_complain(parser,
			problem.is_whole
				? token.at
				: (size_t)(token.content.ptr - parser->query->text) + problem.at,
			problem.message, problem.hint);
	if (r < 0)
		return r;

	if (node->kind == NODE_WINDOW && node->n_wanted > WINDOW_WORDS_MAX)
		return parser_complain(parser, token.at, "\"...\"~n takes at most 16 words", NULL);

	parser_end_source(parser, node, token.end);
	*ret = node;
	return parser_advance(parser);
}

int operand_parse_raw(struct parser *parser, size_t at, struct node **ret)
{
	struct arena *arena = parser->query->arena;
	const struct token value = parser->token;
	struct node *node = parser_node(parser, NODE_RAW, at);
	CLEANUP(str_done) struct str nfc = STR_INIT(OPERAND_MAX_BYTES);
	struct wanted *wanted = arena_alloc(arena, sizeof(*wanted));
	const char *text = terms_unescape(arena, value.content);
	int r = node && wanted && text ? fold_nfc(slice_of(text), &nfc) : -ENOMEM;

	if (r == 0)
		r = str_error(&nfc);
	text = arena_copy(arena, str_slice(&nfc));
	if (r < 0 || !text)
		return r < 0 ? r : -ENOMEM;
	if (slice_trim(slice_of(text)).len == 0)
		return parser_complain(
			parser, at, "there is nothing to search for in this", "{BT}");
	if (parser->scope & ~SCOPE_FIELDS)
		return parser_complain(parser, at, "{...} can't stand inside this field", NULL);

	*wanted = (struct wanted){.kind = TERM_RAW, .key = slice_of(text), .n_clusters = 1};
	node->wanted = wanted;
	node->n_wanted = 1;
	parser_end_source(parser, node, value.end);
	*ret = node;
	return parser_advance(parser);
}

int operand_parse_regex(struct parser *parser, struct node **ret)
{
	const struct token token = parser->token;
	CLEANUP(str_done) struct str nfc = STR_INIT(OPERAND_MAX_BYTES);
	struct regex_problem problem = {0};
	struct node *node = parser_node(parser, NODE_REGEX, token.at);
	int r = node ? 0 : -ENOMEM;

	if (r == 0 && token.content.len == 0)
		return parser_complain(parser, token.at, "this regular expression is empty", NULL);
	/* As the texts.  A mistake in a pattern that is not in NFC is shown a bit
	 * before its place. */
	if (r == 0)
		r = fold_nfc(token.content, &nfc);
	if (r == 0)
		r = regex_compile(str_slice(&nfc), token.flags, &node->regex, &problem);
	if (r == -EINVAL) {
		const struct slice part = problem.in_flags ? token.flags : token.content;

		return parser_complain(parser,
			(size_t)(part.ptr - parser->query->text) + MIN(problem.at, part.len),
			problem.message, "the flags are i, m, s and x");
	}
	if (r < 0)
		return r;

	/* From here on the query frees it, whatever becomes of the node. */
	node->next_regex = parser->query->regexes;
	parser->query->regexes = node;
	parser_end_source(parser, node, token.end);
	*ret = node;
	return parser_advance(parser);
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

int operand_parse_hashtag(struct parser *parser, struct node **ret)
{
	const struct token token = parser->token;
	const struct slice content = token.content;
	const bool prefix = content.len > 0 && content.ptr[content.len - 1] == '*';
	struct term_problem problem = {0};
	struct node *node = parser_node(parser, NODE_ENTITY, token.at);

	if (!node)
		return -ENOMEM;
	if (!is_entity(parser, &token, ENTITY_HASHTAG, prefix))
		return parser_complain(parser, token.at, "this is no hashtag",
			"a hashtag has letters, digits and _, at least one letter: #brand, "
			"#brand*");

	const int r =
		terms_of_hashtag(parser->words, parser->query->arena, content, node, &problem);
	if (r == -EINVAL)
		return parser_complain(parser, token.at, problem.message, problem.hint);
	if (r < 0)
		return r;

	parser_end_source(parser, node, token.end);
	*ret = node;
	return parser_advance(parser);
}

int operand_parse_handle(struct parser *parser, struct node **ret)
{
	const struct token token = parser->token;
	struct node *node = parser_node(parser, NODE_ENTITY, token.at);
	struct wanted *wanted = arena_alloc(parser->query->arena, sizeof(*wanted));
	char *name = arena_copy(parser->query->arena, token.content);

	if (!node || !wanted || !name)
		return -ENOMEM;
	if (!is_entity(parser, &token, ENTITY_HANDLE, false))
		return parser_complain(parser, token.at, "this is no handle",
			"a handle has ASCII letters, digits and _: @brand, "
			"@brand@mastodon.example");

	for (char *c = name; *c; c++)
		*c = to_lower(*c);
	*wanted = (struct wanted){.kind = TERM_HANDLE, .key = slice_of(name), .n_clusters = 1};
	node->wanted = wanted;
	node->n_wanted = 1;
	parser_end_source(parser, node, token.end);
	*ret = node;
	return parser_advance(parser);
}
