#include "daemon/digests.h"

#include <errno.h>

#include "base/log.h"
#include "daemon/outgoing.h"
#include "report/report.h"
#include "report/schedule.h"
#include "score/scorer.h"

static int find_window(const struct turn_context *context,
	const struct recipient_settings *recipient, struct digest_window *ret)
{
	struct digest_past past = {0};

	const int64_t now_us = clock_now_us(context->clock);
	int r = store_last_digest(context->store, recipient->name, now_us, &past.last_until);
	if (r >= 0 || r == -ENOENT)
		r = store_first_start(context->store, &past.first_start);
	if (r < 0)
		return r;

	return schedule_digest(&recipient->digest, &past, now_us, ret);
}

static bool is_empty(const struct digest *digest)
{
	return digest->needs_answer.n_all + digest->still_open.n_all + digest->negative.n_all +
		       digest->positive.n_all + digest->news.n_all + digest->n_troubled +
		       digest->failed.n_all ==
	       0;
}

static struct notice notice_of(
	const struct recipient_settings *recipient, const struct digest *digest)
{
	return (struct notice){.kind = NOTICE_DIGEST,
		.recipient = recipient->name,
		.timezone = digest->timezone,
		.now_us = digest->until_us,
		.digest = digest};
}

/* What DIGEST tells; one that is beyond our memory tells nothing but why. */
static int load(struct turn *turn, struct digest *digest, struct outgoing *outgoing)
{
	const struct digest window = *digest;
	const int r = store_load_digest(turn->store, turn->arena, digest);

	if (r != -ENOMEM && r != -EMSGSIZE)
		return r;

	*digest = window;
	outgoing->error = r;
	return 0;
}

/* A digest on its way into the outbox. */
struct writing {
	const struct recipient_settings *recipient;
	struct digest_window window;
};

/* The run, its window and its mails.  The run is recorded whatever becomes of the mails:
 * else they would be tried each minute. */
static int write_digest(struct turn *turn, void *userdata)
{
	const struct writing *writing = userdata;
	const struct recipient_settings *recipient = writing->recipient;
	struct digest digest = {.from_us = writing->window.from_us,
		.until_us = writing->window.until_us,
		.timezone = recipient->digest.timezone,
		.stop_words = scorer_stop_words(turn->tools->scorer)};
	struct outgoing outgoing = {
		.recipient = recipient, .notice = notice_of(recipient, &digest)};

	int r = load(turn, &digest, &outgoing);
	if (r >= 0)
		r = store_add_digest_run(
			turn->store, recipient->name, &digest, turn->now_us, &outgoing.digest_id);
	if (r < 0)
		return r;
	if (outgoing.error == 0 && is_empty(&digest) && recipient->digest.empty == EMPTY_SKIP)
		return 0;

	return outgoing_queue(turn, &outgoing);
}

/* Makes the digest of RECIPIENT when it is due: 1, or 0. */
static int make_due(const struct turn_context *context, const struct recipient_settings *recipient)
{
	struct writing writing = {.recipient = recipient};
	int r = find_window(context, recipient, &writing.window);

	if (r < 0 || !writing.window.is_due)
		return MIN(r, 0);

	r = turn_run(context, TURN_WRITES, write_digest, &writing, NULL);
	return r < 0 ? r : 1;
}

int digests_make_due(const struct turn_context *context, size_t *ret_n)
{
	const struct settings *settings = context->tools->settings;
	size_t n = 0;
	int result = 0;

	for (size_t i = 0; i < settings->n_recipients; i++) {
		const struct recipient_settings *recipient = &settings->recipients[i];

		if (!recipient->digest.wanted)
			continue;

		/* The others get theirs. */
		const int r = make_due(context, recipient);
		if (r < 0)
			result = log_error(r, "Cannot write the digest of %s", recipient->name);
		else
			n += (size_t)r;
	}
	if (result < 0)
		return result;

	*ret_n = n;
	return 0;
}

int digests_next(const struct turn_context *context, struct instant *ret)
{
	const struct settings *settings = context->tools->settings;
	struct instant next = {0};

	for (size_t i = 0; i < settings->n_recipients; i++) {
		const struct recipient_settings *recipient = &settings->recipients[i];
		struct digest_window window;

		if (!recipient->digest.wanted)
			continue;

		const int r = find_window(context, recipient, &window);
		if (r < 0)
			return r;
		if (!next.known || window.next_us < next.us)
			next = INSTANT(window.next_us);
	}

	*ret = next;
	return 0;
}

/* The window of a digest that somebody wants now: since the last one. */
static int window_until_now(const struct turn_context *context,
	const struct recipient_settings *recipient, struct digest_window *ret)
{
	struct instant last = {0};
	const int64_t now_us = clock_now_us(context->clock);
	const int r = store_last_digest(context->store, recipient->name, now_us, &last);

	if (r < 0 && r != -ENOENT)
		return r;

	ret->until_us = now_us;
	ret->from_us = last.known ? last.us : ret->until_us - US_PER_DAY;
	return 0;
}

int digests_send(const struct turn_context *context, const char *name)
{
	struct writing writing = {.recipient = tools_find_recipient(context->tools, name)};

	if (!writing.recipient)
		return -ENOENT;

	const int r = window_until_now(context, writing.recipient, &writing.window);
	return r < 0 ? r : turn_run(context, TURN_WRITES, write_digest, &writing, NULL);
}

int digests_preview(const struct turn_context *context, const char *name, struct arena *arena,
	struct mail_content *ret)
{
	const struct recipient_settings *recipient = tools_find_recipient(context->tools, name);
	struct digest_window window;

	if (!recipient)
		return -ENOENT;

	int r = window_until_now(context, recipient, &window);
	if (r < 0)
		return r;

	/* The database counts in seconds.  A digest that is sent leaves the present
	 * one to the next; a preview has no next, so it takes what just came. */
	struct digest digest = {.from_us = window.from_us,
		.until_us = window.until_us + US_PER_S,
		.timezone = recipient->digest.timezone,
		.stop_words = scorer_stop_words(context->tools->scorer)};

	r = store_load_digest(context->store, arena, &digest);
	if (r < 0)
		return r;

	const struct notice notice = notice_of(recipient, &digest);
	return report_mail(context->tools->reporter, &notice, arena, ret);
}
