/* match/filters.h: the fields of the query language, one table.
 *
 * A row tells what may follow the colon and how a post fulfils it.  Filters
 * with a term are decided by the engine's dictionary; others look at the post.
 */
#pragma once

#include "match/node.h"
#include "text/words.h"

struct reading;

enum filter_form {
	FORM_SCOPE,   /* words, or a query of them, looked for there */
	FORM_VALUES,  /* one value, or (v OR v ...) */
	FORM_NUMBERS, /* one value; parentheses stand for quotes */
	FORM_LIST,    /* n(a, b, c) */
	FORM_RAW,     /* text exactly as written */
};

struct filter_row {
	const char *name;
	enum filter_form form;
	unsigned int scope;  /* FORM_SCOPE; FORM_VALUES that are words: where */
	enum term_kind term; /* N_TERM_KINDS: none */
	enum metric metric;
	/* Reads VALUE into NODE, whose arena is ARENA: 0, or -EINVAL. */
	int (*parse)(struct node *node, struct slice value, struct arena *arena);
	/* Without a term. */
	bool (*matches)(const struct node *node, struct reading *reading);
	const char *expects; /* what a value looks like, for people */
};

/* The row called NAME, in any case, or NULL. */
const struct filter_row *filter_find(struct slice name);
/* The row with number INDEX, NULL behind the last. */
const struct filter_row *filter_at(size_t index);

/* The texts of POST that SCOPE, one of those looked at aside, means: their
 * number, and each of them. */
size_t scope_count_texts(unsigned int scope, const struct post *post);
struct slice scope_text(unsigned int scope, const struct post *post, size_t index);
/* The kind under which an engine files words of SCOPE; TERM_WORD for fields. */
enum term_kind scope_term(unsigned int scope);
