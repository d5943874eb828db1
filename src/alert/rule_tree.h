/* alert/rule_tree.h: a rule as a tree, between its parser and its judge.
 * Private to alert/. */
#pragma once

#include "alert/rule.h"

enum comparison {
	COMPARE_LESS,
	COMPARE_LESS_EQUAL,
	COMPARE_GREATER,
	COMPARE_GREATER_EQUAL,
	COMPARE_EQUAL,
	COMPARE_NOT_EQUAL,
	N_COMPARISONS,
};

enum value_kind { VALUE_NUMBER, VALUE_TEXT, VALUE_TRUTH };

/* What a post states; not known when it states nothing. */
struct value {
	bool known;
	double number; /* also for a truth: 0 or 1 */
	const char *text;
};

/* A word of a rule about one mention. */
struct mention_word {
	const char *name;
	double min, max; /* of a number */
	void (*read)(const struct post *post, const struct sentiment *sentiment, int index,
		struct value *ret);
	int index; /* for READ */
	enum value_kind kind;
};

/* Mentions of a kind: "negative", ... */
struct count_kind {
	const char *name;
	size_t offset; /* in struct stream_count */
};

struct rate_query {
	const char *stream;
	int64_t now_us, span_us;
	const struct count_kind *kind;
	const struct rate_source *source;
};

/* A word of a rule about a rate. */
struct rate_word {
	const char *name;
	bool takes_kind;
	double min, max;
	int64_t max_span_us;
	int (*read)(const struct rate_query *query, double *ret);
};

enum node_type { NODE_OR, NODE_AND, NODE_NOT, NODE_TEST };

struct test {
	struct slice text;               /* as written */
	const struct mention_word *word; /* or */
	const struct rate_word *rate;
	const struct count_kind *kind; /* of a rate */
	int64_t span_us;               /* of a rate */
	unsigned int flag;             /* bit of flag(...); 0: none */
	enum comparison comparison;
	double number;
	const char *value;
	unsigned int line, column; /* of the value */
};

struct node {
	enum node_type type;
	struct node *left, *right; /* NODE_NOT: left alone */
	struct test test;
};

struct rule {
	struct arena *arena; /* of everything in it */
	const char *text;    /* as written */
	struct node *root;
	bool is_rate;
};

/* 1 and *RET, or 0. */
int mention_word_find(struct slice name, const struct mention_word **ret);
int rate_word_find(struct slice name, const struct rate_word **ret);
int count_kind_find(struct slice name, const struct count_kind **ret);

/* Name of the word with number INDEX, of either sort; NULL behind the last. */
const char *rule_word_name(size_t index);

/* Parses RULE->text into RULE->root.  -EINVAL + DIAGS, -ENOMEM. */
int rule_parse(struct rule *rule, struct diags *diags);
