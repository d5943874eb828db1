/* text/namespaces.h: which vocabulary a prefix of XML stands for, where.
 *
 * Of text/markup.h, which opens and closes its elements.  What is bound to a URI
 * that nobody knows is far more often a known vocabulary misspelt than another
 * one under the same prefix, so custom decides then, as it does for a prefix
 * that is not declared.
 */
#pragma once

#include "text/markup.h"

enum { MAX_BINDINGS = 256 };

struct binding {
	struct slice prefix;
	int space;
	size_t depth; /* of the element that declares it */
};

struct namespaces {
	const struct markup_space *spaces; /* those that are known; borrowed */
	size_t n_spaces;
	size_t n_bindings;
	struct binding bindings[MAX_BINDINGS]; /* not cleared at the start */
};

void namespaces_init(struct namespaces *namespaces, const struct markup_space *spaces, size_t n);

/* Notes the declaration of PREFIX (which may be empty) as URI by an element at
 * DEPTH.  Returns false when the URI is unknown although the prefix is not. */
bool namespaces_declare(
	struct namespaces *namespaces, struct slice prefix, struct slice uri, size_t depth);

/* Forgets what elements deeper than DEPTH declare. */
void namespaces_close(struct namespaces *namespaces, size_t depth);

/* Whether PREFIX is declared; what it stands for in *RET all the same. */
bool namespaces_find(const struct namespaces *namespaces, struct slice prefix, int *ret);
