#include "place/gazetteer.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/diags.h"
#include "place/distance.h"
#include "text/countries.h"
#include "text/name_key.h"

struct gazetteer {
	struct slice bytes;
	bool is_mapped; /* else they are borrowed */
	const struct table_header *header;
	size_t counts[N_TABLE_SECTIONS];
};

static const size_t item_sizes[N_TABLE_SECTIONS] = {
	[TABLE_TOWNS] = sizeof(struct table_town),
	[TABLE_MAP] = sizeof(uint32_t),
	[TABLE_DIVISIONS] = sizeof(struct table_division),
	[TABLE_TOWN_NAMES] = sizeof(struct table_name),
	[TABLE_DIVISION_NAMES] = sizeof(struct table_name),
	[TABLE_COUNTRY_NAMES] = sizeof(struct table_name),
	[TABLE_TEXTS] = 1,
};

static const void *section_of(const struct gazetteer *gazetteer, enum table_section section)
{
	return gazetteer->bytes.ptr + gazetteer->header->sections[section].at;
}

/* --- opening ---------------------------------------------------------------- */

uint64_t gazetteer_checksum(struct slice bytes)
{
	uint64_t state = UINT64_C(0xcbf29ce484222325);

	for (size_t at = 0; at + sizeof(uint64_t) <= bytes.len; at += sizeof(uint64_t)) {
		uint64_t word;

		memcpy(&word, bytes.ptr + at, sizeof(word));
		state = (state ^ word) * UINT64_C(0x100000001b3);
	}
	return state;
}

static int refuse(struct diags *diags, const char *name, const char *message)
{
	return diags_add(diags, &(struct diag){.level = DIAG_ERROR,
					.file = name,
					.message = message,
					.hint = "install the package again, or make the table with "
						"tools/make-places"});
}

/* Each section lies inside the bytes and holds whole items. */
static bool has_sections(struct slice bytes, const struct table_header *header)
{
	for (size_t i = 0; i < N_TABLE_SECTIONS; i++) {
		const uint64_t at = header->sections[i].at;
		const uint64_t len = header->sections[i].len;

		if (at % TABLE_ALIGNMENT != 0 || len % item_sizes[i] != 0 || at < sizeof(*header) ||
			at + len > bytes.len)
			return false;
	}
	return true;
}

/* The last text ends inside its section, whatever offset is read. */
static bool has_texts(struct slice bytes, const struct table_header *header)
{
	const char *texts = bytes.ptr + header->sections[TABLE_TEXTS].at;
	const uint32_t len = header->sections[TABLE_TEXTS].len;

	return len > 0 && texts[0] == '\0' && texts[len - 1] == '\0';
}

/* Why BYTES are no table; NULL when they are one. */
static const char *find_fault(struct slice bytes)
{
	const struct table_header *header = (const void *)bytes.ptr;

	if (bytes.len < sizeof(*header) ||
		memcmp(header->magic, TABLE_MAGIC, sizeof(header->magic)) != 0)
		return "this is no table of places";
	if (header->byte_order != TABLE_BYTE_ORDER)
		return "the table was made for machines of another byte order";
	if (header->version != TABLE_VERSION)
		return "the table is of another version than this program reads";
	if (!has_sections(bytes, header) || !has_texts(bytes, header))
		return "the table is damaged: its sections do not fit";

	return NULL;
}

int gazetteer_read(
	struct slice bytes, const char *name, struct gazetteer **ret, struct diags *diags)
{
	const char *fault = find_fault(bytes);

	if (fault)
		return refuse(diags, name, fault);

	struct gazetteer *gazetteer = calloc(1, sizeof(*gazetteer));
	if (!gazetteer)
		return -ENOMEM;

	gazetteer->bytes = bytes;
	gazetteer->header = (const void *)bytes.ptr;
	for (size_t i = 0; i < N_TABLE_SECTIONS; i++)
		gazetteer->counts[i] = gazetteer->header->sections[i].len / item_sizes[i];

	*ret = gazetteer;
	return 0;
}

static bool has_checksum(struct slice bytes)
{
	uint64_t said;

	if (bytes.len < sizeof(said) || bytes.len % sizeof(said) != 0)
		return false;

	const struct slice body = slice_from(bytes.ptr, bytes.len - sizeof(said));

	memcpy(&said, body.ptr + body.len, sizeof(said));
	return gazetteer_checksum(body) == said;
}

