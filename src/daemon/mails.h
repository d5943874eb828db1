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

/* Reads the password that SMTP names into *RET, which the caller frees; none:
 * *RET stays.  Mistakes are logged. */
int mails_read_password(const struct smtp_settings *smtp, char **ret);

/* Follows SMTP, which lives until the next call, with PASSWORD (copied).  Without a
 * server mails wait in the store. */
int mails_configure(struct mails *mails, const struct smtp_settings *smtp, const char *password);

/* Something may be due. */
void mails_wake(struct mails *mails);

/* Whether the outbox could not be read, or what became of a mail not be stored. */
bool mails_has_failed(const struct mails *mails);

/* Sends what can be sent, then calls DONE as outbox_drain(). */
void mails_drain(struct mails *mails, void (*done)(void *userdata, int waiting), void *userdata);
