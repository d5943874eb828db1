/* place/table.h: the bytes of the table of places, as tools/make-places writes
 * them.
 *
 * A header, the sections in the order of the enum, each at a multiple of 8, and
 * eight bytes of checksum over all before them: FNV-1a over words of 64 bits.
 * Numbers have the byte order that the header tells.  Keys are UTF-8 closed by
 * NUL and named by their offset in the section of texts, which starts and ends
 * with a NUL.
 */
#pragma once

#include <stdint.h>

#define TABLE_MAGIC      "mnplaces"
#define TABLE_BYTE_ORDER UINT32_C(0x01020304)
#define TABLE_VERSION    UINT32_C(1)

enum table_section {
	TABLE_TOWNS,          /* struct table_town, the most populous first */
	TABLE_MAP,            /* uint32_t: numbers of towns, by row, then by longitude */
	TABLE_DIVISIONS,      /* struct table_division */
	TABLE_TOWN_NAMES,     /* struct table_name, by base (bytes), then by number */
	TABLE_DIVISION_NAMES, /* the same */
	TABLE_COUNTRY_NAMES,  /* the same; a number is the two letters of a code */
	TABLE_TEXTS,
	N_TABLE_SECTIONS,
};

enum {
	TABLE_DEGREE = 100000, /* coordinates are integers, in 1/100000 of a degree */
	TABLE_ROW = 50000,     /* height of a row of the map; the first is at the South Pole */
	TABLE_ALIGNMENT = 8,
};

struct table_header {
	char magic[8];
	uint32_t byte_order;
	uint32_t version;
	struct {
		uint32_t at, len; /* bytes */
	} sections[N_TABLE_SECTIONS];
};

struct table_town {
	int32_t lat, lon;
	uint32_t population;
	uint32_t division;
};

/* A first-level division of a country: a state, a county, a region. */
struct table_division {
	char country[2];
	char code[6]; /* GeoNames' own; in the United States that of the state */
};

struct table_name {
	uint32_t base;
	uint32_t key; /* 0: it is the base */
	uint32_t number;
};
