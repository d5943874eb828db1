#include "notify/outbox.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/errors.h"
#include "base/str.h"
#include "http/client.h"
#include "notify/mail/mail_folder.h"
#include "notify/retry.h"
#include "text/mailbox.h"

enum { FLIGHT_MAX_BYTES = 4 * 1024 * 1024, SETUP_MAX_BYTES = 64 * 1024 };

static const int64_t send_timeout_us = 5 * US_PER_MINUTE; /* RFC 5321, 4.5.3.2 */
static const int64_t storage_retry_us = US_PER_MINUTE;

struct outbox {
	struct outbox_setup setup;
	struct arena *arena; /* the setup's texts */
	struct mailbox from;
	char *password;
	struct arena *flight; /* of DELIVERY and OUTCOME */
	struct delivery delivery;
	struct http_request *request; /* of DELIVERY; NULL: nothing is under way */
	struct delivery_outcome outcome;
	bool is_unsettled;    /* OUTCOME still has to be stored */
	unsigned int n_stops; /* times in a row that no mail went through */
	struct instant probe; /* until then the whole queue waits */
	struct instant next;
	void (*drained)(void *userdata, int waiting);
	void *drained_userdata;
};

static void run(struct outbox *outbox);

static int64_t now_us(const struct outbox *outbox)
{
	return clock_now_us(outbox->setup.clock);
}

/* --- one attempt -------------------------------------------------------- */

/* Stores what became of the delivery.  When that fails the outcome is kept:
 * it is not sent again just because we cannot write. */
static bool settle(struct outbox *outbox)
{
	const struct outbox_store *store = &outbox->setup.store;
	int r;

	if (!outbox->is_unsettled)
		return true;

	r = store->settle(store->userdata, &outbox->outcome);
	if (r < 0) {
		store->failed(store->userdata, r);
		return false;
	}

	outbox->is_unsettled = false;
	return true;
}

/* Where no mail goes through, the one that was tried is the probe. */
static void note_verdict(struct outbox *outbox, enum mail_verdict verdict)
{
	if (verdict != MAIL_RETRY_ALL) {
		outbox->n_stops = 0;
		outbox->probe = (struct instant){0};
		return;
	}

	outbox->n_stops++;
	outbox->probe =
		INSTANT(outbox->outcome.now_us +
			retry_delay_us(outbox->setup.smtp, outbox->n_stops, outbox->setup.random));
	if (outbox->outcome.state == DELIVERY_QUEUED)
		outbox->outcome.due_us = outbox->probe.us;
}

static void answered(struct outbox *outbox, const struct mail_answer *answer)
{
	outbox->outcome = retry_judge(outbox->setup.smtp, &outbox->delivery, answer, now_us(outbox),
		outbox->setup.random);
	/* Out of memory costs the words, not the outcome. */
	if (outbox->outcome.text)
		outbox->outcome.text = arena_copy_text(outbox->flight, outbox->outcome.text);
	outbox->is_unsettled = true;
	note_verdict(outbox, answer->verdict);
}

static void on_mail_done(const struct mail_answer *answer, void *userdata)
{
	struct outbox *outbox = userdata;

	outbox->request = NULL;
	if (answer->error == -ECANCELED)
		return;

	answered(outbox, answer);
	run(outbox);
}

static void write_to_folder(struct outbox *outbox, const char *folder)
{
	CLEANUP(str_done) struct str text = STR_INIT(8192);
	const int r =
		mail_folder_write(folder, outbox->delivery.message_id, outbox->delivery.message);
	struct mail_answer answer = {.error = r, .verdict = r < 0 ? MAIL_RETRY_ALL : MAIL_SENT};

	if (r < 0)
		str_add_format(&text, "cannot write to %s: %s", folder, error_text(r));
	answer.text = str_text(&text);
	answered(outbox, &answer);
}

static int send_mail(struct outbox *outbox)
{
	const struct smtp_settings *smtp = outbox->setup.smtp;
	const struct http_mail mail = {
		.url = smtp->url,
		.tls_required = smtp->tls == TLS_REQUIRED,
		.ca_file = smtp->ca_file,
		.user = smtp->user,
		.password = outbox->password,
		.from = outbox->from.address,
		.to = outbox->delivery.address,
		.message = outbox->delivery.message,
		.timeout_us = send_timeout_us,
	};

	return http_send_mail(outbox->setup.client, &mail, on_mail_done, outbox, &outbox->request);
}

