/* http/transfer.h: one address, asked by libcurl (internal to http/).
 *
 * Looks up the host, checks the addresses, and runs a transfer on the multi
 * handle with those alone.  Its owner sets what to do there (options of EASY)
 * and where (the fields below), and can start it again when it has ended.
 */
#pragma once

#include <curl/curl.h>

#include "http/multi.h"
#include "http/resolver.h"
#include "http/target.h"

struct transfer {
	/* Set by transfer_init(). */
	struct multi *multi;
	struct resolver *resolver;
	CURL *easy;
	CURLSH *names; /* the addresses that were checked for this transfer, no others */
	struct curl_slist *resolve;
	struct lookup *lookup; /* under way, or NULL */
	bool in_multi;
	bool refused; /* the last check of an address failed */
	char curl_words[CURL_ERROR_SIZE];

	/* Set by the owner. */
	struct target url;
	const char *connect_host; /* of the URL, or of the proxy */
	uint16_t connect_port;
	bool allow_private;    /* private addresses may be asked */
	bool through_proxy;    /* which then decides where it connects to */
	bool keeps_connection; /* CURLOPT_CONNECT_ONLY: in use until transfer_done() */
	/* ERROR is 0 or negative errno with WORDS for the administrator.  Called
	 * from the loop, or from inside transfer_start(). */
	void (*on_end)(struct transfer *transfer, int error, const char *words);
	void *userdata;
};

/* -ENOMEM. */
int transfer_init(struct transfer *transfer, struct multi *multi, struct resolver *resolver);
/* Tolerates one that is all zero. */
void transfer_done(struct transfer *transfer);

void transfer_start(struct transfer *transfer);
/* Ends it without on_end. */
void transfer_stop(struct transfer *transfer);

/* What multi_new() takes. */
void transfer_ended(CURL *easy, CURLcode result);

/* Opens a socket for WANTED unless the address may not be asked: the callback
 * of libcurl, whose USERDATA is the transfer. */
curl_socket_t transfer_open_socket(
	void *userdata, curlsocktype purpose, struct curl_sockaddr *wanted);
