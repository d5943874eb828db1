#include "text/localtime.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include <unicode/ucal.h>
#include <unicode/ustring.h>

#include "base/macro.h"

enum { ZONE_MAX = 64, DAYS_TO_TRY = 9 };

static const char *const day_names[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
static const char *const month_names[] = {
	"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

static int errno_from_icu(UErrorCode code)
{
	return code == U_MEMORY_ALLOCATION_ERROR ? -ENOMEM : -EINVAL;
}

DEFINE_CLEANUP(UCalendar *, ucal_close);

/* IANA names are ASCII; ICU also takes "GMT+3" and abbreviations, which say
 * nothing of summer time, and reads what it does not know as GMT. */
static bool zone_name(const char *timezone, UChar *name)
{
	UChar canonical[ZONE_MAX];
	UErrorCode status = U_ZERO_ERROR;
	UBool is_system = false;
	const size_t length = slice_of(timezone).len;

	if (length == 0 || length >= ZONE_MAX)
		return false;
	for (size_t i = 0; i < length; i++)
		if (timezone[i] <= ' ' || timezone[i] > '~')
			return false;

	u_charsToUChars(timezone, name, (int32_t)length + 1);
	ucal_getCanonicalTimeZoneID(name, -1, canonical, ZONE_MAX, &is_system, &status);
	return U_SUCCESS(status) && is_system;
}

static int open_calendar(const char *timezone, UCalendar **ret)
{
	UChar name[ZONE_MAX];
	UErrorCode status = U_ZERO_ERROR;

	if (!zone_name(timezone ? timezone : "UTC", name))
		return -EINVAL;

	CLEANUP(ucal_closep)
	UCalendar *calendar = ucal_open(name, -1, "en_US_POSIX", UCAL_GREGORIAN, &status);
	if (U_FAILURE(status))
		return errno_from_icu(status);

	ucal_setAttribute(calendar, UCAL_LENIENT, 1);
	ucal_setAttribute(calendar, UCAL_SKIPPED_WALL_TIME, UCAL_WALLTIME_NEXT_VALID);
	ucal_setAttribute(calendar, UCAL_REPEATED_WALL_TIME, UCAL_WALLTIME_FIRST);
	*ret = TAKE(calendar);
	return 0;
}

bool localtime_is_zone(const char *timezone)
{
	UChar name[ZONE_MAX];

	return zone_name(timezone, name);
}

static void read_calendar(UCalendar *calendar, struct local_time *ret, UErrorCode *status)
{
	const int32_t offset_ms = ucal_get(calendar, UCAL_ZONE_OFFSET, status) +
				  ucal_get(calendar, UCAL_DST_OFFSET, status);

	*ret = (struct local_time){
		.civil = {.year = ucal_get(calendar, UCAL_YEAR, status),
			.month = ucal_get(calendar, UCAL_MONTH, status) + 1,
			.day = ucal_get(calendar, UCAL_DATE, status),
			.hour = ucal_get(calendar, UCAL_HOUR_OF_DAY, status),
			.minute = ucal_get(calendar, UCAL_MINUTE, status),
			.second = ucal_get(calendar, UCAL_SECOND, status),
			.weekday = ucal_get(calendar, UCAL_DAY_OF_WEEK, status) - UCAL_SUNDAY},
		.offset_minutes = offset_ms / 60000,
	};
}

int localtime_at(const char *timezone, int64_t time_us, struct local_time *ret)
{
	CLEANUP(ucal_closep) UCalendar *calendar = NULL;
	UErrorCode status = U_ZERO_ERROR;
	struct local_time local;
	int r;

	r = open_calendar(timezone, &calendar);
	if (r < 0)
		return r;

	const int64_t time_ms = time_us / US_PER_MS;

	ucal_setMillis(calendar, (double)time_ms, &status);
	read_calendar(calendar, &local, &status);
	if (U_FAILURE(status))
		return errno_from_icu(status);

	*ret = local;
	return 0;
}

/* The moment of WEEKLY's time of day on the day that lies DAYS after that of
 * TODAY; 1, or 0 when it is none of its weekdays. */
static int moment_on(UCalendar *calendar, const struct weekly *weekly,
	const struct local_time *today, int days, int64_t *ret_us)
{
	const int weekday = ((today->civil.weekday + days) % 7 + 7) % 7;
	UErrorCode status = U_ZERO_ERROR;

	if (!(weekly->weekdays & 1u << weekday))
		return 0;

	ucal_clear(calendar);
	ucal_setDateTime(calendar, (int32_t)today->civil.year, today->civil.month - 1,
		today->civil.day + days, weekly->minute_of_day / 60, weekly->minute_of_day % 60, 0,
		&status);
	const double ms = ucal_getMillis(calendar, &status);
	if (U_FAILURE(status))
		return errno_from_icu(status);

	*ret_us = (int64_t)ms * US_PER_MS;
	return 1;
}

static int open_weekly(const struct weekly *weekly, int64_t time_us, UCalendar **ret_calendar,
	struct local_time *ret_today)
{
	int r;

	if (weekly->minute_of_day < 0 || weekly->minute_of_day >= 24 * 60 ||
		(weekly->weekdays & 0x7f) == 0)
		return -EINVAL;

	r = localtime_at(weekly->timezone, time_us, ret_today);
	if (r < 0)
		return r;

	return open_calendar(weekly->timezone, ret_calendar);
}

/* Goes day by day from START in steps of STEP (1 or -1) to the first moment
 * that lies after TIME_US (step 1) or not after it (step -1). */
static int search(const struct weekly *weekly, int64_t time_us, int step, int64_t *ret_us)
{
	CLEANUP(ucal_closep) UCalendar *calendar = NULL;
	struct local_time today;
	int r;

	r = open_weekly(weekly, time_us, &calendar, &today);
	if (r < 0)
		return r;

	/* One day to spare on either side: a skipped time may end up on the next
	 * day. */
	for (int day = -step; abs(day) <= DAYS_TO_TRY; day += step) {
		int64_t at_us;

		r = moment_on(calendar, weekly, &today, day, &at_us);
		if (r < 0)
			return r;
		if (r > 0 && (step > 0 ? at_us > time_us : at_us <= time_us)) {
			*ret_us = at_us;
			return 0;
		}
	}
	return -EINVAL;
}

int localtime_last(const struct weekly *weekly, int64_t time_us, int64_t *ret_us)
{
	return search(weekly, time_us, -1, ret_us);
}

int localtime_next(const struct weekly *weekly, int64_t time_us, int64_t *ret_us)
{
	return search(weekly, time_us, 1, ret_us);
}

/* "UTC", "UTC+3", "UTC-3:30". */
static void format_offset(int minutes, char *text, size_t size)
{
	const char sign = minutes < 0 ? '-' : '+';
	const int distance = abs(minutes);

	if (minutes == 0)
		snprintf(text, size, "UTC");
	else if (distance % 60 == 0)
		snprintf(text, size, "UTC%c%d", sign, distance / 60);
	else
		snprintf(text, size, "UTC%c%d:%02d", sign, distance / 60, distance % 60);
}

static void format_rfc5322(const struct local_time *local, char *text)
{
	const struct civil *c = &local->civil;
	const int distance = abs(local->offset_minutes);

	snprintf(text, LOCAL_TEXT_SIZE, "%s, %d %s %04d %02d:%02d:%02d %c%02d%02d",
		day_names[c->weekday], c->day, month_names[c->month - 1], (int)c->year, c->hour,
		c->minute, c->second, local->offset_minutes < 0 ? '-' : '+', distance / 60,
		distance % 60);
}

char *localtime_format(const struct local_time *local, enum local_form form, char *text)
{
	const struct civil *c = &local->civil;
	char zone[24];

	format_offset(local->offset_minutes, zone, sizeof(zone));
	switch (form) {
	case LOCAL_DAY:
		snprintf(text, LOCAL_TEXT_SIZE, "%s %d %s", day_names[c->weekday], c->day,
			month_names[c->month - 1]);
		break;
	case LOCAL_TIME:
		snprintf(text, LOCAL_TEXT_SIZE, "%s %d %s, %02d:%02d", day_names[c->weekday],
			c->day, month_names[c->month - 1], c->hour, c->minute);
		break;
	case LOCAL_TIME_ZONE:
		snprintf(text, LOCAL_TEXT_SIZE, "%s %d %s, %02d:%02d %s", day_names[c->weekday],
			c->day, month_names[c->month - 1], c->hour, c->minute, zone);
		break;
	case LOCAL_RFC5322:
		format_rfc5322(local, text);
		break;
	case LOCAL_YEAR_TIME:
		snprintf(text, LOCAL_TEXT_SIZE, "%s %d %s %04d, %02d:%02d", day_names[c->weekday],
			c->day, month_names[c->month - 1], (int)c->year, c->hour, c->minute);
		break;
	case LOCAL_YEAR_TIME_ZONE:
		snprintf(text, LOCAL_TEXT_SIZE, "%s %d %s %04d, %02d:%02d %s",
			day_names[c->weekday], c->day, month_names[c->month - 1], (int)c->year,
			c->hour, c->minute, zone);
		break;
	}
	return text;
}
