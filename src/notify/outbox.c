#include "notify/outbox.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>

#include "base/errors.h"
#include "base/str.h"
#include "http/client.h"
#include "notify/retry.h"
#include "notify/stops.h"

enum { FLIGHT_MAX_BYTES = 4 * 1024 * 1024, EXCEPT_MAX_BYTES = 64 * 1024 };

static const int64_t storage_retry_us = US_PER_MINUTE;

/* One channel, and its delivery that is under way. */
struct lane {
	struct outbox *outbox;
	const struct channel *channel;
	struct way way;
	bool is_open;         /* the settings set it up */
	struct arena *flight; /* of DELIVERY and OUTCOME */
	struct delivery delivery;
	bool is_sending;
	bool is_starting;             /* send() has not returned */
	struct http_request *request; /* that of DELIVERY; NULL: none */
	struct delivery_outcome outcome;
	bool is_unsettled; /* OUTCOME still has to be stored */
	struct stops stops;
	struct instant next;
};

struct outbox {
	struct outbox_setup setup;
	struct lane *lanes; /* as many as channels */
	void (*drained)(void *userdata, int waiting);
	void *drained_userdata;
};

static void run_lane(struct lane *lane);
static void finish(struct outbox *outbox);

static int64_t now_us(const struct lane *lane)
{
	return clock_now_us(lane->outbox->setup.clock);
}

static const struct outbox_store *store_of(const struct lane *lane)
{
	return &lane->outbox->setup.store;
}

/* --- one attempt -------------------------------------------------------- */

/* Stores what became of the delivery.  When that fails the outcome is kept:
 * it is not sent again just because we cannot write. */
static bool settle(struct lane *lane)
{
	const struct outbox_store *store = store_of(lane);

	if (!lane->is_unsettled)
		return true;

	const int r = store->settle(store->userdata, &lane->outcome);
	if (r < 0) {
		store->failed(store->userdata, r);
		return false;
	}

	lane->is_unsettled = false;
	return true;
}

static void answered(struct lane *lane, const struct send_answer *answer, enum send_verdict verdict)
{
	struct random *random = lane->outbox->setup.random;
	struct delivery_outcome *outcome = &lane->outcome;
	const struct attempt attempt = {.delivery = &lane->delivery,
		.answer = answer,
		.verdict = verdict,
		.now_us = now_us(lane)};
	int64_t until_us;

	*outcome = retry_judge(&lane->way.retry, &attempt, random);
	/* Out of memory costs the words, not the outcome. */
	if (outcome->text)
		outcome->text = arena_copy_text(lane->flight, outcome->text);
	/* Where more is stopped, the one that was tried is the probe. */
	if (stops_note(&lane->stops, &attempt, &lane->way.retry, random, &until_us) > 0 &&
		outcome->state == DELIVERY_QUEUED)
		outcome->due_us = until_us;
	lane->is_unsettled = true;
}

static void on_done(const struct send_answer *answer, void *userdata)
{
	struct lane *lane = userdata;

	assert(lane->is_sending);
	lane->is_sending = false;
	lane->request = NULL;
	if (answer->error == -ECANCELED)
		return;

	answered(lane, answer, answer->error == 0 ? SEND_DONE : lane->channel->verdict(answer));
	if (lane->is_starting)
		return;
	run_lane(lane);
	finish(lane->outbox);
}

/* Starts DELIVERY; -ENOMEM when that is not possible now. */
static int start(struct lane *lane)
{
	struct http_request *request = NULL;

	lane->is_sending = true;
	lane->is_starting = true;
	const int r = lane->channel->send(&lane->way, &lane->delivery, on_done, lane, &request);
	lane->is_starting = false;
	if (r >= 0) {
		lane->request = lane->is_sending ? request : NULL;
		return 0;
	}

	lane->is_sending = false;
	if (r == -ENOMEM)
		return r;

	const struct send_answer answer = {.error = r, .text = error_text(r)};
	answered(lane, &answer, SEND_REFUSED);
	return 0;
}

/* --- the queue ---------------------------------------------------------- */

/* When to look again, now that nothing can be sent. */
static struct instant find_next(struct lane *lane, const struct due_query *query)
{
	const struct outbox_store *store = store_of(lane);
	const int64_t most_us = lane->way.retry.most_us;
	const struct instant stopped = stops_all(&lane->stops, now_us(lane), most_us);
	struct instant next = {0};

	const int r = store->next_due(store->userdata, query, &next);
	if (r < 0) {
		store->failed(store->userdata, r);
		return INSTANT(now_us(lane) + storage_retry_us);
	}
	next = instant_first(next, stops_next(&lane->stops, now_us(lane), most_us));
	if (next.known && stopped.known)
		next.us = MAX(next.us, stopped.us);
	return next;
}

/* 1 and DELIVERY, 0 nothing is due, or an error. */
static int take_due(struct lane *lane, const struct due_query *query)
{
	const struct outbox_store *store = store_of(lane);

	if (stops_all(&lane->stops, now_us(lane), lane->way.retry.most_us).known)
		return 0;

	arena_reset(lane->flight);
	lane->delivery = (struct delivery){0};
	return store->take_due(store->userdata, query, lane->flight, &lane->delivery);
}

