/* match/node.h: the tree of a compiled query, inside match/.
 *
 * Nodes, and all that they point at, live in the query's arena.  A node's
 * number is its place in a walk depth first, parents before children, and the
 * index of its result when it is evaluated.
 */
#pragma once

#include "base/arena.h"
#include "record/post.h"

struct filter_row;
struct regex;
struct term;

/* Where words are looked for.  The first two are the fields that a post is
 * searched in, with positions; the others are looked at aside. */
enum {
	SCOPE_TITLE = 1 << FIELD_TITLE,
	SCOPE_TEXT = 1 << FIELD_TEXT,
	SCOPE_FIELDS = SCOPE_TITLE | SCOPE_TEXT,
	SCOPE_AUTHOR = 1 << N_FIELDS,
	SCOPE_TAG = SCOPE_AUTHOR << 1,
	SCOPE_PLACE = SCOPE_TAG << 1,
};

/* What the dictionary of an engine tells apart. */
enum term_kind {
	TERM_WORD,   /* a key or a base */
	TERM_PREFIX, /* a word that starts so, or that a pattern fits */
	TERM_RUN,    /* a part of a run of an unspaced script */
	TERM_RAW,    /* bytes of a field, as they are */
	TERM_HASHTAG,
	TERM_TAG_PREFIX, /* a hashtag that starts so */
	TERM_HANDLE,
	TERM_SITE, /* a host, or a parent domain of one */
	TERM_LANG, /* a language tag, or the start of one */
	TERM_COUNTRY,
	TERM_SOURCE,
	TERM_AUTHOR, /* a word of the author's name */
	TERM_TAG,    /* a word of a category */
	TERM_PLACE,  /* a word of the location's name */
	N_TERM_KINDS,
};

/* A term that a query looks for. */
struct wanted {
	enum term_kind kind;
	struct slice key;     /* what it is filed under; the literal start of a pattern */
	struct slice pattern; /* the whole with '*' and '?', bare ones at 0x01 and 0x02; or empty */
	bool accented;        /* compared by key, not by base */
	bool open_start, open_end; /* TERM_RUN: '*' releases that end */
	size_t n_clusters;         /* TERM_RUN */
	struct term *term;         /* in the engine that holds the query */
};

enum node_kind {
	NODE_AND,
	NODE_OR,
	NODE_NOT,
	NODE_ATLEAST,
	NODE_NEAR,
	NODE_WORDS,  /* a word, or several side by side */
	NODE_WINDOW, /* several words in any order, close together */
	NODE_RAW,    /* text exactly as written */
	NODE_REGEX,
	NODE_ENTITY, /* a hashtag or a handle */
	NODE_FILTER, /* a field that has no positions */
	N_NODE_KINDS,
};

struct node {
	enum node_kind kind;
	size_t number;
	size_t at;           /* bytes of the query's text before its first sign */
	struct slice source; /* in the query's text, with its parentheses */
	struct node **children;
	size_t n_children;
	size_t count;   /* ATLEAST: how many; NEAR, WINDOW: other words; has: which */
	bool ordered;   /* NEAR/nf */
	bool bracketed; /* stood in parentheses of its own */
	bool inner;     /* takes part in a NEAR */
	unsigned int scope;
	struct wanted *wanted; /* WORDS, WINDOW: all; RAW, ENTITY: one; FILTER: one or none */
	size_t n_wanted;
	const struct filter_row *filter; /* the field before the colon, or NULL */
	struct regex *regex;
	struct node *next_regex; /* of the query */
	double numbers[4];       /* of the filter */
	struct slice value;
};

struct query {
	struct arena *arena;
	char *text;
	struct node *root;
	struct node *regexes;      /* the nodes that hold one, which goes with the query */
	const struct node **nodes; /* by number */
	size_t n_nodes;
};

struct str;

/* Appends NODE with all its parentheses. */
void node_format(struct str *str, const struct node *node);
/* Appends what NODE is by itself: its operator, or what was written. */
void node_add_label(struct str *str, const struct node *node);
