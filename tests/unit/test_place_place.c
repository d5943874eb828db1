#include "place/gazetteer.h"
#include "place/place.h"
#include "unit.h"

/* Resolves with the table, or without. */
static struct position resolved(const struct gazetteer *gazetteer, const struct location *location)
{
	struct position position;

	assert_int_equal(place_resolve(gazetteer, location, &position), 0);
	return position;
}

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
		{"Scotland", NULL, "GB"},
		{"The Gambia", NULL, "GM"},
		{NULL, "Nairobi 🇰🇪", "KE"},
		{"UG", "Kenya", "UG"},
		{NULL, "Kenya", "KE"},
		{NULL, "USA", "US"},
		{NULL, "UK", "GB"},
		{NULL, "Nairobi, Kenya", "KE"},
		{NULL, "Siem Reap, Cambodia ", "KH"},
		{NULL, "London, UK", "GB"},
		{NULL, "Georgia", "GE"},
		{NULL, "CA", NULL},
		{NULL, "somewhere in Kenya", NULL},
		{NULL, ",,,", NULL},
		{"EU", NULL, NULL},
		{"001", NULL, NULL},
	};
	const struct gazetteer *const tables[] = {NULL, place_gazetteer()};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases) * ARRAY_SIZE(tables); i++) {
		const size_t row = i / ARRAY_SIZE(tables);
		const bool has_table = i % ARRAY_SIZE(tables) == 1;
		const struct location location = {
			.country = cases[row].country, .name = cases[row].name};
		const struct position position = resolved(tables[has_table], &location);

		expect(same_text(position.country, cases[row].want),
			"`%s' `%s', table %d: got %s, want %s", location.country, location.name,
			has_table, position.country, cases[row].want);
	}
}

static void test_without_a_table_a_georgia_is_not_guessed(void **state)
{
	const struct location location = {.name = "Atlanta, Georgia"};

	(void)state;
	assert_null(resolved(NULL, &location).country);
}

