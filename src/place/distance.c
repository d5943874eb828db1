#include "place/distance.h"

#include <math.h>

#include "base/macro.h"

static double radians(double degrees)
{
	return degrees * M_PI / 180;
}

double distance_km(double lat1, double lon1, double lat2, double lon2)
{
	const double dlat = sin(radians(lat2 - lat1) / 2);
	const double dlon = sin(radians(lon2 - lon1) / 2);
	const double h = dlat * dlat + cos(radians(lat1)) * cos(radians(lat2)) * dlon * dlon;

	/* Rounding can bring antipodes above 1. */
	return 2 * EARTH_RADIUS_KM * asin(sqrt(MIN(h, 1.0)));
}
