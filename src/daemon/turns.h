/* daemon/turns.h: how long the event loop was busy between two waits.
 *
 * The time is the thread's CPU time: waiting for the disk is left out.
 */
#pragma once

#include <stdint.h>

enum { TURN_BUCKETS = 1000 }; /* of a millisecond; the last holds all longer ones */

struct turns {
	uint64_t buckets[TURN_BUCKETS];
	uint64_t n;
	int64_t longest_us;
};

void turns_add(struct turns *turns, int64_t busy_us);

/* The whole milliseconds below which SHARE (0 to 1) of all turns stayed. */
int turns_quantile_ms(const struct turns *turns, double share);

typedef struct sd_event sd_event;

/* Runs EVENT until it exits, as sd_event_loop() does, and counts its turns.
 * The exit code, or a negative errno. */
int turns_run(struct turns *turns, sd_event *event);
