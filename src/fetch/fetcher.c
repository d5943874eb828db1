#include "fetch/fetcher.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/errors.h"
#include "base/map.h"
#include "fetch/due.h"
#include "fetch/policy.h"
#include "fetch/slots.h"

/* Sources that are due at once start this far apart, within the window. */
#define SPREAD_STEP_US (20 * US_PER_MS)
#define SPREAD_MOST_US (2 * US_PER_MINUTE)

enum {
	ARENA_BYTES = 16 * 1024 * 1024, /* of an answer's headers and its new state */
	HEADER_MAX_BYTES = 8192,
	HEADERS_MOST = 32, /* that a preset adds */
	REQUEST_MAX_BYTES = 1024 * 1024,
};

static const char accept_header[] =
	"Accept: application/atom+xml, application/rss+xml, application/feed+json, "
	"application/rdf+xml;q=0.9, application/json;q=0.9, application/xml;q=0.8, "
	"text/xml;q=0.8, */*;q=0.1";

struct source {
	struct due_entry due; /* first: both have one address */
	struct slot slot;
	struct fetcher *fetcher;
	const struct source_settings *settings;
	struct source_state *state;
	struct http_request *request; /* NULL: none is under way */
	bool conditional;
	unsigned int n_unstored; /* answers in a row that could not be stored */
	bool kept;               /* over a reload */
};

struct fetcher {
	struct fetcher_options options;
	const struct settings *settings;
	struct source **sources;
	size_t n_sources;
	struct map *by_name;
	struct due_heap due;
	struct slots slots;
	sd_event_source *timer;
	sd_event_source *all_done;
	void (*on_all_done)(void *userdata); /* not NULL: each source once */
	void *all_done_userdata;
	uint64_t n_fetches, n_failures;
	int64_t longest_answer_us;
};

/* --- times ------------------------------------------------------------------ */

/* The clock of the timer, with suspended time, so that a laptop's sources are due
 * when it wakes.  Not sd_event_now(), which stands still while an answer is
 * stored: the next poll would come early by as much. */
static uint64_t timer_now_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_BOOTTIME, &now);
	return (uint64_t)(now.tv_sec * US_PER_S + now.tv_nsec / 1000);
}

static void arm_timer(struct fetcher *fetcher)
{
	const struct due_entry *first = due_first(&fetcher->due);

	if (!first) {
		(void)sd_event_source_set_enabled(fetcher->timer, SD_EVENT_OFF);
		return;
	}
	(void)sd_event_source_set_time(fetcher->timer, first->at_us);
	(void)sd_event_source_set_enabled(fetcher->timer, SD_EVENT_ONESHOT);
}

/* Asks SOURCE again in WAIT_US, unless it is gone or was to be asked once. */
static void schedule(struct source *source, int64_t wait_us)
{
	struct fetcher *fetcher = source->fetcher;

	if (fetcher->on_all_done || source->state->gone)
		return;

	due_set(&fetcher->due, &source->due, timer_now_us() + (uint64_t)MAX(wait_us, 0));
}

/* Whether the next poll is where a longer interval put it, and new settings ask
 * for a shorter one.  A server that asked for more patience gets it. */
static bool is_slower_than_wanted(const struct source *source)
{
	const struct source_state *state = source->state;
	const int64_t planned_us = state->next_poll.us - state->last_poll.us;

	return state->last_poll.known && state->failures == 0 && state->page.n == 0 &&
	       policy_interval_us(source->settings, state) < state->interval_us &&
	       planned_us <= state->interval_us + state->interval_us / 10;
}

static int64_t wait_of(const struct source *source)
{
	const struct source_state *state = source->state;
	const int64_t now_us = clock_now_us(source->fetcher->options.clock);
	const int64_t wait_us = policy_wait_us(source->settings, state, now_us);

	if (!is_slower_than_wanted(source))
		return wait_us;

	return MIN(wait_us,
		state->last_poll.us + policy_interval_us(source->settings, state) - now_us);
}

/* SOURCE gets in line, unless it is there already. */
static void want(struct source *source)
{
	struct fetcher *fetcher = source->fetcher;

	due_remove(&fetcher->due, &source->due);
	if (slots_want(&fetcher->slots, &source->slot, source->state->url) < 0)
		schedule(source, US_PER_MINUTE);
}

/* --- one fetch ---------------------------------------------------------------- */

