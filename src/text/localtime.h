/* text/localtime.h: the wall clock of a time zone (ICU's copy of the tz
 * database).
 */
#pragma once

#include "base/clock.h"
#include "base/slice.h"

struct local_time {
	struct civil civil; /* weekday included; no microseconds */
	int offset_minutes; /* east of UTC */
};

/* Whether TIMEZONE is an IANA name that is known ("Africa/Nairobi", "UTC"). */
bool localtime_is_zone(const char *timezone);

/* Wall-clock time at TIME_US; TIMEZONE NULL is UTC.  -EINVAL for an unknown
 * zone. */
int localtime_at(const char *timezone, int64_t time_us, struct local_time *ret);

/* A time of day on some days of the week, by the wall clock. */
struct weekly {
	const char *timezone;
	int minute_of_day;     /* 0 to 1439 */
	unsigned int weekdays; /* bit 0 is Sunday */
};

/* The last such moment at or before TIME_US, and the first one after it.  A
 * time that the clock skips happens when the gap ends, one that it repeats
 * happens the first time.  -EINVAL for an unknown zone, a minute out of range
 * or no weekday. */
int localtime_last(const struct weekly *weekly, int64_t time_us, int64_t *ret_us);
int localtime_next(const struct weekly *weekly, int64_t time_us, int64_t *ret_us);

enum { LOCAL_TEXT_SIZE = 48 };

/* "Sat 21 Nov", "Sat 21 Nov, 14:05", "Sat 21 Nov, 14:05 UTC+3", RFC 5322's
 * "Sat, 21 Nov 2026 14:05:09 +0300", and the second and third with the year, "Sat 21 Nov
 * 2026, 14:05".  TEXT has room for LOCAL_TEXT_SIZE;
 * returns it.  English whatever the locale is. */
enum local_form {
	LOCAL_DAY,
	LOCAL_TIME,
	LOCAL_TIME_ZONE,
	LOCAL_RFC5322,
	LOCAL_YEAR_TIME,
	LOCAL_YEAR_TIME_ZONE,
};
char *localtime_format(const struct local_time *local, enum local_form form, char *text);
