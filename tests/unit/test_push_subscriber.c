/* What goes over the wire: tests/integration/test_push.py. */
#include "push/subscriber.h"
#include "unit/unit.h"

static void test_the_wait_doubles_up_to_six_hours(void **state)
{
	static const struct {
		unsigned int failures;
		int64_t want_us;
	} cases[] = {
		{1, US_PER_MINUTE},
		{2, 2 * US_PER_MINUTE},
		{5, 16 * US_PER_MINUTE},
		{10, 6 * US_PER_HOUR},
		{4000000000, 6 * US_PER_HOUR},
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		expect(subscriber_backoff_us(cases[i].failures) == cases[i].want_us,
			"%u failures: %lld us", cases[i].failures,
			(long long)subscriber_backoff_us(cases[i].failures));
}

/* There is time left for a hub that is down, and not all ask in one moment. */
static void test_a_lease_is_renewed_well_before_its_end(void **state)
{
	static const int64_t leases_us[] = {
		5 * US_PER_S, US_PER_HOUR, 10 * US_PER_DAY, 365 * US_PER_DAY};

	for (size_t i = 0; i < ARRAY_SIZE(leases_us); i++) {
		const int64_t first_us = subscriber_renewal_us(leases_us[i], 0);
		const int64_t last_us = subscriber_renewal_us(leases_us[i], 1);

		expect(first_us >= leases_us[i] * 2 / 3 && first_us < last_us &&
				last_us <= leases_us[i] * 9 / 10,
			"%lld us: from %lld to %lld", (long long)leases_us[i], (long long)first_us,
			(long long)last_us);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_wait_doubles_up_to_six_hours),
		cmocka_unit_test(test_a_lease_is_renewed_well_before_its_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
