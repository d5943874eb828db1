#include "base/clock.h"
#include "daemon/turns.h"
#include "unit/unit.h"

static void quantiles_are_upper_bounds_in_milliseconds(void **state)
{
	struct turns turns = {0};

	(void)state;
	for (int i = 0; i < 99; i++)
		turns_add(&turns, 300);
	turns_add(&turns, 42 * US_PER_MS);

	assert_int_equal(turns_quantile_ms(&turns, 0.99), 1);
	assert_int_equal(turns_quantile_ms(&turns, 1.0), 43);
	assert_int_equal(turns.longest_us, 42 * US_PER_MS);
}

static void a_very_long_turn_is_counted_too(void **state)
{
	struct turns turns = {0};

	(void)state;
	turns_add(&turns, US_PER_HOUR);
	assert_int_equal(turns.n, 1);
	assert_int_equal(turns_quantile_ms(&turns, 0.5), TURN_BUCKETS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(quantiles_are_upper_bounds_in_milliseconds),
		cmocka_unit_test(a_very_long_turn_is_counted_too),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
