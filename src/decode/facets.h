/* decode/facets.h: Bluesky's facets: where a text has hashtags, handles and
 * links, by byte offsets (app.bsky.richtext.facet).
 */
#pragma once

#include "base/json.h"
#include "decode/draft.h"

/* Adds what the list FACETS says of TEXT to DRAFT.  Offsets that are out of
 * range or within a character are no place. */
void facets_add(struct draft *draft, const json_t *facets, struct slice text);
