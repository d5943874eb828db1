#include <time.h>

#include "base/clock.h"
#include "base/random.h"
#include "unit/unit.h"

static bool same_civil(const struct civil *a, const struct civil *b)
{
	return a->year == b->year && a->month == b->month && a->day == b->day &&
	       a->hour == b->hour && a->minute == b->minute && a->second == b->second &&
	       a->microsecond == b->microsecond;
}

/* Every day from year -400 to 2800, against counting. */
static void test_civil_round_trip_over_years(void **state)
{
	struct civil want = {.year = -400, .month = 1, .day = 1, .hour = 23, .microsecond = 1};
	int64_t time_us = civil_to_us(&want);
	int weekday = -1;

	while (want.year < 2800) {
		struct civil got;

		civil_from_us(time_us, &got);
		expect(same_civil(&got, &want), "%lld-%d-%d became %lld-%d-%d",
			(long long)want.year, want.month, want.day, (long long)got.year, got.month,
			got.day);
		expect(civil_to_us(&want) == time_us, "%lld-%d-%d has another time",
			(long long)want.year, want.month, want.day);
		expect(weekday < 0 || got.weekday == (weekday + 1) % 7, "weekday of %lld-%d-%d",
			(long long)want.year, want.month, want.day);
		weekday = got.weekday;
		time_us += US_PER_DAY;
		if (++want.day > days_in_month(want.year, want.month)) {
			want.day = 1;
			want.year += want.month == 12;
			want.month = want.month % 12 + 1;
		}
	}
}

static void test_agrees_with_gmtime(void **state)
{
	struct random random = {.state = 1};

	for (int i = 0; i < 20000; i++) {
		const int64_t seconds = (int64_t)(random_next(&random) >> 28) - (INT64_C(1) << 35);
		const time_t time = seconds;
		struct civil got;
		struct tm want;

		gmtime_r(&time, &want);
		civil_from_us(seconds * US_PER_S, &got);
		expect(got.year == want.tm_year + 1900 && got.month == want.tm_mon + 1 &&
				got.day == want.tm_mday && got.hour == want.tm_hour &&
				got.minute == want.tm_min && got.second == want.tm_sec &&
				got.weekday == want.tm_wday,
			"%lld seconds", (long long)seconds);
	}
}

static void test_formats_times(void **state)
{
	static const struct {
		int64_t us;
		const char *rfc3339, *sql;
	} cases[] = {
		{0, "1970-01-01T00:00:00Z", "1970-01-01 00:00:00"},
		{-1, "1969-12-31T23:59:59.999999Z", "1969-12-31 23:59:59"},
		{INT64_C(1795248000250000), "2026-11-21T08:00:00.250Z", "2026-11-21 08:00:00"},
		{INT64_C(1795248000000250), "2026-11-21T08:00:00.000250Z", "2026-11-21 08:00:00"},
		{INT64_C(951782400000000), "2000-02-29T00:00:00Z", "2000-02-29 00:00:00"},
		{INT64_C(253402300799000000), "9999-12-31T23:59:59Z", "9999-12-31 23:59:59"},
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		char text[TIME_TEXT_SIZE];
		int64_t us = 0;

		assert_string_equal(time_format_sql(cases[i].us, text), cases[i].sql);
		assert_string_equal(time_format_rfc3339(cases[i].us, text), cases[i].rfc3339);
		expect(time_parse(text, &us) == 1 && us == cases[i].us, "%s read back is %lld",
			text, (long long)us);
	}
}

static void test_extreme_times_fit_their_text(void **state)
{
	static const int64_t times[] = {INT64_MIN, INT64_MIN + 1, INT64_MAX};

	for (size_t i = 0; i < ARRAY_SIZE(times); i++) {
		char text[TIME_TEXT_SIZE];

		assert_true(strlen(time_format_rfc3339(times[i], text)) < TIME_TEXT_SIZE);
		assert_true(strlen(time_format_sql(times[i], text)) < TIME_TEXT_SIZE);
		assert_true(strlen(duration_format(times[i], text)) < TIME_TEXT_SIZE);
	}
}

