/* config/schema.h: the table of settings.
 *
 * One row a setting.  The reader fills the records of config/settings.h by it,
 * the reference (docs/configuration.md, mentiond.yaml(5)) is printed from it,
 * and the tests walk it.
 *
 * A path names the way through the file, "sources[].location.country"; "[]" is
 * any record of a list.  Offsets count from the nearest record above: of
 * struct source_settings below "sources[]", of struct settings else.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/slice.h"

enum setting_type {
	/* Written as one text.  Up to SETTING_RULE it is kept as a text, and may
	 * be .list too. */
	SETTING_TEXT,
	SETTING_LINES,
	SETTING_NAME,
	SETTING_URL,
	SETTING_MAILBOX,
	SETTING_LANGUAGE,
	SETTING_COUNTRY,
	SETTING_TIMEZONE,
	SETTING_QUERY,
	SETTING_RULE,
	SETTING_DURATION,
	SETTING_SIZE,
	SETTING_COUNT,
	SETTING_NUMBER,
	SETTING_BOOL,
	SETTING_CHOICE,
	SETTING_TIME,
	SETTING_WEEKDAYS,
	/* Written as maps and lists. */
	SETTING_SECRET,
	SETTING_PARAMETERS,
	SETTING_SECTION,
	SETTING_RECORDS,
	N_SETTING_TYPES,
};

/* What a list of records is made of. */
struct record_kind {
	const char *name; /* "source" */
	size_t size;
	size_t count_offset;  /* of the number, beside the pointer */
	size_t origin_offset; /* within the record */
	size_t name_offset;
};

struct setting {
	const char *path;
	enum setting_type type;
	bool list;     /* struct texts; one text may stand for a list of one */
	bool required; /* within its record */
	size_t offset, width;
	/* Where the place of the value is noted: struct origin, for a list a
	 * pointer to one each.  0: nowhere. */
	size_t origin_offset;
	const char *fallback; /* as it would be written; NULL: absent */
	const char *min, *max;
	/* CHOICE: the words, in the order of the enum; URL: the schemes. */
	const char *choices;
	const struct record_kind *records;
	const char *help;    /* sentences */
	const char *example; /* as it would be written; NULL: the fallback says enough */
};

size_t schema_count(void);
const struct setting *schema_at(size_t index);

/* The setting KEY right below the path PARENT ("", "keep", "sources[]"), or
 * NULL. */
const struct setting *schema_find(struct slice parent, struct slice key);
/* Whether SETTING stands right below PARENT. */
bool schema_is_below(const struct setting *setting, struct slice parent);
/* The last part of its path. */
struct slice schema_key(const struct setting *setting);
/* The path of what is below it: "sources[]" for "sources". */
struct slice schema_inner(const struct setting *setting, char *buffer, size_t size);
