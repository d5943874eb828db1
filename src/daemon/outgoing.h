/* daemon/outgoing.h: from what a mail says to the rows of the outbox: rendered once, for
 * each address of a recipient, within the caller's turn.
 */
#pragma once

#include "daemon/turn.h"
#include "record/delivery.h"

/* A mail to all addresses of one recipient. */
struct outgoing {
	enum delivery_kind kind;
	const struct recipient_settings *recipient;
	int64_t alert_id, incident_id; /* of an alert */
	size_t n_held;                 /* alerts that it tells of after a cap; 0: of its own */
	int64_t digest_id;             /* of a digest */
	int64_t until_us;              /* of a digest: the end of its window */
	struct mail_content content;
	int error; /* why there is no content; 0: there is */
};

/* Puts it into the outbox, and counts what is new there.  A mail that cannot be written
 * is recorded as failed, with its reason, and is told to the journal: below 0 is only
 * what the database said. */
int outgoing_queue(struct turn *turn, const struct outgoing *outgoing);
