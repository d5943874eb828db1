/* record/subscription.h: how a source sends us what is new, without being asked
 * for it each time: a hub pushes it (WebSub), or it comes as a stream of events.
 */
#pragma once

#include "base/clock.h"

enum subscription_kind {
	SUBSCRIPTION_HUB,
	SUBSCRIPTION_STREAM,
	N_SUBSCRIPTION_KINDS,
};

enum subscription_state {
	SUBSCRIPTION_OFFERED, /* known of, not asked for */
	SUBSCRIPTION_ASKED,   /* and not confirmed yet */
	SUBSCRIPTION_LIVE,
	SUBSCRIPTION_REFUSED,
	SUBSCRIPTION_LEAVING, /* no longer wanted; the other side is being told */
	N_SUBSCRIPTION_STATES,
};

struct subscription {
	int64_t id; /* of its row */
	const char *source;
	enum subscription_kind kind;
	const char *hub;   /* who is asked: the hub, or the address of the stream */
	const char *topic; /* what for: the feed as the hub knows it; of a stream, its address */
	enum subscription_state state;
	const char *address_mark; /* of the key and address that the hub was given; NULL: none */
	struct instant asked;     /* for the last time */
	struct instant until;     /* end of the lease; of a stream unknown */
	struct instant next_try;
	unsigned int failures;    /* in a row */
	struct instant last_push; /* when something came */
	size_t n_pushes;
	size_t n_forged;           /* pushes whose signature was wrong */
	const char *last_event_id; /* of a stream; NULL: none */
	const char *last_error;    /* in words; NULL: none */
};

/* "hub", "live". */
const char *subscription_kind_name(enum subscription_kind kind);
const char *subscription_state_name(enum subscription_state state);
/* N_SUBSCRIPTION_KINDS and N_SUBSCRIPTION_STATES for what is none. */
enum subscription_kind subscription_kind_find(const char *name);
enum subscription_state subscription_state_find(const char *name);
