#include "daemon/turns.h"

#include <systemd/sd-event.h>

#include "base/clock.h"
#include "base/macro.h"

void turns_add(struct turns *turns, int64_t busy_us)
{
	turns->buckets[MIN(busy_us / US_PER_MS, TURN_BUCKETS - 1)]++;
	turns->n++;
	turns->longest_us = MAX(turns->longest_us, busy_us);
}

int turns_quantile_ms(const struct turns *turns, double share)
{
	uint64_t below = 0;
	int ms = 0;

	while (ms < TURN_BUCKETS && (double)below < share * (double)turns->n)
		below += turns->buckets[ms++];

	return ms;
}

int turns_run(struct turns *turns, sd_event *event)
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
		turns_add(turns, clock_cpu_us() - start_us);
		if (r < 0)
			return r;
	}

	int code;
	const int r = sd_event_get_exit_code(event, &code);

	return r < 0 ? r : code;
}
