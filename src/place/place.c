#include "place/place.h"

#include <errno.h>
#include <pthread.h>
#include <string.h>

#include "base/diags.h"
#include "base/file.h"
#include "place/gazetteer.h"
#include "text/countries.h"
#include "text/name_key.h"

#define TABLE_NAME "places/towns.table"

enum {
	PARTS_MAX = 8, /* a name of more parts is no name of a place */
	PART_MAX_BYTES = 512,
	NEAREST_MAX_KM = 200,
};

/* One part of a name between commas, and what it may be. */
struct part {
	struct slice text;
	struct str key, base;
	const char *country; /* that it is the name of */
	const char *code;    /* of the country that it is the code of */
};

struct parts {
	struct part items[PARTS_MAX];
	size_t n;
};

/* --- the table -------------------------------------------------------------- */

static struct gazetteer *shared;
static pthread_once_t shared_once = PTHREAD_ONCE_INIT;

static int open_table(struct gazetteer **ret, struct diags *diags)
{
	CLEANUP(free_heapp) char *path = NULL;
	const int r = file_find_data(TABLE_NAME, &path);

	return r < 0 ? r : gazetteer_open(path, ret, diags);
}

static void open_shared(void)
{
	open_table(&shared, NULL);
}

const struct gazetteer *place_gazetteer(void)
{
	pthread_once(&shared_once, open_shared);
	return shared;
}

static void warn(struct diags *diags, const char *path, const char *message, const char *hint)
{
	diags_add(diags,
		&(struct diag){
			.level = DIAG_WARNING, .file = path, .message = message, .hint = hint});
}

int place_check(struct diags *diags)
{
	CLEANUP(gazetteer_freep) struct gazetteer *gazetteer = NULL;
	CLEANUP(free_heapp) char *path = NULL;
	CLEANUP(diags_freep) struct diags *found = NULL;
	int r = diags_new(&found);

	if (r == 0)
		r = file_find_data(TABLE_NAME, &path);
	if (r == 0)
		r = gazetteer_open(path, &gazetteer, found);
	if (r == -EINVAL)
		warn(diags, path, diags_get(found, 0)->message, diags_get(found, 0)->hint);
	else if (r < 0)
		warn(diags, path, "there is no table of places: cities are not known",
			"country:, near: and bbox: see coordinates, codes and names of countries");

	return r == -ENOENT ? 0 : r < 0 ? r : 1;
}

/* --- countries -------------------------------------------------------------- */

/* The country called KEY and BASE: by ICU, else by the table. */
static const char *find_country(
	const struct gazetteer *gazetteer, struct slice key, struct slice base)
{
	const char *country = country_by_name(base);
	uint32_t number;

	if (country || !gazetteer)
		return country;

	struct called called = gazetteer_find(gazetteer, TABLE_COUNTRY_NAMES, key, base);

	if (!called_next(gazetteer, &called, &number))
		return NULL;

	const char letters[] = {(char)(number & 0xFF), (char)(number >> 8 & 0xFF)};

	return country_by_code(slice_from(letters, sizeof(letters)));
}

static int find_by_name(const struct gazetteer *gazetteer, struct slice name, const char **ret)
{
	CLEANUP(words_freep) struct words *words = NULL;
	CLEANUP(str_done) struct str key = STR_INIT(PART_MAX_BYTES);
	CLEANUP(str_done) struct str base = STR_INIT(PART_MAX_BYTES);
	int r = words_new(&words);

	if (r == 0)
		r = name_key(words, name, &key, &base);
	if (r < 0)
		return r;

	*ret = find_country(gazetteer, str_slice(&key), str_slice(&base));
	return 0;
}

const char *place_find_country(struct slice value)
{
	const char *country = country_by_code(value);

	if (!country)
		find_by_name(place_gazetteer(), value, &country);
	return country;
}

/* --- names of places -------------------------------------------------------- */

static void parts_done(struct parts *parts)
{
	for (size_t i = 0; i < parts->n; i++) {
		str_done(&parts->items[i].key);
		str_done(&parts->items[i].base);
	}
}

/* Splits NAME at commas; empty parts do not count.  0 parts when it is no name
 * of a place. */
static int split(const struct gazetteer *gazetteer, struct slice name, struct parts *parts)
{
	CLEANUP(words_freep) struct words *words = NULL;
	struct slice text;
	int r = words_new(&words);

	while (r == 0 && slice_split(&name, ',', &text)) {
		struct part *part = &parts->items[parts->n];

		text = slice_trim(text);
		if (text.len == 0)
			continue;
		if (parts->n == PARTS_MAX)
			return -EMSGSIZE;

		*part = (struct part){.text = text,
			.key = STR_INIT(PART_MAX_BYTES),
			.base = STR_INIT(PART_MAX_BYTES)};
		parts->n++;
		r = name_key(words, text, &part->key, &part->base);
		part->country =
			find_country(gazetteer, str_slice(&part->key), str_slice(&part->base));
		part->code = country_by_code(text);
	}
	return r;
}

