/* Look-ups of places a CPU second: names in the table, whole locations, and the
 * nearest place to a point.  Names are those of the largest towns and their
 * first-level divisions, as people write them; points lie around towns, and
 * anywhere.  All is made from a seed.
 */
#include <stdio.h>
#include <stdlib.h>

#include "bench.h"
#include "place/gazetteer.h"
#include "place/place.h"

enum { N_LOOKUPS = 400000, N_POINTS = 200000, NEAREST_MAX_KM = 200 };

static const char *const names[] = {"Nairobi", "Nairobi, Kenya", "Atlanta, Georgia",
	"Los Angeles, CA", "London, Ontario, Canada", "Kenya", "somewhere nice", "São Paulo",
	"Phnom Penh, Cambodia", "ភ្នំពេញ", "Улаанбаатар", "Yerevan, Armenia", "東京", "Paris, TX",
	"San Francisco Bay Area", "she/her, in love with tea"};

static void report(const char *what, double seconds, int n)
{
	printf("%-34s %10.0f /s  %6.2f us\n", what, n / seconds, seconds / n * 1e6);
}

static void bench_names(const struct gazetteer *gazetteer)
{
	static const struct slice keys[] = {{"nairobi", 7}, {"paris", 5}, {"los angeles", 11},
		{"nowhere at all", 14}, {"ភ្នំពេញ", 21}, {"springfield", 11}, {"東京", 6}};
	size_t n_found = 0;
	uint32_t number;
	const double start = bench_cpu_s();

	for (int i = 0; i < N_LOOKUPS; i++) {
		const struct slice key = keys[i % (int)ARRAY_SIZE(keys)];
		struct called called = gazetteer_find(gazetteer, TABLE_TOWN_NAMES, key, key);

		n_found += (size_t)called_next(gazetteer, &called, &number);
	}
	report("keys in the table", bench_cpu_s() - start, N_LOOKUPS);
	if (n_found == 0)
		exit(EXIT_FAILURE);
}

static void bench_locations(const struct gazetteer *gazetteer)
{
	struct position position;
	const double start = bench_cpu_s();

	for (int i = 0; i < N_LOOKUPS; i++) {
		const struct location location = {.name = names[i % (int)ARRAY_SIZE(names)]};

		if (place_resolve(gazetteer, &location, &position) < 0)
			exit(EXIT_FAILURE);
	}
	report("names of locations, resolved", bench_cpu_s() - start, N_LOOKUPS);
}

static void bench_points(const struct gazetteer *gazetteer, bool around_towns)
{
	struct random random = {.state = 1};
	struct town town;
	const double start = bench_cpu_s();

	for (int i = 0; i < N_POINTS; i++) {
		double lat = random_fraction(&random) * 180 - 90;
		double lon = random_fraction(&random) * 360 - 180;

		if (around_towns &&
			gazetteer_town(gazetteer,
				(uint32_t)(random_next(&random) % gazetteer_count_towns(gazetteer)),
				&town)) {
			lat = town.lat + random_fraction(&random) * 0.4 - 0.2;
			lon = town.lon + random_fraction(&random) * 0.4 - 0.2;
		}
		gazetteer_nearest(gazetteer, lat, lon, NEAREST_MAX_KM, &town);
	}
	report(around_towns ? "nearest, around towns" : "nearest, anywhere", bench_cpu_s() - start,
		N_POINTS);
}

int main(void)
{
	const double start = bench_cpu_s();
	const struct gazetteer *gazetteer = place_gazetteer();

	if (!gazetteer) {
		fputs("bench_place: there is no table of places\n", stderr);
		return EXIT_FAILURE;
	}
	printf("%zu places, opened and checked in %.1f ms\n", gazetteer_count_towns(gazetteer),
		(bench_cpu_s() - start) * 1e3);

	const double names_start = bench_cpu_s();

	place_find_country(SLICE("Kenya"));
	printf("names of countries made in %.1f ms, once\n", (bench_cpu_s() - names_start) * 1e3);
	bench_names(gazetteer);
	bench_locations(gazetteer);
	bench_points(gazetteer, true);
	bench_points(gazetteer, false);
	return EXIT_SUCCESS;
}