/* Starts DELIVERY; -ENOMEM when that is not possible now. */
static int start(struct outbox *outbox)
{
	const char *folder;
	int r;

	if (mail_folder_is_url(outbox->setup.smtp->url, &folder)) {
		write_to_folder(outbox, folder);
		return 0;
	}

	r = send_mail(outbox);
	if (r < 0 && r != -ENOMEM) {
		const struct mail_answer answer = {
			.error = r, .verdict = MAIL_REFUSED, .text = error_text(r)};

		answered(outbox, &answer);
		r = 0;
	}
	return r;
}

/* --- the queue ---------------------------------------------------------- */

static void idle(struct outbox *outbox, struct instant next)
{
	void (*drained)(void *userdata, int waiting) = TAKE(outbox->drained);

	outbox->next = next;
	if (drained)
		drained(outbox->drained_userdata, next.known);
}

/* A clock that was set back must not keep the queue waiting for ever. */
static bool is_stopped(const struct outbox *outbox)
{
	const int64_t left_us = outbox->probe.us - now_us(outbox);

	return outbox->probe.known && left_us > 0 &&
	       left_us <= MAX(outbox->setup.smtp->retry_most_us, US_PER_S);
}

/* When to look again, now that nothing can be sent. */
static struct instant find_next(struct outbox *outbox)
{
	const struct outbox_store *store = &outbox->setup.store;
	struct instant next = {0};
	const int r = store->next_due(store->userdata, &next);

	if (r < 0) {
		store->failed(store->userdata, r);
		return INSTANT(now_us(outbox) + storage_retry_us);
	}
	if (next.known && is_stopped(outbox))
		next.us = MAX(next.us, outbox->probe.us);
	return next;
}

/* 1 and DELIVERY, 0 nothing is due, or an error. */
static int take_due(struct outbox *outbox)
{
	const struct outbox_store *store = &outbox->setup.store;

	if (is_stopped(outbox))
		return 0;

	arena_reset(outbox->flight);
	outbox->delivery = (struct delivery){0};
	return store->take_due(store->userdata, now_us(outbox), outbox->flight, &outbox->delivery);
}

/* Sends until one is under way or nothing can be sent. */
static void run(struct outbox *outbox)
{
	const struct outbox_store *store = &outbox->setup.store;

	while (!outbox->request) {
		int r = settle(outbox) ? take_due(outbox) : -EIO;

		if (r > 0)
			r = start(outbox);
		else if (r == 0) {
			idle(outbox, find_next(outbox));
			return;
		}
		if (r < 0) {
			if (!outbox->is_unsettled)
				store->failed(store->userdata, r);
			idle(outbox, INSTANT(now_us(outbox) + storage_retry_us));
			return;
		}
	}
}

void outbox_wake(struct outbox *outbox)
{
	run(outbox);
}

struct instant outbox_next(const struct outbox *outbox)
{
	return outbox->request ? (struct instant){0} : outbox->next;
}

void outbox_drain(struct outbox *outbox, void (*done)(void *userdata, int waiting), void *userdata)
{
	outbox->drained = done;
	outbox->drained_userdata = userdata;
	run(outbox);
}

/* --- life --------------------------------------------------------------- */

static void forget_password(struct outbox *outbox)
{
	/* It must not outlive its use. */
	if (outbox->password)
		explicit_bzero(outbox->password, strlen(outbox->password));
	outbox->password = NULL;
}

int outbox_configure(struct outbox *outbox, const struct smtp_settings *smtp, const char *password)
{
	CLEANUP(arena_freep) struct arena *arena = NULL;
	struct mailbox from;
	char *copy = NULL;
	int r;

	r = arena_new(SETUP_MAX_BYTES, &arena);
	if (r == 0 && password) {
		copy = arena_copy_text(arena, password);
		r = copy ? 0 : -ENOMEM;
	}
	if (r == 0)
		r = mailbox_parse(slice_of(smtp->from), arena, &from, NULL);
	if (r < 0)
		return r;

	forget_password(outbox);
	arena_free(outbox->arena);
	outbox->arena = TAKE(arena);
	outbox->setup.smtp = smtp;
	outbox->password = copy;
	outbox->from = from;
	/* What kept the queue waiting may be mended. */
	outbox->n_stops = 0;
	outbox->probe = (struct instant){0};
	return 0;
}

int outbox_new(const struct outbox_setup *setup, struct outbox **ret)
{
	CLEANUP(outbox_freep) struct outbox *outbox = calloc(1, sizeof(*outbox));
	int r;

	if (!outbox)
		return -ENOMEM;

	outbox->setup = *setup;
	outbox->setup.password = NULL;
	r = arena_new(FLIGHT_MAX_BYTES, &outbox->flight);
	if (r == 0)
		r = outbox_configure(outbox, setup->smtp, setup->password);
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
	http_cancel(outbox->request);
	forget_password(outbox);
	arena_free(outbox->flight);
	arena_free(outbox->arena);
	free(outbox);
}
