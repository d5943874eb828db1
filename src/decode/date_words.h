/* decode/date_words.h: words in dates, of decode/date.h only.
 *
 * Months of some fifty languages, zones beyond RFC 822's, halves of the day,
 * and the units that East Asian dates carry.
 */
#pragma once

#include "base/slice.h"

enum { DATE_WORD_SIZE = 64 };

enum date_word_kind {
	DATE_WORD_MONTH,
	DATE_WORD_AM,
	DATE_WORD_PM,
	DATE_WORD_ZONE,
	DATE_WORD_FILLER, /* says nothing: "at", "Uhr" */
};

struct date_word {
	enum date_word_kind kind;
	int value; /* month from 1; minutes east of UTC */
};

enum date_unit {
	DATE_UNIT_YEAR,
	DATE_UNIT_MONTH,
	DATE_UNIT_DAY,
	DATE_UNIT_HOUR,
	DATE_UNIT_MINUTE,
	DATE_UNIT_SECOND,
};

/* TEXT with digits, dashes and blanks of all scripts as those of ASCII, without
 * marks of direction, in BUFFER; it is no longer than TEXT (or three times
 * that, where bytes are no UTF-8). */
struct slice date_plain(struct slice text, char *buffer);

bool date_is_letter(uint32_t code_point);
/* In lower case, Greek without accents: the form of the tables. */
uint32_t date_fold(uint32_t code_point);

/* 1 and *RET when the folded WORD is known.  Zones are only looked for behind a
 * time: "MST" may stand there, "MAR" before it. */
int date_word_find(struct slice word, bool is_behind_time, struct date_word *ret);

/* Takes a unit from the start of REST. */
int date_unit_take(struct slice *rest, enum date_unit *ret);
