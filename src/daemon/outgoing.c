#include "daemon/outgoing.h"

#include <errno.h>
#include <stdio.h>

#include "base/errors.h"
#include "base/log.h"
#include "base/str.h"
#include "notify/channel.h"
#include "notify/notice_key.h"

enum {
	MAX_PARTS = 8,
	NUMBER_SIZE = 24,
	SUBJECT_MAX_BYTES = 64 * 1024, /* what an alert is about */
	WHY_MAX_BYTES = 512,
	/* Of its own: a fetch that fills the turn's memory still tells. */
	DELIVERY_ARENA_BYTES = 16 << 20,
};

/* --- what it tells ------------------------------------------------------------ */

/* What a mail tells, as a list of texts: see notice_key_make().  Numbers of rows
 * are none of it: they are given again after a backup is put back. */
struct telling {
	const char *parts[MAX_PARTS];
	size_t n;
	char numbers[MAX_PARTS][NUMBER_SIZE];
	size_t n_numbers;
};

static void tell(struct telling *telling, const char *part)
{
	telling->parts[telling->n++] = part;
}

static void tell_number(struct telling *telling, uint64_t number)
{
	char *text = telling->numbers[telling->n_numbers++];

	snprintf(text, NUMBER_SIZE, "%llu", (unsigned long long)number);
	tell(telling, text);
}

/* A rate, or a post that is gone meanwhile: its incident began in a minute, and what
 * is told later of it has one of its own. */
static void tell_rate(struct telling *telling, const struct alert_subject *subject)
{
	tell(telling, subject->is_first ? "opened" : "again");
	tell_number(telling, (uint64_t)(subject->opened.us / US_PER_MINUTE));
	if (!subject->is_first)
		tell_number(telling, (uint64_t)(subject->alerted.us / US_PER_MINUTE));
}

/* A post with an address is the same whatever source brings it. */
static void tell_post(struct telling *telling, const struct alert_subject *subject)
{
	tell(telling, subject->url_key ? "address" : "id");
	tell(telling, subject->url_key ? subject->url_key : subject->source);
	if (!subject->url_key)
		tell(telling, subject->id_key);
	tell_number(telling, subject->content_hash);
}

static void tell_alert(struct telling *telling, const struct outgoing *outgoing,
	const struct alert_subject *subject)
{
	tell(telling, subject->rule);
	tell(telling, subject->stream);
	if (subject->source)
		tell_post(telling, subject);
	else
		tell_rate(telling, subject);
	if (outgoing->notice.kind == NOTICE_REST)
		tell_number(telling, outgoing->notice.rest.items.n_all);
}

/* Two recipients with one address may have digests of different times. */
static void tell_digest(struct telling *telling, const struct outgoing *outgoing)
{
	tell(telling, outgoing->recipient->name);
	tell_number(telling, (uint64_t)(outgoing->notice.digest->until_us / US_PER_S));
}

/* --- one delivery ------------------------------------------------------------- */

/* What is the same for all targets. */
struct envelope {
	const struct outgoing *outgoing;
	enum delivery_kind kind;
	struct alert_subject subject; /* of an alert */
	struct telling telling;
};

static int make_key(struct turn *turn, const struct envelope *envelope, const char *target,
	char ret[NOTICE_KEY_SIZE])
{
	const struct notice_key key = {.instance = store_instance(turn->store),
		.kind = notice_kind_name(envelope->outgoing->notice.kind),
		.target = target,
		.parts = envelope->telling.parts,
		.n_parts = envelope->telling.n};

	return notice_key_make(&key, ret);
}

/* Told where operators look, with all that finds it again. */
static void log_failure(const struct envelope *envelope, const struct delivery *delivery, int error)
{
	const struct alert_subject *subject = &envelope->subject;
	const struct log_fields fields = {.message_id = LOG_ID_MAIL_FAILED,
		.source = subject->source,
		.stream = subject->stream,
		.alert = subject->rule};

	if (envelope->kind == DELIVERY_DIGEST)
		(void)log_full(LOG_LEVEL_ERROR, error, &fields,
			"The digest of %s to %s cannot be written", delivery->recipient,
			delivery->target);
	else
		(void)log_full(LOG_LEVEL_ERROR, error, &fields,
			"The %s to %s (%s) of rule %s for stream %s, source %s, cannot be written",
			delivery->channel, delivery->recipient, delivery->target, subject->rule,
			subject->stream, subject->source ? subject->source : "any");
}

/* The row says why there is nothing to send; what the transaction is about goes on. */
static int add_failure(
	struct turn *turn, const struct envelope *envelope, struct delivery *delivery, int error)
{
	const struct outgoing *outgoing = envelope->outgoing;
	CLEANUP(str_done) struct str why = STR_INIT(WHY_MAX_BYTES);
	int64_t id;

