/* place/distance.h: how far two points of the earth are from each other. */
#pragma once

#define EARTH_RADIUS_KM 6371.0088 /* mean radius, IUGG */

/* Great-circle distance in kilometres (haversine) of points in degrees. */
double distance_km(double lat1, double lon1, double lat2, double lon2);
