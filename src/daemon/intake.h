/* daemon/intake.h: what sources bring, on its way to the readings that store it.
 *
 * Answers to polls, what hubs push and what streams tell come in here, from the fetcher
 * and from the pushes; what became of each goes back to whoever waits for it, to the
 * journal and to the fetcher.
 */
#pragma once

#include <systemd/sd-event.h>

#include "daemon/ingest.h"

struct fetcher;
struct intake;

struct intake_options {
	sd_event *event;
	const struct turn_context *context; /* a reload may change what is in it */
	const char *database;               /* its path */
	bool once;                          /* a person wants to know of each failure */
	/* Told of each turn that stored something. */
	void (*on_stored)(const struct turn_result *result, void *userdata);
	/* A feed names another hub than before, or none. */
	void (*on_offer)(void *userdata);
	void *userdata;
};

/* Answers wait for intake_set_fetcher(). */
int intake_new(const struct intake_options *options, struct intake **ret);
/* As intake_cancel_all() before. */
void intake_free(struct intake *intake);
DEFINE_CLEANUP(struct intake *, intake_free);

/* Whom to tell what came of its answers; must outlive the intake. */
void intake_set_fetcher(struct intake *intake, struct fetcher *fetcher);

/* A source whose body was being read when the daemon ended without saying so waits as
 * after a failure.  Once, before anything is asked. */
int intake_blame(struct intake *intake);

/* For the fetcher: see its on_answer.  USERDATA is the intake, here and below. */
int intake_take_answer(const struct source_settings *source, const struct fetch_answer *answer,
	struct source_state *state, void *userdata);
/* For pushes: see their take_push, take_events and hurry. */
int intake_take_push(const struct pushed *pushed, void (*on_done)(int result, void *done),
	void *done, void *userdata);
int intake_take_events(const struct streamed *streamed, void *userdata);
void intake_hurry(const char *source, int64_t least_us, void *userdata);

/* Ends all that is being read, as far as it is: what is stored stays. */
void intake_cancel_all(struct intake *intake);

/* Whether something could not be stored, since the start. */
bool intake_has_failed(const struct intake *intake);
