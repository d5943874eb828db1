#include "match/query.h"

#include <errno.h>
#include <stdlib.h>

#include "base/diags.h"
#include "base/str.h"
#include "base/utf8.h"
#include "match/advice.h"
#include "match/node.h"
#include "match/parse.h"
#include "match/regex.h"

/* Trees of the longest queries stay well below this. */
enum { QUERY_ARENA_BYTES = 64 << 20 };

static int complain(struct diags *diags, const char *message, const char *hint)
{
	return diags_add(diags, &(struct diag){.level = DIAG_ERROR,
					.line = 1,
					.column = 1,
					.message = message,
					.hint = hint});
}

static int copy_text(struct query *query, struct slice text)
{
	CLEANUP(str_done) struct str valid = STR_INIT(QUERY_MAX_BYTES * 3 + 1);

	/* Broken UTF-8 and NUL separate words, as they do in posts. */
	utf8_add_valid(&valid, text);
	if (str_error(&valid) < 0)
		return str_error(&valid);

	query->text = arena_copy(query->arena, str_slice(&valid));
	return query->text ? 0 : -ENOMEM;
}

int query_compile(struct slice text, struct query **ret, struct diags *diags)
{
	CLEANUP(query_freep) struct query *query = NULL;
	int r;

	if (text.len > QUERY_MAX_BYTES)
		return complain(
			diags, "the query is longer than 64 KiB", "split it into several streams");

	query = calloc(1, sizeof(*query));
	if (!query)
		return -ENOMEM;

	r = arena_new(QUERY_ARENA_BYTES, &query->arena);
	if (r == 0)
		r = copy_text(query, text);
	if (r == 0)
		r = query_parse(query, diags);
	if (r == 0)
		r = advice_check(query, diags);
	if (r < 0)
		return r;

	*ret = TAKE(query);
	return 0;
}

void query_free(struct query *query)
{
	if (!query)
		return;

	for (const struct node *node = query->regexes; node; node = node->next_regex)
		regex_free(node->regex);
	arena_free(query->arena);
	free(query);
}

const char *query_text(const struct query *query)
{
	return query->text;
}

bool query_uses_language(const struct query *query)
{
	for (size_t i = 0; i < query->n_nodes; i++)
		if (query->nodes[i]->n_wanted > 0 && query->nodes[i]->wanted->kind == TERM_LANG)
			return true;

	return false;
}
