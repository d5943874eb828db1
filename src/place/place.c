#include "place/place.h"

#include <errno.h>
#include <pthread.h>
#include <string.h>

#include "base/diags.h"
#include "base/file.h"
#include "place/gazetteer.h"
#include "place/parts.h"
#include "text/countries.h"
#include "text/name_key.h"

#define TABLE_NAME "places/towns.table"

enum { NEAREST_MAX_KM = 200 };

/* Nations of a country, which people name like countries, by their bases. */
static const struct {
	const char *base, *country;
} nations[] = {
	{"cymru", "GB"},
	{"england", "GB"},
	{"northern ireland", "GB"},
	{"scotland", "GB"},
	{"wales", "GB"},
};

/* Codes of states that people write beside towns, and what the table of places
 * calls those.  For the United States it has the codes themselves. */
static const struct {
	const char *country, *code, *state;
} state_codes[] = {
	{"AU", "ACT", "01"},
	{"AU", "NSW", "02"},
	{"AU", "NT", "03"},
	{"AU", "QLD", "04"},
	{"AU", "SA", "05"},
	{"AU", "TAS", "06"},
	{"AU", "VIC", "07"},
	{"AU", "WA", "08"},
	{"CA", "AB", "01"},
	{"CA", "BC", "02"},
	{"CA", "MB", "03"},
	{"CA", "NB", "04"},
	{"CA", "NL", "05"},
	{"CA", "NS", "07"},
	{"CA", "NT", "13"},
	{"CA", "NU", "14"},
	{"CA", "ON", "08"},
	{"CA", "PE", "09"},
	{"CA", "PEI", "09"},
	{"CA", "QC", "10"},
	{"CA", "SK", "11"},
	{"CA", "YT", "12"},
};

/* What people put around the name of a town when they mean it and its
 * surroundings, in the order in which it is tried: "Green Bay area" is Green
 * Bay's, "Tampa Bay area" is Tampa's. */