/* Maps the whole file behind FD. */
static int map_file(int fd, struct slice *ret)
{
	struct stat status;

	if (fstat(fd, &status) < 0)
		return -errno;
	if (!S_ISREG(status.st_mode) || status.st_size == 0)
		return -EBADMSG;

	const size_t len = (size_t)status.st_size;
	const char *bytes = mmap(NULL, len, PROT_READ, MAP_PRIVATE, fd, 0);

	if (bytes == MAP_FAILED)
		return -errno;

	*ret = slice_from(bytes, len);
	return 0;
}

static void unmap(struct slice *bytes)
{
	if (bytes->ptr)
		munmap((void *)(uintptr_t)bytes->ptr, bytes->len);
}

int gazetteer_open(const char *path, struct gazetteer **ret, struct diags *diags)
{
	CLEANUP(gazetteer_freep) struct gazetteer *gazetteer = NULL;
	CLEANUP(unmap) struct slice bytes = {0};
	const int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return -errno;

	int r = map_file(fd, &bytes);

	close(fd);
	if (r == -EBADMSG)
		return refuse(diags, path, "this is no table of places");
	if (r == 0)
		r = gazetteer_read(bytes, path, &gazetteer, diags);
	if (r < 0)
		return r;
	if (!has_checksum(bytes))
		return refuse(diags, path, "the table is damaged: its checksum is wrong");

	assert(gazetteer);
	gazetteer->is_mapped = true;
	bytes = (struct slice){0};
	*ret = TAKE(gazetteer);
	return 0;
}

void gazetteer_free(struct gazetteer *gazetteer)
{
	if (gazetteer && gazetteer->is_mapped)
		unmap(&gazetteer->bytes);
	free(gazetteer);
}

/* --- towns ------------------------------------------------------------------ */

size_t gazetteer_count_towns(const struct gazetteer *gazetteer)
{
	return gazetteer->counts[TABLE_TOWNS];
}

/* The town with number INDEX, NULL beyond the last. */
static const struct table_town *town_at(const struct gazetteer *gazetteer, uint32_t index)
{
	const struct table_town *towns = section_of(gazetteer, TABLE_TOWNS);

	return index < gazetteer->counts[TABLE_TOWNS] ? &towns[index] : NULL;
}

const char *gazetteer_division_country(const struct gazetteer *gazetteer, uint32_t division)
{
	const struct table_division *divisions = section_of(gazetteer, TABLE_DIVISIONS);

	if (division >= gazetteer->counts[TABLE_DIVISIONS])
		return NULL;

	return country_by_code(
		slice_from(divisions[division].country, sizeof(divisions[division].country)));
}

static void set_division(const struct gazetteer *gazetteer, uint32_t index, struct town *town)
{
	const struct table_division *divisions = section_of(gazetteer, TABLE_DIVISIONS);

	if (index >= gazetteer->counts[TABLE_DIVISIONS])
		return;

	const struct table_division *division = &divisions[index];

	town->division = index;
	town->country = gazetteer_division_country(gazetteer, index);
	town->state = slice_from(division->code, strnlen(division->code, sizeof(division->code)));
}

int gazetteer_town(const struct gazetteer *gazetteer, uint32_t index, struct town *ret)
{
	const struct table_town *town = town_at(gazetteer, index);

	if (!town)
		return 0;

	*ret = (struct town){.lat = (double)town->lat / TABLE_DEGREE,
		.lon = (double)town->lon / TABLE_DEGREE,
		.population = town->population};
	set_division(gazetteer, town->division, ret);
	return 1;
}

/* --- names ------------------------------------------------------------------ */

/* The text at OFFSET; the empty one when there is none. */
static struct slice text_at(const struct gazetteer *gazetteer, uint32_t offset)
{
	if (offset >= gazetteer->counts[TABLE_TEXTS])
		return SLICE("");

	return slice_of((const char *)section_of(gazetteer, TABLE_TEXTS) + offset);
}

struct called gazetteer_find(const struct gazetteer *gazetteer, enum table_section section,
	struct slice key, struct slice base)
{
	const struct table_name *names = section_of(gazetteer, section);
	size_t first = 0;
	size_t end = gazetteer->counts[section];

	while (first < end) {
		const size_t middle = first + (end - first) / 2;

		if (slice_compare(text_at(gazetteer, names[middle].base), base) < 0)
			first = middle + 1;
		else
			end = middle;
	}
	return (struct called){.section = section, .key = key, .base = base, .at = first};
}

