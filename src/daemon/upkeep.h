/* daemon/upkeep.h: what keeps the database whole, small and known to be so.
 *
 * After a daemon that did not end well all pages are looked at.  What is kept no longer
 * is removed in idle turns until none is left, and free pages are given back.  When
 * SQLite meets damage, the loop ends with the exit code that the unit does not start
 * again after.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/macro.h"

struct settings;
struct store;
struct upkeep;
typedef struct sd_event sd_event;

/* STORE, the one that the daemon writes to, is claimed.  ONCE: what there is to look at
 * is looked at now, for the loop will not run for long. */
int upkeep_new(sd_event *event, struct store *store, const struct settings *settings, bool once,
	struct upkeep **ret);
void upkeep_free(struct upkeep *upkeep);
DEFINE_CLEANUP(struct upkeep *, upkeep_free);

/* A minute has gone: there may be something to remove, and the log is looked at. */
void upkeep_minute(struct upkeep *upkeep);

/* A slice of the work of idle turns, short of a turn's time: 1, there may be more, or 0. */
int upkeep_work(struct upkeep *upkeep, const struct settings *settings, int64_t now_us);
