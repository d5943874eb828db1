/* push/sse.h: reads a stream of server-sent events (WHATWG HTML, 9.2).
 *
 * Pure: bytes come in pieces of any size, whole events go out.  An event or line
 * over the bound is left out and counted; one that the stream ends within is
 * none.
 */
#pragma once

#include "base/clock.h"
#include "base/str.h"

struct sse_event {
	const char *type;  /* "message" when the stream names none */
	const char *id;    /* of this event or the last one that had any; "" : none */
	struct slice data; /* lines joined by line feeds; as it came, UTF-8 or not */
};

struct sse {
	struct str line, data, type, id;
	struct str last_id; /* of the last event, which a new connection starts from */
	int64_t retry_us;   /* that the stream asked for; -1: it did not */
	size_t n_dropped;
	bool began;       /* a byte order mark may stand at the beginning only */
	bool after_cr;    /* a line feed is the rest of this line end */
	bool is_too_long; /* the event, or its line */
};

/* An event has at most MAX_BYTES. */
void sse_init(struct sse *sse, size_t max_bytes);
void sse_done(struct sse *sse);
/* For a new connection, which begins behind the event LAST_ID: what was half read
 * goes. */
void sse_restart(struct sse *sse, struct slice last_id);

/* Reads BYTES and calls ON_EVENT for each event that they complete, which lives
 * until it returns; what that returns below 0 ends the reading.  -ENOMEM. */
int sse_read(struct sse *sse, struct slice bytes,
	int (*on_event)(const struct sse_event *event, void *userdata), void *userdata);
