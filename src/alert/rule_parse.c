/* A rule's text to its tree: recursive descent, one token ahead. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "alert/rule_tree.h"
#include "base/diags.h"
#include "base/nearest.h"
#include "base/str.h"
#include "base/utf8.h"

enum { MAX_DEPTH = 64, MAX_NODES = 256, MESSAGE_MAX = 512 };

enum token_type {
	TOKEN_END,
	TOKEN_WORD,   /* name, number, duration */
	TOKEN_STRING, /* "..." */
	TOKEN_COMPARISON,
	TOKEN_OPEN,
	TOKEN_CLOSE,
	TOKEN_COMMA,
	TOKEN_WRONG,
};

struct token {
	enum token_type type;
	struct slice text; /* of a string: without its quotes */
	size_t start, end; /* in the rule */
	enum comparison comparison;
};

struct parser {
	struct rule *rule;
	struct slice text;
	struct diags *diags;
	struct token token; /* the next one */
	size_t end;         /* of the one before */
	size_t n_nodes;
	int depth; /* of parentheses and nots */
	int n_errors;
	size_t first_mention, first_rate; /* where, for the mistake of mixing them */
	bool has_mention, has_rate;
	int error; /* -ENOMEM */
};

/* --- mistakes ----------------------------------------------------------- */

/* Line, column and excerpt of the byte AT. */
static void locate(const struct parser *parser, size_t at, struct diag *diag, struct str *excerpt)
{
	size_t start = at;
	size_t end = at;

	while (start > 0 && parser->text.ptr[start - 1] != '\n')
		start--;
	while (end < parser->text.len && parser->text.ptr[end] != '\n')
		end++;
	diag->line = 1;
	for (size_t i = 0; i < start; i++)
		diag->line += parser->text.ptr[i] == '\n';
	diag->column =
		(unsigned int)utf8_length(slice_from(parser->text.ptr + start, at - start)) + 1;
	str_add(excerpt, slice_from(parser->text.ptr + start, end - start));
	diag->excerpt = str_text(excerpt);
}

static void mistake(struct parser *parser, size_t at, const char *hint, const char *format, ...)
	PRINTF_LIKE(4, 5);

static void mistake(struct parser *parser, size_t at, const char *hint, const char *format, ...)
{
	CLEANUP(str_done) struct str message = STR_INIT(MESSAGE_MAX);
	CLEANUP(str_done) struct str excerpt = STR_INIT(parser->text.len);
	struct diag diag = {.level = DIAG_ERROR, .hint = hint};
	va_list arguments;

	va_start(arguments, format);
	str_add_vformat(&message, format, arguments);
	va_end(arguments);
	locate(parser, at, &diag, &excerpt);
	diag.message = str_text(&message);
	diags_add(parser->diags, &diag);
	parser->n_errors++;
}

/* --- tokens ------------------------------------------------------------- */

/* Longer ones first. */
static const struct {
	const char *sign;
	enum comparison comparison;
} signs[] = {
	{"<=", COMPARE_LESS_EQUAL},
	{">=", COMPARE_GREATER_EQUAL},
	{"==", COMPARE_EQUAL},
	{"!=", COMPARE_NOT_EQUAL},
	{"<", COMPARE_LESS},
	{">", COMPARE_GREATER},
	{"≤", COMPARE_LESS_EQUAL},
	{"≥", COMPARE_GREATER_EQUAL},
	{"≠", COMPARE_NOT_EQUAL},
};

static bool is_word_char(char c)
{
	return is_alnum(c) || c == '_' || c == '.' || c == '-' || c == '%';
}

static size_t word_length(struct slice rest)
{
	size_t length = 0;

	while (length < rest.len && is_word_char(rest.ptr[length]))
		length++;
	return length;
}

static void read_string(struct token *token, struct slice rest)
{
	const ptrdiff_t close = slice_find_char(slice_skip(rest, 1), '"');

	token->type = close < 0 ? TOKEN_WRONG : TOKEN_STRING;
	token->text = slice_from(rest.ptr + 1, close < 0 ? 0 : (size_t)close);
	token->end = token->start + (close < 0 ? 1 : (size_t)close + 2);
}