static int keep_state(struct source *source, const struct source_state *state)
{
	struct source_state *copy;
	int r;

	r = source_state_copy(state, &copy);
	if (r < 0)
		return r;

	free(source->state);
	source->state = copy;
	return 0;
}

static int64_t monotonic_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * US_PER_S + now.tv_nsec / 1000;
}

/* Has ANSWER decoded and stored, and keeps the state that comes of it. */
static int hand_on(struct source *source, const struct http_answer *answer)
{
	struct fetcher *fetcher = source->fetcher;
	CLEANUP(arena_freep) struct arena *arena = NULL;
	struct source_state state = *source->state;
	struct fetch_answer read;
	int r;

	r = arena_new(ARENA_BYTES, &arena);
	if (r < 0)
		return r;
	r = fetch_answer_read(answer,
		source->settings->service ? &source->settings->service->limits : NULL,
		clock_now_us(fetcher->options.clock), arena, &read);
	if (r < 0)
		return r;

	read.conditional = source->conditional;
	r = fetcher->options.on_answer(source->settings, &read, &state, fetcher->options.userdata);
	if (r < 0)
		return r;

	return r > 0 ? r : keep_state(source, &state);
}

/* After an answer: the next page, which is part of the same poll, or the next
 * poll. */
static void schedule_next(struct source *source)
{
	const struct source_page *page = &source->state->page;
	int64_t wait_us = 0;

	if (page->n == 0) {
		schedule(source, wait_of(source));
		return;
	}
	if (page->not_before.known)
		wait_us = page->not_before.us - clock_now_us(source->fetcher->options.clock);
	if (wait_us > 0)
		schedule(source, wait_us);
	else
		want(source);
}

/* What follows from an answer that came to RESULT. */
static void settle(struct source *source, int result)
{
	slots_leave(&source->fetcher->slots, &source->slot);
	if (result >= 0) {
		source->n_unstored = 0;
		schedule_next(source);
		return;
	}

	source->n_unstored++;
	schedule(source, policy_backoff_us(policy_interval_us(source->settings, source->state),
				 source->n_unstored));
}

static void finish(struct source *source, const struct http_answer *answer)
{
	struct fetcher *fetcher = source->fetcher;
	const int64_t started_us = monotonic_us();

	fetcher->n_fetches++;
	fetcher->n_failures += answer->error < 0;
	const int r = hand_on(source, answer);

	fetcher->longest_answer_us = MAX(fetcher->longest_answer_us, monotonic_us() - started_us);
	if (r <= 0)
		settle(source, r);
}

static void start_ready(struct fetcher *fetcher);

static void on_http_done(const struct http_answer *answer, void *userdata)
{
	struct source *source = userdata;
	struct fetcher *fetcher = source->fetcher;

	source->request = NULL;
	if (answer->error == -ECANCELED)
		return;

	finish(source, answer);
	start_ready(fetcher);
	arm_timer(fetcher);
}

enum { OWN_HEADERS = 3 };

/* The lines of a request, and room for those that are made here. */
struct headers {
	const char *lines[OWN_HEADERS + HEADERS_MOST + 1];
	size_t n;
	char etag[HEADER_MAX_BYTES];
	char last_modified[HEADER_MAX_BYTES];
};

/* Both validators if both came, as they came. */
static void add_feed_headers(const struct source_state *state, struct headers *headers)
{
	headers->lines[headers->n++] = accept_header;
	if (state->etag) {
		snprintf(headers->etag, sizeof(headers->etag), "If-None-Match: %s", state->etag);
		headers->lines[headers->n++] = headers->etag;
	}
	if (state->last_modified) {
		snprintf(headers->last_modified, sizeof(headers->last_modified),
			"If-Modified-Since: %s", state->last_modified);
		headers->lines[headers->n++] = headers->last_modified;
	}
}

static void make_headers(
	struct source *source, const struct fetch_request *request, struct headers *ret)
{
	ret->n = 0;
	if (request->is_feed)
		add_feed_headers(source->state, ret);
	source->conditional = ret->n > 1;
	for (size_t i = 0; i < HEADERS_MOST && request->headers && request->headers[i]; i++)
		ret->lines[ret->n++] = request->headers[i];
	ret->lines[ret->n] = NULL;
}

