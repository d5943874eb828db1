/* From the calendar to digests in the outbox. */

#include <errno.h>

#include "base/log.h"
#include "daemon/pipeline_private.h"
#include "report/schedule.h"

static int find_window(struct pipeline *pipeline, const struct recipient_settings *recipient,
	struct digest_window *ret)
{
	struct digest_past past = {0};

	const int64_t now_us = clock_now_us(pipeline->clock);
	int r = store_last_digest(pipeline->store, recipient->name, now_us, &past.last_until);
	if (r >= 0 || r == -ENOENT)
		r = store_first_start(pipeline->store, &past.first_start);
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

/* What DIGEST tells; one that is beyond our memory tells nothing but why. */
static int load(struct pipeline *pipeline, struct digest *digest, struct outgoing *outgoing)
{
	const struct digest window = *digest;
	const int r = store_load_digest(pipeline->store, pipeline->arena, digest);

	if (r != -ENOMEM && r != -EMSGSIZE)
		return r;

	*digest = window;
	outgoing->error = r;
	return 0;
}

/* The run, its window and its mails; the caller has begun the transaction.  The run is
 * recorded whatever becomes of the mails: else they would be tried each minute. */
static int write_digest(struct pipeline *pipeline, const struct recipient_settings *recipient,
	struct digest *digest)
{
	struct outgoing outgoing = {
		.kind = DELIVERY_DIGEST, .recipient = recipient, .until_us = digest->until_us};

	int r = load(pipeline, digest, &outgoing);
	if (r >= 0)
		r = store_add_digest_run(pipeline->store, recipient->name, digest,
			clock_now_us(pipeline->clock), &outgoing.digest_id);
	if (r < 0)
		return r;
	if (outgoing.error == 0 && is_empty(digest) && recipient->digest.empty == EMPTY_SKIP)
		return 0;

	if (outgoing.error == 0)
		outgoing.error = report_digest(
			pipeline->reporter, digest, pipeline->arena, &outgoing.content);
	return outgoing_queue(pipeline, &outgoing);
}

static int make_digest(struct pipeline *pipeline, const struct recipient_settings *recipient,
	const struct digest_window *window)
{
	CLEANUP(arena_freep) struct arena *arena = NULL;
	struct digest digest = {.from_us = window->from_us,
		.until_us = window->until_us,
		.timezone = recipient->digest.timezone,
		.stop_words = scorer_stop_words(pipeline->scorer)};

	int r = arena_new(PIPELINE_ARENA_BYTES, &arena);
	if (r >= 0)
		r = store_begin(pipeline->store);
	if (r < 0)
		return r;

	pipeline->arena = arena;
	r = store_end(pipeline->store, write_digest(pipeline, recipient, &digest));
	if (r >= 0)
		pipeline->told_until_us = MAX(pipeline->told_until_us, digest.until_us);
	return MIN(r, 0);
}

/* Makes the digest of RECIPIENT when it is due: 1, or 0. */
static int make_due(struct pipeline *pipeline, const struct recipient_settings *recipient)
{
	struct digest_window window;
	int r = find_window(pipeline, recipient, &window);

	if (r < 0 || !window.is_due)
		return MIN(r, 0);

	r = make_digest(pipeline, recipient, &window);
	return r < 0 ? r : 1;
}

int pipeline_make_digests(struct pipeline *pipeline, size_t *ret_n)
{
	size_t n = 0;
	int result = 0;

	for (size_t i = 0; i < pipeline->settings->n_recipients; i++) {
		const struct recipient_settings *recipient = &pipeline->settings->recipients[i];

		if (!recipient->digest.wanted)
			continue;

		/* The others get theirs. */
		const int r = make_due(pipeline, recipient);
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

int pipeline_next_digest(struct pipeline *pipeline, struct instant *ret)
{
	struct instant next = {0};

	for (size_t i = 0; i < pipeline->settings->n_recipients; i++) {
		const struct recipient_settings *recipient = &pipeline->settings->recipients[i];
		struct digest_window window;

		if (!recipient->digest.wanted)
			continue;

		const int r = find_window(pipeline, recipient, &window);
		if (r < 0)
			return r;
		if (!next.known || window.next_us < next.us)
			next = INSTANT(window.next_us);
	}

	*ret = next;
	return 0;
}

/* The window of a digest that somebody wants now: since the last one. */
static int window_until_now(struct pipeline *pipeline, const struct recipient_settings *recipient,
	struct digest_window *ret)
{
	struct instant last = {0};
	const int64_t now_us = clock_now_us(pipeline->clock);
	const int r = store_last_digest(pipeline->store, recipient->name, now_us, &last);

	if (r < 0 && r != -ENOENT)
		return r;

	ret->until_us = now_us;
	ret->from_us = last.known ? last.us : ret->until_us - US_PER_DAY;
	return 0;
}

int pipeline_send_digest(struct pipeline *pipeline, const char *name)
{
	const struct recipient_settings *recipient = pipeline_find_recipient(pipeline, name);
	struct digest_window window;

	if (!recipient)
		return -ENOENT;

	const int r = window_until_now(pipeline, recipient, &window);
	return r < 0 ? r : make_digest(pipeline, recipient, &window);
}

int pipeline_preview_digest(
	struct pipeline *pipeline, const char *name, struct arena *arena, struct mail_content *ret)
{
	const struct recipient_settings *recipient = pipeline_find_recipient(pipeline, name);
	struct digest_window window;

	if (!recipient)
		return -ENOENT;

	int r = window_until_now(pipeline, recipient, &window);
	if (r < 0)
		return r;

	/* The database counts in seconds.  A digest that is sent leaves the present
	 * one to the next; a preview has no next, so it takes what just came. */
	struct digest digest = {.from_us = window.from_us,
		.until_us = window.until_us + US_PER_S,
		.timezone = recipient->digest.timezone,
		.stop_words = scorer_stop_words(pipeline->scorer)};

	r = store_load_digest(pipeline->store, arena, &digest);
	return r < 0 ? r : report_digest(pipeline->reporter, &digest, arena, ret);
}
