#include "match/advice.h"

#include <errno.h>

#include "base/str.h"
#include "base/utf8.h"
#include "match/filters.h"
#include "match/lexer.h"

enum { BRACKETED_MAX_BYTES = 4096, SHORT_WORD = 3, FIRST_HEBREW = 0x0590 };

static struct lexer at_text(const struct query *query, struct diags *diags)
{
	return (struct lexer){.text = slice_of(query->text), .diags = diags};
}

/* How many of its children must match so that NODE does. */
static size_t needed(const struct node *node)
{
	switch (node->kind) {
	case NODE_AND:
		return 1;
	case NODE_ATLEAST:
	case NODE_OR:
		return node->n_children;
	default:
		return 0;
	}
}

/* The first NOT because of which NODE can match what it does not name; NULL
 * when it is positive. */
static const struct node *find_negative(const struct node *node)
{
	const struct node *first = NULL;
	size_t positive = 0;

	if (node->kind == NODE_NOT)
		return node;
	if (node->kind == NODE_NEAR)
		return NULL;

	for (size_t i = 0; i < node->n_children; i++) {
		const struct node *negative = find_negative(node->children[i]);

		positive += negative == NULL;
		first = first ? first : negative;
	}
	return positive < needed(node) ? first : NULL;
}

bool node_is_anchored(const struct node *node)
{
	size_t anchored = 0;

	switch (node->kind) {
	case NODE_WORDS:
	case NODE_WINDOW:
	case NODE_RAW:
	case NODE_ENTITY:
		return true;
	case NODE_FILTER:
		return node->n_wanted > 0;
	case NODE_NOT:
	case NODE_REGEX:
		return false;
	default:
		break;
	}

	for (size_t i = 0; i < node->n_children; i++)
		anchored += node_is_anchored(node->children[i]);

	switch (node->kind) {
	case NODE_OR:
		return anchored == node->n_children;
	case NODE_ATLEAST:
		return anchored + node->count > node->n_children;
	default:
		return anchored > 0;
	}
}

static void warn_mixed(const struct query *query, const struct node *node, struct diags *diags)
{
	CLEANUP(str_done) struct str hint = STR_INIT(BRACKETED_MAX_BYTES);
	const struct lexer lexer = at_text(query, diags);

	str_add_text(&hint, "it is read as ");
	node_format(&hint, query->root);
	lexer_warn(&lexer, node->at, "AND and OR are mixed without parentheses",
		str_error(&hint) < 0 ? "AND binds tighter" : str_text(&hint));
}

/* The first OR with an unbracketed AND below it. */
static const struct node *find_mixed(const struct node *node)
{
	for (size_t i = 0; i < node->n_children; i++) {
		const struct node *child = node->children[i];
		const struct node *mixed = find_mixed(child);

		if (mixed)
			return mixed;
		if (node->kind == NODE_OR && child->kind == NODE_AND && !child->bracketed)
			return node;
	}
	return NULL;
}

static bool is_operator_in_lower_case(struct slice text)
{
	static const struct slice operators[] = {
		SLICE_INIT("and"), SLICE_INIT("near"), SLICE_INIT("not"), SLICE_INIT("or")};

	for (size_t i = 0; i < ARRAY_SIZE(operators); i++)
		if (slice_equals(operators[i], text))
			return true;

	return false;
}

/* Whether NODE is one word of three letters or fewer, in an alphabet. */
static bool is_short_word(const struct node *node)
{
	size_t at = 0;

	if (node->n_wanted != 1 || node->wanted->kind != TERM_WORD ||
		utf8_length(node->wanted->key) > SHORT_WORD)
		return false;

	return utf8_next(node->wanted->key, &at) < FIRST_HEBREW && node->source.ptr[0] != '"';
}

static void warn_operator(const struct query *query, const struct node *node, struct diags *diags)
{
	const struct lexer lexer = at_text(query, diags);

	lexer_warn(&lexer, node->at, "this is searched for as a word",
		"operators are written in capitals: AND, OR, NOT, NEAR/5");
}

static void warn_short(const struct query *query, const struct node *node, struct diags *diags)
{
	const struct lexer lexer = at_text(query, diags);

	lexer_warn(&lexer, node->at, "so short a word matches much that is not meant",
		"add another word that stands beside it, or write {BT} for exactly these letters");
}

/* HAS_CONTEXT: something else must, or must not, be there beside NODE. */
static void warn_words(
	const struct query *query, const struct node *node, bool has_context, struct diags *diags)
{
	const bool is_word = node->kind == NODE_WORDS && !node->filter;
	const bool context = has_context || node->filter || node->kind == NODE_AND ||
			     node->kind == NODE_NEAR || node->kind == NODE_NOT;

	if (is_word && query->n_nodes > 1 && is_operator_in_lower_case(node->source))
		warn_operator(query, node, diags);
	else if (is_word && !has_context && is_short_word(node))
		warn_short(query, node, diags);

	for (size_t i = 0; i < node->n_children; i++)
		warn_words(query, node->children[i], context, diags);
}

int advice_check(const struct query *query, struct diags *diags)
{
	const struct lexer lexer = at_text(query, diags);
	const struct node *node = find_negative(query->root);

	if (node)
		return lexer_complain(&lexer, node->at,
			"a query can't only exclude: it would match nearly every post",
			"say what to search for beside this NOT");

	node = find_mixed(query->root);
	if (node)
		warn_mixed(query, node, diags);
	warn_words(query, query->root, false, diags);
	if (!node_is_anchored(query->root))
		lexer_warn(&lexer, query->root->at,
			"no word, tag, site, language or country is needed for a match",
			"this query is looked at for every post");
	return 0;
}
