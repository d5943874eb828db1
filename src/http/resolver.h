/* http/resolver.h: names to addresses without stopping the loop.
 *
 * getaddrinfo() blocks, so a few threads call it; they know nothing but the
 * name they look up, and nothing else in the program runs beside the loop.
 * libcurl's own resolver would join its thread when a look-up times out (two
 * seconds of stopped loop were measured) and take a thread a look-up.
 *
 * The threads start when they are needed.  One that hangs in getaddrinfo()
 * never delays resolver_free(): it is left behind, and frees what it still
 * holds when it returns.
 */
#pragma once

#include <stddef.h>

#include <systemd/sd-event.h>

#include "base/macro.h"
#include "http/address.h"

struct addrinfo;
struct lookup;
struct resolver;

enum { MAX_ADDRESSES = 16 };

struct addresses {
	size_t n;
	struct address items[MAX_ADDRESSES];
};

struct resolver_options {
	sd_event *event;
	unsigned int max_threads;
	unsigned int max_queued; /* look-ups that wait for a thread */
	unsigned int max_cached; /* names */
	int64_t keep_us;         /* how long an answer is used again */
	/* As getaddrinfo() for stream sockets, and called by several threads at
	 * once; NULL: getaddrinfo(). */
	int (*look_up)(const char *host, struct addrinfo **ret);
};

int resolver_new(const struct resolver_options *options, struct resolver **ret);
/* All look-ups must be done or cancelled. */
void resolver_free(struct resolver *resolver);
DEFINE_CLEANUP(struct resolver *, resolver_free);

struct lookup_request {
	const char *host; /* copied */
	/* Called once from the loop unless the look-up is cancelled: ERROR is 0
	 * and there is one address at least, or -EHOSTUNREACH with WORDS. */
	void (*on_done)(
		const struct addresses *addresses, int error, const char *words, void *userdata);
	void *userdata;
};

/* The addresses of a host: 1 and *RET_NOW when they are known at once (numeric,
 * or asked lately), 0 when ON_DONE will be called and *RET is for
 * lookup_cancel().  -EBUSY when too many wait, -EAGAIN without threads,
 * -ENOMEM. */
int resolver_find(struct resolver *resolver, const struct lookup_request *request,
	struct addresses *ret_now, struct lookup **ret);

/* Forgets LOOKUP: its ON_DONE is not called. */
void lookup_cancel(struct lookup *lookup);
