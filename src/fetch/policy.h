/* fetch/policy.h: when to ask a source again, and what to remember of it.
 *
 * Pure functions of the answer, the clock and the random sequence: whoever
 * stores the posts of a fetch stores the state that comes out here in the same
 * transaction.
 */
#pragma once

#include "base/random.h"
#include "config/settings.h"
#include "fetch/answer.h"
#include "record/source_state.h"

/* What the body of an answer said about itself, once decoded. */
struct feed_hints {
	bool parsed;         /* it was a feed (or the API's answer), maybe salvaged */
	bool is_cut;         /* it ended too early: the next poll asks for all of it again */
	const char *error;   /* why it was none, or what a refusal means, in words; NULL: unknown */
	int64_t ttl_us;      /* RSS ttl or sy:updatePeriod/Frequency; 0: none */
	uint32_t skip_hours; /* bit 0 is 00:00 to 01:00 GMT */
	uint32_t skip_days;  /* bit 0 is Sunday */
	bool expired;        /* JSON Feed "expired": it will never change again */
	size_t n_posts;
	size_t n_new;       /* not stored before */
	const char *cursor; /* newest id seen, for presets; NULL: keep the old one */
};

struct policy_input {
	const struct source_settings *source;
	const struct fetch_answer *answer;
	const struct feed_hints *hints; /* NULL when there was nothing to decode */
	int64_t now_us;
};

/* Turns STATE, as it was before the poll, into what it becomes after it:
 * address, validators, interval, failures, words, and the next poll with
 * jitter.  New strings are made in ARENA.  -ENOMEM, and STATE is unchanged. */
int policy_apply(const struct policy_input *input, struct random *random, struct arena *arena,
	struct source_state *state);

/* How long to wait after FAILURES (1 or more) failures in a row of a source
 * that is asked every INTERVAL_US: doubles from the interval, up to 6 hours or
 * the interval. */
int64_t policy_backoff_us(int64_t interval_us, unsigned int failures);

/* How long to wait from NOW_US on until the next poll of SOURCE, 0 or below: none.  Never
 * more than was planned after the last one, or without a plan than the interval or the
 * back-off: a clock that was wrong when STATE was stored delays nothing. */
int64_t policy_wait_us(
	const struct source_settings *source, const struct source_state *state, int64_t now_us);

/* The daemon ended while it read N_BYTES from SOURCE: its STATE becomes that of a failure,
 * with words in ARENA.  -ENOMEM. */
int policy_blame(const struct source_settings *source, size_t n_bytes, int64_t now_us,
	struct arena *arena, struct source_state *state);

/* The time between polls of SOURCE when nothing is in the way. */
int64_t policy_interval_us(const struct source_settings *source, const struct source_state *state);