static void test_reads_times(void **state)
{
	static const struct {
		const char *text, *want; /* NULL: no time */
	} cases[] = {
		{"2026-11-21T08:00:00Z", "2026-11-21T08:00:00Z"},
		{"2026-11-21 08:00:00", "2026-11-21T08:00:00Z"},
		{"2026-11-21t08:00:00z", "2026-11-21T08:00:00Z"},
		{"2026-11-21T08:00:00+03:00", "2026-11-21T05:00:00Z"},
		{"2026-11-21T08:00:00-03:30", "2026-11-21T11:30:00Z"},
		{"2026-11-21T08:00:00.5Z", "2026-11-21T08:00:00.500Z"},
		{"2026-11-21T08:00:00.123456789Z", "2026-11-21T08:00:00.123456Z"},
		{"2016-12-31T23:59:60Z", "2017-01-01T00:00:00Z"},
		{"2024-02-29T00:00:00Z", "2024-02-29T00:00:00Z"},
		{"2023-02-29T00:00:00Z", NULL},
		{"2026-13-01T00:00:00Z", NULL},
		{"2026-00-01T00:00:00Z", NULL},
		{"2026-01-00T00:00:00Z", NULL},
		{"2026-01-01T24:00:00Z", NULL},
		{"2026-01-01T00:60:00Z", NULL},
		{"2026-01-01T00:00:61Z", NULL},
		{"2026-01-01T00:00:00Zx", NULL},
		{"2026-01-01T00:00:00.Z", NULL},
		{"2026-01-01T00:00:00+24:00", NULL},
		{"2026-01-01T00:00:00+00:60", NULL},
		{"2026-01-01T00:00:00+-1:30", NULL},
		{"2026-01-01T00:00:00+0130", NULL},
		{"-026-01-01T00:00:00Z", NULL},
		{"2026-+1-01T00:00:00Z", NULL},
		{"2026- 1-01T00:00:00Z", NULL},
		{"2026-1-1T00:00:00Z", NULL},
		{"2026-01-01", NULL},
		{"2026-01-01T", NULL},
		{"", NULL},
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		char text[TIME_TEXT_SIZE] = "";
		int64_t us;

		if (time_parse(cases[i].text, &us) == 1)
			time_format_rfc3339(us, text);
		expect(strcmp(text, cases[i].want ? cases[i].want : "") == 0, "%s is %s",
			cases[i].text, text);
	}
}

static void test_reads_durations(void **state)
{
	static const struct {
		const char *text;
		int64_t us; /* -1: none */
		const char *formatted;
	} cases[] = {
		{"0s", 0, "0s"},
		{"1s", US_PER_S, "1s"},
		{"90s", 90 * US_PER_S, "1m30s"},
		{"15m", 15 * US_PER_MINUTE, "15m"},
		{"1h30m", 90 * US_PER_MINUTE, "1h30m"},
		{"24h", US_PER_DAY, "1d"},
		{"8d", 8 * US_PER_DAY, "8d"},
		{"14d", 14 * US_PER_DAY, "2w"},
		{"2y", 730 * US_PER_DAY, "2y"},
		{"400d", 400 * US_PER_DAY, "400d"},
		{"1d1d", 2 * US_PER_DAY, "2d"},
		{"", -1, NULL},
		{"5", -1, NULL},
		{"s", -1, NULL},
		{"1 h", -1, NULL},
		{"-1h", -1, NULL},
		{"1.5h", -1, NULL},
		{"1M", -1, NULL},
		{"1ms", -1, NULL},
		{"999999999999y", -1, NULL},
		{"290000y290000y", -1, NULL},
		{"1000000000000s", -1, NULL},
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		char text[TIME_TEXT_SIZE];
		int64_t us = -1;

		expect(duration_parse(cases[i].text, &us) == (cases[i].us >= 0) &&
				us == cases[i].us,
			"`%s' is %lld", cases[i].text, (long long)us);
		if (us >= 0)
			expect(strcmp(duration_format(us, text), cases[i].formatted) == 0,
				"`%s' is written `%s'", cases[i].text, text);
	}
	assert_int_equal(duration_parse(NULL, &(int64_t){0}), 0);
}

static void test_a_fixed_clock_stands_still(void **state)
{
	int64_t now_us = 5;
	const struct clock clock = clock_fixed(&now_us);

	assert_int_equal(clock_now_us(&clock), 5);
	now_us += US_PER_HOUR;
	assert_int_equal(clock_now_us(&clock), 5 + US_PER_HOUR);
	assert_true(clock_now_us(clock_system()) > INT64_C(1700000000) * US_PER_S);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_civil_round_trip_over_years),
		cmocka_unit_test(test_agrees_with_gmtime),
		cmocka_unit_test(test_formats_times),
		cmocka_unit_test(test_extreme_times_fit_their_text),
		cmocka_unit_test(test_reads_times),
		cmocka_unit_test(test_reads_durations),
		cmocka_unit_test(test_a_fixed_clock_stands_still),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
