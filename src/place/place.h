/* place/place.h: where a post comes from, and how far that is.
 *
 * A location is resolved from what the post says of it; text, language and
 * author never count.
 */
#pragma once

#include "record/post.h"

/* The alpha-2 code (static) of the country that LOCATION says of itself, by its
 * country or else its name; NULL when neither tells. */
const char *place_country(const struct location *location);

/* Resolves what LOCATION says of itself: country becomes an alpha-2 code, from
 * the country or from the name, or NULL when neither tells.  -ENOMEM. */
int place_resolve(struct location *location, struct arena *arena);

/* Great-circle distance in kilometres (haversine, R = 6371.0088 km). */
double place_distance_km(double lat1, double lon1, double lat2, double lon2);
