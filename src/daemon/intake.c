#include "daemon/intake.h"

#include <errno.h>
#include <stdlib.h>

#include "base/log.h"
#include "base/str.h"
#include "config/load.h"
#include "daemon/journal.h"
#include "daemon/mark.h"
#include "daemon/reading.h"
#include "fetch/fetcher.h"
#include "fetch/policy.h"

enum { MARK_PATH_MAX = 4096 };

struct intake {
	struct intake_options options;
	struct fetcher *fetcher;
	struct reading *reading;
	struct mark *mark; /* NULL: none can be written */
	bool has_failed;
};

/* What SOURCE brought could not be stored. */
static int fetch_failed(struct intake *intake, int error, const struct source_settings *source)
{
	intake->has_failed = true;
	return journal_fetch_failed(intake->options.context->store, error, source);
}

/* What follows from what was stored. */
static void follow_up(struct intake *intake, const struct source_settings *source,
	const struct turn_result *result)
{
	journal_exceeded(intake->options.context->tools, source);
	intake->options.on_stored(result, intake->options.userdata);
}

static void on_slice(const struct ingest *ingest, const struct turn_result *slice, void *userdata)
{
	follow_up(userdata, ingest_source(ingest), slice);
}

static int64_t now_us(const struct intake *intake)
{
	return clock_now_us(intake->options.context->clock);
}

/* --- answers to polls ----------------------------------------------------------- */

static void on_polled(int result, const struct ingest *ingest, void *userdata)
{
	struct intake *intake = userdata;
	const struct source_settings *source = ingest_source(ingest);

	if (result < 0 && result != -ECANCELED) {
		(void)fetch_failed(intake, result, source);
	} else if (result == 0) {
		journal_source(
			source, ingest_before(ingest), ingest_state(ingest), intake->options.once);
		journal_ingest(source, ingest_result(ingest));
		if (ingest_result(ingest)->offer_changed)
			intake->options.on_offer(intake->options.userdata);
	}
	fetcher_settle(intake->fetcher, source->name, result, ingest_state(ingest));
}

int intake_take_answer(const struct source_settings *source, const struct fetch_answer *answer,
	struct source_state *state, void *userdata)
{
	struct intake *intake = userdata;
	struct ingest *ingest;
	int r = ingest_poll(intake->options.context, source, answer, state, &ingest);

	if (r == 0)
		r = reading_add(intake->reading, ingest, on_polled, intake);
	if (r < 0)
		return fetch_failed(intake, r, source);

	return 1;
}

/* --- pushes and events ------------------------------------------------------------ */

/* A push that is being stored, and who waits for it. */
struct push_end {
	struct intake *intake;
	void (*on_done)(int result, void *userdata);
	void *userdata;
};

static void on_pushed(int result, const struct ingest *ingest, void *userdata)
{
	CLEANUP(free_heapp) struct push_end *end = userdata;
	struct intake *intake = end->intake;
	const struct source_settings *source = ingest_source(ingest);
	const bool is_ours = result < 0 && result != -ECANCELED && result != -EPROTONOSUPPORT &&
			     result != -EBADMSG && result != -EMSGSIZE;

	if (is_ours)
		(void)fetch_failed(intake, result, source);
	else if (result == 0)
		journal_ingest(source, ingest_result(ingest));
	if (result == 0 && ingest_result(ingest)->stored.n_new > 0)
		fetcher_note_new_post(intake->fetcher, source->name, now_us(intake));
	end->on_done(result, end->userdata);
}

int intake_take_push(const struct pushed *pushed, void (*on_done)(int result, void *done),
	void *done, void *userdata)
{
	struct intake *intake = userdata;
	struct push_end *end = malloc(sizeof(*end));
	struct ingest *ingest;

	if (!end)
		return -ENOMEM;
	*end = (struct push_end){.intake = intake, .on_done = on_done, .userdata = done};
	int r = ingest_push(intake->options.context, pushed, &ingest);
	if (r == 0)
		r = reading_add(intake->reading, ingest, on_pushed, end);
	if (r < 0) {
		free(end);
		return fetch_failed(intake, r, pushed->source);
	}
	return 0;
}

