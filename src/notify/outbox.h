/* notify/outbox.h: brings what is due to its targets, by all channels.
 *
 * The outbox knows no storage and no protocol.  Each channel has a lane: the outbox asks
 * for the lane's next delivery that is due, has the channel send it, and says how it
 * ended; the lanes do not wait for each other.  A delivery is marked sent only after its
 * receiver accepted it; where that is not known it is sent again, with the same bytes.
 *
 * What did not arrive waits by itself, with all others to its target, or with its whole
 * channel (notify/channel.h), and fails when it waited too long.  What was stopped is
 * probed with one delivery, and goes on when that is answered.
 *
 * Uses base/, record/, http/, config/settings.h.
 */
#pragma once

#include "base/random.h"
#include "notify/channel.h"

struct outbox;

/* The caller's side; all return 0 or more, or a negative errno. */
struct outbox_store {
	/* 1 and *RET (strings in ARENA) for the oldest queued delivery that QUERY asks for,
	 * 0 when there is none. */
	int (*take_due)(void *userdata, const struct due_query *query, struct arena *arena,
		struct delivery *ret);
	/* When the next queued one is due, now or later; unknown when none is queued. */
	int (*next_due)(void *userdata, const struct due_query *query, struct instant *ret);
	/* Commits OUTCOME before it returns. */
	int (*settle)(void *userdata, const struct delivery_outcome *outcome);
	/* The storage failed (ERROR): the lane stops until it is woken again. */
	void (*failed)(void *userdata, int error);
	void *userdata;
};

struct outbox_setup {
	const struct channel *const *channels; /* see channels_all(); static */
	size_t n_channels;
	struct http_client *client;
	const struct clock *clock;
	struct random *random;
	struct outbox_store store;
};

/* SETUP is copied; what it points to must outlive the outbox.  Nothing is sent before
 * outbox_configure(). */
int outbox_new(const struct outbox_setup *setup, struct outbox **ret);
/* At the start and after a reload: what starts from now on goes as SETTINGS say, which must
 * outlive the outbox or its next configuration.  What is in flight goes on: cancelled
 * after its last byte it would arrive twice.  Channels that they do not set up wait.
 * -ENOMEM, or what a channel said with DIAGS, and nothing changed. */
int outbox_configure(struct outbox *outbox, const struct settings *settings, struct diags *diags);
/* Cancels what is in flight: it stays queued. */
void outbox_free(struct outbox *outbox);
DEFINE_CLEANUP(struct outbox *, outbox_free);

/* Something may be due: sends it, and all that is due after it, then idles. */
void outbox_wake(struct outbox *outbox);

/* When outbox_wake() should be called again; unknown: not before something is
 * written. */
struct instant outbox_next(const struct outbox *outbox);

/* Wakes, and calls DONE once, when nothing more can be sent now:
 * WAITING is 1 when something is still queued, else 0.  DONE may be called from
 * inside. */
void outbox_drain(struct outbox *outbox, void (*done)(void *userdata, int waiting), void *userdata);