static int send_request(struct source *source, const struct fetch_request *request)
{
	const struct fetcher *fetcher = source->fetcher;
	const struct fetch_settings *bounds = &fetcher->settings->fetch;
	const struct fetcher_options *options = &fetcher->options;
	CLEANUP(free_heapp) char *password = NULL;
	struct headers headers;
	int r;

	if (options->find_password) {
		r = options->find_password(source->settings, &password, options->userdata);
		if (r < 0)
			return r;
	}
	make_headers(source, request, &headers);
	const struct http_exchange get = {
		.url = request->url,
		.headers = headers.lines,
		.secret_headers = request->secret_headers,
		.user = source->settings->user,
		.password = password,
		.ca_file = source->settings->ca_file,
		.allow_private = source->settings->allow_private,
		.max_body_bytes = bounds->max_body_bytes,
		.timeout_us = bounds->timeout_us,
		.max_redirects = bounds->max_redirects,
	};

	return http_exchange(options->client, &get, on_http_done, source, &source->request);
}

/* Asks for SOURCE; what goes wrong here is an answer, too. */
static void start(struct source *source)
{
	const struct fetcher_options *options = &source->fetcher->options;
	CLEANUP(arena_freep) struct arena *arena = NULL;
	struct fetch_request request = {.url = source->state->url, .is_feed = true};
	int r = arena_new(REQUEST_MAX_BYTES, &arena);

	if (r == 0 && options->make_request)
		r = options->make_request(
			source->settings, source->state, arena, &request, options->userdata);
	if (r >= 0)
		r = send_request(source, &request);
	if (r < 0)
		finish(source,
			&(struct http_answer){.error = r,
				.error_text = request.problem ? request.problem : error_text(r),
				.url = source->state->url});
}

static void start_ready(struct fetcher *fetcher)
{
	struct slot *slot;

	while ((slot = slots_take(&fetcher->slots)))
		start(slot->owner);

	if (fetcher->on_all_done && fetcher->slots.n_taken + fetcher->slots.n_waiting == 0)
		(void)sd_event_source_set_enabled(fetcher->all_done, SD_EVENT_ONESHOT);
}

static int on_timer(sd_event_source *timer, uint64_t at_us, void *userdata)
{
	struct fetcher *fetcher = userdata;
	const uint64_t now_us = timer_now_us();
	struct due_entry *first;

	(void)timer;
	(void)at_us;
	while ((first = due_first(&fetcher->due)) && first->at_us <= now_us)
		want((struct source *)first);
	start_ready(fetcher);
	arm_timer(fetcher);
	return 0;
}

static int on_all_done(sd_event_source *defer, void *userdata)
{
	struct fetcher *fetcher = userdata;

	(void)defer;
	fetcher->on_all_done(fetcher->all_done_userdata);
	return 0;
}

/* --- sources -------------------------------------------------------------------- */

static void source_free(struct source *source)
{
	http_cancel(TAKE(source->request));
	slots_leave(&source->fetcher->slots, &source->slot);
	due_remove(&source->fetcher->due, &source->due);
	free(source->state);
	free(source);
}

/* Without an address only when the settings were read without the presets. */
static bool is_polled(const struct source_settings *settings)
{
	return settings->enabled && settings->url;
}

static int source_new(struct fetcher *fetcher, const struct source_settings *settings,
	const struct source_state *stored, struct source **ret)
{
	struct source_state state = *stored;
	struct source *source = calloc(1, sizeof(*source));
	int r;

	if (!source)
		return -ENOMEM;

	source->fetcher = fetcher;
	source->slot.owner = source;
	source->settings = settings;
	if (!state.url)
		state.url = settings->url;
	r = source_state_copy(&state, &source->state);
	if (r < 0) {
		free(source);
		return r;
	}

	*ret = source;
	return 0;
}

/* The sources that the fetcher is about to have. */
struct plan {
	struct source **sources;
	size_t n;
	struct map *by_name;
};

/* Undoes what add_planned() did. */
static void plan_drop(struct plan *plan)
{
	for (size_t i = 0; i < plan->n; i++) {
		if (plan->sources[i]->kept)
			plan->sources[i]->kept = false;
		else
			source_free(plan->sources[i]);
	}
	free(plan->sources);
	map_free(plan->by_name);
	*plan = (struct plan){0};
}

static struct source *find_source(const struct fetcher *fetcher, const char *name)
{
	union map_value value;

	return fetcher->by_name && map_find(fetcher->by_name, slice_of(name), &value) == 1
		       ? value.pointer
		       : NULL;
}

