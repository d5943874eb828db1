/* decode/date.h: the dates that feeds write.
 *
 * RFC 822 and its successors with the deviations seen in the wild, ISO 8601 and
 * RFC 3339 (also compact, partial, by week or by day of the year), asctime(),
 * seconds or milliseconds since 1970, names of months in all languages of CLDR.
 * A pure function: what lacks a year is no date, what lacks a zone is UTC.
 */
#pragma once

#include "base/clock.h"
#include "base/slice.h"

/* 1 and the time in *RET, or 0: an impossible or ambiguous date (31 June,
 * 03/04/2026, 5 lis 2024) is no date, never a guess.  LANG, a BCP 47 tag or empty, is that
 * of the feed: it tells which month a name means that languages share.
 *
 * *RET_DOUBT is NULL, or static text that goes on a sentence about TEXT and that a
 * warning should tell: why there is none, where that is known, or of a time what
 * was taken for granted ("has a zone that is not known; it is read as UTC"). */
int date_parse(struct slice text, struct slice lang, struct instant *ret, const char **ret_doubt);
