/* Wall clocks: days of 23 and 25 hours, zones off the hour, weekdays. */
#include <errno.h>

#include "text/localtime.h"
#include "unit.h"

static int64_t us(const char *text)
{
	int64_t time_us = 0;

	expect(time_parse(text, &time_us), "`%s' is no time", text);
	return time_us;
}

static void test_knows_zones(void **state)
{
	static const struct {
		const char *zone;
		bool want;
	} cases[] = {
		{"Africa/Nairobi", true},
		{"UTC", true},
		{"Asia/Kolkata", true},
		{"Europe/Kyiv", true},
		{"Mars/Olympus", false},
		{"GMT+3", false},
		{"", false},
		{NULL, false},
		{"Africa/Nairobi\r\nBcc: x", false},
		{"Africa/Nairobi and a very long tail that no zone name has, ever, at all", false},
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		expect(localtime_is_zone(cases[i].zone) == cases[i].want, "%s",
			cases[i].zone ? cases[i].zone : "(null)");
}

static void test_tells_local_time(void **state)
{
	static const struct {
		const char *zone, *time, *day, *short_time, *with_zone, *rfc5322, *with_year;
	} cases[] = {
		{"Africa/Nairobi", "2026-11-21T05:00:00Z", "Sat 21 Nov", "Sat 21 Nov, 08:00",
			"Sat 21 Nov, 08:00 UTC+3", "Sat, 21 Nov 2026 08:00:00 +0300",
			"Sat 21 Nov 2026, 08:00"},
		{NULL, "2026-01-02T03:04:05Z", "Fri 2 Jan", "Fri 2 Jan, 03:04",
			"Fri 2 Jan, 03:04 UTC", "Fri, 2 Jan 2026 03:04:05 +0000",
			"Fri 2 Jan 2026, 03:04"},
		{"Asia/Kolkata", "2026-07-01T20:00:00Z", "Thu 2 Jul", "Thu 2 Jul, 01:30",
			"Thu 2 Jul, 01:30 UTC+5:30", "Thu, 2 Jul 2026 01:30:00 +0530",
			"Thu 2 Jul 2026, 01:30"},
		{"America/St_Johns", "2026-01-01T00:00:00Z", "Wed 31 Dec", "Wed 31 Dec, 20:30",
			"Wed 31 Dec, 20:30 UTC-3:30", "Wed, 31 Dec 2025 20:30:00 -0330",
			"Wed 31 Dec 2025, 20:30"},
		{"Europe/Berlin", "2026-10-25T00:30:00Z", "Sun 25 Oct", "Sun 25 Oct, 02:30",
			"Sun 25 Oct, 02:30 UTC+2", "Sun, 25 Oct 2026 02:30:00 +0200",
			"Sun 25 Oct 2026, 02:30"},
		{"Europe/Berlin", "2026-10-25T01:30:00Z", "Sun 25 Oct", "Sun 25 Oct, 02:30",
			"Sun 25 Oct, 02:30 UTC+1", "Sun, 25 Oct 2026 02:30:00 +0100",
			"Sun 25 Oct 2026, 02:30"},
	};
	char text[LOCAL_TEXT_SIZE];

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		const char *want[] = {cases[i].day, cases[i].short_time, cases[i].with_zone,
			cases[i].rfc5322, cases[i].with_year};
		struct local_time local;

		assert_int_equal(localtime_at(cases[i].zone, us(cases[i].time), &local), 0);
		for (size_t form = 0; form < ARRAY_SIZE(want); form++) {
			localtime_format(&local, (enum local_form)form, text);
			expect(strcmp(text, want[form]) == 0, "got `%s', want `%s'", text,
				want[form]);
		}
	}
}

enum { EVERY_DAY = 0x7f, MON_FRI = 0x3e, SUNDAY = 1 };

