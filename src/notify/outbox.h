/* notify/outbox.h: sends what is due, one message at a time.
 *
 * The outbox knows no storage: it asks for the next delivery that is due, sends
 * its bytes by SMTP (or writes them to a folder), and says how it ended.  A
 * delivery is marked sent only after the receiving server accepted it; where
 * that is not known it is sent again, with the same bytes.
 *
 *	4xx at connect, EHLO or AUTH; no answer    the whole queue waits
 *	4xx at MAIL, RCPT, DATA                     that delivery waits
 *	5xx at RCPT, DATA                           that delivery has failed
 *	5 days                                      that delivery has failed
 *
 * A queue that waits is probed with one delivery, and goes on when that is
 * answered.
 *
 * Uses base/, record/, http/, config/settings.h.
 */
#pragma once

#include "base/random.h"
#include "config/settings.h"
#include "record/delivery.h"

struct http_client;
struct outbox;

/* The caller's side; all return 0 or more, or a negative errno. */
struct outbox_store {
	/* 1 and *RET (strings in ARENA) for the oldest queued delivery that is due
	 * at NOW_US, 0 when there is none. */
	int (*take_due)(void *userdata, int64_t now_us, struct arena *arena, struct delivery *ret);
	/* When the next queued one is due; unknown when none is queued. */
	int (*next_due)(void *userdata, struct instant *ret);
	/* Commits OUTCOME before it returns. */
	int (*settle)(void *userdata, const struct delivery_outcome *outcome);
	/* The storage failed (ERROR): the outbox stops until it is woken again. */
	void (*failed)(void *userdata, int error);
	void *userdata;
};

struct outbox_setup {
	struct http_client *client;
	const struct clock *clock;
	const struct smtp_settings *smtp;
	const char *password; /* read by the caller; NULL: none; copied */
	struct random *random;
	struct outbox_store store;
};

/* SETUP is copied; what it points to must outlive the outbox. */
int outbox_new(const struct outbox_setup *setup, struct outbox **ret);
/* After a reload: mails that start from now on go by SMTP, which must outlive
 * the outbox or its next configuration, with PASSWORD (copied; NULL: none).  What
 * is in flight goes on: cancelled after its last byte it would arrive twice.
 * -ENOMEM, -EINVAL, and nothing changed. */
int outbox_configure(struct outbox *outbox, const struct smtp_settings *smtp, const char *password);
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
