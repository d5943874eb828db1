/* store/posts.h: posts, by what they are known.
 *
 * A part of store/store.h, which others include. */
#pragma once

#include "record/post.h"

struct store;

/* What makes a post the same post: made by dedupe/. */
struct identity {
	const char *id_key;    /* the source's id, normalised */
	const char *url_key;   /* the url, normalised; NULL: none */
	uint64_t content_hash; /* of title and text */
	uint64_t title_hash;   /* of the title; used when the link is all that tells a post */
	enum link_role link;
};

/* Whether the post with IDENTITY is here already, from SOURCE and with the same
 * content: 1 or 0.  Then it need not be looked at again. */
int store_has_post(struct store *store, const char *source, const struct identity *identity);

enum seen { POST_NEW, POST_EDITED, POST_SEEN };

struct stored_post {
	int64_t id;
	enum seen seen;
};

/* Adds POST of source POST->source, or finds it: by id_key within the source,
 * else by url_key with the same content, also of another source.  A post that only its
 * link tells is another one when title or content say so (docs/sources.md).  An edited
 * one is updated in place and keeps its id; new metrics alone are no edit. */
int store_add_post(struct store *store, const struct post *post, const struct identity *identity,
	int64_t fetched_us, struct stored_post *ret);
