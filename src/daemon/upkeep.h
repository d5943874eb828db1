/* daemon/upkeep.h: what keeps the database whole, small and known to be so.
 *
 * After a daemon that did not end well all pages are looked at.  What is kept no longer
 * is removed in idle turns until none is left, and free pages are given back; but not on
 * the word of a clock that has just gone ahead.  When
 * SQLite meets damage, the loop ends with the exit code that the unit does not start
 * again after.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/macro.h"

struct clock;
struct settings;
struct store;
struct upkeep;
typedef struct sd_event sd_event;

struct upkeep_options {
	sd_event *event;
	const struct clock *clock;
	struct store *store; /* the one that the daemon writes to, claimed */
	const char *path;    /* of its database */
	bool once;           /* what there is to look at is looked at now: the loop ends soon */
};

/* -EUCLEAN for damage that was met, else as the store. */
int upkeep_new(const struct upkeep_options *options, struct upkeep **ret);
void upkeep_free(struct upkeep *upkeep);
DEFINE_CLEANUP(struct upkeep *, upkeep_free);

/* A minute has gone: there may be something to remove, and the log is looked at. */
void upkeep_minute(struct upkeep *upkeep);

/* A slice of the work of idle turns, short of a turn's time: 1, there may be more, or 0. */
int upkeep_work(struct upkeep *upkeep, const struct settings *settings, int64_t now_us);
