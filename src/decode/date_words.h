/* decode/date_words.h: words in dates, of decode/date.h only.
 *
 * Names of months, of days and of zones, halves of the day, the units that East
 * Asian dates carry, and words that say nothing.
 */
#pragma once

#include "base/slice.h"

enum date_word_kind {
	DATE_WORD_UNKNOWN,
	DATE_WORD_MONTH,
	DATE_WORD_MONTH_NUMBER, /* the next number is that of the month */
	DATE_WORD_WEEKDAY,
	DATE_WORD_AM,
	DATE_WORD_PM,
	DATE_WORD_ZONE,
	DATE_WORD_FILLER, /* says nothing: "at", "Uhr" */
};

struct date_word {
	enum date_word_kind kind;
	int minutes;           /* of a zone, east of UTC */
	unsigned int months;   /* bit 0 is January; several where languages differ */
	unsigned int weekdays; /* bit 0 is Sunday; a month's name may be one as well */
	bool is_filler;        /* it may say nothing as well */
	bool is_guess;         /* from its first letters or another ending */
	bool is_odd;           /* it may be a zone as well */
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

/* Where a word stands. */
struct date_place {
	struct slice lang; /* BCP 47 tag of the feed; empty: not said */
	/* Zones stand behind a time, and rather behind a date: "MST" may stand there, "MAR"
	 * before it. */
	bool is_behind_time, is_behind_date;
};

/* Takes the word, or the name of several words, at the start of REST: true and what
 * it is in *RET; false when no letter stands there, and one sign was taken. */
bool date_word_take(struct slice *rest, const struct date_place *place, struct date_word *ret);

/* Takes a unit from the start of REST. */
int date_unit_take(struct slice *rest, enum date_unit *ret);
