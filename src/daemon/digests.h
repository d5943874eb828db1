/* daemon/digests.h: from the calendar to digests in the outbox. */
#pragma once

#include "daemon/turn.h"
#include "record/mail_content.h"

/* Writes those that are due, each in one turn; *RET_N: how many. */
int digests_make_due(const struct turn_context *context, size_t *ret_n);
/* When the next one is due; unknown when nobody wants one. */
int digests_next(const struct turn_context *context, struct instant *ret);

/* Writes one for the recipient NAME now, due or not; it closes the window.  -ENOENT. */
int digests_send(const struct turn_context *context, const char *name);
/* The digest of the recipient NAME as it would be sent now; nothing is recorded. */
int digests_preview(const struct turn_context *context, const char *name, struct arena *arena,
	struct mail_content *ret);