static const struct {
	const char *before, *behind;
} surroundings[] = {
	{"greater ", ""},
	{"greater ", " area"},
	{"grossraum ", ""},
	{"metro ", ""},
	{"metropolitan ", ""},
	{"", " metro"},
	{"", " metro area"},
	{"", " metropolitan area"},
	{"", " area"},
	{"", " bay area"},
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

/* The same for what a post says: also nations, and "The Netherlands".  The
 * article is a part of other names, so it is tried with it first. */
static const char *find_said_country(
	const struct gazetteer *gazetteer, struct slice key, struct slice base)
{
	const struct slice article = SLICE("the ");
	const char *country = find_country(gazetteer, key, base);

	for (size_t i = 0; i < ARRAY_SIZE(nations) && !country; i++)
		if (slice_equals(base, slice_of(nations[i].base)))
			country = nations[i].country;
	if (!country && slice_starts_with(key, article) && slice_starts_with(base, article))
		country = find_country(
			gazetteer, slice_skip(key, article.len), slice_skip(base, article.len));

	return country;
}

static int find_by_name(const struct gazetteer *gazetteer, struct slice name,
	const char *(*find)(const struct gazetteer *, struct slice key, struct slice base),
	const char **ret)
{
	CLEANUP(words_freep) struct words *words = NULL;
	CLEANUP(str_done) struct str key = STR_INIT(PART_MAX_BYTES);
	CLEANUP(str_done) struct str base = STR_INIT(PART_MAX_BYTES);
	int r = words_new(&words);

	if (r == 0)
		r = name_key(words, name, &key, &base);
	if (r < 0)
		return r;

	*ret = find(gazetteer, str_slice(&key), str_slice(&base));
	return 0;
}

const char *place_find_country(struct slice value)
{
	const char *country = country_by_code(value);

	if (!country)
		find_by_name(place_gazetteer(), value, find_country, &country);
	return country;
}

/* --- names of places -------------------------------------------------------- */

static bool is_country(const char *country, const char *other)
{
	return country && other && strcmp(country, other) == 0;
}

/* Splits NAME into PARTS, and finds what they name of countries. */
static int split(const struct gazetteer *gazetteer, struct slice name, struct parts *parts)
{
	const int r = parts_split(name, parts);

	for (size_t i = 0; i < parts->n && r == 0; i++) {
		struct part *part = &parts->items[i];

		part->country =
			find_said_country(gazetteer, str_slice(&part->key), str_slice(&part->base));
		part->code = country_by_code(part->text);
	}
	return r;
}

/* "CA", "D.C." */
static bool is_code(struct slice text, struct slice code)
{
	size_t n = 0;

	for (size_t i = 0; i < text.len; i++) {
		if (text.ptr[i] == '.')
			continue;
		if (n >= code.len || to_lower(text.ptr[i]) != to_lower(code.ptr[n]))
			return false;
		n++;
	}
	return n > 0 && n == code.len;
}

/* Whether TEXT is the code of the state that TOWN lies in. */
static bool is_state_code(struct slice text, const struct town *town)
{
	if (is_country("US", town->country))
		return is_code(text, town->state);

	for (size_t i = 0; i < ARRAY_SIZE(state_codes); i++)
		if (is_country(state_codes[i].country, town->country) &&
			slice_equals(slice_of(state_codes[i].state), town->state) &&
			is_code(text, slice_of(state_codes[i].code)))
			return true;

	return false;
}

static struct called find_division(const struct gazetteer *gazetteer, const struct part *part)
{
	return gazetteer_find(
		gazetteer, TABLE_DIVISION_NAMES, str_slice(&part->key), str_slice(&part->base));
}

/* Whether PART is the country of TOWN, its state, or its division. */
static bool is_around(
	const struct gazetteer *gazetteer, const struct part *part, const struct town *town)
{
	struct called called;
	uint32_t division;

	if (is_country(part->country, town->country) || is_country(part->code, town->country) ||
		is_state_code(part->text, town))
		return true;

	called = find_division(gazetteer, part);
	while (called_next(gazetteer, &called, &division))
		if (division == town->division)
			return true;

	return false;
}

/* A search for a town. */
struct search {
	const struct gazetteer *gazetteer;
	const struct parts *parts;
	const char *country; /* it lies there; NULL: anywhere */
};

/* The most populous town called KEY and BASE, as the part with number OF names it, with which all
 * other parts agree: 1, or 0. */
static int find_called(const struct search *search, size_t of, struct slice key, struct slice base,
	struct town *ret)
{
	const struct parts *parts = search->parts;
	struct called called = gazetteer_find(search->gazetteer, TABLE_TOWN_NAMES, key, base);
	struct town town;
	uint32_t index;

	while (called_next(search->gazetteer, &called, &index)) {
		size_t agreed = 0;

		if (!gazetteer_town(search->gazetteer, index, &town) || !town.country ||
			(search->country && !is_country(search->country, town.country)))
			continue;
		while (agreed < parts->n && (agreed == of || is_around(search->gazetteer,
								     &parts->items[agreed], &town)))
			agreed++;
		if (agreed == parts->n) {
			*ret = town;
			return 1;
		}
	}
	return 0;
}

/* Takes BEFORE and BEHIND off NAME. */
static bool take_off(struct slice *name, const char *before, const char *behind)
{
	const struct slice start = slice_of(before);
	const struct slice end = slice_of(behind);

	if (name->len <= start.len + end.len || !slice_starts_with(*name, start) ||
		!slice_ends_with(*name, end))
		return false;

	*name = slice_from(name->ptr + start.len, name->len - start.len - end.len);
	return true;
}

/* The town that the part with number OF names: by itself, else as what lies
 * around it. */
static int find_town(const struct search *search, size_t of, struct town *ret)
{
	const struct part *part = &search->parts->items[of];

	if (find_called(search, of, str_slice(&part->key), str_slice(&part->base), ret))
		return 1;

	for (size_t i = 0; i < ARRAY_SIZE(surroundings); i++) {
		struct slice key = str_slice(&part->key);
		struct slice base = str_slice(&part->base);

		if (take_off(&key, surroundings[i].before, surroundings[i].behind) &&
			take_off(&base, surroundings[i].before, surroundings[i].behind) &&
			find_called(search, of, key, base, ret))
			return 1;
	}
	return 0;
}

/* The town of PARTS: the first of them, or the last ("Kenya, Nairobi"). */
static int find_any_town(const struct gazetteer *gazetteer, const struct parts *parts,
	const char *country, struct town *ret)
{
	const struct search search = {.gazetteer = gazetteer, .parts = parts, .country = country};

	if (!gazetteer || parts->n == 0 || (parts->n == 1 && parts->items[0].country))
		return 0;

	return find_town(&search, 0, ret) ||
	       (parts->n > 1 && find_town(&search, parts->n - 1, ret));
}

/* Whether PART, where it names a country, can stand beside COUNTRY: as its name, or
 * as that of one of its divisions ("Georgia, USA"). */
static bool may_stand_beside(
	const struct gazetteer *gazetteer, const struct part *part, const char *country)
{
	struct called called;
	uint32_t division;

	if (!part->country || is_country(part->country, country))
		return true;
	if (!gazetteer)
		return false;

	called = find_division(gazetteer, part);
	while (called_next(gazetteer, &called, &division))
		if (is_country(gazetteer_division_country(gazetteer, division), country))
			return true;

	return false;
}

/* The country that PARTS name where they name no town: by a flag, or by the last of
 * them.  Without a gazetteer nothing tells Atlanta's Georgia from Tbilisi's, so
 * that one says nothing behind another name. */
static const char *find_country_of(const struct gazetteer *gazetteer, const struct parts *parts)
{
	const char *country = parts->flag;

	if (!country && parts->n > 0)
		country = parts->items[parts->n - 1].country;
	if (!gazetteer && !parts->flag && parts->n > 1 && is_country("GE", country))
		return NULL;

	for (size_t i = 0; i < parts->n && country; i++)
		if (!may_stand_beside(gazetteer, &parts->items[i], country))
			return NULL;

	return country;
}

/* What the name of LOCATION adds to what POSITION says already.  In doubt nothing:
 * flags of two countries, or one beside a town that lies elsewhere. */
static int resolve_name(const struct gazetteer *gazetteer, const struct location *location,
	struct position *position)
{
	CLEANUP(parts_done) struct parts parts = {0};
	const char *country;
	struct town town;
	const int r = split(gazetteer, slice_of(location->name), &parts);

	if (r < 0 || parts.is_torn)
		return r == -EMSGSIZE ? 0 : r;

	country = position->country ? position->country : parts.flag;
	if (find_any_town(gazetteer, &parts, country, &town)) {
		position->country = town.country;
		if (!position->has_point) {
			position->lat = town.lat;
			position->lon = town.lon;
			position->has_point = true;
		}
	} else if (!position->country &&
		   !(parts.flag && find_any_town(gazetteer, &parts, NULL, &town))) {
		position->country = find_country_of(gazetteer, &parts);
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
		r = find_by_name(gazetteer, slice_of(location->country), find_said_country,
			&position.country);
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