	str_add_format(&why, "the %s cannot be written: %s", delivery->channel, error_text(error));
	delivery->message = SLICE("");
	delivery->failure = str_text(&why);
	int r = store_add_delivery(
		turn->store, delivery, outgoing->alert_id, outgoing->digest_id, &id);
	if (r < 0)
		return r == -EEXIST ? 0 : r;

	log_failure(envelope, delivery, error);
	/* Else it would be tried again each minute. */
	return outgoing->notice.kind == NOTICE_REST
		       ? store_tell_held_back(turn->store, outgoing->recipient->name, id)
		       : 0;
}

/* One delivery in the making. */
struct making {
	struct turn *turn;
	const struct envelope *envelope;
	const struct channel *channel;
	const char *to; /* as the settings write it */
	struct arena *arena;
	struct delivery delivery;
};

/* Whose thread it belongs to; what a cap held back to that of its first item. */
static int64_t incident_of(const struct notice *notice)
{
	return notice->kind == NOTICE_REST ? notice->rest.items.list[0].incident_id
					   : notice->alert.incident_id;
}

/* *RET_ERROR is why there is nothing to send, which is no failure of the transaction. */
static int render(struct making *making, int *ret_error)
{
	const struct outgoing *outgoing = making->envelope->outgoing;
	const struct tools *tools = making->turn->tools;
	struct delivery *delivery = &making->delivery;
	char key[NOTICE_KEY_SIZE];
	struct rendering rendering = {.settings = tools->settings,
		.reporter = tools->reporter,
		.notice = &outgoing->notice,
		.to = making->to,
		.key = key};

	const int located = making->channel->locate(making->to, making->arena, &delivery->target);
	rendering.error = located < 0 ? located : outgoing->error;
	int r = make_key(making->turn, making->envelope, delivery->target, key);
	if (r == 0 && delivery->kind == DELIVERY_ALERT)
		r = store_find_thread(making->turn->store, incident_of(&outgoing->notice), delivery,
			making->arena, &rendering.thread);
	if (r < 0)
		return r;

	*ret_error = making->channel->render(&rendering, making->arena, delivery);
	/* Nothing can be said of what has no name. */
	return delivery->message_id ? 0 : *ret_error;
}

/* 1 when there is a new one to send. */
static int queue_one(struct turn *turn, const struct envelope *envelope,
	const struct channel *channel, const char *to)
{
	const struct outgoing *outgoing = envelope->outgoing;
	const struct instant now = INSTANT(turn->now_us);
	CLEANUP(arena_freep) struct arena *arena = NULL;
	int error = 0;
	int64_t id;

	int r = arena_new(DELIVERY_ARENA_BYTES, &arena);
	if (r < 0)
		return r;

	struct making making = {.turn = turn,
		.envelope = envelope,
		.channel = channel,
		.to = to,
		.arena = arena,
		.delivery = {.kind = envelope->kind,
			.channel = channel->name,
			.recipient = outgoing->recipient->name,
			.queued = now,
			.due = now}};

	r = render(&making, &error);
	if (r < 0)
		return r;
	if (error < 0)
		return add_failure(turn, envelope, &making.delivery, error);

	r = store_add_delivery(
		turn->store, &making.delivery, outgoing->alert_id, outgoing->digest_id, &id);
	return r == -EEXIST ? 0 : r < 0 ? r : 1;
}

static int queue_all(
	struct turn *turn, const struct envelope *envelope, const struct channel *channel)
{
	const struct texts *to = channel->targets(envelope->outgoing->recipient);
	int r = 0;

	for (size_t i = 0; i < to->n && r >= 0; i++) {
		r = queue_one(turn, envelope, channel, to->items[i]);
		turn->result.n_mails += r > 0;
	}
	return MIN(r, 0);
}

int outgoing_queue(struct turn *turn, const struct outgoing *outgoing)
{
	CLEANUP(arena_freep) struct arena *arena = NULL;
	struct envelope envelope = {.outgoing = outgoing,
		.kind = outgoing->notice.kind == NOTICE_DIGEST ? DELIVERY_DIGEST : DELIVERY_ALERT};
	size_t n_channels;
	const struct channel *const *channels = channels_all(&n_channels);

	int r = arena_new(SUBJECT_MAX_BYTES, &arena);
	if (r == 0 && envelope.kind == DELIVERY_ALERT)
		r = store_alert_subject(turn->store, outgoing->alert_id, arena, &envelope.subject);
	if (r < 0)
		return r;

	if (envelope.kind == DELIVERY_ALERT)
		tell_alert(&envelope.telling, outgoing, &envelope.subject);
	else
		tell_digest(&envelope.telling, outgoing);
	for (size_t i = 0; i < n_channels && r >= 0; i++)
		r = queue_all(turn, &envelope, channels[i]);
	return r;
}
