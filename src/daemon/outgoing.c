#include "daemon/outgoing.h"

#include <errno.h>
#include <stdio.h>

#include "base/errors.h"
#include "base/log.h"
#include "base/str.h"
#include "notify/mail/message.h"
#include "report/report.h"
#include "text/mailbox.h"

enum {
	MAX_PARTS = 8,
	NUMBER_SIZE = 24,
	/* What a mail says has memory of its own: a fetch that fills the turn's still tells. */
	CONTENT_MAX_BYTES = 16 << 20,
	MESSAGE_ARENA_BYTES = 2 * MESSAGE_MAX_BYTES,
	WHY_MAX_BYTES = 512,
};

/* --- what it tells ------------------------------------------------------------ */

/* What a mail tells, as a list of texts: see message_id_make().  Numbers of rows
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

/* --- one mail --------------------------------------------------------------- */

/* What is the same for all addresses. */
struct envelope {
	const struct outgoing *outgoing;
	enum delivery_kind kind;
	struct mail_content content;
	struct alert_subject subject; /* of an alert */
	struct telling telling;
	const char *domain; /* the sender's */
	int error;          /* why there is no content; 0: there is */
};

/* What is known of a mail, whether or not it can be written. */
static int make_id(struct turn *turn, const struct envelope *envelope, const char *address,
	char ret[MESSAGE_ID_SIZE])
{
	const struct message_key key = {.kind = notice_kind_name(envelope->outgoing->notice.kind),
		.parts = envelope->telling.parts,
		.n_parts = envelope->telling.n,
		.address = address,
		.instance = store_instance(turn->store),
		.domain = envelope->domain};

	return message_id_make(&key, ret);
}

/* The bytes of the mail to the mailbox TO; its failure is no failure of the
 * transaction. */
static int write_message(struct turn *turn, const struct envelope *envelope, const char *to,
	const char *thread, struct arena *arena, struct delivery *delivery)
{
	const struct outgoing *outgoing = envelope->outgoing;
	const struct recipient_settings *recipient = outgoing->recipient;
	const struct message message = {.kind = envelope->kind,
		.from = turn->tools->settings->smtp.from,
		.to = to,
		.message_id = delivery->message_id,
		.references = thread,
		.date_us = delivery->queued.us,
		.timezone = recipient->digest.timezone,
		.list = envelope->kind == DELIVERY_DIGEST ? recipient->name : NULL,
		.contact = turn->tools->settings->contact,
		.content = envelope->content};

	return envelope->error < 0 ? envelope->error
				   : message_render(&message, arena, &delivery->message);
}

/* Told where operators look, with all that finds it again. */
static void log_failure(const struct envelope *envelope, const char *address, int error)
{
	const struct outgoing *outgoing = envelope->outgoing;
	const struct alert_subject *subject = &envelope->subject;
	const struct log_fields fields = {.message_id = LOG_ID_MAIL_FAILED,
		.source = subject->source,
		.stream = subject->stream,
		.alert = subject->rule};

	if (envelope->kind == DELIVERY_DIGEST)
		(void)log_full(LOG_LEVEL_ERROR, error, &fields,
			"The digest of %s to %s cannot be written", outgoing->recipient->name,
			address);
	else
		(void)log_full(LOG_LEVEL_ERROR, error, &fields,
			"The mail to %s (%s) of rule %s for stream %s, source %s, cannot be "
			"written",
			outgoing->recipient->name, address, subject->rule, subject->stream,
			subject->source ? subject->source : "any");
}

/* The row says why there is no mail; what the transaction is about goes on. */
static int add_failure(
	struct turn *turn, const struct envelope *envelope, struct delivery *delivery, int error)
{
	const struct outgoing *outgoing = envelope->outgoing;
	CLEANUP(str_done) struct str why = STR_INIT(WHY_MAX_BYTES);
	int64_t id;

	str_add_format(&why, "the mail cannot be written: %s", error_text(error));
	delivery->message = SLICE("");
	delivery->failure = str_text(&why);
	int r = store_add_delivery(
		turn->store, delivery, outgoing->alert_id, outgoing->digest_id, &id);
	if (r < 0)
		return r == -EEXIST ? 0 : r;

	log_failure(envelope, delivery->address, error);
	/* Else it would be tried again each minute. */
	return outgoing->notice.kind == NOTICE_REST
		       ? store_tell_held_back(turn->store, outgoing->recipient->name, id)
		       : 0;
}

/* 1 when there is a new mail to send. */
static int queue_one(struct turn *turn, const struct envelope *envelope, const char *to)
{
	const struct outgoing *outgoing = envelope->outgoing;
	const struct instant now = INSTANT(turn->now_us);
	CLEANUP(arena_freep) struct arena *arena = NULL;
	struct delivery delivery = {.kind = envelope->kind,
		.recipient = outgoing->recipient->name,
		.queued = now,
		.due = now};
	struct mailbox mailbox = {.address = to};
	char message_id[MESSAGE_ID_SIZE];
	const char *thread = NULL;
	int64_t id;

	int r = arena_new(MESSAGE_ARENA_BYTES, &arena);
	int error = r < 0 ? r : mailbox_parse(slice_of(to), arena, &mailbox, NULL);
	if (r == 0)
		r = make_id(turn, envelope, mailbox.address, message_id);
	if (r == 0 && envelope->kind == DELIVERY_ALERT)
		r = store_find_thread(turn->store, envelope->subject.incident_id, mailbox.address,
			arena, &thread);
	if (r < 0)
		return r;

	delivery.address = mailbox.address;
	delivery.message_id = message_id;
	if (error == 0)
		error = write_message(turn, envelope, to, thread, arena, &delivery);
	if (error < 0)
		return add_failure(turn, envelope, &delivery, error);

	r = store_add_delivery(
		turn->store, &delivery, outgoing->alert_id, outgoing->digest_id, &id);
	return r == -EEXIST ? 0 : r < 0 ? r : 1;
}

/* What is the same for all addresses.  What cannot be written is no failure yet. */
static int make_envelope(struct turn *turn, struct arena *arena, struct envelope *envelope)
{
	const struct outgoing *outgoing = envelope->outgoing;
	struct mailbox from;

	int r = mailbox_parse(slice_of(turn->tools->settings->smtp.from), arena, &from, NULL);
	if (r == 0 && envelope->kind == DELIVERY_ALERT)
		r = store_alert_subject(turn->store, outgoing->alert_id, arena, &envelope->subject);
	if (r < 0)
		return r;

	envelope->domain = from.domain;
	if (envelope->kind == DELIVERY_ALERT)
		tell_alert(&envelope->telling, outgoing, &envelope->subject);
	else
		tell_digest(&envelope->telling, outgoing);
	envelope->error = outgoing->error < 0
				  ? outgoing->error
				  : report_mail(turn->tools->reporter, &outgoing->notice, arena,
					    &envelope->content);
	return 0;
}

int outgoing_queue(struct turn *turn, const struct outgoing *outgoing)
{
	const struct texts *to = &outgoing->recipient->email;
	CLEANUP(arena_freep) struct arena *arena = NULL;
	struct envelope envelope = {.outgoing = outgoing,
		.kind = outgoing->notice.kind == NOTICE_DIGEST ? DELIVERY_DIGEST : DELIVERY_ALERT};

	int r = arena_new(CONTENT_MAX_BYTES, &arena);
	if (r == 0)
		r = make_envelope(turn, arena, &envelope);
	for (size_t i = 0; i < to->n && r >= 0; i++) {
		r = queue_one(turn, &envelope, to->items[i]);
		turn->result.n_mails += r > 0;
	}
	return MIN(r, 0);
}
