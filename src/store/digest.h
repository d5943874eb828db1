/* store/digest.h: the parts of a digest that have a file of their own.
 *
 * Inside of store/ only.
 */
#pragma once

#include "store/item.h"

/* Start of the window of the same length before DIGEST's. */
int64_t digest_before_us(const struct digest *digest);

/* rising.c: words and hashtags that are said more often than before. */
int digest_load_rising(struct store *store, struct arena *arena, struct digest *digest);
/* health.c: sources that fail or fell silent, and how many there are. */
int digest_load_troubled(struct store *store, struct arena *arena, struct digest *digest);