static int add_planned(struct fetcher *fetcher, struct plan *plan,
	const struct source_settings *settings, const struct source_state *stored)
{
	struct source *source = find_source(fetcher, settings->name);
	int r;

	if (source && strcmp(source->settings->url, settings->url) == 0) {
		source->kept = true;
	} else {
		r = source_new(fetcher, settings, stored, &source);
		if (r < 0)
			return r;
	}
	plan->sources[plan->n++] = source;

	r = map_set(plan->by_name, slice_of(settings->name), (union map_value){.pointer = source});
	return MIN(r, 0);
}

static int make_plan(struct fetcher *fetcher, const struct settings *settings,
	const struct source_state *states, struct plan *ret)
{
	CLEANUP(plan_drop) struct plan plan = {0};
	int r;

	plan.sources = calloc(MAX(settings->n_sources, (size_t)1), sizeof(struct source *));
	if (!plan.sources)
		return -ENOMEM;
	r = map_new(&plan.by_name);
	if (r >= 0)
		r = due_reserve(&fetcher->due, settings->n_sources + fetcher->n_sources);
	for (size_t i = 0; r >= 0 && i < settings->n_sources; i++)
		if (is_polled(&settings->sources[i]))
			r = add_planned(fetcher, &plan, &settings->sources[i], &states[i]);
	if (r < 0)
		return r;

	*ret = plan;
	plan = (struct plan){0};
	return 0;
}

static void drop_sources(struct fetcher *fetcher)
{
	for (size_t i = 0; i < fetcher->n_sources; i++) {
		if (fetcher->sources[i]->kept)
			fetcher->sources[i]->kept = false;
		else
			source_free(fetcher->sources[i]);
	}
	free(fetcher->sources);
	map_free(fetcher->by_name);
}

static void hurry(struct source *source)
{
	if (due_is_in(&source->due) && is_slower_than_wanted(source))
		schedule(source, wait_of(source));
}

static bool is_new(const struct source *source)
{
	return !due_is_in(&source->due) && source->slot.place == SLOT_NONE;
}

/* Sources that are due at once don't start at once: neither we nor their hosts
 * should feel a restart. */
static void schedule_new(struct fetcher *fetcher)
{
	size_t n_due = 0;

	for (size_t i = 0; i < fetcher->n_sources; i++)
		n_due += is_new(fetcher->sources[i]) && wait_of(fetcher->sources[i]) <= 0;

	const double window_us = (double)MIN((int64_t)n_due * SPREAD_STEP_US, SPREAD_MOST_US);

	for (size_t i = 0; i < fetcher->n_sources; i++) {
		struct source *source = fetcher->sources[i];
		int64_t wait_us = wait_of(source);

		if (wait_us <= 0)
			wait_us = (int64_t)(random_fraction(fetcher->options.random) * window_us);
		if (is_new(source))
			schedule(source, wait_us);
	}
}

/* A kept source takes its new settings; a person may have revived it. */
static void follow(struct source *source, const struct source_settings *settings,
	const struct source_state *stored)
{
	source->settings = settings;
	if (!source->state->gone || stored->gone)
		return;

	source->state->gone = false;
	source->state->failures = 0;
	source->state->last_error = NULL;
}

int fetcher_set_sources(
	struct fetcher *fetcher, const struct settings *settings, const struct source_state *states)
{
	struct plan plan;
	int r;

	r = make_plan(fetcher, settings, states, &plan);
	if (r < 0)
		return r;

	/* Nothing can fail from here on. */
	for (size_t i = 0, j = 0; i < settings->n_sources; i++)
		if (is_polled(&settings->sources[i]))
			follow(plan.sources[j++], &settings->sources[i], &states[i]);
	drop_sources(fetcher);
	fetcher->settings = settings;
	fetcher->sources = plan.sources;
	fetcher->n_sources = plan.n;
	fetcher->by_name = plan.by_name;
	fetcher->slots.max_parallel = settings->fetch.max_parallel;
	fetcher->slots.max_per_host = settings->fetch.max_per_host;
	for (size_t i = 0; i < fetcher->n_sources; i++)
		hurry(fetcher->sources[i]);
	schedule_new(fetcher);
	start_ready(fetcher);
	arm_timer(fetcher);
	return 0;
}

/* --- the fetcher ------------------------------------------------------------------ */

static int add_event_sources(struct fetcher *fetcher)
{
	sd_event *event = fetcher->options.event;
	int r;

	r = sd_event_add_time(
		event, &fetcher->timer, CLOCK_BOOTTIME, 0, 10 * US_PER_MS, on_timer, fetcher);
	if (r < 0)
		return r;
	r = sd_event_source_set_enabled(fetcher->timer, SD_EVENT_OFF);
	if (r < 0)
		return r;
	r = sd_event_add_defer(event, &fetcher->all_done, on_all_done, fetcher);
	if (r < 0)
		return r;

	return sd_event_source_set_enabled(fetcher->all_done, SD_EVENT_OFF);
}

