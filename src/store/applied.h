/* store/applied.h: the settings as they are in force.
 *
 * A part of store/store.h, which others include. */
#pragma once

#include "config/settings.h"

struct arena;
struct store;

/* Makes the rows of source, stream and recipient agree with SETTINGS; what is
 * no longer configured stays, marked as such.  In a transaction of its own. */
int store_apply_settings(struct store *store, const struct settings *settings, int64_t now_us);

/* Adds a stream that the daemon has not taken yet: its mentions can be written,
 * and the daemon applies it anew when it takes it.  A known one stays as it is. */
int store_add_stream(struct store *store, const struct stream_settings *stream, int64_t now_us);

/* A stream that is still to be applied to the posts up to an id. */
struct unapplied {
	const char *stream;
	int64_t upto;
};
/* All of them. */
int store_list_unapplied(
	struct store *store, struct arena *arena, struct unapplied **ret, size_t *ret_n);
/* All streams that are still to be applied to posts from FROM_ID on need only
 * be applied to those before it; FROM_ID 0: to none. */
int store_mark_applied(struct store *store, int64_t from_id);