static void test_finds_the_moments_of_a_week(void **state)
{
	static const struct {
		struct weekly weekly;
		const char *now, *last, *next;
	} cases[] = {
		/* The moment itself is the last one. */
		{{"Africa/Nairobi", 480, EVERY_DAY}, "2026-11-21T05:00:00Z", "2026-11-21T05:00:00Z",
			"2026-11-22T05:00:00Z"},
		{{"Africa/Nairobi", 480, EVERY_DAY}, "2026-11-21T04:59:59Z", "2026-11-20T05:00:00Z",
			"2026-11-21T05:00:00Z"},
		/* Over the weekend. */
		{{"Africa/Nairobi", 480, MON_FRI}, "2026-11-22T12:00:00Z", "2026-11-20T05:00:00Z",
			"2026-11-23T05:00:00Z"},
		{{"UTC", 0, SUNDAY}, "2026-11-21T23:59:59Z", "2026-11-15T00:00:00Z",
			"2026-11-22T00:00:00Z"},
		/* Days of 23 and of 25 hours. */
		{{"Europe/Berlin", 480, EVERY_DAY}, "2026-03-28T12:00:00Z", "2026-03-28T07:00:00Z",
			"2026-03-29T06:00:00Z"},
		{{"Europe/Berlin", 480, EVERY_DAY}, "2026-10-24T12:00:00Z", "2026-10-24T06:00:00Z",
			"2026-10-25T07:00:00Z"},
		/* 02:30 is skipped: it happens at 03:00 summer time. */
		{{"Europe/Berlin", 150, EVERY_DAY}, "2026-03-29T12:00:00Z", "2026-03-29T01:00:00Z",
			"2026-03-30T00:30:00Z"},
		/* 02:30 comes twice: the first one counts, also between the two. */
		{{"Europe/Berlin", 150, EVERY_DAY}, "2026-10-25T00:45:00Z", "2026-10-25T00:30:00Z",
			"2026-10-26T01:30:00Z"},
		{{"Europe/Berlin", 150, EVERY_DAY}, "2026-10-25T01:30:00Z", "2026-10-25T00:30:00Z",
			"2026-10-26T01:30:00Z"},
		/* Over the end of the year and of a leap February. */
		{{"Asia/Kolkata", 480, EVERY_DAY}, "2027-12-31T20:00:00Z", "2027-12-31T02:30:00Z",
			"2028-01-01T02:30:00Z"},
		{{"UTC", 480, EVERY_DAY}, "2028-02-28T12:00:00Z", "2028-02-28T08:00:00Z",
			"2028-02-29T08:00:00Z"},
		/* The far side of the date line. */
		{{"Pacific/Kiritimati", 480, MON_FRI}, "2026-11-20T19:00:00Z",
			"2026-11-19T18:00:00Z", "2026-11-22T18:00:00Z"},
	};
	char text[TIME_TEXT_SIZE];

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		int64_t last = 0;
		int64_t next = 0;

		assert_int_equal(localtime_last(&cases[i].weekly, us(cases[i].now), &last), 0);
		assert_int_equal(localtime_next(&cases[i].weekly, us(cases[i].now), &next), 0);
		expect(last == us(cases[i].last), "%s: last is %s, want %s", cases[i].now,
			time_format_rfc3339(last, text), cases[i].last);
		expect(next == us(cases[i].next), "%s: next is %s, want %s", cases[i].now,
			time_format_rfc3339(next, text), cases[i].next);
	}
}

static void test_refuses_what_never_happens(void **state)
{
	static const struct weekly cases[] = {
		{"Mars/Olympus", 480, EVERY_DAY},
		{"UTC", 1440, EVERY_DAY},
		{"UTC", -1, EVERY_DAY},
		{"UTC", 480, 0},
		{"UTC", 480, 0x80},
	};
	int64_t at = 0;

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		expect(localtime_next(&cases[i], 0, &at) == -EINVAL, "row %zu", i);
		expect(localtime_last(&cases[i], 0, &at) == -EINVAL, "row %zu", i);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_knows_zones),
		cmocka_unit_test(test_tells_local_time),
		cmocka_unit_test(test_finds_the_moments_of_a_week),
		cmocka_unit_test(test_refuses_what_never_happens),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
