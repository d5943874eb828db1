/* store/search.h: the full-text tables, kept in step with the posts.
 *
 * Inside of store/ only.
 */
#pragma once

#include "store/sql.h"

/* The post's words are to be written anew in idle time. */
int search_mark(struct store *store, int64_t post_id);
/* The post goes away: its words do so now. */
int search_forget(struct store *store, int64_t post_id);
/* Rewrites the full-text tables, in which what was deleted stays readable until
 * then.  Takes its time. */
int search_purge(struct store *store);
/* Replaces RET by TEXT as the table of words sees it: its tokens, a space
 * between. */
int search_tokens(struct store *store, struct slice text, struct str *ret);
