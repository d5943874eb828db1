/* notify/stops.h: what a channel does not send to for a while: a target, or any.
 *
 * What is stopped is probed when its time is over: with one delivery, and goes on
 * when that is answered; else it waits twice as long.
 */
#pragma once

#include "base/clock.h"
#include "base/random.h"
#include "base/str.h"
#include "notify/retry.h"

enum { STOPS_MAX = 64 };

struct stop {
	char *target; /* NULL: all of them */
	unsigned int n_failures;
	int64_t until_us;
};

/* {0} stops nothing. */
struct stops {
	struct stop list[STOPS_MAX];
	size_t n;
};

/* What ATTEMPT means for the deliveries after it.  Where it stops something, 1 and
 * *RET_UNTIL_US, else 0.  More than STOPS_MAX targets, or no memory: they go on, and
 * each delivery waits by itself. */
int stops_note(struct stops *stops, const struct attempt *attempt, const struct retry_times *retry,
	struct random *random, int64_t *ret_until_us);

/* Until when nothing goes out at all; unknown: something may.  Here and below a clock that
 * was set back keeps nothing waiting for longer than MOST_US. */
struct instant stops_all(const struct stops *stops, int64_t now_us, int64_t most_us);

/* Adds each target that waits to RET, a line each, with a line break before the first. */
void stops_list(const struct stops *stops, int64_t now_us, int64_t most_us, struct str *ret);

/* When the first target may go on; unknown: none waits. */
struct instant stops_next(const struct stops *stops, int64_t now_us, int64_t most_us);

/* Nothing is stopped: what was wrong may be mended. */
void stops_clear(struct stops *stops);
