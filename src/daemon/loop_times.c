#include "daemon/loop_times.h"

#include <systemd/sd-event.h>

#include "base/clock.h"
#include "base/macro.h"

void loop_times_add(struct loop_times *times, int64_t busy_us)
{
	times->buckets[MIN(busy_us / US_PER_MS, LOOP_TIME_BUCKETS - 1)]++;
	times->n++;
	times->longest_us = MAX(times->longest_us, busy_us);
}

int loop_times_quantile_ms(const struct loop_times *times, double share)
{
	uint64_t below = 0;
	int ms = 0;

	while (ms < LOOP_TIME_BUCKETS && (double)below < share * (double)times->n)
		below += times->buckets[ms++];

	return ms;
}

int loop_times_run(struct loop_times *times, sd_event *event)
{
	while (sd_event_get_state(event) != SD_EVENT_FINISHED) {
		int r = sd_event_prepare(event);
		if (r == 0)
			r = sd_event_wait(event, UINT64_MAX);
		if (r < 0)
			return r;
		if (r == 0)
			continue;

		const int64_t start_us = clock_cpu_us();

		r = sd_event_dispatch(event);
		loop_times_add(times, clock_cpu_us() - start_us);
		if (r < 0)
			return r;
	}

	int code;
	const int r = sd_event_get_exit_code(event, &code);

	return r < 0 ? r : code;
}
