#include "report/schedule.h"

#include "text/localtime.h"

static int64_t first_from_us(const struct digest_past *past, int64_t until_us)
{
	const int64_t day_ago_us = until_us - US_PER_DAY;

	if (!past->first_start.known || past->first_start.us < day_ago_us)
		return day_ago_us;
	return past->first_start.us;
}

int schedule_digest(const struct digest_settings *settings, const struct digest_past *past,
	int64_t now_us, struct digest_window *ret)
{
	const struct weekly weekly = {.timezone = settings->timezone,
		.minute_of_day = settings->minute_of_day,
		.weekdays = settings->weekdays};
	struct digest_window window = {0};
	int r;

	r = localtime_last(&weekly, now_us, &window.until_us);
	if (r == 0)
		r = localtime_next(&weekly, now_us, &window.next_us);
	if (r < 0)
		return r;

	window.from_us =
		past->last_until.known ? past->last_until.us : first_from_us(past, window.until_us);
	window.is_due = window.from_us < window.until_us;
	*ret = window;
	return 0;
}