static void read_sign(struct token *token, struct slice rest)
{
	static const char single[] = "(),";
	static const enum token_type types[] = {TOKEN_OPEN, TOKEN_CLOSE, TOKEN_COMMA};
	const char *found = rest.ptr[0] == '\0' ? NULL : strchr(single, rest.ptr[0]);

	token->type = found ? types[found - single] : TOKEN_WRONG;
	token->end = token->start + 1;
	for (size_t i = 0; !found && i < ARRAY_SIZE(signs); i++) {
		if (slice_starts_with(rest, slice_of(signs[i].sign))) {
			token->type = TOKEN_COMPARISON;
			token->comparison = signs[i].comparison;
			token->end = token->start + strlen(signs[i].sign);
			break;
		}
	}
	token->text = slice_from(rest.ptr, token->end - token->start);
}

static void advance(struct parser *parser)
{
	struct token token = {.type = TOKEN_END};
	size_t at = parser->token.end;

	parser->end = at;
	while (at < parser->text.len && is_space(parser->text.ptr[at]))
		at++;
	token.start = token.end = at;

	const struct slice rest = slice_skip(parser->text, at);
	const size_t length = word_length(rest);
	if (length > 0) {
		token.type = TOKEN_WORD;
		token.text = slice_from(rest.ptr, length);
		token.end = at + length;
	} else if (rest.len > 0 && rest.ptr[0] == '"') {
		read_string(&token, rest);
	} else if (rest.len > 0) {
		read_sign(&token, rest);
	}
	parser->token = token;
}

static bool is_keyword(const struct parser *parser, const char *keyword)
{
	return parser->token.type == TOKEN_WORD &&
	       slice_equals_nocase(parser->token.text, slice_of(keyword));
}

/* "`foo'", or words for the end. */
static const char *token_words(const struct parser *parser, char *words, size_t size)
{
	const struct token *token = &parser->token;

	if (token->type == TOKEN_END)
		return "the end of the rule";
	const struct slice text = utf8_prefix(
		slice_from(parser->text.ptr + token->start, token->end - token->start), 60);
	snprintf(words, size, "`%.*s'", SLICE_FMT(text));
	return words;
}

/* Takes a token of TYPE, or complains that WANTED is missing. */
static bool take(struct parser *parser, enum token_type type, const char *wanted)
{
	char words[80];

	if (parser->token.type == type) {
		advance(parser);
		return true;
	}
	mistake(parser, parser->token.start, NULL, "%s expected, not %s", wanted,
		token_words(parser, words, sizeof(words)));
	return false;
}

/* --- the tree ----------------------------------------------------------- */

static struct node *parse_or(struct parser *parser);

static struct node *new_node(struct parser *parser, enum node_type type)
{
	if (++parser->n_nodes > MAX_NODES) {
		mistake(parser, parser->token.start, "make two rules of it",
			"the rule has more than %d parts", MAX_NODES);
		return NULL;
	}

	struct node *node = arena_alloc(parser->rule->arena, sizeof(*node));
	if (!node)
		parser->error = -ENOMEM;
	else
		node->type = type;
	return node;
}

static bool parse_number(struct parser *parser, double *ret)
{
	struct slice text = parser->token.text;
	const bool percent = slice_ends_with(text, SLICE("%"));
	char words[80];

	if (percent)
		text.len--;
	if (parser->token.type != TOKEN_WORD || !slice_to_double(text, ret)) {
		mistake(parser, parser->token.start, NULL, "a number expected, not %s",
			token_words(parser, words, sizeof(words)));
		return false;
	}
	if (percent)
		*ret /= 100;
	advance(parser);
	return true;
}

/* A comparison that can never hold, or always, is a slip: anger >= 60. */
static void check_range(
	struct parser *parser, size_t at, const char *name, const double *range, double number)
{
	if (number < range[0] || number > range[1])
		mistake(parser, at, NULL,
			"%s lies between %g and %g, so it is never compared with %g", name,
			range[0], range[1], number);
}

static bool parse_comparison(struct parser *parser, struct test *test)
{
	char words[80];

	if (parser->token.type == TOKEN_COMPARISON) {
		test->comparison = parser->token.comparison;
		advance(parser);
		return true;
	}

	const bool single = slice_equals(parser->token.text, SLICE("="));
	mistake(parser, parser->token.start, single ? "write ==" : NULL,
		"a comparison (<, <=, >, >=, ==, !=) expected, not %s",
		token_words(parser, words, sizeof(words)));
	return false;
}