int fetcher_new(const struct fetcher_options *options, struct fetcher **ret)
{
	CLEANUP(fetcher_freep) struct fetcher *fetcher = calloc(1, sizeof(*fetcher));
	int r;

	if (!fetcher)
		return -ENOMEM;

	fetcher->options = *options;
	r = slots_init(&fetcher->slots);
	if (r < 0)
		return r;
	r = add_event_sources(fetcher);
	if (r < 0)
		return r;

	*ret = TAKE(fetcher);
	return 0;
}

void fetcher_free(struct fetcher *fetcher)
{
	if (!fetcher)
		return;

	drop_sources(fetcher);
	due_done(&fetcher->due);
	slots_done(&fetcher->slots);
	sd_event_source_disable_unref(fetcher->timer);
	sd_event_source_disable_unref(fetcher->all_done);
	free(fetcher);
}

const char *fetcher_next_gone(const struct fetcher *fetcher, size_t *position)
{
	while (*position < fetcher->n_sources) {
		const struct source *source = fetcher->sources[(*position)++];

		if (source->state->gone)
			return source->settings->name;
	}
	return NULL;
}

/* Whether the server itself asked for patience. */
static bool must_wait(const struct source *source)
{
	const struct source_state *state = source->state;

	return (state->last_status == 429 || state->last_status == 503) && wait_of(source) > 0;
}

void fetcher_settle(
	struct fetcher *fetcher, const char *name, int result, const struct source_state *state)
{
	struct source *source = find_source(fetcher, name);

	if (!source || source->slot.place != SLOT_TAKEN || source->request)
		return;

	if (result >= 0)
		result = keep_state(source, state);
	if (result == -ECANCELED) {
		/* It was asked just now, so not more often than it wants; and not within
		 * this call, whose caller may be on the way to the end. */
		slots_leave(&fetcher->slots, &source->slot);
		schedule(source,
			MIN(policy_interval_us(source->settings, source->state), US_PER_MINUTE));
	} else {
		settle(source, result);
	}
	start_ready(fetcher);
	arm_timer(fetcher);
}

int fetcher_poll_once(struct fetcher *fetcher, void (*done)(void *userdata), void *userdata)
{
	fetcher->on_all_done = done;
	fetcher->all_done_userdata = userdata;
	for (size_t i = 0; i < fetcher->n_sources; i++) {
		struct source *source = fetcher->sources[i];

		due_remove(&fetcher->due, &source->due);
		if (!source->state->gone && !must_wait(source))
			want(source);
	}
	start_ready(fetcher);
	arm_timer(fetcher);
	return 0;
}

int fetcher_poll_source(struct fetcher *fetcher, const char *name)
{
	struct source *source = find_source(fetcher, name);

	if (!source)
		return -ENOENT;

	want(source);
	start_ready(fetcher);
	arm_timer(fetcher);
	return 0;
}

void fetcher_hurry_source(struct fetcher *fetcher, const char *name, int64_t least_us)
{
	struct source *source = find_source(fetcher, name);
	const int64_t now_us = clock_now_us(fetcher->options.clock);

	if (!source || source->slot.place != SLOT_NONE || source->state->gone || must_wait(source))
		return;
	/* One in the future was stored under a clock that was wrong. */
	if (source->state->last_poll.known && source->state->last_poll.us <= now_us &&
		now_us - source->state->last_poll.us < least_us)
		return;

	want(source);
	start_ready(fetcher);
	arm_timer(fetcher);
}

void fetcher_note_new_post(struct fetcher *fetcher, const char *name, int64_t at_us)
{
	struct source *source = find_source(fetcher, name);

	if (source)
		source->state->last_new_post = INSTANT(at_us);
}

void fetcher_get_stats(const struct fetcher *fetcher, struct fetcher_stats *ret)
{
	*ret = (struct fetcher_stats){
		.n_sources = fetcher->n_sources,
		.n_in_flight = fetcher->slots.n_taken,
		.n_waiting = fetcher->slots.n_waiting,
		.n_fetches = fetcher->n_fetches,
		.n_failures = fetcher->n_failures,
		.longest_answer_us = fetcher->longest_answer_us,
	};
}
