/* Mail now, or hold back. */
#include "alert/mailing.h"
#include "unit.h"

static void test_bounds_noise(void **state)
{
	enum { NOW = 1000 };
	static const struct {
		const char *what;
		struct mailing_input input;
		enum mailing want;
	} cases[] = {
		{"the first of an incident", {.now_us = NOW, .opened = true, .cooldown_us = 100},
			MAIL_NOW},
		{"a further one within the cooldown",
			{.now_us = NOW, .last_mailed = INSTANT(NOW - 99), .cooldown_us = 100},
			MAIL_HOLD_COOLDOWN},
		{"a further one after the cooldown",
			{.now_us = NOW, .last_mailed = INSTANT(NOW - 100), .cooldown_us = 100},
			MAIL_NOW},
		{"a further one, the first was never mailed", {.now_us = NOW, .cooldown_us = 100},
			MAIL_NOW},
		{"a last mail in the future: the clock was set back",
			{.now_us = NOW, .last_mailed = INSTANT(NOW + 1), .cooldown_us = 100},
			MAIL_NOW},
		{"no cooldown", {.now_us = NOW, .last_mailed = INSTANT(NOW)}, MAIL_NOW},
		{"below the cap",
			{.now_us = NOW, .opened = true, .n_sent_last_hour = 29, .max_per_hour = 30},
			MAIL_NOW},
		{"at the cap, also when it opens an incident",
			{.now_us = NOW, .opened = true, .n_sent_last_hour = 30, .max_per_hour = 30},
			MAIL_HOLD_CAP},
		{"no cap", {.now_us = NOW, .opened = true, .n_sent_last_hour = 5000}, MAIL_NOW},
		{"muted", {.now_us = NOW, .opened = true, .muted_until = INSTANT(NOW + 1)},
			MAIL_HOLD_MUTED},
		{"no longer muted", {.now_us = NOW, .opened = true, .muted_until = INSTANT(NOW)},
			MAIL_NOW},
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		expect(mailing_decide(&cases[i].input) == cases[i].want, "%s", cases[i].what);
}

static void test_one_mail_tells_of_the_rest(void **state)
{
	const int64_t now_us = 100 * US_PER_DAY;
	const struct {
		const char *what;
		size_t n_untold;
		struct instant last;
		bool want;
	} cases[] = {
		{"nothing was held back", 0, {0}, false},
		{"the first time", 1, {0}, true},
		{"again within the hour", 1, INSTANT(now_us - US_PER_HOUR + 1), false},
		{"again after an hour", 1, INSTANT(now_us - US_PER_HOUR), true},
		{"nothing since", 0, INSTANT(now_us - US_PER_DAY), false},
		{"the clock was set back", 1, INSTANT(now_us + US_PER_DAY), true},
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		expect(mailing_rest_is_due(now_us, cases[i].n_untold, cases[i].last) ==
				cases[i].want,
			"%s", cases[i].what);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_bounds_noise),
		cmocka_unit_test(test_one_mail_tells_of_the_rest),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
