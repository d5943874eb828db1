/* place/place.h: countries by code and by name, positions, distances.
 *
 * Names of countries are known in every language that ICU has; the table of
 * them is built when a name is first asked for, and lives until exit.
 */
#pragma once

#include "record/post.h"

/* The ISO 3166-1 alpha-2 code (upper case, static) of a country given by
 * alpha-2 or alpha-3 code, or by its name in any language; UK is GB.  NULL
 * when NAME is none of these. */
const char *place_country(struct slice name);

/* Resolves what LOCATION says of itself: country becomes an alpha-2 code from
 * the country or the name, or NULL when neither tells; what can't be a
 * coordinate is forgotten.  Text and language of the post never count.
 * -ENOMEM. */
int place_resolve(struct location *location, struct arena *arena);

/* Great-circle distance in kilometres (haversine, R = 6371.0088 km). */
double place_distance_km(double lat1, double lon1, double lat2, double lon2);
