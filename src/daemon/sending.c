#include "daemon/sending.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/diags.h"
#include "base/log.h"
#include "base/str.h"
#include "daemon/journal.h"
#include "store/store.h"

enum { NAMES_MAX_BYTES = 4096 };

struct sending {
	struct sending_options options;
	struct outbox *outbox;
	sd_event_source *turn; /* after each turn of the loop */
	sd_event_source *due;
	struct instant armed; /* what DUE is set to */
	bool has_failed;      /* the store, since the start */
};

/* --- what the outbox calls ---------------------------------------------------- */

static int take_due(
	void *userdata, const struct due_query *query, struct arena *arena, struct delivery *ret)
{
	const struct sending *sending = userdata;
	struct deliveries due;

	const int r = store_due_deliveries(sending->options.store, query, 1, arena, &due);
	if (r < 0 || due.n == 0)
		return r;

	*ret = due.list[0];
	return 1;
}

static int next_due(void *userdata, const struct due_query *query, struct instant *ret)
{
	const struct sending *sending = userdata;

	return store_next_due(sending->options.store, query, ret);
}

static int settle(void *userdata, const struct delivery_outcome *outcome)
{
	const struct sending *sending = userdata;
	const struct log_fields fields = {.message_id = LOG_ID_MAIL_FAILED};

	int r = store_begin(sending->options.store);
	if (r >= 0)
		r = store_end(sending->options.store,
			store_settle_delivery(sending->options.store, outcome));
	/* It was withdrawn meanwhile, and has its outcome. */
	if (r == -ENOENT)
		return 0;
	if (r < 0)
		return r;

	if (outcome->state == DELIVERY_FAILED)
		(void)log_full(LOG_LEVEL_ERROR, 0, &fields, "Mail %lld was refused for good: %s",
			(long long)outcome->id, outcome->text ? outcome->text : "no reason given");
	else if (outcome->state == DELIVERY_QUEUED)
		(void)log_full(LOG_LEVEL_WARNING, 0, &fields, "Mail %lld must wait: %s",
			(long long)outcome->id, outcome->text ? outcome->text : "no reason given");
	return 0;
}

static void outbox_failed(void *userdata, int error)
{
	struct sending *sending = userdata;

	sending->has_failed = true;
	(void)journal_store_failed(
		sending->options.store, error, "Cannot read or settle the outbox");
}

/* --- when something is due --------------------------------------------------------- */

static int on_due(sd_event_source *source, uint64_t at_us, void *userdata)
{
	struct sending *sending = userdata;

	(void)source;
	(void)at_us;
	sending->armed = (struct instant){0};
	sending_wake(sending);
	return 0;
}

/* After every turn of the loop: the timer follows the outbox. */
static int on_turn(sd_event_source *source, void *userdata)
{
	struct sending *sending = userdata;
	const struct instant next = outbox_next(sending->outbox);

	(void)source;
	if (next.known == sending->armed.known && next.us == sending->armed.us)
		return 0;

	sending->armed = next;
	if (!next.known)
		return sd_event_source_set_enabled(sending->due, SD_EVENT_OFF);

	const int64_t wait_us = next.us - clock_now_us(sending->options.clock);

	sd_event_source_set_time_relative(sending->due, wait_us > 0 ? (uint64_t)wait_us : 0);
	return sd_event_source_set_enabled(sending->due, SD_EVENT_ONESHOT);
}

static int add_events(struct sending *sending)
{
	sd_event *event = sending->options.event;
	int r = sd_event_add_time_relative(
		event, &sending->due, CLOCK_BOOTTIME, 0, US_PER_S / 10, on_due, sending);

	if (r >= 0)
		r = sd_event_source_set_enabled(sending->due, SD_EVENT_OFF);
	if (r >= 0)
		r = sd_event_add_post(event, &sending->turn, on_turn, sending);
	return r;
}

/* --- what others call ------------------------------------------------------------ */

static int open_outbox(struct sending *sending)
{
	struct outbox_setup setup = {.client = sending->options.client,
		.clock = sending->options.clock,
		.random = sending->options.random,
		.store = {.take_due = take_due,
			.next_due = next_due,
			.settle = settle,
			.failed = outbox_failed,
			.userdata = sending}};

	setup.channels = channels_all(&setup.n_channels);
	return outbox_new(&setup, &sending->outbox);
}

int sending_new(const struct sending_options *options, struct sending **ret)
{
	CLEANUP(sending_freep) struct sending *sending = calloc(1, sizeof(*sending));
	if (!sending)
		return -ENOMEM;

	sending->options = *options;
	int r = open_outbox(sending);
	if (r >= 0 && !options->drains_only)
		r = add_events(sending);
	if (r < 0)
		return r;

	*ret = TAKE(sending);
	return 0;
}

void sending_free(struct sending *sending)
{
	if (!sending)
		return;

	outbox_free(sending->outbox);
	sd_event_source_unref(sending->turn);
	sd_event_source_unref(sending->due);
	free(sending);
}

/* What no channel of ours sends is left alone, and told. */
static int tell_strangers(const struct sending *sending)
{
	CLEANUP(arena_freep) struct arena *arena = NULL;
	CLEANUP(str_done) struct str known = STR_INIT(NAMES_MAX_BYTES);
	const char *channel;

	channels_add_names(&known);
	int r = arena_new(NAMES_MAX_BYTES, &arena);
	if (r >= 0)
		r = store_count_strange_deliveries(
			sending->options.store, str_text(&known), arena, &channel);
	if (r > 0)
		(void)log_warning(0,
			"%d messages wait for a way out that this version does not know (%s):"
			" a newer mentiond wrote them, and sends them when it is back",
			r, channel);
	return r;
}

int sending_configure(struct sending *sending, const struct settings *settings)
{
	CLEANUP(diags_freep) struct diags *diags = NULL;

	int r = diags_new(&diags);
	if (r >= 0)
		r = outbox_configure(sending->outbox, settings, diags);
	if (r < 0) {
		diags_print(diags, stderr);
		return log_error(r, "Cannot set up the ways out");
	}
	r = tell_strangers(sending);
	return r < 0 ? journal_store_failed(sending->options.store, r, "Cannot read the outbox")
		     : 0;
}

void sending_wake(struct sending *sending)
{
	if (!sending->options.drains_only)
		outbox_wake(sending->outbox);
}

bool sending_has_failed(const struct sending *sending)
{
	return sending->has_failed;
}

void sending_drain(
	struct sending *sending, void (*done)(void *userdata, int waiting), void *userdata)
{
	outbox_drain(sending->outbox, done, userdata);
}