/* What the name of a place comes to, and about where that is. */
static void test_a_name_is_a_country_or_the_largest_city_that_agrees(void **state)
{
	static const struct {
		const char *name, *country;
		double lat, lon; /* 0,0: none */
	} cases[] = {
		{"Nairobi", "KE", -1.28, 36.82},
		{"nairobi, kenya", "KE", -1.28, 36.82},
		{"Nairobi, KE", "KE", -1.28, 36.82},
		{"Найроби", "KE", -1.28, 36.82},
		{"ភ្នំពេញ", "KH", 11.56, 104.92},
		{"Phnom Penh", "KH", 11.56, 104.92},
		{"东京", "JP", 35.69, 139.69},
		{"Երևան", "AM", 40.18, 44.51},
		{"Atlanta, Georgia", "US", 33.75, -84.39},
		{"Tbilisi, Georgia", "GE", 41.69, 44.83},
		{"Atlanta, GA", "US", 33.75, -84.39},
		{"Los Angeles, CA", "US", 34.05, -118.24},
		{"London, Ontario", "CA", 42.98, -81.23},
		{"London, CA", "CA", 42.98, -81.23},
		{"London, Ontario, Canada", "CA", 42.98, -81.23},
		{"London, Ontario, UK", "GB", 0, 0},
		{"Washington, D.C.", "US", 38.9, -77.04},
		{"Paris", "FR", 48.85, 2.35},
		{"Paris, Texas", "US", 33.66, -95.56},
		{"Paris, TX, USA", "US", 33.66, -95.56},
		{"Munich, Bavaria", "DE", 48.14, 11.58},
		{"München, Bayern", "DE", 48.14, 11.58},
		{"Birmingham, England", "GB", 52.48, -1.9},
		{"Seoul, Republic of Korea", "KR", 37.57, 126.98},
		{"Moscow, Russian Federation", "RU", 55.75, 37.62},
		{"Nice", "FR", 43.7, 7.27},
		{"somewhere nice", NULL, 0, 0},
		{"Nice place", NULL, 0, 0},
		{"Singapore", "SG", 0, 0}, /* a country before any city */
		{"Nowhereville, Kenya", "KE", 0, 0},
		{"Nowhereville, Texas", NULL, 0, 0},
		{"Nairobi, Mars", NULL, 0, 0},
		{"Zurich", "CH", 47.37, 8.55}, /* no accent said: any will do */
		{"Zürich", "CH", 47.37, 8.55},
		{"Sao Paulo", "BR", -23.55, -46.64},
		{"Nâirobi", NULL, 0, 0}, /* an accent that nobody writes */
		{"NBO", NULL, 0, 0},     /* an airport */
		{"1, 2, 3, 4, 5, 6, 7, 8, Kenya", NULL, 0, 0},
		/* signs that part as a comma does, and those that do between blanks */
		{"Nairobi • Kenya", "KE", -1.28, 36.82},
		{"Nairobi | Kenya", "KE", -1.28, 36.82},
		{"Nairobi/Kenya", "KE", -1.28, 36.82},
		{"Nairobi - Kenya", "KE", -1.28, 36.82},
		{"Nairobi (Kenya)", "KE", -1.28, 36.82},
		{"📍 Nairobi, Kenya", "KE", -1.28, 36.82},
		{"Kenya, Nairobi", "KE", -1.28, 36.82},
		{"Saint-Denis", "RE", -20.88, 55.45},
		{"London / Paris", NULL, 0, 0},
		{"Nairobi-Kenya", NULL, 0, 0},
		{"Kenya / Uganda", NULL, 0, 0},
		/* flags */
		{"🇰🇪", "KE", 0, 0},
		{"🇰🇪 Kenya", "KE", 0, 0},
		{"Nairobi, Kenya 🇰🇪", "KE", -1.28, 36.82},
		{"🇰🇪Nairobi", "KE", -1.28, 36.82},
		{"Paris 🇺🇸", "US", 33.66, -95.56},
		{"my desk 🇰🇪", "KE", 0, 0},
		{"Georgia 🇺🇸", "US", 0, 0},
		{"🏴󠁧󠁢󠁳󠁣󠁴󠁿", "GB", 0, 0},
		{"Berlin 🇪🇺", "DE", 52.52, 13.41},
		{"Nairobi 🇺🇸", NULL, 0, 0},
		{"Nairobi 🇰🇪🇺🇸", NULL, 0, 0},
		{"Kenya 🇺🇸", NULL, 0, 0},
		{"🏴 🇰", NULL, 0, 0},
		/* an article, and one that is a part of the name */
		{"The Netherlands", "NL", 0, 0},
		{"Utrecht, the Netherlands", "NL", 52.09, 5.12},
		{"The Hague", "NL", 52.08, 4.3},
		{"The Nice", NULL, 0, 0},
		/* nations of a country */
		{"Northern Ireland", "GB", 0, 0},
		{"England", "GB", 0, 0},
		{"Cardiff, Wales", "GB", 51.48, -3.18},
		{"Cardiff 🏴󠁧󠁢󠁷󠁬󠁳󠁿", "GB", 51.48, -3.18},
		{"Nowhereville, Scotland", "GB", 0, 0},
		{"New England", NULL, 0, 0},
		/* codes of states beside a town that lies there */
		{"London, ON", "CA", 42.98, -81.23},
		{"Vancouver, BC", "CA", 49.25, -123.12},
		{"Vancouver, WA", "US", 45.64, -122.66},
		{"Montréal, QC", "CA", 45.51, -73.59},
		{"Sydney, NSW", "AU", -33.87, 151.21},
		{"Sydney, N.S.W.", "AU", -33.87, 151.21},
		{"Melbourne VIC", NULL, 0, 0},
		{"Melbourne, VIC, Australia", "AU", -37.81, 144.96},
		{"Perth, WA", "AU", -31.95, 115.86},
		{"Nairobi, ON", NULL, 0, 0},
		{"ON", NULL, 0, 0},
		/* what is around a town */
		{"Greater Nairobi", "KE", -1.28, 36.82},
		{"Chicago Metro Area, IL", "US", 41.85, -87.65},
		{"Nairobi Metropolitan Area", "KE", -1.28, 36.82},
		{"San Francisco Bay Area", "US", 37.77, -122.42},
		{"Green Bay area", "US", 44.52, -88.02},
		{"area 51", NULL, 0, 0},
		{"SF Bay Area", "US", 37.77, -122.42},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		const struct location location = {.name = cases[i].name};
		const struct position position = resolved(place_gazetteer(), &location);

		expect(same_text(position.country, cases[i].country), "`%s': got %s, want %s",
			cases[i].name, position.country, cases[i].country);
		expect(position.has_point == (cases[i].lat != 0), "`%s': point %d", cases[i].name,
			position.has_point);
		expect_near(position.lat, cases[i].lat, 0.1, "`%s': %f,%f", cases[i].name,
			position.lat, position.lon);
		expect_near(position.lon, cases[i].lon, 0.1, "`%s': %f,%f", cases[i].name,
			position.lat, position.lon);
	}
}

