/* http/request.h: the life of a request, and the client (internal to http/).
 *
 * A request is finished once; it then waits among the done of the client, which
 * delivers one a turn.
 */
#pragma once

#include <sys/queue.h>

#include "base/arena.h"
#include "http/client.h"

enum request_state { REQUEST_QUEUED, REQUEST_ACTIVE, REQUEST_DONE };

enum { REQUEST_WORDS_SIZE = 1024 };

struct request_kind {
	/* Ends what is under way, without calling back. */
	void (*stop)(struct http_request *request);
	/* Calls on_done of the user. */
	void (*deliver)(struct http_request *request);
	/* What the deadline met, for "not done in 30 s, while ...". */
	const char *(*waiting_for)(const struct http_request *request);
	/* Releases what the kind holds beside the arena. */
	void (*release)(struct http_request *request);
	/* http_cancel() does not change the outcome of one that is done. */
	bool outcome_stands;
};

struct http_request {
	TAILQ_ENTRY(http_request) entry;
	struct http_client *client;
	const struct request_kind *kind;
	enum request_state state;
	struct arena *arena; /* holds the request itself and its copies */
	sd_event_source *deadline;
	uint64_t started_us; /* on the loop's monotonic clock */
	int64_t timeout_us;
	int error;
	char words[REQUEST_WORDS_SIZE];
};

TAILQ_HEAD(requests, http_request);

struct http_client {
	sd_event *event;
	struct multi *multi;
	struct resolver *resolver;
	sd_event_source *deliver;
	struct requests active;
	struct requests mails; /* wait for their turn */
	struct requests done;
	struct body_budget bodies;
	struct http_request *mail;    /* whose turn it is */
	struct smtp *smtp;            /* its connection, or that of the last */
	sd_event_source *smtp_closer; /* ends that one when no mail follows */
	unsigned int n_requests;
	char *user_agent;
	char *proxy; /* NULL: none */
	char *ca_file;
};

/* A request of KIND, BYTES in size with struct http_request first, on the list
 * of the active. */
int request_new(struct http_client *client, const struct request_kind *kind, size_t bytes,
	struct http_request **ret);
/* Without delivering it. */
void request_free(struct http_request *request);

/* Starts the clock: after TIMEOUT_US the request is finished with -ETIMEDOUT. */
int request_set_deadline(struct http_request *request, int64_t timeout_us);

/* The clock stands still until it is extended: it is not the other side that waits. */
void request_stop_deadline(struct http_request *request);

/* The clock starts anew, for a request that shows signs of life. */
void request_extend_deadline(struct http_request *request);

/* Ends what is under way and hands the request to the client for delivery.
 * ERROR 0 is success; the words follow FORMAT. */
void request_finish(struct http_request *request, int error, const char *format, ...)
	PRINTF_LIKE(3, 4);

int64_t request_elapsed_us(const struct http_request *request);
