#include "daemon/reading.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/queue.h>

#include "http/body.h"

struct job {
	TAILQ_ENTRY(job) entry;
	struct ingest *ingest;
	void (*on_done)(int result, const struct ingest *ingest, void *userdata);
	void *userdata;
};
TAILQ_HEAD(jobs, job);

struct reading {
	struct reading_options options;
	struct jobs jobs; /* the next one first */
	size_t n_jobs;
	const struct job *large; /* the only large one that was begun; NULL: none */
	sd_event_source *turn;
};

static bool is_large(const struct job *job)
{
	return ingest_n_bytes(job->ingest) > BODY_SMALL_BYTES;
}

/* Who is first in line and may go on.  Text that is converted may be three times its body,
 * so large ones are read one after another; small ones wait for none of them. */
static struct job *next_job(const struct reading *reading)
{
	struct job *job;

	TAILQ_FOREACH(job, &reading->jobs, entry)
	if (!reading->large || job == reading->large || !is_large(job))
		return job;
	return NULL;
}

/* JOB has left the line. */
static void end_job(struct reading *reading, struct job *job, int result)
{
	if (reading->large == job)
		reading->large = NULL;
	job->on_done(result, job->ingest, job->userdata);
	ingest_free(job->ingest);
	free(job);
}

static void leave(struct reading *reading, struct job *job)
{
	TAILQ_REMOVE(&reading->jobs, job, entry);
	reading->n_jobs--;
}

/* A timer that is always due: sd-event gives it its turn among all that is ready.  A
 * deferred source would come first again and again, and nobody else at all. */
static int take_turn(const struct reading *reading)
{
	const int r = sd_event_source_set_time_relative(reading->turn, 0);

	return r < 0 ? r : sd_event_source_set_enabled(reading->turn, SD_EVENT_ONESHOT);
}

static int on_turn(sd_event_source *turn, uint64_t at_us, void *userdata)
{
	struct reading *reading = userdata;
	const struct reading_options *options = &reading->options;
	struct job *job = next_job(reading);
	struct turn_result slice;

	(void)turn;
	(void)at_us;
	if (!job)
		return 0;

	leave(reading, job);
	if (is_large(job))
		reading->large = job;
	/* What brought nothing to read (most polls) can end nobody. */
	if (ingest_n_bytes(job->ingest) > 0)
		mark_set(options->mark, ingest_source(job->ingest)->name,
			ingest_n_bytes(job->ingest));
	const int r = ingest_step(job->ingest, &slice);

	if (r >= 0)
		options->on_slice(job->ingest, &slice, options->userdata);
	if (r > 0) {
		TAILQ_INSERT_TAIL(&reading->jobs, job, entry);
		reading->n_jobs++;
	} else {
		mark_clear(options->mark);
		end_job(reading, job, r);
	}
	return reading->n_jobs > 0 ? take_turn(reading) : 0;
}

int reading_new(const struct reading_options *options, struct reading **ret)
{
	CLEANUP(reading_freep) struct reading *reading = calloc(1, sizeof(*reading));

	if (!reading)
		return -ENOMEM;

	reading->options = *options;
	TAILQ_INIT(&reading->jobs);
	int r = sd_event_add_time_relative(
		options->event, &reading->turn, CLOCK_MONOTONIC, 0, 1, on_turn, reading);
	if (r >= 0)
		r = sd_event_source_set_enabled(reading->turn, SD_EVENT_OFF);
	if (r < 0)
		return r;

	*ret = TAKE(reading);
	return 0;
}

void reading_free(struct reading *reading)
{
	if (!reading)
		return;

	reading_cancel_all(reading);
	sd_event_source_disable_unref(reading->turn);
	free(reading);
}

int reading_add(struct reading *reading, struct ingest *ingest,
	void (*on_done)(int result, const struct ingest *ingest, void *userdata), void *userdata)
{
	struct job *job = malloc(sizeof(*job));

	if (!job) {
		ingest_free(ingest);
		return -ENOMEM;
	}
	*job = (struct job){.ingest = ingest, .on_done = on_done, .userdata = userdata};
	TAILQ_INSERT_TAIL(&reading->jobs, job, entry);
	reading->n_jobs++;
	(void)take_turn(reading);
	return 0;
}

void reading_cancel_all(struct reading *reading)
{
	mark_clear(reading->options.mark);
	while (reading->n_jobs > 0) {
		struct job *job = TAILQ_FIRST(&reading->jobs);

		leave(reading, job);
		end_job(reading, job, -ECANCELED);
	}
}
