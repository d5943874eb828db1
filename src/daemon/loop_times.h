/* daemon/loop_times.h: how long the event loop was busy between two waits.
 *
 * The time is the thread's CPU time: waiting for the disk is left out.
 */
#pragma once

#include <stdint.h>

enum { LOOP_TIME_BUCKETS = 1000 }; /* of a millisecond; the last holds all longer ones */

struct loop_times {
	uint64_t buckets[LOOP_TIME_BUCKETS];
	uint64_t n;
	int64_t longest_us;
};

void loop_times_add(struct loop_times *times, int64_t busy_us);

/* The whole milliseconds below which SHARE (0 to 1) of all turns stayed. */
int loop_times_quantile_ms(const struct loop_times *times, double share);

typedef struct sd_event sd_event;

/* Runs EVENT until it exits, as sd_event_loop() does, and counts its turns.
 * The exit code, or a negative errno. */
int loop_times_run(struct loop_times *times, sd_event *event);
