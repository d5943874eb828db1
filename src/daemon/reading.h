/* daemon/reading.h: the bodies that came and are being read, one slice of one of them
 * a turn of the loop.
 *
 * They take turns, so that a long one delays no short one.  Of those above
 * BODY_SMALL_BYTES one is read after another: its text may take more than it does.
 */
#pragma once

#include <systemd/sd-event.h>

#include "daemon/ingest.h"
#include "daemon/mark.h"

struct reading;

struct reading_options {
	sd_event *event;
	struct mark *mark; /* NULL: none */
	/* After each slice that was stored. */
	void (*on_slice)(
		const struct ingest *ingest, const struct turn_result *slice, void *userdata);
	void *userdata;
};

int reading_new(const struct reading_options *options, struct reading **ret);
/* As reading_cancel_all() before. */
void reading_free(struct reading *reading);
DEFINE_CLEANUP(struct reading *, reading_free);

/* Takes INGEST over, also when it fails, and calls ON_DONE once, from the loop: with 0
 * when all is stored, or with the error of ingest_step(); or with -ECANCELED from
 * reading_cancel_all().  INGEST is gone when it returns.  -ENOMEM, and ON_DONE is not
 * called. */
int reading_add(struct reading *reading, struct ingest *ingest,
	void (*on_done)(int result, const struct ingest *ingest, void *userdata), void *userdata);

/* Ends all, as far as they are: what is stored stays. */
void reading_cancel_all(struct reading *reading);
