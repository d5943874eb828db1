/* push/live.h: holds a connection to each source that sends its posts as a stream
 * of server-sent events.
 *
 * A connection that ends is made anew, from the last event that was stored, after
 * a wait that grows; while there is none the source is polled as ever.  Events
 * that come together are handed on together, one source a turn of the loop.
 *
 * The settings that it is given must live until the next live_set_sources() or
 * live_free().
 */
#pragma once

#include <systemd/sd-event.h>

#include "base/arena.h"
#include "base/random.h"
#include "config/settings.h"
#include "http/client.h"
#include "record/subscription.h"

struct live;

struct live_request {
	const char *url;
	const char *const *headers;
	const char *const *secret_headers;
	const char *problem; /* with an error: why, in words; NULL: unknown */
};

/* What came together. */
struct live_events {
	const struct slice *items; /* the data of each */
	size_t n;
	const struct subscription *after; /* the row, once they are stored */
};

struct live_options {
	sd_event *event;
	struct http_client *client;
	const struct clock *clock;
	struct random *random;
	/* The address and headers of SOURCE, made in ARENA; negative: there are none
	 * for now. */
	int (*make_request)(const struct source_settings *source, struct arena *arena,
		struct live_request *ret, void *userdata);
	/* Stores them, with the row in the same transaction.  Negative: nothing was
	 * stored, and they are asked for once more. */
	int (*on_events)(const struct source_settings *source, const struct live_events *events,
		void *userdata);
	/* The row changed otherwise: opened, lost, refused. */
	void (*on_change)(const struct source_settings *source,
		const struct subscription *subscription, void *userdata);
	void *userdata;
};

int live_new(const struct live_options *options, struct live **ret);
/* Without on_change. */
void live_free(struct live *live);
DEFINE_CLEANUP(struct live *, live_free);

/* Takes the sources of SETTINGS that have a stream, whose rows are among ROWS.  A
 * connection whose row stays is kept.  -ENOMEM, and the old ones stay. */
int live_set_sources(struct live *live, const struct settings *settings,
	const struct subscription *rows, size_t n_rows);

/* How long to wait after FAILURES in a row (1 or more), of which the last IS_FINAL
 * when the server does not want us; RETRY_US is what the stream asked for, below 0
 * nothing. */
int64_t live_backoff_us(int64_t retry_us, unsigned int failures, bool is_final);
