/* When digests are due, and what they cover. */
#include <errno.h>

#include "report/schedule.h"
#include "unit/unit.h"

enum { EVERY_DAY = 0x7f, MON_FRI = 0x3e };

static struct instant when(const char *text)
{
	int64_t us;

	if (!text)
		return (struct instant){0};
	expect(time_parse(text, &us), "`%s' is no time", text);
	return INSTANT(us);
}

static void test_windows(void **state)
{
	static const struct {
		const char *what, *zone;
		unsigned int weekdays;
		const char *last_until, *first_start, *now;
		bool is_due;
		const char *from, *until, *next;
	} cases[] = {
		{"a day after the last one", "Africa/Nairobi", EVERY_DAY, "2026-11-20T05:00:00Z",
			NULL, "2026-11-21T05:00:00Z", true, "2026-11-20T05:00:00Z",
			"2026-11-21T05:00:00Z", "2026-11-22T05:00:00Z"},
		{"not yet", "Africa/Nairobi", EVERY_DAY, "2026-11-20T05:00:00Z", NULL,
			"2026-11-21T04:59:59Z", false, NULL, NULL, "2026-11-21T05:00:00Z"},
		{"told already", "Africa/Nairobi", EVERY_DAY, "2026-11-21T05:00:00Z", NULL,
			"2026-11-21T09:00:00Z", false, NULL, NULL, "2026-11-22T05:00:00Z"},
		{"late the same day", "Africa/Nairobi", EVERY_DAY, "2026-11-20T05:00:00Z", NULL,
			"2026-11-21T19:00:00Z", true, "2026-11-20T05:00:00Z",
			"2026-11-21T05:00:00Z", "2026-11-22T05:00:00Z"},
		{"one for a week of downtime", "Africa/Nairobi", EVERY_DAY, "2026-11-14T05:00:00Z",
			NULL, "2026-11-21T06:00:00Z", true, "2026-11-14T05:00:00Z",
			"2026-11-21T05:00:00Z", "2026-11-22T05:00:00Z"},
		{"Monday covers the weekend", "Africa/Nairobi", MON_FRI, "2026-11-20T05:00:00Z",
			NULL, "2026-11-23T05:00:10Z", true, "2026-11-20T05:00:00Z",
			"2026-11-23T05:00:00Z", "2026-11-24T05:00:00Z"},
		{"none on Sunday", "Africa/Nairobi", MON_FRI, "2026-11-20T05:00:00Z", NULL,
			"2026-11-22T12:00:00Z", false, NULL, NULL, "2026-11-23T05:00:00Z"},
		{"the first one, of a daemon that runs for long", "UTC", EVERY_DAY, NULL,
			"2026-01-01T00:00:00Z", "2026-11-21T08:00:00Z", true,
			"2026-11-20T08:00:00Z", "2026-11-21T08:00:00Z", "2026-11-22T08:00:00Z"},
		{"the first one, of a daemon that runs since yesterday noon", "UTC", EVERY_DAY,
			NULL, "2026-11-20T12:00:00Z", "2026-11-21T08:00:00Z", true,
			"2026-11-20T12:00:00Z", "2026-11-21T08:00:00Z", "2026-11-22T08:00:00Z"},
		{"none for the time before the first start", "UTC", EVERY_DAY, NULL,
			"2026-11-21T08:00:05Z", "2026-11-21T09:00:00Z", false, NULL, NULL,
			"2026-11-22T08:00:00Z"},
		{"a day of 23 hours", "Europe/Berlin", EVERY_DAY, "2026-03-28T07:00:00Z", NULL,
			"2026-03-29T06:00:00Z", true, "2026-03-28T07:00:00Z",
			"2026-03-29T06:00:00Z", "2026-03-30T06:00:00Z"},
		{"a day of 25 hours", "Europe/Berlin", EVERY_DAY, "2026-10-24T06:00:00Z", NULL,
			"2026-10-25T07:00:00Z", true, "2026-10-24T06:00:00Z",
			"2026-10-25T07:00:00Z", "2026-10-26T07:00:00Z"},
		{"the clock was set back", "UTC", EVERY_DAY, "2026-11-21T08:00:00Z", NULL,
			"2026-11-20T09:00:00Z", false, NULL, NULL, "2026-11-21T08:00:00Z"},
	};
	char text[TIME_TEXT_SIZE];

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		const struct digest_settings settings = {.minute_of_day = 480,
			.timezone = cases[i].zone,
			.weekdays = cases[i].weekdays};
		const struct digest_past past = {
			when(cases[i].last_until), when(cases[i].first_start)};
		struct digest_window window;

		assert_int_equal(
			schedule_digest(&settings, &past, when(cases[i].now).us, &window), 0);
		expect(window.is_due == cases[i].is_due, "%s: due %d", cases[i].what,
			window.is_due);
		expect(window.next_us == when(cases[i].next).us, "%s: next %s", cases[i].what,
			time_format_rfc3339(window.next_us, text));
		if (!cases[i].is_due)
			continue;
		expect(window.from_us == when(cases[i].from).us, "%s: from %s", cases[i].what,
			time_format_rfc3339(window.from_us, text));
		expect(window.until_us == when(cases[i].until).us, "%s: until %s", cases[i].what,
			time_format_rfc3339(window.until_us, text));
	}
}

static void test_windows_meet_over_a_year(void **state)
{
	const struct digest_settings settings = {
		.minute_of_day = 150, .timezone = "America/New_York", .weekdays = EVERY_DAY};
	struct digest_past past = {.last_until = when("2026-01-01T07:30:00Z")};
	int n = 0;

	/* Asked when told to, each time. */
	for (int64_t now = past.last_until.us; now < when("2027-01-01T08:00:00Z").us;) {
		struct digest_window window;

		assert_int_equal(schedule_digest(&settings, &past, now, &window), 0);
		if (window.is_due) {
			const int64_t hours = (window.until_us - window.from_us) / US_PER_HOUR;

			assert_true(window.from_us == past.last_until.us);
			expect(hours >= 23 && hours <= 25, "%d hours", (int)hours);
			past.last_until.us = window.until_us;
			n++;
		}
		assert_true(window.next_us > now);
		now = window.next_us;
	}
	assert_int_equal(n, 365);
}

static void test_refuses_what_never_comes(void **state)
{
	const struct digest_settings no_day = {.minute_of_day = 480, .timezone = "UTC"};
	const struct digest_settings no_zone = {
		.minute_of_day = 480, .timezone = "Mars/Olympus", .weekdays = EVERY_DAY};
	const struct digest_past past = {0};
	struct digest_window window;

	assert_int_equal(schedule_digest(&no_day, &past, 0, &window), -EINVAL);
	assert_int_equal(schedule_digest(&no_zone, &past, 0, &window), -EINVAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_windows),
		cmocka_unit_test(test_windows_meet_over_a_year),
		cmocka_unit_test(test_refuses_what_never_comes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
