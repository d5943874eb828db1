/* From what a mail says to the rows of the outbox: rendered once, for each
 * address of a recipient, within the caller's transaction. */

#include <errno.h>

#include "daemon/pipeline_private.h"
#include "notify/message.h"
#include "text/mailbox.h"

/* The ids of the mail to ADDRESS, and of the thread that it belongs to. */
static int make_ids(struct pipeline *pipeline, const struct outgoing *outgoing, const char *address,
	struct message *message)
{
	const bool is_alert = outgoing->kind == DELIVERY_ALERT;
	struct message_key key = {.topic = delivery_kind_name(outgoing->kind),
		.id = is_alert ? outgoing->alert_id : outgoing->digest_id,
		.address = address,
		.instance = store_instance(pipeline->store),
		.from = message->from};

	const int r = message_id_make(&key, pipeline->arena, &message->message_id);
	if (r < 0 || !is_alert)
		return r;

	key.topic = "incident";
	key.id = outgoing->incident_id;
	key.address = NULL;
	return message_id_make(&key, pipeline->arena, &message->references);
}

static int queue_one(struct pipeline *pipeline, const struct outgoing *outgoing, const char *to)
{
	const int64_t now_us = clock_now_us(pipeline->clock);
	const struct recipient_settings *recipient = outgoing->recipient;
	struct message message = {.kind = outgoing->kind,
		.from = pipeline->settings->smtp.from,
		.to = to,
		.date_us = now_us,
		.timezone = recipient->digest.timezone,
		.list = outgoing->kind == DELIVERY_DIGEST ? recipient->name : NULL,
		.contact = pipeline->settings->contact,
		.content = outgoing->content};
	struct delivery delivery = {.kind = outgoing->kind,
		.recipient = recipient->name,
		.queued = INSTANT(now_us),
		.due = INSTANT(now_us)};
	struct mailbox mailbox;
	int64_t id;

	int r = mailbox_parse(slice_of(to), pipeline->arena, &mailbox, NULL);
	if (r >= 0)
		r = make_ids(pipeline, outgoing, mailbox.address, &message);
	if (r >= 0)
		r = message_render(&message, pipeline->arena, &delivery.message);
	if (r < 0)
		return r;

	delivery.address = mailbox.address;
	delivery.message_id = message.message_id;
	r = store_add_delivery(
		pipeline->store, &delivery, outgoing->alert_id, outgoing->digest_id, &id);
	return r == -EEXIST ? 0 : r < 0 ? r : 1;
}

int outgoing_queue(struct pipeline *pipeline, const struct outgoing *outgoing)
{
	const struct texts *to = &outgoing->recipient->email;
	int n = 0;

	for (size_t i = 0; i < to->n; i++) {
		const int r = queue_one(pipeline, outgoing, to->items[i]);
		if (r < 0)
			return r;
		n += r;
	}
	return n;
}
