/* daemon/applying.h: from a stream that is new or changed to the posts that were here
 * before it.
 *
 * A turn takes the next posts, the latest first, and makes the mentions of the
 * streams in question what the queries say now.  How far it came stands in the
 * same transaction, so a crash repeats nothing and leaves nothing out; a command
 * that does the same beside the daemon finds its work done, or does it again
 * with the same result.
 *
 * A mention that matches no more goes, unless a person has touched it.
 */
#pragma once

#include "daemon/turn.h"

/* What applying a stream means for one post. */
enum apply_change {
	APPLY_COMES,   /* it is a mention now */
	APPLY_GOES,    /* it is none any more */
	APPLY_CHANGES, /* other words of it match */
	APPLY_STAYS,   /* it matches no more, but a person has worked on it */
	N_APPLY_CHANGES,
};

/* Streams on their way through the posts that were here before them. */
struct applying {
	const struct texts *streams; /* NULL: those that the store has not seen applied */
	int64_t since_us;            /* fetched */
	int64_t upto_id;             /* where it is; starts at the last post */
	bool dry_run;                /* only counts; the store may be one for reading */
	/* Told of each change, before it is committed; or NULL. */
	void (*on_change)(enum apply_change change, const char *stream, const struct post *post,
		void *userdata);
	void *userdata;

	size_t n_posts; /* judged so far */
	size_t n[N_APPLY_CHANGES];
	size_t n_alerts, n_mails;
};

/* Judges some more posts, the latest first, in one turn.  The mentions are those that
 * would be here had the streams been from the start.  1: there is more to do, 0: all is
 * done. */
int applying_step(const struct turn_context *context, struct applying *applying);
