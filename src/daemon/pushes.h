/* daemon/pushes.h: what comes without a poll, wired to the store and to what ingests:
 * streams of events and hubs.
 */
#pragma once

#include "daemon/ingest.h"
#include "http/client.h"

struct pushes;

struct pushes_options {
	sd_event *event;
	struct http_client *client;
	const struct clock *clock;
	struct random *random;
	struct store *store;
	/* Has STREAMED stored, as ingest_events(). */
	int (*take_events)(const struct streamed *streamed, void *userdata);
	/* Begins to store what was PUSHED, slice by slice, and calls ON_DONE with what
	 * came of it, as reading_add(); negative: it cannot, and ON_DONE is not
	 * called. */
	int (*take_push)(const struct pushed *pushed, void (*on_done)(int result, void *done),
		void *done, void *userdata);
	/* SOURCE may have something new: it is to be polled, unless that was done
	 * within LEAST_US. */
	void (*hurry)(const char *source, int64_t least_us, void *userdata);
	void *userdata;
};

int pushes_new(const struct pushes_options *options, struct pushes **ret);
void pushes_free(struct pushes *pushes);
DEFINE_CLEANUP(struct pushes *, pushes_free);

/* Follows SETTINGS, which are applied to the store and live until the next call,
 * and the offers that are in it.  That nothing can be heard (the key, the socket) is
 * logged, and the sources are polled. */
int pushes_set_sources(struct pushes *pushes, const struct settings *settings);

/* A feed names another hub than before: it is looked into soon. */
void pushes_offers_changed(struct pushes *pushes);