static bool parse_number_test(
	struct parser *parser, struct test *test, const char *name, const double *range)
{
	if (!parse_comparison(parser, test))
		return false;

	const size_t at = parser->token.start;
	if (!parse_number(parser, &test->number))
		return false;

	check_range(parser, at, name, range, test->number);
	return true;
}

static bool parse_value(struct parser *parser, const char **ret)
{
	char words[80];

	if (parser->token.type != TOKEN_WORD && parser->token.type != TOKEN_STRING) {
		mistake(parser, parser->token.start, NULL, "a value expected, not %s",
			token_words(parser, words, sizeof(words)));
		return false;
	}
	*ret = arena_copy(parser->rule->arena, parser->token.text);
	if (!*ret)
		parser->error = -ENOMEM;
	advance(parser);
	return *ret;
}

static bool parse_text_test(struct parser *parser, struct test *test)
{
	const size_t sign = parser->token.start;

	if (!parse_comparison(parser, test))
		return false;
	if (test->comparison != COMPARE_EQUAL && test->comparison != COMPARE_NOT_EQUAL)
		mistake(parser, sign, "use == or !=", "%s is a text, which has no order",
			test->word->name);

	const size_t at = parser->token.start;
	if (!parse_value(parser, &test->value))
		return false;

	CLEANUP(str_done) struct str excerpt = STR_INIT(parser->text.len);
	struct diag place = {0};
	locate(parser, at, &place, &excerpt);
	test->line = place.line;
	test->column = place.column;

	enum sentiment_label label;
	if (strcmp(test->word->name, "label") == 0 && !label_find(test->value, &label))
		mistake(parser, at, "labels are negative, neutral, positive, unknown",
			"no label is called `%s'", test->value);
	return true;
}

static bool parse_flag(struct parser *parser, struct test *test)
{
	const char *name;

	advance(parser);
	if (!take(parser, TOKEN_OPEN, "`(' after flag"))
		return false;

	const size_t at = parser->token.start;
	if (!parse_value(parser, &name) || !take(parser, TOKEN_CLOSE, "`)'"))
		return false;

	if (!flag_find(name, &test->flag))
		mistake(parser, at, "flags are complaint, churn, legal, profanity, urgent, sarcasm",
			"no flag is called `%s'", name);
	return true;
}

/* The optional kind and the comma of `(negative, 1h)'. */
static bool parse_kind(struct parser *parser, struct test *test)
{
	static const char kinds[] =
		"kinds are mentions, negative, positive, neutral, unknown, angry";
	char words[80];

	count_kind_find(SLICE("mentions"), &test->kind);
	if (parser->token.type != TOKEN_WORD || is_digit(parser->token.text.ptr[0]))
		return true;

	if (!test->rate->takes_kind || !count_kind_find(parser->token.text, &test->kind))
		mistake(parser, parser->token.start,
			test->rate->takes_kind ? kinds : "it takes a duration alone",
			"%s cannot count %s", test->rate->name,
			token_words(parser, words, sizeof(words)));
	advance(parser);
	return take(parser, TOKEN_COMMA, "`,' and a duration");
}

static bool parse_span(struct parser *parser, struct test *test)
{
	char text[TIME_TEXT_SIZE];
	char most[TIME_TEXT_SIZE];
	char words[80];

	snprintf(text, sizeof(text), "%.*s", SLICE_FMT(parser->token.text));
	if (parser->token.type != TOKEN_WORD || !duration_parse(text, &test->span_us)) {
		mistake(parser, parser->token.start, "such as 1h, 30m, 2d",
			"a duration expected, not %s", token_words(parser, words, sizeof(words)));
		return false;
	}
	if (test->span_us < US_PER_MINUTE || test->span_us > test->rate->max_span_us)
		mistake(parser, parser->token.start, NULL, "%s takes between 1m and %s",
			test->rate->name, duration_format(test->rate->max_span_us, most));
	advance(parser);
	return true;
}

static bool parse_rate(struct parser *parser, struct test *test)
{
	const double range[] = {test->rate->min, test->rate->max};

	if (!parser->has_rate)
		parser->first_rate = parser->token.start;
	parser->has_rate = true;
	advance(parser);
	return take(parser, TOKEN_OPEN, "`(' and a duration") && parse_kind(parser, test) &&
	       parse_span(parser, test) && take(parser, TOKEN_CLOSE, "`)'") &&
	       parse_number_test(parser, test, test->rate->name, range);
}

