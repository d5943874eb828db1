/* notify/retry.h: what becomes of a delivery after an attempt.  Pure. */
#pragma once

#include "base/random.h"
#include "notify/channel.h"

/* How long to wait after the attempt with number ATTEMPT (from 1): doubles from the first
 * to the most, a second at least, up to a fifth earlier by chance, so that what failed
 * together does not come back together. */
int64_t retry_delay_us(
	const struct retry_times *retry, unsigned int attempt, struct random *random);

/* An attempt that was answered. */
struct attempt {
	const struct delivery *delivery;
	const struct send_answer *answer;
	enum send_verdict verdict;
	int64_t now_us;
};

/* What becomes of its delivery; the text is the answer's. */
struct delivery_outcome retry_judge(
	const struct retry_times *retry, const struct attempt *attempt, struct random *random);
