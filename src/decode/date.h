/* decode/date.h: the dates that feeds write.
 *
 * RFC 822 and its successors with the deviations seen in the wild, ISO 8601 and
 * RFC 3339 (also compact, partial, by week or by day of the year), asctime(),
 * seconds or milliseconds since 1970, month names of other languages.  A pure
 * function: what lacks a year is no date, what lacks a zone is UTC.
 */
#pragma once

#include "base/clock.h"
#include "base/slice.h"

/* 1 and the time in *RET, or 0: an impossible or ambiguous date (31 June,
 * 03/04/2026) is no date, never a guess. */
int date_parse(struct slice text, struct instant *ret);