static bool parse_mention(struct parser *parser, struct test *test)
{
	if (!parser->has_mention)
		parser->first_mention = parser->token.start;
	parser->has_mention = true;
	if (!test->word)
		return parse_flag(parser, test);

	const double range[] = {test->word->min, test->word->max};
	advance(parser);
	if (test->word->kind == VALUE_NUMBER)
		return parse_number_test(parser, test, test->word->name, range);

	return test->word->kind == VALUE_TRUTH || parse_text_test(parser, test);
}

static bool unknown_word(struct parser *parser)
{
	struct nearest nearest = nearest_start(parser->token.text);
	char words[80];
	char hint[80];
	const char *name;

	nearest_offer(&nearest, "flag");
	for (size_t i = 0; (name = rule_word_name(i)); i++)
		nearest_offer(&nearest, name);
	snprintf(hint, sizeof(hint), "did you mean `%s'?", nearest.name ? nearest.name : "");
	mistake(parser, parser->token.start, nearest.name ? hint : NULL, "no word of a rule: %s",
		token_words(parser, words, sizeof(words)));
	return false;
}

static bool parse_test(struct parser *parser, struct test *test)
{
	const size_t start = parser->token.start;
	char words[80];
	bool ok;

	if (parser->token.type != TOKEN_WORD) {
		mistake(parser, start, NULL, "a test expected, such as anger >= 0.6, not %s",
			token_words(parser, words, sizeof(words)));
		return false;
	}
	if (rate_word_find(parser->token.text, &test->rate))
		ok = parse_rate(parser, test);
	else if (is_keyword(parser, "flag") || mention_word_find(parser->token.text, &test->word))
		ok = parse_mention(parser, test);
	else
		ok = unknown_word(parser);

	test->text = slice_from(parser->rule->text + start, parser->end - start);
	return ok;
}

static struct node *parse_primary(struct parser *parser)
{
	struct node *node;

	if (parser->token.type == TOKEN_OPEN) {
		advance(parser);
		node = parse_or(parser);
		return node && take(parser, TOKEN_CLOSE, "`)'") ? node : NULL;
	}

	node = new_node(parser, NODE_TEST);
	return node && parse_test(parser, &node->test) ? node : NULL;
}

static struct node *parse_not(struct parser *parser)
{
	struct node *node = NULL;

	if (++parser->depth > MAX_DEPTH) {
		mistake(parser, parser->token.start, NULL, "nested more than %d deep", MAX_DEPTH);
	} else if (is_keyword(parser, "not")) {
		advance(parser);
		node = new_node(parser, NODE_NOT);
		if (node)
			node->left = parse_not(parser);
		node = node && node->left ? node : NULL;
	} else {
		node = parse_primary(parser);
	}
	parser->depth--;
	return node;
}

/* One level of binary operators: KEYWORD between what PART reads. */
static struct node *parse_binary(struct parser *parser, enum node_type type, const char *keyword,
	struct node *(*part)(struct parser *parser))
{
	struct node *left = part(parser);

	while (left && is_keyword(parser, keyword)) {
		struct node *node = new_node(parser, type);

		advance(parser);
		if (!node)
			return NULL;
		node->left = left;
		node->right = part(parser);
		left = node->right ? node : NULL;
	}
	return left;
}

static struct node *parse_and(struct parser *parser)
{
	return parse_binary(parser, NODE_AND, "and", parse_not);
}

static struct node *parse_or(struct parser *parser)
{
	return parse_binary(parser, NODE_OR, "or", parse_and);
}

int rule_parse(struct rule *rule, struct diags *diags)
{
	struct parser parser = {.rule = rule, .text = slice_of(rule->text), .diags = diags};
	char words[80];

	advance(&parser);
	rule->root = parse_or(&parser);
	if (rule->root && parser.token.type != TOKEN_END)
		mistake(&parser, parser.token.start, "join tests by and, or, not",
			"the end of the rule expected, not %s",
			token_words(&parser, words, sizeof(words)));
	if (parser.has_mention && parser.has_rate)
		mistake(&parser, MAX(parser.first_mention, parser.first_rate),
			"make two rules of it",
			"a rule is about one mention or about a rate, not both");
	if (parser.error < 0)
		return parser.error;

	rule->is_rate = parser.has_rate;
	return parser.n_errors > 0 ? -EINVAL : 0;
}
