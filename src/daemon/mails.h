/* daemon/mails.h: the outbox, wired to the store: who takes a mail is settled there,
 * and a timer follows what is due.
 */
#pragma once

#include <systemd/sd-event.h>

#include "notify/outbox.h"

struct mails;
struct store;

struct mails_options {
	sd_event *event;
	struct http_client *client;
	const struct clock *clock;
	struct random *random;
	struct store *store;
	bool drains_only; /* nothing leaves before mails_drain() */
};

int mails_new(const struct mails_options *options, struct mails **ret);
/* Cancels what is in flight: it stays queued. */
void mails_free(struct mails *mails);
DEFINE_CLEANUP(struct mails *, mails_free);

/* Follows SETTINGS, which live until the next call; what they set up no channel for waits
 * in the store.  Mistakes are logged. */
int mails_configure(struct mails *mails, const struct settings *settings);

/* Something may be due. */
void mails_wake(struct mails *mails);

/* Whether the outbox could not be read, or what became of a mail not be stored. */
bool mails_has_failed(const struct mails *mails);

/* Sends what can be sent, then calls DONE as outbox_drain(). */
void mails_drain(struct mails *mails, void (*done)(void *userdata, int waiting), void *userdata);
