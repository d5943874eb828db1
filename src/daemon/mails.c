#include "daemon/mails.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/diags.h"
#include "base/log.h"
#include "base/str.h"
#include "daemon/journal.h"
#include "store/store.h"

enum { NAMES_MAX_BYTES = 4096 };

struct mails {
	struct mails_options options;
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
	const struct mails *mails = userdata;
	struct deliveries due;

	const int r = store_due_deliveries(mails->options.store, query, 1, arena, &due);
	if (r < 0 || due.n == 0)
		return r;

	*ret = due.list[0];
	return 1;
}

static int next_due(void *userdata, const struct due_query *query, struct instant *ret)
{
	const struct mails *mails = userdata;

	return store_next_due(mails->options.store, query, ret);
}

static int settle(void *userdata, const struct delivery_outcome *outcome)
{
	const struct mails *mails = userdata;
	const struct log_fields fields = {.message_id = LOG_ID_MAIL_FAILED};

	int r = store_begin(mails->options.store);
	if (r >= 0)
		r = store_end(
			mails->options.store, store_settle_delivery(mails->options.store, outcome));
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
	struct mails *mails = userdata;

	mails->has_failed = true;
	(void)journal_store_failed(mails->options.store, error, "Cannot read or settle the outbox");
}

/* --- when mails are due --------------------------------------------------------- */

static int on_due(sd_event_source *source, uint64_t at_us, void *userdata)
{
	struct mails *mails = userdata;

	(void)source;
	(void)at_us;
	mails->armed = (struct instant){0};
	mails_wake(mails);
	return 0;
}

/* After every turn of the loop: the timer follows the outbox. */
static int on_turn(sd_event_source *source, void *userdata)
{
	struct mails *mails = userdata;
	const struct instant next = outbox_next(mails->outbox);

	(void)source;
	if (next.known == mails->armed.known && next.us == mails->armed.us)
		return 0;

	mails->armed = next;
	if (!next.known)
		return sd_event_source_set_enabled(mails->due, SD_EVENT_OFF);

	const int64_t wait_us = next.us - clock_now_us(mails->options.clock);

	sd_event_source_set_time_relative(mails->due, wait_us > 0 ? (uint64_t)wait_us : 0);
	return sd_event_source_set_enabled(mails->due, SD_EVENT_ONESHOT);
}

static int add_events(struct mails *mails)
{
	sd_event *event = mails->options.event;
	int r = sd_event_add_time_relative(
		event, &mails->due, CLOCK_BOOTTIME, 0, US_PER_S / 10, on_due, mails);

	if (r >= 0)
		r = sd_event_source_set_enabled(mails->due, SD_EVENT_OFF);
	if (r >= 0)
		r = sd_event_add_post(event, &mails->turn, on_turn, mails);
	return r;
}

/* --- what others call ------------------------------------------------------------ */

static int open_outbox(struct mails *mails)
{
	struct outbox_setup setup = {.client = mails->options.client,
		.clock = mails->options.clock,
		.random = mails->options.random,
		.store = {.take_due = take_due,
			.next_due = next_due,
			.settle = settle,
			.failed = outbox_failed,
			.userdata = mails}};

	setup.channels = channels_all(&setup.n_channels);
	return outbox_new(&setup, &mails->outbox);
}

int mails_new(const struct mails_options *options, struct mails **ret)
{
	CLEANUP(mails_freep) struct mails *mails = calloc(1, sizeof(*mails));
	if (!mails)
		return -ENOMEM;

	mails->options = *options;
	int r = open_outbox(mails);
	if (r >= 0 && !options->drains_only)
		r = add_events(mails);
	if (r < 0)
		return r;

	*ret = TAKE(mails);
	return 0;
}

void mails_free(struct mails *mails)
{
	if (!mails)
		return;

	outbox_free(mails->outbox);
	sd_event_source_unref(mails->turn);
	sd_event_source_unref(mails->due);
	free(mails);
}

/* What no channel of ours sends is left alone, and told. */
static int tell_strangers(const struct mails *mails)
{
	CLEANUP(arena_freep) struct arena *arena = NULL;
	CLEANUP(str_done) struct str known = STR_INIT(NAMES_MAX_BYTES);
	const char *channel;

	channels_add_names(&known);
	int r = arena_new(NAMES_MAX_BYTES, &arena);
	if (r >= 0)
		r = store_count_strange_deliveries(
			mails->options.store, str_text(&known), arena, &channel);
	if (r > 0)
		(void)log_warning(0,
			"%d messages wait for a way out that this version does not know (%s):"
			" a newer mentiond wrote them, and sends them when it is back",
			r, channel);
	return r;
}

int mails_configure(struct mails *mails, const struct settings *settings)
{
	CLEANUP(diags_freep) struct diags *diags = NULL;

	int r = diags_new(&diags);
	if (r >= 0)
		r = outbox_configure(mails->outbox, settings, diags);
	if (r < 0) {
		diags_print(diags, stderr);
		return log_error(r, "Cannot set up the ways out");
	}
	r = tell_strangers(mails);
	return r < 0 ? journal_store_failed(mails->options.store, r, "Cannot read the outbox") : 0;
}

void mails_wake(struct mails *mails)
{
	if (!mails->options.drains_only)
		outbox_wake(mails->outbox);
}

bool mails_has_failed(const struct mails *mails)
{
	return mails->has_failed;
}

void mails_drain(struct mails *mails, void (*done)(void *userdata, int waiting), void *userdata)
{
	outbox_drain(mails->outbox, done, userdata);
}
