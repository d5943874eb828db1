/* daemon/ingest.h: a body on its way through all stages, slice by slice.
 *
 * A body may hold 20,000 posts, and nothing else may wait for it: the loop turns
 * between two slices.  Each slice is one transaction, with all that follows from its
 * posts; what the fetch as a whole changes (the source's state with its validators and
 * cursor, or the row of a subscription) is written with the last one.  So a crash in
 * between is repaired by fetching again: what is stored already is known by its keys.
 *
 * A body is read twice when it is longer than one slice: which entries are the same
 * post is known only when all have been seen (dedupe/identity.h).
 */
#pragma once

#include "daemon/turn.h"
#include "fetch/policy.h"
#include "record/subscription.h"

struct ingest;

/* What a body, or some events, brought. */
struct ingest_result {
	struct turn_result stored;
	size_t n_posts; /* with those that were here before */
	size_t n_dropped;
	size_t n_cut;              /* posts of which a part was too long to be kept */
	unsigned int dropped_line; /* of the first of them in the body; 0: unknown */
	bool is_cut;               /* the service had more pages than a poll may have */
	bool offer_changed;        /* the source names another hub than before, or none */
};

/* Takes ANSWER to a poll of SOURCE, whose state is STATE.  What is needed of them is
 * copied, the body moved out.  Source and context must live as long as *RET.
 * -ENOMEM. */
int ingest_poll(const struct turn_context *context, const struct source_settings *source,
	const struct fetch_answer *answer, const struct source_state *state, struct ingest **ret);

/* What a hub pushed. */
struct pushed {
	const struct source_settings *source;
	int64_t subscription_id;  /* its row, whose push is counted with the last slice */
	struct str *body;         /* is moved out */
	const char *content_type; /* NULL: unknown */
	const char *url;          /* NULL: unknown */
};

/* The same for what a hub PUSHED. */
int ingest_push(
	const struct turn_context *context, const struct pushed *pushed, struct ingest **ret);

void ingest_free(struct ingest *ingest);
DEFINE_CLEANUP(struct ingest *, ingest_free);

/* Does one slice; *RET is what its turn changed (nothing, while the body is only looked
 * through).  1: there is more, 0: all is stored.  Below 0 this slice was not stored, and
 * there is nothing more to do; what is no feed is a failure of the source, and stored as
 * such; pushed it is -EPROTONOSUPPORT, -EBADMSG or -EMSGSIZE. */
int ingest_step(struct ingest *ingest, struct turn_result *ret);

const struct source_settings *ingest_source(const struct ingest *ingest);
size_t ingest_n_bytes(const struct ingest *ingest);
/* All that it brought so far. */
const struct ingest_result *ingest_result(const struct ingest *ingest);
/* The source's state before the poll, and as it is stored: up to the last slice the
 * same. */
const struct source_state *ingest_before(const struct ingest *ingest);
const struct source_state *ingest_state(const struct ingest *ingest);

/* Events of a source's stream, few enough for one slice. */
struct streamed {
	const struct source_settings *source;
	const struct slice *events; /* the data of each */
	size_t n_events;
	const struct subscription *after; /* its row from now on */
};

/* Takes them, in one turn with the subscription's row.  Below 0: nothing was
 * stored. */
int ingest_events(const struct turn_context *context, const struct streamed *streamed,
	struct ingest_result *ret);