static void test_a_point_tells_the_country_of_the_nearest_place(void **state)
{
	static const struct {
		double lat, lon;
		const char *country, *name, *want;
	} cases[] = {
		{-1.29, 36.82, NULL, NULL, "KE"},
		{11.55, 104.91, NULL, NULL, "KH"},
		{-1.29, 36.82, "UG", NULL, "UG"},    /* said is said */
		{-1.29, 36.82, NULL, "Paris", "KE"}, /* a point before a name */
		{-35.0, -20.0, NULL, NULL, NULL},    /* the South Atlantic */
		{-35.0, -20.0, NULL, "Paris", "FR"}, /* nothing near: the name */
		{0, 0, NULL, NULL, NULL},            /* not set */
		{0, 0, NULL, "Nairobi", "KE"},
		{-16.8, 179.99, NULL, NULL, "FJ"}, /* towns on both sides of 180 */
		{-16.8, -179.99, NULL, NULL, "FJ"},
		{90, 0, NULL, NULL, NULL},
		{-90, 0, NULL, NULL, NULL},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		const struct location location = {.lat = cases[i].lat,
			.lon = cases[i].lon,
			.has_point = true,
			.country = cases[i].country,
			.name = cases[i].name};
		const struct position position = resolved(place_gazetteer(), &location);

		expect(same_text(position.country, cases[i].want), "row %zu: got %s, want %s", i,
			position.country, cases[i].want);
		expect(position.has_point && position.lat == cases[i].lat &&
				position.lon == cases[i].lon,
			"row %zu: another point, %f,%f", i, position.lat, position.lon);
	}
}

static void test_a_city_lies_in_the_country_that_is_said(void **state)
{
	static const struct {
		const char *country, *name;
		double lat; /* 0: no city */
	} cases[] = {
		{"US", "Paris", 33.66},
		{"FR", "Paris", 48.85},
		{"KE", "Paris", 0},
		{"not a country", "Paris", 48.85},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		const struct location location = {
			.country = cases[i].country, .name = cases[i].name};
		const struct position position = resolved(place_gazetteer(), &location);

		expect_near(position.lat, cases[i].lat, 0.1, "row %zu: %f", i, position.lat);
	}
}

static void test_countries_are_found_by_code_and_by_name(void **state)
{
	static const struct {
		const char *value, *want;
	} cases[] = {
		{"KE", "KE"},
		{"ken", "KE"},
		{"uk", "GB"},
		{"Kenya", "KE"},
		{"Bundesrepublik Deutschland", "DE"},
		{"Russian Federation", "RU"},
		{"Bolivia, Plurinational State of", "BO"},
		{"Plurinational State of Bolivia", "BO"},
		{"Côte d'Ivoire", "CI"},
		{"Nairobi", NULL},
		{"Scotland", NULL}, /* a query would bring more than it asks for */
		{"XYZ", NULL},
		{"", NULL},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		const char *country = place_find_country(slice_of(cases[i].value));

		expect(same_text(country, cases[i].want), "`%s': got %s, want %s", cases[i].value,
			country, cases[i].want);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_country_comes_from_country_then_name),
		cmocka_unit_test(test_without_a_table_a_georgia_is_not_guessed),
		cmocka_unit_test(test_a_name_is_a_country_or_the_largest_city_that_agrees),
		cmocka_unit_test(test_a_point_tells_the_country_of_the_nearest_place),
		cmocka_unit_test(test_a_city_lies_in_the_country_that_is_said),
		cmocka_unit_test(test_countries_are_found_by_code_and_by_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
