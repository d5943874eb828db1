/* push/subscriber.h: subscribes to the hubs that feeds name (W3C WebSub), renews
 * the leases, and takes what the hubs push.
 *
 * A subscription is asked for by a POST to the hub, which then asks back at our
 * address whether we meant it (push/listener.h hears that); from then on it posts
 * what is new there, signed with a secret that only it and we know.  Addresses and
 * secrets are made from a key (push/key.h) and stored nowhere.
 *
 * The settings that it is given must live until the next subscriber_set_sources()
 * or subscriber_free().
 */
#pragma once

#include <systemd/sd-event.h>

#include "base/random.h"
#include "config/settings.h"
#include "http/client.h"
#include "push/key.h"
#include "push/listener.h"
#include "record/subscription.h"

struct subscriber;

/* Content whose signature is right. */
struct hub_push {
	const struct subscription *row;
	struct str *body;         /* may be moved out */
	const char *content_type; /* NULL: none */
	uint64_t ticket;          /* of the call */
};

struct subscriber_options {
	sd_event *event;
	struct http_client *client;
	const struct clock *clock;
	struct random *random;
	/* Begins to store it; subscriber_end_push() says how that ended.  Negative: it
	 * cannot, and the hub shall send it again. */
	int (*on_push)(
		const struct source_settings *source, const struct hub_push *push, void *userdata);
	/* What it cannot read was pushed to SOURCE, or its hub is new to us. */
	void (*on_news)(const struct source_settings *source, void *userdata);
	/* The row changed; SOURCE is NULL when it is no longer there. */
	void (*on_change)(const struct source_settings *source,
		const struct subscription *subscription, void *userdata);
	/* The row ID is done with: the hub, which the feed names no more, was told. */
	void (*on_end)(int64_t id, void *userdata);
	/* A push to SOURCE has a wrong signature, the N_FORGED-th. */
	void (*on_forged)(const struct source_settings *source, size_t n_forged, void *userdata);
	void *userdata;
};

int subscriber_new(const struct subscriber_options *options, struct subscriber **ret);
void subscriber_free(struct subscriber *subscriber);
DEFINE_CLEANUP(struct subscriber *, subscriber_free);

/* Follows SETTINGS and the ROWS of hubs.  KEY NULL: no hub reaches us, so none is
 * subscribed; those that are get told, by the key that they know.  What is to be asked
 * at once is spread over a short time.  -ENOMEM, and the old ones stay. */
int subscriber_set_sources(struct subscriber *subscriber, const struct settings *settings,
	const struct push_key *key, const struct subscription *rows, size_t n_rows);

/* Subscriptions that are being left: the hubs still ask back at our address. */
size_t subscriber_count_leaving(const struct subscriber *subscriber);

/* What a listener asks (struct listener_options), with the subscriber as USERDATA. */
int subscriber_accepts(const char *token, void *userdata);
int subscriber_answer(const struct hub_call *call, const char **ret_text, void *userdata);

/* What was pushed to the subscription ID came to RESULT: 0, the push is stored and
 * counted in the row; -EPROTONOSUPPORT, -EBADMSG, -EMSGSIZE: it is no feed; another
 * error: the hub shall send it again.  The status of the answer. */
int subscriber_end_push(struct subscriber *subscriber, int64_t id, int result);

/* How long to wait after FAILURES in a row, 1 or more. */
int64_t subscriber_backoff_us(unsigned int failures);
/* When a lease of LEASE_US is renewed, from its beginning on; FRACTION, 0 to 1, is
 * the jitter. */
int64_t subscriber_renewal_us(int64_t lease_us, double fraction);
