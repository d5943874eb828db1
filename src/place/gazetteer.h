/* place/gazetteer.h: the table of places, mapped into memory.
 *
 * Towns with their names in many scripts, divisions and countries, found by
 * bisection; the nearest town to a point, by rows of half a degree.  Whatever
 * the bytes of the table are, nothing is read outside of them.
 *
 * A gazetteer is read only, and threads may share it.
 */
#pragma once

#include <stdint.h>

#include "base/macro.h"
#include "base/slice.h"
#include "place/table.h"

struct diags;
struct gazetteer;

/* Maps the table at PATH.  -ENOENT when there is none; -EINVAL with the reason
 * in DIAGS for a file that is damaged or no such table; else what the system
 * says. */
int gazetteer_open(const char *path, struct gazetteer **ret, struct diags *diags);

/* The same for BYTES, which stay the caller's, aligned to TABLE_ALIGNMENT; NAME
 * is what DIAGS calls them.  The checksum is not looked at. */
int gazetteer_read(
	struct slice bytes, const char *name, struct gazetteer **ret, struct diags *diags);

void gazetteer_free(struct gazetteer *gazetteer);
DEFINE_CLEANUP(struct gazetteer *, gazetteer_free);

/* The checksum of BYTES, whose length is a multiple of eight. */
uint64_t gazetteer_checksum(struct slice bytes);

struct town {
	double lat, lon;     /* degrees */
	const char *country; /* alpha-2, static; NULL only in a damaged table */
	uint32_t population; /* people */
	uint32_t division;   /* its number */
	struct slice state;  /* the division's code */
};

size_t gazetteer_count_towns(const struct gazetteer *gazetteer);
/* The town with number INDEX, the most populous being 0: 1, or 0. */
int gazetteer_town(const struct gazetteer *gazetteer, uint32_t index, struct town *ret);

/* The country of the division with number DIVISION, static; NULL beyond the last. */
const char *gazetteer_division_country(const struct gazetteer *gazetteer, uint32_t division);

/* A walk over all that a section of names calls by one name. */
struct called {
	enum table_section section;
	struct slice key, base; /* as name_key() writes them */
	size_t at;
};

/* The walk over what SECTION calls so; KEY and BASE must outlive it. */
struct called gazetteer_find(const struct gazetteer *gazetteer, enum table_section section,
	struct slice key, struct slice base);
/* The next one: 1 and *RET, or 0.  Numbers ascend; one may come twice. */
int called_next(const struct gazetteer *gazetteer, struct called *called, uint32_t *ret);

/* The town nearest to a point within MOST_KM, less than a quarter of the earth:
 * 1 and *RET, or 0. */
int gazetteer_nearest(const struct gazetteer *gazetteer, double lat, double lon, double most_km,
	struct town *ret);
