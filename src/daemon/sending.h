/* daemon/sending.h: the outbox, wired to the store: who takes a delivery is settled there,
 * and a timer follows what is due.
 */
#pragma once

#include <systemd/sd-event.h>

#include "notify/outbox.h"

struct sending;
struct store;

struct sending_options {
	sd_event *event;
	struct http_client *client;
	const struct clock *clock;
	struct random *random;
	struct store *store;
	bool drains_only; /* nothing leaves before sending_drain() */
};

int sending_new(const struct sending_options *options, struct sending **ret);
/* Cancels what is in flight: it stays queued. */
void sending_free(struct sending *sending);
DEFINE_CLEANUP(struct sending *, sending_free);

/* Follows SETTINGS, which live until the next call; what they set up no channel for waits
 * in the store.  Mistakes are logged. */
int sending_configure(struct sending *sending, const struct settings *settings);

/* Something may be due. */
void sending_wake(struct sending *sending);

/* Whether the outbox could not be read, or what became of a mail not be stored. */
bool sending_has_failed(const struct sending *sending);

/* Sends what can be sent, then calls DONE as outbox_drain(). */
void sending_drain(
	struct sending *sending, void (*done)(void *userdata, int waiting), void *userdata);
