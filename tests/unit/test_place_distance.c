#include "place/distance.h"
#include "unit.h"

static void test_distances_follow_the_great_circle(void **state)
{
	static const struct {
		double lat1, lon1, lat2, lon2, km, within;
	} cases[] = {
		{-1.2864, 36.8172, -1.2864, 36.8172, 0, 1e-9},
		{-1.2864, 36.8172, -4.0435, 39.6682, 440.4, 1}, /* Nairobi, Mombasa */
		{0, 0, 0, 180, 20015.1, 0.1},
		{0, 179.5, 0, -179.5, 111.2, 0.1},
		{90, 0, -90, 77, 20015.1, 0.1},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		const double km =
			distance_km(cases[i].lat1, cases[i].lon1, cases[i].lat2, cases[i].lon2);

		expect_near(km, cases[i].km, cases[i].within, "row %zu: got %f", i, km);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_distances_follow_the_great_circle),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
