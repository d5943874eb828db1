/* base/clock.h: time as an argument.
 *
 * Times are int64_t microseconds since 1970 in UTC, named ..._us.  Stages never
 * read a clock: whoever wires them passes a struct clock, so that every result
 * can be replayed.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define US_PER_MS     INT64_C(1000)
#define US_PER_S      INT64_C(1000000)
#define US_PER_MINUTE (60 * US_PER_S)
#define US_PER_HOUR   (60 * US_PER_MINUTE)
#define US_PER_DAY    (24 * US_PER_HOUR)

/* A time that may be unknown; {0} is unknown. */
struct instant {
	int64_t us;
	bool known;
};

#define INSTANT(time_us) ((struct instant){.us = (time_us), .known = true})

/* The earlier one; an unknown one is none. */
struct instant instant_first(struct instant a, struct instant b);

struct clock {
	/* UTC now, in microseconds since 1970. */
	int64_t (*now_us)(void *userdata);
	void *userdata;
};

/* The system's clock. */
const struct clock *clock_system(void);
int64_t clock_now_us(const struct clock *clock);

/* A clock that stands still until somebody moves it: userdata is an int64_t. */
struct clock clock_fixed(int64_t *time_us);

/* CPU time of the calling thread: how long it was busy, whatever the clock and the
 * disk did. */
int64_t clock_cpu_us(void);

/* A broken-down UTC time, proleptic Gregorian. */
struct civil {
	int64_t year;
	int month; /* 1 to 12 */
	int day;   /* 1 to 31 */
	int hour, minute, second;
	int microsecond;
	int weekday; /* 0 is Sunday; ignored by civil_to_us() */
};

/* Howard Hinnant's days_from_civil and its inverse ("chrono-Compatible
 * Low-Level Date Algorithms").  The fields must be in range. */
int64_t civil_to_us(const struct civil *civil);
void civil_from_us(int64_t time_us, struct civil *ret);
int days_in_month(int64_t year, int month);

enum { TIME_TEXT_SIZE = 40 };

/* "2026-11-21T08:00:00Z" (RFC 3339); with ".250" or ".000250" only when there
 * is a fraction.  TEXT has room for TIME_TEXT_SIZE; returns it. */
char *time_format_rfc3339(int64_t time_us, char *text);
/* "2026-11-21 08:00:00": the form in the database, which sorts and compares
 * with SQLite's datetime(). */
char *time_format_sql(int64_t time_us, char *text);
/* Reads either form, with an optional fraction and zone; 1 when it is one, 0
 * else.  For our own files; dates of feeds are decode/date.h's. */
int time_parse(const char *text, int64_t *ret_us);

/* "90s", "15m", "1h", "14d", "2w", "2y" (365 days), also "1h30m"; 1 when it is
 * one, else 0. */
int duration_parse(const char *text, int64_t *ret_us);
/* The shortest such form that says TIME exactly to the second, e.g. "1h30m". */
char *duration_format(int64_t duration_us, char *text);
