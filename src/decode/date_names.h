/* decode/date_names.h: names of months, of days of the week and of halves of the
 * day, in all languages that CLDR knows; of decode/date_words.c only.
 *
 * The table is made by tools/make-date-names from ICU's data; what people write
 * and CLDR lacks is a short list beside it.
 */
#pragma once

#include "decode/date_phrase.h"

struct date_name {
	unsigned int months;   /* bit 0 is January; several where languages differ */
	unsigned int weekdays; /* bit 0 is Sunday */
	unsigned int halves;   /* bit 0 is AM, bit 1 is PM */
	bool is_before_number; /* the number of a month follows: "tháng 11" */
	bool is_filler;        /* it is also, or only, a word that says nothing */
	bool is_guess;         /* an abbreviation or a form that is in no table */
};

/* Looks for the longest name that PHRASE, of which the first word was read,
 * starts with: the number of its words and *RET, or 0.  Else its words may be
 * an abbreviation of names that all mean the same, or a form of a long one with
 * other letters at its end.  Where languages differ LANG, a BCP 47 tag (may be
 * empty), decides when the name is one of its own. */
size_t date_name_find(struct phrase *phrase, struct slice lang, struct date_name *ret);