static struct called find_part(
	const struct gazetteer *gazetteer, enum table_section section, const struct part *part)
{
	return gazetteer_find(gazetteer, section, str_slice(&part->key), str_slice(&part->base));
}

/* "CA", "D.C." */
static bool is_state_code(struct slice text, struct slice state)
{
	size_t n = 0;

	for (size_t i = 0; i < text.len; i++) {
		if (text.ptr[i] == '.')
			continue;
		if (n >= state.len || to_lower(text.ptr[i]) != to_lower(state.ptr[n]))
			return false;
		n++;
	}
	return n > 0 && n == state.len;
}

static bool is_country(const char *country, const char *other)
{
	return country && other && strcmp(country, other) == 0;
}

/* Whether PART is the country of TOWN, its state, or its division. */
static bool is_around(
	const struct gazetteer *gazetteer, const struct part *part, const struct town *town)
{
	struct called called;
	uint32_t division;

	if (is_country(part->country, town->country) || is_country(part->code, town->country))
		return true;
	if (is_country("US", town->country) && is_state_code(part->text, town->state))
		return true;

	called = find_part(gazetteer, TABLE_DIVISION_NAMES, part);
	while (called_next(gazetteer, &called, &division))
		if (division == town->division)
			return true;

	return false;
}

/* The most populous town with the name of the first part with which all others
 * and COUNTRY (NULL: any) agree: 1, or 0. */
static int find_town(const struct gazetteer *gazetteer, const struct parts *parts,
	const char *country, struct town *ret)
{
	struct called called = find_part(gazetteer, TABLE_TOWN_NAMES, &parts->items[0]);
	struct town town;
	uint32_t index;

	while (called_next(gazetteer, &called, &index)) {
		size_t agreed = 1;

		if (!gazetteer_town(gazetteer, index, &town) || !town.country ||
			(country && !is_country(country, town.country)))
			continue;
		while (agreed < parts->n && is_around(gazetteer, &parts->items[agreed], &town))
			agreed++;
		if (agreed == parts->n) {
			*ret = town;
			return 1;
		}
	}
	return 0;
}

/* The country that the last of several parts names alone.  Without a gazetteer
 * nothing tells Atlanta's Georgia from Tbilisi's, so that one says nothing. */
static const char *country_of_last(const struct gazetteer *gazetteer, const struct parts *parts)
{
	const char *country = parts->items[parts->n - 1].country;

	return gazetteer || !is_country("GE", country) ? country : NULL;
}

/* What the name of LOCATION adds to what POSITION says already. */
static int resolve_name(const struct gazetteer *gazetteer, const struct location *location,
	struct position *position)
{
	CLEANUP(parts_done) struct parts parts = {0};
	struct town town;
	const int r = split(gazetteer, slice_of(location->name), &parts);

	if (r < 0 || parts.n == 0)
		return r == -EMSGSIZE ? 0 : r;

	const bool is_whole_country = parts.n == 1 && parts.items[0].country;

	if (gazetteer && !is_whole_country &&
		find_town(gazetteer, &parts, position->country, &town)) {
		position->country = town.country;
		if (!position->has_point) {
			position->lat = town.lat;
			position->lon = town.lon;
			position->has_point = true;
		}
	} else if (!position->country) {
		position->country =
			parts.n == 1 ? parts.items[0].country : country_of_last(gazetteer, &parts);
	}
	return 0;
}

/* 0,0 is what many programs say who do not know. */
static bool tells_country(const struct position *position)
{
	return position->has_point && (position->lat != 0 || position->lon != 0);
}

int place_resolve(
	const struct gazetteer *gazetteer, const struct location *location, struct position *ret)
{
	struct position position = {.country = country_by_code(slice_of(location->country)),
		.lat = location->lat,
		.lon = location->lon,
		.has_point = location->has_point};
	struct town town;
	int r = 0;

	if (!position.country && location->country)
		r = find_by_name(gazetteer, slice_of(location->country), &position.country);
	if (r < 0 && r != -EMSGSIZE)
		return r;
	if (!position.country && gazetteer && tells_country(&position) &&
		gazetteer_nearest(gazetteer, position.lat, position.lon, NEAREST_MAX_KM, &town))
		position.country = town.country;
	if (location->name && !(position.country && position.has_point)) {
		r = resolve_name(gazetteer, location, &position);
		if (r < 0)
			return r;
	}

	*ret = position;
	return 0;
}
