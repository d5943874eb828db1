/* store/post.h: posts as rows, for those in store/ who read them.
 *
 * Inside of store/ only.
 */
#pragma once

#include "record/post.h"
#include "store/rows.h"

/* What post_read() reads, in its order: of post AS p and source AS so. */
#define POST_COLUMNS                                                                               \
	"p.id, p.fetched_utc, so.name, p.source_post_id, p.url, p.title, p.text, p.author,"        \
	" p.author_handle, p.author_url, p.published_utc, p.updated_utc, p.lang, p.place,"         \
	" p.country, p.lat, p.lon, p.location_via, p.reply_to, p.likes, p.shares, p.replies,"      \
	" p.comments, p.views, p.followers, p.rating"

/* Without its tags. */
void post_read(struct rows *rows, struct post *ret, int64_t *ret_id, struct instant *ret_fetched);

/* Reads the columns of the metrics, in their order. */
void post_read_metrics(struct rows *rows, struct metric_value *ret);

/* Adds the tags, hashtags, handles and links of post ID. */
int post_read_tags(struct store *store, int64_t id, struct arena *arena, struct post *post);

/* Removes the post with all that hangs on it, from the full-text tables too. */
int post_delete(struct store *store, int64_t id);

/* What a tombstone keeps of a post's key. */
int64_t post_key_hash(struct slice id_key);
