#include "place/place.h"

#include <errno.h>
#include <math.h>

#include "text/countries.h"

#define EARTH_RADIUS_KM 6371.0088 /* mean radius, IUGG */

/* The country that the last of several parts names.  Without a gazetteer
 * nothing tells Atlanta's Georgia from Tbilisi's, so that one says nothing. */
static const char *country_of_last_part(struct slice part)
{
	const char *country = country_by_name(part);

	return country && !slice_equals(slice_of(country), SLICE("GE")) ? country : NULL;
}

/* "Kenya"; "Nairobi, Kenya".  A resolved city will come in here, as the first
 * of several parts and as the only one. */
static const char *country_of_name(struct slice name)
{
	struct slice last = name;
	struct slice part;
	size_t n = 0;

	for (struct slice rest = name; slice_split(&rest, ',', &part); n++)
		last = slice_trim(part);

	return n > 1 ? country_of_last_part(last) : country_by_name(last);
}

const char *place_country(const struct location *location)
{
	const struct slice said = slice_of(location->country);
	const char *country = country_by_code(said);

	if (!country && said.len > 0)
		country = country_by_name(said);
	if (!country && location->name)
		country = country_of_name(slice_of(location->name));
	return country;
}

int place_resolve(struct location *location, struct arena *arena)
{
	const char *country = place_country(location);

	location->country = NULL;
	if (country) {
		location->country = arena_copy_text(arena, country);
		if (!location->country)
			return -ENOMEM;
	}
	return 0;
}

static double radians(double degrees)
{
	return degrees * M_PI / 180;
}

double place_distance_km(double lat1, double lon1, double lat2, double lon2)
{
	const double dlat = sin(radians(lat2 - lat1) / 2);
	const double dlon = sin(radians(lon2 - lon1) / 2);
	const double h = dlat * dlat + cos(radians(lat1)) * cos(radians(lat2)) * dlon * dlon;

	/* Rounding can bring antipodes above 1. */
	return 2 * EARTH_RADIUS_KM * asin(sqrt(MIN(h, 1.0)));
}
