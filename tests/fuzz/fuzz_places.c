/* Any bytes as a table of places: one that is taken can be asked for anything,
 * and its answers lie within it. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz/fuzz.h"
#include "place/gazetteer.h"
#include "place/place.h"

static void ask_names(const struct gazetteer *gazetteer)
{
	static const char *const names[] = {"Nairobi", "Atlanta, Georgia", "London, Ontario, CA",
		"Zürich", "ភ្នំពេញ, KE", "Paris, TX"};

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		const struct location location = {.name = names[i]};
		struct position position;

		if (place_resolve(gazetteer, &location, &position) == 0 && position.country)
			assert(strlen(position.country) == 2);
	}
}

static void ask_points(const struct gazetteer *gazetteer)
{
	static const double points[][2] = {
		{-1.29, 36.82}, {90, 0}, {-90, 180}, {-17, -179.99}, {51.5, -0.1}};
	struct town town;

	for (size_t i = 0; i < ARRAY_SIZE(points); i++)
		gazetteer_nearest(gazetteer, points[i][0], points[i][1], 200, &town);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	/* A copy of its own, so that a sanitizer sees its end. */
	char *bytes = malloc(size > 0 ? size : 1);
	struct gazetteer *gazetteer;

	if (!bytes)
		return 0;

	memcpy(bytes, data, size);
	if (gazetteer_read(slice_from(bytes, size), "bytes", &gazetteer, NULL) == 0) {
		ask_names(gazetteer);
		ask_points(gazetteer);
		gazetteer_free(gazetteer);
	}
	free(bytes);
	return 0;
}
