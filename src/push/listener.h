/* push/listener.h: a small HTTP server on the event loop, for hubs alone.
 *
 * What it is asked for is known by the last part of the path; its user says which
 * are taken.  All else, whatever the method, is 404 without a word.  Connections,
 * those of one network, headers, bodies (all together, and those for one token) and time
 * are bounded; one call is one connection, and one body is handed on a turn of the loop.
 *
 * The only place that uses libmicrohttpd, whose threads are not: it is run when its
 * descriptor is ready.
 */
#pragma once

#include <systemd/sd-event.h>

#include "base/clock.h"
#include "base/macro.h"
#include "base/slice.h"
#include "base/str.h"

struct listener;

/* What a hub says; absent texts are NULL. */
struct hub_call {
	const char *token; /* last part of the path */
	bool has_content;  /* a POST; else a GET with what follows */
	const char *mode, *topic, *challenge, *lease_seconds, *reason;
	/* Of a POST. */
	struct str *body; /* may be moved out */
	const char *content_type, *signature;
	uint64_t ticket; /* for listener_answer() */
};

/* How many connections there may be at one time, and how many from one network (behind a
 * proxy all come from one). */
enum { LISTENER_CONNECTIONS = 64, LISTENER_CONNECTIONS_PER_NETWORK = 32 };

/* CALL_PENDING: listener_answer() says later. */
enum { CALL_PENDING = 1, CALL_OK = 200, CALL_NOT_FOUND = 404, CALL_GONE = 410, CALL_LATER = 503 };

struct listener_options {
	sd_event *event;
	const char *address; /* "HOST:PORT"; not used with FD */
	int fd;              /* a socket that listens already, taken over; -1: none */
	size_t max_body_bytes;
	/* How long a call may take to its headers' end, and from there to its body's,
	 * whatever it says meanwhile. */
	int64_t head_timeout_us, body_timeout_us;
	/* CALL_OK when a POST to TOKEN may bring a body; else the status to refuse it
	 * with. */
	int (*accepts)(const char *token, void *userdata);
	/* The status of the answer, and with CALL_OK its text (NULL: none), which
	 * lives until the next call.  From the loop.  For a POST CALL_PENDING, too. */
	int (*on_call)(const struct hub_call *call, const char **ret_text, void *userdata);
	void *userdata;
};

/* -EINVAL for what is no address, -EADDRINUSE, -EACCES. */
int listener_open(const struct listener_options *options, struct listener **ret);
/* Answers the call with TICKET, which is pending, with STATUS; no harm when it is gone. */
void listener_answer(struct listener *listener, uint64_t ticket, int status);
/* Ends calls that are not answered; a hub makes them again. */
void listener_close(struct listener *listener);
DEFINE_CLEANUP(struct listener *, listener_close);
