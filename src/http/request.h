/* http/request.h: what GETs and mails have in common (internal to http/).
 *
 * A request looks up its host, checks the addresses, runs a transfer on the
 * multi handle, perhaps again, and is finished once: it then waits among the
 * done of the client, which delivers one a turn.
 */
#pragma once

#include <sys/queue.h>

#include <curl/curl.h>

#include "base/arena.h"
#include "http/client.h"
#include "http/resolver.h"
#include "http/url.h"

enum request_state { REQUEST_QUEUED, REQUEST_ACTIVE, REQUEST_DONE };

enum { REQUEST_WORDS_SIZE = 768, MAX_MAIL_SOCKETS = 8 };

struct request_kind {
	/* The transfer is over: finishes the request, or connects again. */
	void (*on_end)(struct http_request *request, CURLcode result);
	/* Calls on_done of the user. */
	void (*deliver)(struct http_request *request);
	/* What the deadline met, for "... while WAITING". */
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
	struct multi *multi;
	struct arena *arena; /* holds the request itself and its copies */

	CURL *easy;
	CURLSH *names; /* the addresses that were checked for this request, no others */
	struct curl_slist *resolve;
	struct lookup *lookup;
	sd_event_source *deadline;
	uint64_t started_us; /* on the loop's monotonic clock */
	int64_t timeout_us;
	bool in_multi;

	struct url url;           /* asked now */
	const char *connect_host; /* of the URL, or of the proxy */
	uint16_t connect_port;
	bool allow_private; /* may be asked there */
	bool through_proxy; /* which then decides where it connects to */
	bool refused;       /* the last check of an address failed */

	int error;
	char words[REQUEST_WORDS_SIZE];
	char curl_words[CURL_ERROR_SIZE];
};

TAILQ_HEAD(requests, http_request);

struct http_client {
	sd_event *event;
	struct multi *multi; /* of GETs */
	struct resolver *resolver;
	sd_event_source *deliver;
	struct requests active;
	struct requests mails; /* wait for their turn */
	struct requests done;
	struct http_request *mail;          /* whose turn it is */
	struct multi *mail_multi;           /* NULL when no mail was sent lately */
	sd_event_source *mail_closer;       /* ends the connection of the last mail */
	int mail_sockets[MAX_MAIL_SOCKETS]; /* open ones, -1: none */
	unsigned int n_requests;
	char *user_agent;
	char *proxy; /* NULL: none */
	char *ca_file;
};

/* Hands an ended transfer to its request: what multi_new() takes. */
void client_on_end(CURL *easy, CURLcode result);

/* A request of KIND, BYTES in size with struct http_request first, on the list
 * of the active. */
int request_new(struct http_client *client, const struct request_kind *kind, size_t bytes,
	struct http_request **ret);
/* For one that was never started. */
void request_free(struct http_request *request);
DEFINE_CLEANUP(struct http_request *, request_free);

/* Starts the clock: after TIMEOUT_US the request is finished with -ETIMEDOUT. */
int request_set_deadline(struct http_request *request, int64_t timeout_us);

/* Looks up connect_host and checks the addresses, then starts the transfer;
 * whatever goes wrong finishes the request. */
void request_connect(struct http_request *request);

/* Ends what is under way and hands the request to the client for delivery.
 * ERROR 0 is success; the words follow FORMAT. */
void request_finish(struct http_request *request, int error, const char *format, ...)
	PRINTF_LIKE(3, 4);
/* The same, for a result of libcurl that is no success. */
void request_fail(struct http_request *request, CURLcode result);

int64_t request_elapsed_us(const struct http_request *request);

/* Opens a socket for WANTED unless the address may not be asked: the callback
 * of libcurl, whose USERDATA is the request. */
curl_socket_t request_open_socket(
	void *userdata, curlsocktype purpose, struct curl_sockaddr *wanted);
