/* text/entities.h: hashtags, handles and links in running text.
 *
 * The rules are those of twitter-text, the only published ones that work in
 * scripts without spaces, widened by the fediverse's @user@host and Bluesky's
 * @name.host.  What has a scheme is a link, a bare domain when libpsl knows its
 * suffix.
 */
#pragma once

#include "record/post.h"

/* In order of appearance, as written, repetitions included; hashtags without
 * '#', handles without '@'. */
struct entities {
	struct texts hashtags, handles, links;
};

/* Finds those of TEXT; the result lives in ARENA.  -ENOMEM. */
int entities_find(struct slice text, struct arena *arena, struct entities *ret);

/* Adds those of POST's title and text to the post's own, each once: hashtags
 * are compared by their keys, handles without regard to case; at most 256 of
 * a kind, from the first 4,096 of a text.  -ENOMEM. */
int entities_add(struct post *post, struct arena *arena);

enum entity_kind { ENTITY_HASHTAG, ENTITY_HANDLE, ENTITY_LINK };

/* Bytes [start, end) of the text, with the '#' or '@'. */
struct entity {
	enum entity_kind kind;
	size_t start, end;
};

/* The next entity at or after *POSITION of TEXT, *POSITION behind it; false
 * at the end.  Start with 0. */
bool entities_next(struct slice text, size_t *position, struct entity *ret);
