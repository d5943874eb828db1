/* store/story.h: what goes with a post that goes.
 *
 * Inside of store/ only.
 */
#pragma once

#include "store/sql.h"

/* The post can be found by its features no more. */
int story_forget_features(struct store *store, int64_t post_id);
