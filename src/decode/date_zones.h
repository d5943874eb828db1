/* decode/date_zones.h: names of zones in dates, of decode/date_words.c only. */
#pragma once

#include "decode/date_phrase.h"

/* Looks for the longest name of a zone that PHRASE starts with: the number of its
 * words and *RET, in minutes east of UTC, or 0.  The table tells which of its
 * meanings a name has that several places use. */
size_t date_zone_find(struct phrase *phrase, int *ret);
