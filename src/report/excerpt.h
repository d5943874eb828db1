/* report/excerpt.h: what a post says, cut around what matters, with marks. */
#pragma once

#include "base/json.h"
#include "record/item.h"

/* The field of ITEM's post as pieces of text, in order:
 *
 *	[{"text": "Your "}, {"text": "courier", "is_hit": true},
 *	 {"text": " is the "}, {"text": "worst", "is_bad": true}]
 *
 * hits of the query are marked, and words that counted against ("is_bad") or
 * for us ("is_good").  At most MAX_CODE_POINTS, around the first hit, cut
 * between grapheme clusters and better between words, with "…" where something
 * is missing.  *RET is a new reference, an empty array without text.  -ENOMEM. */
int excerpt_to_json(
	const struct item *item, enum field field, size_t max_code_points, json_t **ret);

/* The start of TEXT of at most MAX_CODE_POINTS, cut likewise; TEXT itself when
 * it is not longer. */
struct slice excerpt_prefix(struct slice text, size_t max_code_points);

/* Pieces as plain text, hits as *hit*. */
void excerpt_add_text(const json_t *pieces, struct str *str);
