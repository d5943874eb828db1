#include "daemon/upkeep.h"

#include <errno.h>
#include <stdlib.h>
#include <time.h>

#include <systemd/sd-event.h>

#include "base/clock.h"
#include "base/errors.h"
#include "base/log.h"
#include "config/settings.h"
#include "daemon/checker.h"
#include "daemon/journal.h"
#include "store/store.h"

enum {
	FIRST_BATCH = 100, /* posts in a slice, until it is known how long they take */
	LEAST_BATCH = 10,
	MOST_BATCH = 2000,
	PAGES = 200, /* given back in a slice */
};

/* What a slice is to take of the CPU. */
#define LEAST_SLICE_US (5 * US_PER_MS)
#define MOST_SLICE_US  (15 * US_PER_MS)

/* SQLite takes the log over when it has 4 MB, and cuts it to 64: what is larger is
 * held by somebody. */
#define LOG_IS_HELD_BYTES ((size_t)100 << 20)

/* A clock that goes ahead by more than this while the daemon runs, or has since it was
 * believed, is not believed for a day: what it would have removed is lost. */
#define STEP_MOST_US  US_PER_HOUR
#define PAUSE_MOST_US (8 * US_PER_DAY)
#define DOUBT_US      US_PER_DAY
#define NOTE_EACH_US  US_PER_MINUTE

struct upkeep {
	sd_event *event;
	struct store *store;
	struct checker *checker; /* NULL: nothing is looked at */
	bool is_due;             /* something may be to be removed */
	bool log_is_held;        /* and it was told */
	size_t batch;
	int64_t ahead_us;       /* of the clock that nobody sets, when it was looked at last */
	int64_t doubt_until_us; /* by that clock: nothing is removed */
	int64_t noted_us;       /* that it is believed */
};

static int64_t boot_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_BOOTTIME, &now);
	return now.tv_sec * US_PER_S + now.tv_nsec / 1000;
}

static void doubt(struct upkeep *upkeep, const char *why)
{
	upkeep->doubt_until_us = boot_us() + DOUBT_US;
	log_warning(0,
		"%s: nothing old is removed for a day, in case the clock is wrong (`mentionctl "
		"prune' does it now)",
		why);
}

/* 1: what is old by the clock may be removed. */
static int believe(struct upkeep *upkeep, int64_t now_us)
{
	const int64_t ahead_us = now_us - boot_us();

	if (ahead_us - upkeep->ahead_us > STEP_MOST_US)
		doubt(upkeep, "The clock was set ahead");
	upkeep->ahead_us = ahead_us;
	if (boot_us() < upkeep->doubt_until_us)
		return 0;
	if (now_us - upkeep->noted_us < NOTE_EACH_US)
		return 1;

	upkeep->noted_us = now_us;
	const int r = store_note_believed(upkeep->store, now_us);

	return r < 0 ? r : 1;
}

/* At a start nobody knows how long there was no daemon. */
static int begin_belief(struct upkeep *upkeep, int64_t now_us)
{
	struct instant last = {0};
	const int r = store_believed(upkeep->store, &last);

	upkeep->ahead_us = now_us - boot_us();
	if (last.known && now_us - last.us > PAUSE_MOST_US)
		doubt(upkeep, "mentiond has not run for more than a week");
	return r;
}

/* The statement that met it has failed; nothing that follows is worth to be done. */
static void on_damage(void *userdata)
{
	struct upkeep *upkeep = userdata;

	journal_store_damaged(upkeep->store);
	sd_event_exit(upkeep->event, error_exit_code(-EUCLEAN));
}

static int note_whole(struct upkeep *upkeep)
{
	const int r = store_note_checked(upkeep->store);

	log_info("All pages of the database were looked at: it is whole");
	return r < 0 ? journal_store_failed(upkeep->store, r, "Cannot note that") : 0;
}

static void on_checked(int result, const char *text, void *userdata)
{
	struct upkeep *upkeep = userdata;

	if (result == 0)
		(void)note_whole(upkeep);
	else if (result == -EUCLEAN)
		store_set_damaged(upkeep->store, text);
	else
		log_warning(0, "Cannot look at all pages of the database: %s", text);
}

