#include "fetch/policy.h"

#include <assert.h>
#include <errno.h>

#define ADAPTIVE_LEAST_US (5 * US_PER_MINUTE)
#define ADAPTIVE_FIRST_US (15 * US_PER_MINUTE)
#define ADAPTIVE_MOST_US  (6 * US_PER_HOUR)
/* Who posted lately, a weekend's rest included, may do so again at any time, and
 * many feeds keep no more posts than come in an hour or two. */
#define ADAPTIVE_LATELY_US      (3 * US_PER_DAY)
#define ADAPTIVE_LATELY_MOST_US US_PER_HOUR
#define BACKOFF_MOST_US         (6 * US_PER_HOUR)
/* Freshness and ttl beyond these are not believed. */
#define FRESH_MOST_US       (6 * US_PER_HOUR)
#define FRESH_MOST_EVERY_US US_PER_HOUR
#define JITTER_MOST_US      (5 * US_PER_MINUTE)

enum { BYTES_PER_MB = 1000 * 1000 };

enum outcome {
	OUTCOME_NEW,  /* 200, and it was a feed */
	OUTCOME_SAME, /* 304 */
	OUTCOME_FAILED,
	OUTCOME_GONE,
};

enum {
	STATUS_OK = 200,
	STATUS_NOT_MODIFIED = 304,
	STATUS_GONE = 410,
	STATUS_TOO_MANY = 429,
};

static enum outcome outcome_of(const struct policy_input *input)
{
	const struct fetch_answer *answer = input->answer;

	if (answer->error < 0)
		return OUTCOME_FAILED;
	if (answer->status == STATUS_GONE)
		return OUTCOME_GONE;
	if (answer->status == STATUS_NOT_MODIFIED && answer->conditional)
		return OUTCOME_SAME;
	if (answer->status != STATUS_OK || !input->hints || !input->hints->parsed)
		return OUTCOME_FAILED;

	return input->hints->expired ? OUTCOME_GONE : OUTCOME_NEW;
}

static const struct {
	int status;
	const char *words;
} status_words[] = {
	{STATUS_NOT_MODIFIED, "not modified, but nothing is known here yet"},
	{401, "it asks for user and password"},
	{403, "access is denied"},
	{404, "nothing is there"},
	{STATUS_GONE, "gone for good"},
	{STATUS_TOO_MANY, "too many requests"},
	{500, "the server is in trouble"},
	{502, "the server behind it is in trouble"},
	{503, "out of service for now"},
	{504, "the server behind it is too slow"},
};

/* What went wrong; NULL when memory is out. */
static const char *explain(const struct policy_input *input, struct arena *arena)
{
	const struct fetch_answer *answer = input->answer;

	if (answer->error < 0)
		return arena_copy_text(arena, answer->error_text);
	if (answer->status == STATUS_OK && input->hints && input->hints->expired)
		return "the feed says that it has ended";
	if (answer->status == STATUS_OK)
		return input->hints && input->hints->error
			       ? arena_copy_text(arena, input->hints->error)
			       : "the answer is no feed";

	if (input->hints && input->hints->error)
		return arena_copy_text(arena, input->hints->error);

	for (size_t i = 0; i < ARRAY_SIZE(status_words); i++)
		if (status_words[i].status == answer->status)
			return arena_format(
				arena, "HTTP %d: %s", answer->status, status_words[i].words);

	return arena_format(arena, "HTTP %d", answer->status);
}

static int64_t clamp(int64_t us, int64_t least, int64_t most)
{
	return MAX(least, MIN(us, most));
}

int64_t policy_interval_us(const struct source_settings *source, const struct source_state *state)
{
	if (source->every_us > 0)
		return source->every_us;
	if (state->interval_us <= 0)
		return ADAPTIVE_FIRST_US;

	return clamp(state->interval_us, ADAPTIVE_LEAST_US, ADAPTIVE_MOST_US);
}

static int64_t adaptive_most_us(
	const struct policy_input *input, const struct source_state *before, size_t n_new)
{
	const struct instant last = before->last_new_post;
	const bool lately =
		n_new > 0 || (last.known && input->now_us - last.us < ADAPTIVE_LATELY_US);

	return lately ? ADAPTIVE_LATELY_MOST_US : ADAPTIVE_MOST_US;
}

/* The interval moves half-way to the time that a post took lately, and grows by
 * half when none came.  All posts of the first poll are new, which says
 * nothing. */
static int64_t adapted_us(const struct policy_input *input, const struct source_state *before)
{
	const int64_t interval_us = policy_interval_us(input->source, before);
	const size_t n_new = input->hints ? input->hints->n_new : 0;
	const int64_t most_us = adaptive_most_us(input, before, n_new);

	if (!before->last_success.known)
		return ADAPTIVE_FIRST_US;
	if (n_new == 0)
		return clamp(interval_us + interval_us / 2, ADAPTIVE_LEAST_US, most_us);

	const int64_t rhythm_us = MAX(input->now_us - before->last_success.us, 0) / (int64_t)n_new;

	return clamp(interval_us / 2 + rhythm_us / 2, ADAPTIVE_LEAST_US, most_us);
}

int64_t policy_backoff_us(int64_t interval_us, unsigned int failures)
{
	const int64_t most_us = MAX(interval_us, BACKOFF_MOST_US);
	int64_t wait_us = interval_us;

	assert(failures > 0 && interval_us > 0);
	for (unsigned int i = 1; i < failures && wait_us < most_us; i++)
		wait_us *= 2;

	return MIN(wait_us, most_us);
}

static int64_t at_least(int64_t next_us, struct instant bound)
{
	return bound.known ? MAX(next_us, bound.us) : next_us;
}

