/* daemon/checker.h: looks at all pages of the database beside the loop.
 *
 * SQLite looks at the pages of one table without a pause, which for a large one is
 * longer than a turn of the loop may last: so it is a thread with a connection of its
 * own that only reads.
 */
#pragma once

#include "base/macro.h"

struct checker;
typedef struct sd_event sd_event;

/* What was found: 0 nothing, -EUCLEAN damage, or why it could not be looked at; TEXT says
 * it in words. */
typedef void checker_done_fn(int result, const char *text, void *userdata);

/* DONE is called once on the loop of EVENT, unless checker_free() comes first. */
int checker_start(sd_event *event, const char *path, checker_done_fn *done, void *userdata,
	struct checker **ret);
/* Waits for the table that is looked at just now. */
void checker_free(struct checker *checker);
DEFINE_CLEANUP(struct checker *, checker_free);