static int check(struct upkeep *upkeep, const char *path, bool once)
{
	log_info("The last end was not clean: looks at all pages of the database");
	if (!once)
		return checker_start(upkeep->event, path, on_checked, upkeep, &upkeep->checker);

	const int r = store_check(upkeep->store);

	return r < 0 ? r : note_whole(upkeep);
}

int upkeep_new(const struct upkeep_options *options, struct upkeep **ret)
{
	CLEANUP(upkeep_freep) struct upkeep *upkeep = calloc(1, sizeof(*upkeep));

	if (!upkeep)
		return -ENOMEM;

	upkeep->event = sd_event_ref(options->event);
	upkeep->store = options->store;
	upkeep->batch = FIRST_BATCH;
	store_on_damage(options->store, on_damage, upkeep);

	int r = begin_belief(upkeep, clock_now_us(options->clock));
	if (r >= 0 && store_was_unclean(options->store))
		r = check(upkeep, options->path, options->once);
	if (r < 0)
		return r;

	*ret = TAKE(upkeep);
	return 0;
}

void upkeep_free(struct upkeep *upkeep)
{
	if (!upkeep)
		return;

	checker_free(upkeep->checker);
	store_on_damage(upkeep->store, NULL, NULL);
	sd_event_unref(upkeep->event);
	free(upkeep);
}

static void look_at_log(struct upkeep *upkeep)
{
	const struct log_fields fields = {.message_id = LOG_ID_LOG_GROWS};
	size_t n_bytes = 0;
	const bool is_held =
		store_log_size(upkeep->store, &n_bytes) == 0 && n_bytes > LOG_IS_HELD_BYTES;

	if (is_held && !upkeep->log_is_held)
		(void)log_full(LOG_LEVEL_WARNING, 0, &fields,
			"The database's log (-wal) has grown to %zu MB: some program holds a "
			"transaction open (`mentionctl doctor' names it)",
			n_bytes / 1000000);
	upkeep->log_is_held = is_held;
}

void upkeep_minute(struct upkeep *upkeep)
{
	upkeep->is_due = true;
	look_at_log(upkeep);
}

/* How much a slice takes differs a hundredfold: with the machine, and with what hangs on
 * a post. */
static void follow_pace(struct upkeep *upkeep, size_t n_done, int64_t took_us)
{
	if (took_us > MOST_SLICE_US)
		upkeep->batch = MAX(upkeep->batch / 2, (size_t)LEAST_BATCH);
	else if (took_us < LEAST_SLICE_US && n_done >= upkeep->batch)
		upkeep->batch = MIN(upkeep->batch * 2, (size_t)MOST_BATCH);
}

static int prune(struct upkeep *upkeep, const struct settings *settings, int64_t now_us)
{
	const int64_t unmatched_us = now_us - settings->keep_unmatched_us;
	const int64_t mentions_us = now_us - settings->keep_mentions_us;
	const int64_t start_us = clock_cpu_us();
	int r = store_prune(upkeep->store, unmatched_us, mentions_us, upkeep->batch);

	if (r == 0)
		r = store_prune_logs(upkeep->store, unmatched_us, mentions_us, upkeep->batch);
	if (r > 0)
		follow_pace(upkeep, (size_t)r, clock_cpu_us() - start_us);
	return r;
}

int upkeep_work(struct upkeep *upkeep, const struct settings *settings, int64_t now_us)
{
	if (!upkeep->is_due)
		return 0;
	int r = believe(upkeep, now_us);
	if (r > 0)
		r = prune(upkeep, settings, now_us);

	if (r == 0)
		r = store_give_back(upkeep->store, PAGES);
	/* After a failure it is tried again with the next minute. */
	upkeep->is_due = r > 0;
	if (r < 0)
		return journal_store_failed(upkeep->store, r, "Cannot remove old posts");

	return r > 0;
}
