/* daemon/harvest.h: the answer to a poll, from bytes to posts, some at a time.
 *
 * The part that needs no store: the daemon stores what comes
 * out, `mentionctl sources test' shows it.
 */
#pragma once

#include "decode/decoding.h"
#include "fetch/policy.h"
#include "source/poll.h"

struct harvest {
	const struct source_settings *source;
	struct feed feed;           /* its facts, without posts; empty when it is none */
	struct feed_hints hints;    /* for policy_apply(); tells why it is none */
	struct fetch_answer answer; /* as policy_apply() is to see it */
	struct poll_step step;      /* of a preset's API: whether another page follows */
	int refused;                /* why the body is no feed: as decode_feed(), or 0 */
	const char *hub, *topic;    /* who pushes, and what it is called there; NULL: nobody */

	struct decoding *decoding; /* NULL: there is nothing to read, or no more */
	struct diags *warnings;
	struct poll_notes notes;
};

/* Opens ANSWER to a poll of SOURCE; both must live as long as *RET, which
 * harvest_done() releases.  What is no feed is told in the hints, here and below, not
 * returned.  New texts are made in the answer's arena.  -ENOMEM. */
int harvest_open(const struct settings *settings, const struct source_settings *source,
	const struct fetch_answer *answer, struct harvest *ret);
void harvest_done(struct harvest *harvest);

/* Reads on up to LIMIT: *RET has the next posts, made in ARENA.  1: there is more, 0:
 * that was all.  -ENOMEM. */
int harvest_read(struct harvest *harvest, const struct decoding_limit *limit, struct arena *arena,
	struct post **ret, size_t *ret_n);

/* Notes what POST, the next one, says of the poll, whose source's state was STATE.
 * -ENOMEM. */
int harvest_note(
	struct harvest *harvest, const struct source_state *state, const struct post *post);

/* After the last post: fills what the answer as a whole says.  -ENOMEM. */
int harvest_conclude(struct harvest *harvest, const struct source_state *state);

/* Gives POST what its source's settings and its own text say where it does not
 * say it itself.  New texts are made in ARENA.  -ENOMEM. */
int harvest_complete(const struct source_settings *source, struct post *post, struct arena *arena);
