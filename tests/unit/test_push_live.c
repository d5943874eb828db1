/* The connections themselves: tests/integration/test_stream.py. */
#include "push/live.h"
#include "unit/unit.h"

static void test_the_wait_grows_up_to_a_bound(void **state)
{
	static const struct {
		int64_t retry_us;
		unsigned int failures;
		bool is_final;
		int64_t want_us;
	} cases[] = {
		{-1, 1, false, 3 * US_PER_S},
		{-1, 2, false, 6 * US_PER_S},
		{-1, 4, false, 24 * US_PER_S},
		{-1, 100, false, 5 * US_PER_MINUTE},
		{-1, 1, true, US_PER_HOUR},
		/* What the stream asked for, within bounds. */
		{10 * US_PER_S, 1, false, 10 * US_PER_S},
		{10 * US_PER_S, 3, false, 40 * US_PER_S},
		{0, 1, false, US_PER_S},
		{20 * US_PER_MINUTE, 1, false, 20 * US_PER_MINUTE},
		{20 * US_PER_MINUTE, 9, false, 20 * US_PER_MINUTE},
		{US_PER_DAY, 1, false, US_PER_HOUR},
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		const int64_t got_us =
			live_backoff_us(cases[i].retry_us, cases[i].failures, cases[i].is_final);

		expect(got_us == cases[i].want_us, "case %zu: %lld us", i, (long long)got_us);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_wait_grows_up_to_a_bound),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
