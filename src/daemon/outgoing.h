/* daemon/outgoing.h: from what is told to the rows of the outbox: rendered once, for
 * each address of a recipient, within the caller's turn.
 */
#pragma once

#include "daemon/turn.h"
#include "record/notice.h"

/* A notice to all addresses of one recipient. */
struct outgoing {
	const struct recipient_settings *recipient;
	struct notice notice;
	int64_t alert_id;  /* the row of an alert; of what a cap held back: the latest */
	int64_t digest_id; /* the row of a digest's run; 0: it is none */
	int error;         /* why there is nothing to tell; 0: there is */
};

/* Puts it into the outbox, and counts what is new there.  A mail that cannot be written
 * is recorded as failed, with its reason, and is told to the journal: below 0 is only
 * what the database said. */
int outgoing_queue(struct turn *turn, const struct outgoing *outgoing);
