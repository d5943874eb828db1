/* report/schedule.h: when a digest is due, and which window it covers.
 *
 * Windows are by the time of fetching, half-open, and follow each other
 * without a gap: after downtime one digest covers all that was missed.
 */
#pragma once

#include "config/settings.h"

struct digest_past {
	struct instant last_until;  /* end of the last window; unknown: no digest yet */
	struct instant first_start; /* when the database was made; unknown: long ago */
};

struct digest_window {
	bool is_due;
	int64_t from_us, until_us; /* when it is due */
	int64_t next_us;           /* when to ask again */
};

/* The first digest covers the last 24 hours, or what is since the first start.
 * -EINVAL for an unknown timezone or no weekday at all. */
int schedule_digest(const struct digest_settings *settings, const struct digest_past *past,
	int64_t now_us, struct digest_window *ret);