/* One step: 1 when there may be another, 0 when nothing can be sent, or an error. */
static int step(struct lane *lane)
{
	CLEANUP(str_done) struct str except = STR_INIT(EXCEPT_MAX_BYTES);

	if (!settle(lane))
		return -EIO;
	if (!lane->is_open) {
		lane->next = (struct instant){0};
		return 0;
	}

	stops_list(&lane->stops, now_us(lane), lane->way.retry.most_us, &except);
	const struct due_query query = {.channel = lane->channel->name,
		.except = str_text(&except),
		.now_us = now_us(lane)};
	int r = str_error(&except);
	if (r == 0)
		r = take_due(lane, &query);
	if (r > 0) {
		r = start(lane);
		return r < 0 ? r : 1;
	}
	if (r == 0)
		lane->next = find_next(lane, &query);
	return r;
}

/* Sends until one is under way or nothing can be sent. */
static void run_lane(struct lane *lane)
{
	const struct outbox_store *store = store_of(lane);
	int r = 1;

	while (!lane->is_sending && r > 0)
		r = step(lane);
	if (r >= 0)
		return;

	if (!lane->is_unsettled)
		store->failed(store->userdata, r);
	lane->next = INSTANT(now_us(lane) + storage_retry_us);
}

/* Tells who waits for it that nothing more can be sent now. */
static void finish(struct outbox *outbox)
{
	bool is_waiting = false;

	for (size_t i = 0; i < outbox->setup.n_channels; i++) {
		if (outbox->lanes[i].is_sending)
			return;
		is_waiting = is_waiting || outbox->lanes[i].next.known;
	}

	void (*drained)(void *userdata, int waiting) = TAKE(outbox->drained);
	if (drained)
		drained(outbox->drained_userdata, is_waiting);
}

void outbox_wake(struct outbox *outbox)
{
	for (size_t i = 0; i < outbox->setup.n_channels; i++)
		run_lane(&outbox->lanes[i]);
	finish(outbox);
}

struct instant outbox_next(const struct outbox *outbox)
{
	struct instant next = {0};

	for (size_t i = 0; i < outbox->setup.n_channels; i++)
		if (!outbox->lanes[i].is_sending)
			next = instant_first(next, outbox->lanes[i].next);
	return next;
}

void outbox_drain(struct outbox *outbox, void (*done)(void *userdata, int waiting), void *userdata)
{
	outbox->drained = done;
	outbox->drained_userdata = userdata;
	outbox_wake(outbox);
}

/* --- life --------------------------------------------------------------- */

static void close_lane(struct lane *lane)
{
	if (lane->is_open)
		lane->channel->close(&lane->way);
	lane->is_open = false;
}

/* The new ways, one a channel; those of channels that are not set up stay {0}. */
static int open_ways(const struct outbox *outbox, const struct settings *settings,
	struct diags *diags, struct way *ways)
{
	const struct outbox_setup *setup = &outbox->setup;
	int r = 0;

	for (size_t i = 0; i < setup->n_channels && r >= 0; i++)
		if (setup->channels[i]->serves(settings))
			r = setup->channels[i]->open(settings, setup->client, &ways[i], diags);
	for (size_t i = 0; i < setup->n_channels && r < 0; i++)
		if (ways[i].state)
			setup->channels[i]->close(&ways[i]);
	return r;
}

int outbox_configure(struct outbox *outbox, const struct settings *settings, struct diags *diags)
{
	CLEANUP(free_heapp) struct way *ways = calloc(outbox->setup.n_channels, sizeof(*ways));
	if (!ways)
		return -ENOMEM;

	const int r = open_ways(outbox, settings, diags, ways);
	if (r < 0)
		return r;

	for (size_t i = 0; i < outbox->setup.n_channels; i++) {
		struct lane *lane = &outbox->lanes[i];

		close_lane(lane);
		lane->way = ways[i];
		lane->is_open = ways[i].state;
		/* What kept it waiting may be mended. */
		stops_clear(&lane->stops);
	}
	return 0;
}

static int open_lane(struct lane *lane, struct outbox *outbox, const struct channel *channel)
{
	lane->outbox = outbox;
	lane->channel = channel;
	return arena_new(FLIGHT_MAX_BYTES, &lane->flight);
}

int outbox_new(const struct outbox_setup *setup, struct outbox **ret)
{
	CLEANUP(outbox_freep) struct outbox *outbox = calloc(1, sizeof(*outbox));
	if (!outbox)
		return -ENOMEM;

	outbox->lanes = calloc(setup->n_channels, sizeof(*outbox->lanes));
	if (!outbox->lanes)
		return -ENOMEM;

	outbox->setup = *setup;
	int r = 0;
	for (size_t i = 0; i < setup->n_channels && r == 0; i++)
		r = open_lane(&outbox->lanes[i], outbox, setup->channels[i]);
	if (r < 0)
		return r;

	*ret = TAKE(outbox);
	return 0;
}

void outbox_free(struct outbox *outbox)
{
	if (!outbox)
		return;

	outbox->drained = NULL;
	for (size_t i = 0; i < outbox->setup.n_channels; i++) {
		struct lane *lane = &outbox->lanes[i];

		http_cancel(lane->request);
		close_lane(lane);
		stops_clear(&lane->stops);
		arena_free(lane->flight);
	}
	free(outbox->lanes);
	free(outbox);
}
