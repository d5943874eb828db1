/* What becomes of a delivery after an attempt. */
#include "notify/retry.h"
#include "unit.h"

static const struct retry_times times = {
	.first_us = US_PER_MINUTE,
	.most_us = 4 * US_PER_HOUR,
	.give_up_after_us = 5 * US_PER_DAY,
};

static void test_waits_longer_each_time(void **state)
{
	static const struct {
		unsigned int attempt;
		int64_t most_minutes;
	} cases[] = {{0, 1}, {1, 1}, {2, 2}, {3, 4}, {4, 8}, {8, 128}, {9, 240}, {10, 240},
		{4000000000u, 240}};
	struct random random = {.state = 3};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		const int64_t most_us = cases[i].most_minutes * US_PER_MINUTE;
		int64_t lowest = INT64_MAX;
		int64_t highest = 0;

		for (int round = 0; round < 200; round++) {
			const int64_t delay = retry_delay_us(&times, cases[i].attempt, &random);

			lowest = MIN(lowest, delay);
			highest = MAX(highest, delay);
		}
		expect(highest <= most_us && highest > most_us * 95 / 100, "attempt %u: most %lld",
			cases[i].attempt, (long long)highest);
		expect(lowest >= most_us * 8 / 10 && lowest < most_us * 85 / 100,
			"attempt %u: least %lld", cases[i].attempt, (long long)lowest);
	}
}

static void test_settings_that_say_nothing_do_not_spin(void **state)
{
	static const struct retry_times none = {0};
	struct random random = {.state = 3};

	assert_true(retry_delay_us(&none, 1, &random) >= US_PER_S * 8 / 10);
}

static void test_judges_answers(void **state)
{
	const int64_t now_us = 100 * US_PER_DAY;
	const struct {
		const char *what;
		enum send_verdict verdict;
		struct instant queued;
		enum delivery_state want;
	} cases[] = {
		{"accepted", SEND_DONE, INSTANT(now_us), DELIVERY_SENT},
		{"accepted late", SEND_DONE, INSTANT(0), DELIVERY_SENT},
		{"refused for good", SEND_REFUSED, INSTANT(now_us), DELIVERY_FAILED},
		{"busy", SEND_RETRY, INSTANT(now_us), DELIVERY_QUEUED},
		{"no server", SEND_RETRY_ALL, INSTANT(now_us), DELIVERY_QUEUED},
		{"busy for nearly five days", SEND_RETRY, INSTANT(95 * US_PER_DAY + 1),
			DELIVERY_QUEUED},
		{"busy for five days", SEND_RETRY, INSTANT(95 * US_PER_DAY), DELIVERY_FAILED},
		{"no server for five days", SEND_RETRY_ALL, INSTANT(95 * US_PER_DAY),
			DELIVERY_FAILED},
		{"busy, since nobody knows when", SEND_RETRY, {0}, DELIVERY_QUEUED},
	};
	struct random random = {.state = 3};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		const struct delivery delivery = {
			.id = 7, .queued = cases[i].queued, .attempts = 2};
		const struct send_answer answer = {.code = 250, .text = "words"};
		const struct attempt attempt = {&delivery, &answer, cases[i].verdict, now_us};
		const struct delivery_outcome outcome = retry_judge(&times, &attempt, &random);

		expect(outcome.state == cases[i].want, "%s: %d", cases[i].what, outcome.state);
		expect(outcome.id == 7 && outcome.code == 250 && outcome.now_us == now_us &&
				same_text(outcome.text, "words"),
			"%s", cases[i].what);
		/* The third attempt: four minutes at most. */
		expect(outcome.state != DELIVERY_QUEUED ||
				(outcome.due_us > now_us + 3 * US_PER_MINUTE &&
					outcome.due_us <= now_us + 4 * US_PER_MINUTE),
			"%s: due %lld", cases[i].what, (long long)(outcome.due_us - now_us));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_waits_longer_each_time),
		cmocka_unit_test(test_settings_that_say_nothing_do_not_spin),
		cmocka_unit_test(test_judges_answers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
