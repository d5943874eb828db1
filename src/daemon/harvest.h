/* daemon/harvest.h: the answer to a poll, from bytes to posts.
 *
 * The part of the pipeline that needs no store: the daemon stores what comes
 * out, `mentionctl sources test' shows it.
 */
#pragma once

#include "decode/decode.h"
#include "fetch/policy.h"
#include "source/poll.h"

struct pushed;

struct harvest {
	struct feed feed;           /* empty when the answer is none */
	struct feed_hints hints;    /* for policy_apply(); tells why it is none */
	struct fetch_answer answer; /* as policy_apply() is to see it */
	struct poll_step step;      /* of a preset's API: whether another page follows */
	const char *hub, *topic;    /* who pushes, and what it is called there; NULL: nobody */
};

/* Reads ANSWER to a poll of SOURCE, whose state was STATE, into *RET, made in the
 * answer's arena.  What is no feed is told in the hints, not returned.
 * -ENOMEM. */
int harvest_make(const struct settings *settings, const struct source_settings *source,
	const struct fetch_answer *answer, const struct source_state *state, struct harvest *ret);

/* The posts of what was PUSHED, made in its arena.  As decode_feed(). */
int harvest_pushed(const struct settings *settings, const struct pushed *pushed, struct feed *ret);

/* Gives POST what its source's settings and its own text say where it does not
 * say it itself.  New texts are made in ARENA.  -ENOMEM. */
int harvest_complete(const struct source_settings *source, struct post *post, struct arena *arena);
