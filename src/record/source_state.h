/* record/source_state.h: what a poller remembers of a source over restarts.
 *
 * The cursor and the cache validators change only in the transaction that
 * stores the posts of the fetch that brought them.
 */
#pragma once

#include "base/clock.h"

/* Where a poll of several pages stands.  It ends with the process: the cursor
 * moves with the last page only, so the next poll goes back as far. */
struct source_page {
	unsigned int n;            /* pages that are stored; 0: no poll is under way */
	size_t n_posts;            /* on them */
	const char *next;          /* the address of the next one, or its cursor; NULL: by number */
	const char *newest;        /* what the cursor becomes */
	const char *last_id;       /* of the last post of the last page */
	struct instant not_before; /* when the next one may be asked for */
};

struct source_state {
	const char
		*url; /* where to ask: the configured address, or where a permanent redirect led */
	const char *etag;          /* byte for byte, quotes and W/ included; NULL: none */
	const char *last_modified; /* byte for byte */
	const char *cursor;        /* presets: newest id seen; NULL: none */
	struct instant next_poll;
	int64_t wait_us; /* from the last poll to the next one, as planned; 0: unknown */
	struct instant last_poll;
	struct instant last_success; /* a 200 that parsed, or a 304 */
	struct instant last_new_post;
	int64_t interval_us;     /* what the scheduler chose last */
	unsigned int failures;   /* in a row */
	const char *last_error;  /* in words; NULL after a success */
	int last_status;         /* HTTP; 0: no answer */
	struct source_page page; /* not stored */
	bool gone;               /* 410, or a JSON Feed that expired: ask no more */
};

/* A copy with its texts in one piece of memory, which the caller frees.
 * -ENOMEM. */
int source_state_copy(const struct source_state *state, struct source_state **ret);
