#include "decode/json_place.h"

enum { RANK = 80 };

/* The members that hold a place, the most exact first; in which order their
 * `coordinates' stand. */
static const struct form {
	const char *name;
	bool latitude_first;
} forms[] = {
	{"location", false},
	{"geometry", false},
	{"coordinates", false},
	{"geo", true},
	{"_geo", false},
	{"place", false},
};

static const char *const name_members[] = {"full_name", "name", "displayName"};
static const char *const lat_members[] = {"latitude", "lat"};
static const char *const lon_members[] = {"longitude", "lon", "lng", "long"};

/* A number, or the text of one. */
static bool get_number(const json_t *value, double *ret)
{
	if (!json_is_number(value))
		return slice_to_double(slice_of(json_string_value(value)), ret) == 1;

	*ret = json_number_value(value);
	return true;
}

static bool find_number(const json_t *object, const char *const *names, size_t n, double *ret)
{
	for (size_t i = 0; i < n; i++)
		if (get_number(json_object_get(object, names[i]), ret))
			return true;

	return false;
}

/* {"latitude": -1.3, "longitude": 36.8} */
static void read_members(const json_t *place, struct draft *draft)
{
	double lat;
	double lon;

	if (find_number(place, lat_members, ARRAY_SIZE(lat_members), &lat) &&
		find_number(place, lon_members, ARRAY_SIZE(lon_members), &lon))
		draft_set_point(draft, RANK, lat, lon);
}

/* [36.8, -1.3] */
static void read_pair(const json_t *pair, bool latitude_first, struct draft *draft)
{
	double first;
	double second;

	if (!get_number(json_array_get(pair, 0), &first) ||
		!get_number(json_array_get(pair, 1), &second))
		return;
	if (latitude_first)
		draft_set_point(draft, RANK, first, second);
	else
		draft_set_point(draft, RANK, second, first);
}

void json_place_read(const json_t *item, struct draft *draft)
{
	for (size_t i = 0; i < ARRAY_SIZE(forms); i++) {
		const json_t *place = json_object_get(item, forms[i].name);

		draft_set_text(draft, SLOT_PLACE, RANK, slice_of(json_string_value(place)));
		for (size_t j = 0; j < ARRAY_SIZE(name_members); j++)
			draft_set_text(draft, SLOT_PLACE, RANK,
				slice_of(json_text(place, name_members[j])));
		read_members(place, draft);
		read_pair(place, forms[i].latitude_first, draft);
		read_pair(json_object_get(place, "coordinates"), forms[i].latitude_first, draft);
	}
}
