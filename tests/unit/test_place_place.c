#include "place/place.h"
#include "unit.h"

static void test_country_comes_from_country_then_name(void **state)
{
	static const struct {
		const char *country, *name, *want;
	} cases[] = {
		{"ke", NULL, "KE"},
		{"KEN", NULL, "KE"},
		{"Kenya", NULL, "KE"},
		{"UK", NULL, "GB"},
		{"Deutschland", NULL, "DE"},
		{"កម្ពុជា", NULL, "KH"},
		{"Հայաստան", NULL, "AM"},
		{"Монгол", NULL, "MN"},
		{"cote d'ivoire", NULL, "CI"},
		{"Côte d’Ivoire", NULL, "CI"},
		{"Burma", NULL, "MM"},
		{"nowhere", NULL, NULL},
		{"nowhere", "Kenya", "KE"},
		{NULL, "Kenya", "KE"},
		{NULL, "Nairobi, Kenya", "KE"},
		{NULL, "Siem Reap, Cambodia ", "KH"},
		{NULL, "London, UK", "GB"},
		{NULL, "Georgia", "GE"},
		{NULL, "Atlanta, Georgia", NULL},
		{NULL, "Los Angeles, CA", NULL},
		{NULL, "CA", NULL},
		{NULL, "somewhere in Kenya", NULL},
		{NULL, ",,,", NULL},
		{"EU", NULL, NULL},
		{"001", NULL, NULL},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		CLEANUP(arena_freep) struct arena *arena = NULL;
		struct location location = {.country = cases[i].country, .name = cases[i].name};

		assert_int_equal(arena_new(4096, &arena), 0);
		assert_int_equal(place_resolve(&location, arena), 0);
		expect(same_text(location.country, cases[i].want), "`%s' `%s': got %s, want %s",
			cases[i].country, cases[i].name, location.country, cases[i].want);
	}
}

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
		const double km = place_distance_km(
			cases[i].lat1, cases[i].lon1, cases[i].lat2, cases[i].lon2);

		expect_near(km, cases[i].km, cases[i].within, "row %zu: got %f", i, km);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_country_comes_from_country_then_name),
		cmocka_unit_test(test_distances_follow_the_great_circle),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
