/* store/known.h: whether a post is here already.
 *
 * Inside of store/ only.
 */
#pragma once

#include "base/str.h"
#include "store/store.h"

enum { KNOWN_KEY_BYTES = 1 << 20 };

/* The row that a post has already. */
struct known_post {
	int64_t id;
	int64_t content_hash;
	struct metric_value metrics[N_METRICS];
	bool has_other_title; /* or no title, which says nothing */
	bool has_other_date;  /* both have one */
};

/* A post that is looked for in its source. */
struct sought {
	struct store *store;
	int64_t source_id;
	const struct post *post; /* NULL: only its content matters */
	const struct identity *identity;
	struct str *key; /* of KNOWN_KEY_BYTES, for the search to write to */
};

/* Finds it: 1 and *RET, or 0, or a negative errno.  SOUGHT's key becomes what it was found
 * by, or what a new one is to be stored under. */
int known_find(const struct sought *sought, struct known_post *ret);

/* Whether it is here with the same content: 1 or 0. */
int known_has_content(struct store *store, int64_t source_id, const struct identity *identity);

/* Whether its author was erased with it: 1 or 0. */
int known_is_erased(struct store *store, int64_t source_id, const struct identity *identity);