/* The first time from NEXT_US on whose hour (GMT) and day are not to be skipped;
 * NEXT_US itself when all are. */
static int64_t outside_skipped(int64_t next_us, const struct feed_hints *hints)
{
	int64_t at_us = next_us;

	for (int i = 0; i < 8 * 24; i++) {
		struct civil civil;

		civil_from_us(at_us, &civil);
		if (!(hints->skip_hours >> civil.hour & 1) &&
			!(hints->skip_days >> civil.weekday & 1))
			return at_us;
		at_us += US_PER_HOUR - at_us % US_PER_HOUR;
	}

	return next_us;
}

static int64_t next_after_success(const struct policy_input *input, int64_t interval_us)
{
	const bool fixed = input->source->every_us > 0;
	const int64_t fresh_most_us = input->now_us + (fixed ? FRESH_MOST_EVERY_US : FRESH_MOST_US);
	struct instant fresh_until = input->answer->fresh_until;
	int64_t next_us = input->now_us + interval_us;

	fresh_until.us = MIN(fresh_until.us, fresh_most_us);
	next_us = at_least(next_us, fresh_until);
	if (fixed || !input->hints)
		return next_us;

	next_us = MAX(next_us, input->now_us + MIN(input->hints->ttl_us, ADAPTIVE_MOST_US));
	return outside_skipped(next_us, input->hints);
}

static int64_t next_after_failure(
	const struct policy_input *input, const struct source_state *state)
{
	/* "Too many requests" is never answered by the usual pace. */
	const unsigned int steps = state->failures + (input->answer->status == STATUS_TOO_MANY);
	const int64_t interval_us = policy_interval_us(input->source, state);

	return at_least(
		input->now_us + policy_backoff_us(interval_us, steps), input->answer->retry_after);
}

/* Later by up to a tenth of the wait, never earlier: bounds stay bounds. */
static int64_t jitter_us(int64_t wait_us, struct random *random)
{
	const int64_t most_us = MIN(wait_us / 10, JITTER_MOST_US);

	return (int64_t)(random_fraction(random) * (double)most_us);
}

/* A 304 may leave validators out, a 200 without has none; those of a feed that
 * is cut would keep its rest away. */
static void keep_validators(
	const struct policy_input *input, bool whole, struct source_state *state)
{
	const struct fetch_answer *answer = input->answer;
	const bool is_cut = input->hints && input->hints->is_cut;

	if (whole || answer->etag)
		state->etag = is_cut ? NULL : answer->etag;
	if (whole || answer->last_modified)
		state->last_modified = is_cut ? NULL : answer->last_modified;
}

static void succeed(const struct policy_input *input, bool whole, struct source_state *state)
{
	const struct fetch_answer *answer = input->answer;
	const struct feed_hints *hints = input->hints;

	state->interval_us =
		input->source->every_us > 0 ? input->source->every_us : adapted_us(input, state);
	state->failures = 0;
	state->last_error = NULL;
	state->last_success = INSTANT(input->now_us);
	if (answer->permanent_url)
		state->url = answer->permanent_url;
	keep_validators(input, whole, state);
	if (hints && hints->n_new > 0)
		state->last_new_post = INSTANT(input->now_us);
	if (hints && hints->cursor)
		state->cursor = hints->cursor;
}

int policy_apply(const struct policy_input *input, struct random *random, struct arena *arena,
	struct source_state *state)
{
	const enum outcome outcome = outcome_of(input);
	struct source_state next = *state;
	int64_t next_us;

	next.last_poll = INSTANT(input->now_us);
	next.last_status = input->answer->status;
	if (!next.url)
		next.url = input->source->url;

	if (outcome == OUTCOME_FAILED || outcome == OUTCOME_GONE) {
		next.last_error = explain(input, arena);
		if (!next.last_error)
			return -ENOMEM;
	}

	if (outcome == OUTCOME_GONE) {
		next.gone = true;
		next.next_poll = (struct instant){0};
		*state = next;
		return 0;
	}

	if (outcome == OUTCOME_FAILED) {
		next.failures++;
		next_us = next_after_failure(input, &next);
	} else {
		succeed(input, outcome == OUTCOME_NEW, &next);
		next_us = next_after_success(input, next.interval_us);
	}
	next_us = at_least(next_us, input->answer->limit_until);
	next_us += jitter_us(next_us - input->now_us, random);
	next.next_poll = INSTANT(next_us);
	next.wait_us = next_us - input->now_us;
	*state = next;
	return 0;
}

int64_t policy_wait_us(
	const struct source_settings *source, const struct source_state *state, int64_t now_us)
{
	const int64_t interval_us = policy_interval_us(source, state);
	int64_t planned_us = state->wait_us;

	if (!state->next_poll.known)
		return 0;
	if (planned_us <= 0)
		planned_us = state->failures > 0 ? policy_backoff_us(interval_us, state->failures)
						 : interval_us;

	return MIN(state->next_poll.us - now_us, planned_us);
}

int policy_blame(const struct source_settings *source, size_t n_bytes, int64_t now_us,
	struct arena *arena, struct source_state *state)
{
	const bool in_mb = n_bytes / BYTES_PER_MB >= 10;
	const char *words = arena_format(arena,
		in_mb ? "the daemon ended while it read %zu MB from this source"
		      : "the daemon ended while it read %zu kB from this source",
		in_mb ? n_bytes / BYTES_PER_MB : (n_bytes + 999) / 1000);

	if (!words)
		return -ENOMEM;

	state->last_error = words;
	state->failures++;
	state->wait_us = policy_backoff_us(policy_interval_us(source, state), state->failures);
	state->next_poll = INSTANT(now_us + state->wait_us);
	return 0;
}
