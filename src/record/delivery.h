/* record/delivery.h: bytes for one target of one channel.
 *
 * They are rendered once, stored with the row, and sent as they are: a repeat after a
 * crash is byte-identical, with the same id.
 */
#pragma once

#include "base/clock.h"
#include "base/slice.h"

enum delivery_kind { DELIVERY_ALERT, DELIVERY_DIGEST, N_DELIVERY_KINDS };
enum delivery_state { DELIVERY_QUEUED, DELIVERY_SENT, DELIVERY_FAILED, N_DELIVERY_STATES };

const char *delivery_kind_name(enum delivery_kind kind);
const char *delivery_state_name(enum delivery_state state);

struct delivery {
	int64_t id; /* the row; 0 before it is stored */
	enum delivery_kind kind;
	const char *recipient;  /* name in the settings */
	const char *channel;    /* see notify/channel.h */
	const char *target;     /* where it goes, in the channel's terms: of mails a mailbox */
	const char *message_id; /* what names it there; of mails without the angle brackets */
	struct slice message;   /* of mails RFC 5322, CRLF */
	struct instant queued;  /* written to the outbox */
	struct instant due;
	unsigned int attempts; /* made so far */
	const char *failure;   /* why there is no message to send; NULL: there is one */
};

/* What a lane of the outbox looks for. */
struct due_query {
	const char *channel;
	/* Targets that wait: a line each, with a line break before the first; "": none. */
	const char *except;
	int64_t now_us;
};

/* A delivery that nobody got, for people who look after that. */
struct failed_mail {
	enum delivery_kind kind;
	const char *recipient, *channel, *target;
	const char *rule, *stream; /* of an alert */
	const char *source;        /* of its post; NULL: none */
	const char *why;           /* what the server said, or why it cannot be written */
	struct instant at;
};

struct failed_mails {
	struct failed_mail *list; /* the latest first */
	size_t n;
	size_t n_all; /* how many there are in all */
};

/* How an attempt to send ended. */
struct delivery_outcome {
	int64_t id;
	enum delivery_state state; /* queued: again at DUE_US */
	int64_t now_us;
	int64_t due_us;
	int code;         /* the reply's; 0: none came */
	const char *text; /* words; NULL: none */
};
