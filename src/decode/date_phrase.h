/* decode/date_phrase.h: the next words of a date, folded as the tables of names
 * have them; of decode/date_*.c and of tools/make-date-names only.
 *
 * Names of several words ("нэгдүгээр сар", "ม.ค.", "eastern standard time") are
 * their words with one blank between them.  Nothing is allocated.
 */
#pragma once

#include "base/macro.h"
#include "base/slice.h"

enum { PHRASE_WORDS = 8, PHRASE_BYTES = 128 };

struct phrase {
	struct slice rest; /* of the text, behind the words that were read */
	char key[PHRASE_BYTES];
	size_t ends[PHRASE_WORDS];   /* of the words: bytes of the key */
	size_t behind[PHRASE_WORDS]; /* the same: bytes of the text */
	size_t n, taken;
};

/* Starts at the words of TEXT, which must outlive the phrase, and reads the
 * first: false when no letter stands there. */
bool phrase_start(struct slice text, struct phrase *ret);

/* Reads one more word: false when a digit, a bracket or the end comes first, or there
 * is no room. */
bool phrase_extend(struct phrase *phrase);

/* The first N words, at least one. */
struct slice phrase_key(const struct phrase *phrase, size_t n);

/* A table of rows in the order of the bytes of their names; a row starts with the
 * name, a const char *. */
struct phrase_table {
	const void *rows;
	size_t n, size; /* size: bytes of a row */
};

/* Rows as a struct phrase_table. */
#define PHRASE_TABLE(rows) ((struct phrase_table){(rows), ARRAY_SIZE(rows), sizeof((rows)[0])})

/* The number of the first row whose name is not before KEY; n when there is none. */
size_t phrase_table_find(const struct phrase_table *table, struct slice key);
struct slice phrase_table_name(const struct phrase_table *table, size_t row);

/* The row with the longest name that PHRASE starts with; as many words are read
 * as names go on.  The number of its words and *RET, or 0. */
size_t phrase_find(struct phrase *phrase, const struct phrase_table *table, size_t *ret);

bool phrase_is_letter(uint32_t code_point);