int called_next(const struct gazetteer *gazetteer, struct called *called, uint32_t *ret)
{
	const struct table_name *names = section_of(gazetteer, called->section);

	while (called->base.len > 0 && called->at < gazetteer->counts[called->section]) {
		const struct table_name *name = &names[called->at];
		const struct slice base = text_at(gazetteer, name->base);

		if (!slice_equals(base, called->base))
			return 0;

		called->at++;
		if (name_key_means(called->key, called->base,
			    name->key == 0 ? base : text_at(gazetteer, name->key))) {
			*ret = name->number;
			return 1;
		}
	}
	return 0;
}

/* --- the map ---------------------------------------------------------------- */

/* A search for the nearest town. */
struct search {
	const struct gazetteer *gazetteer;
	double lat, lon;
	double best_km;
	int64_t best; /* its number; -1: none yet */
};

static int64_t row_of(int64_t lat)
{
	return (lat + (int64_t)90 * TABLE_DEGREE) / TABLE_ROW;
}

/* The town at PLACE of the map, NULL behind the last. */
static const struct table_town *town_on_map(const struct gazetteer *gazetteer, size_t place)
{
	const uint32_t *map = section_of(gazetteer, TABLE_MAP);

	return place < gazetteer->counts[TABLE_MAP] ? town_at(gazetteer, map[place]) : NULL;
}

/* The first place of the map at or behind the longitude LON of ROW. */
static size_t find_on_map(const struct gazetteer *gazetteer, int64_t row, double lon)
{
	size_t first = 0;
	size_t end = gazetteer->counts[TABLE_MAP];

	while (first < end) {
		const size_t middle = first + (end - first) / 2;
		const struct table_town *town = town_on_map(gazetteer, middle);

		if (!town)
			return gazetteer->counts[TABLE_MAP];
		if (row_of(town->lat) < row ||
			(row_of(town->lat) == row && town->lon < lon * TABLE_DEGREE))
			first = middle + 1;
		else
			end = middle;
	}
	return first;
}

/* The towns of ROW from the longitude WEST to EAST. */
static void search_row(struct search *search, int64_t row, double west, double east)
{
	const struct gazetteer *gazetteer = search->gazetteer;
	const uint32_t *map = section_of(gazetteer, TABLE_MAP);
	const struct table_town *town;

	for (size_t i = find_on_map(gazetteer, row, west); (town = town_on_map(gazetteer, i));
		i++) {
		if (row_of(town->lat) != row || town->lon > east * TABLE_DEGREE)
			return;

		const double km = distance_km(search->lat, search->lon,
			(double)town->lat / TABLE_DEGREE, (double)town->lon / TABLE_DEGREE);

		if (km <= search->best_km) {
			search->best_km = km;
			search->best = map[i];
		}
	}
}

/* How many degrees of longitude a circle of KM reaches to each side: all where
 * it holds a pole. */
static double half_width(double lat, double km)
{
	const double reach = km / EARTH_RADIUS_KM;
	const double across = cos(lat * M_PI / 180);

	return sin(reach) < across ? asin(sin(reach) / across) * 180 / M_PI : 180;
}

/* The towns of ROW that the search can reach, also beyond the antimeridian. */
static void search_around(struct search *search, int64_t row)
{
	const double half = half_width(search->lat, search->best_km);
	const double west = search->lon - half;
	const double east = search->lon + half;

	search_row(search, row, west, east);
	if (west < -180)
		search_row(search, row, west + 360, 180);
	if (east > 180)
		search_row(search, row, -180, east - 360);
}

int gazetteer_nearest(
	const struct gazetteer *gazetteer, double lat, double lon, double most_km, struct town *ret)
{
	const double row_km = EARTH_RADIUS_KM * M_PI / 180 * TABLE_ROW / TABLE_DEGREE;
	const int64_t middle = row_of((int64_t)floor(lat * TABLE_DEGREE));
	struct search search = {
		.gazetteer = gazetteer, .lat = lat, .lon = lon, .best_km = most_km, .best = -1};

	/* From the middle outwards: what is found there shortens the rest. */
	search_around(&search, middle);
	for (int away = 0; away * row_km <= search.best_km; away++) {
		search_around(&search, middle - away - 1);
		search_around(&search, middle + away + 1);
	}
	return search.best >= 0 && gazetteer_town(gazetteer, (uint32_t)search.best, ret);
}
