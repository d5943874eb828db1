#include "base/clock.h"
#include "daemon/loop_times.h"
#include "unit/unit.h"

static void quantiles_are_upper_bounds_in_milliseconds(void **state)
{
	struct loop_times times = {0};

	(void)state;
	for (int i = 0; i < 99; i++)
		loop_times_add(&times, 300);
	loop_times_add(&times, 42 * US_PER_MS);

	assert_int_equal(loop_times_quantile_ms(&times, 0.99), 1);
	assert_int_equal(loop_times_quantile_ms(&times, 1.0), 43);
	assert_int_equal(times.longest_us, 42 * US_PER_MS);
}

static void a_very_long_turn_is_counted_too(void **state)
{
	struct loop_times times = {0};

	(void)state;
	loop_times_add(&times, US_PER_HOUR);
	assert_int_equal(times.n, 1);
	assert_int_equal(loop_times_quantile_ms(&times, 0.5), LOOP_TIME_BUCKETS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(quantiles_are_upper_bounds_in_milliseconds),
		cmocka_unit_test(a_very_long_turn_is_counted_too),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