int intake_take_events(const struct streamed *streamed, void *userdata)
{
	struct intake *intake = userdata;
	const struct source_settings *source = streamed->source;
	struct ingest_result result;
	size_t n_bytes = 0;

	for (size_t i = 0; i < streamed->n_events; i++)
		n_bytes += streamed->events[i].len;
	mark_set(intake->mark, source->name, n_bytes);
	const int r = ingest_events(intake->options.context, streamed, &result);

	mark_clear(intake->mark);
	if (r < 0)
		return fetch_failed(intake, r, source);

	if (result.stored.n_new > 0)
		fetcher_note_new_post(intake->fetcher, source->name, now_us(intake));
	journal_ingest(source, &result);
	follow_up(intake, source, &result.stored);
	return 0;
}

void intake_hurry(const char *source, int64_t least_us, void *userdata)
{
	const struct intake *intake = userdata;

	fetcher_hurry_source(intake->fetcher, source, least_us);
}

/* --- the intake ----------------------------------------------------------------- */

int intake_blame(struct intake *intake)
{
	const struct turn_context *context = intake->options.context;
	CLEANUP(arena_freep) struct arena *arena = NULL;
	CLEANUP(free_heapp) char *name = NULL;
	struct source_state state;
	size_t n_bytes;

	if (!intake->mark || mark_take(intake->mark, &name, &n_bytes) <= 0)
		return 0;

	const struct source_settings *source = settings_find_source(context->tools->settings, name);
	int r = source ? arena_new(TURN_ARENA_BYTES, &arena) : 0;

	if (!source || r < 0)
		return r;
	r = store_source_state(context->store, name, arena, &state);
	if (r < 0)
		return r == -ENOENT ? 0 : r;

	const int64_t now_us = clock_now_us(context->clock);
	r = policy_blame(source, n_bytes, now_us, arena, &state);
	if (r == 0)
		r = store_set_source_state(context->store, name, &state);
	if (r == 0)
		(void)log_full(LOG_LEVEL_WARNING, 0, &(struct log_fields){.source = name},
			"Source %s: %s; it is asked again later", name, state.last_error);
	return r;
}

/* Without it a body that ends us is read again at the next start, which is told. */
static void open_mark(struct intake *intake)
{
	CLEANUP(str_done) struct str path = STR_INIT(MARK_PATH_MAX);

	str_add_format(&path, "%s-reading", intake->options.database);
	int r = str_error(&path);
	if (r == 0)
		r = mark_open(str_text(&path), &intake->mark);
	if (r < 0)
		(void)log_warning(r, "Cannot note in %s what is being read", str_text(&path));
}

int intake_new(const struct intake_options *options, struct intake **ret)
{
	CLEANUP(intake_freep) struct intake *intake = calloc(1, sizeof(*intake));

	if (!intake)
		return -ENOMEM;

	intake->options = *options;
	open_mark(intake);
	const struct reading_options reading = {.event = options->event,
		.mark = intake->mark,
		.on_slice = on_slice,
		.userdata = intake};
	const int r = reading_new(&reading, &intake->reading);
	if (r < 0)
		return r;

	*ret = TAKE(intake);
	return 0;
}

void intake_free(struct intake *intake)
{
	if (!intake)
		return;

	reading_free(intake->reading);
	mark_close(intake->mark);
	free(intake);
}

void intake_set_fetcher(struct intake *intake, struct fetcher *fetcher)
{
	intake->fetcher = fetcher;
}

void intake_cancel_all(struct intake *intake)
{
	reading_cancel_all(intake->reading);
}

bool intake_has_failed(const struct intake *intake)
{
	return intake->has_failed;
}
