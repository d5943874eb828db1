/* http/header.h: response headers, and the dates in them. */
#pragma once

#include "base/clock.h"
#include "base/slice.h"

/* The value of the first header NAME (without regard to case) in HEADERS,
 * lines as in struct http_answer, trimmed.  1 and *RET, or 0. */
int header_find(struct slice headers, const char *name, struct slice *ret);

/* The same, and *HEADERS moves behind it: for what may come several times. */
int header_next(struct slice *headers, const char *name, struct slice *ret);

/* The address with the relation REL ("next") in the headers Link (RFC 8288), as it
 * stands there: 1 and *RET, or 0. */
int header_find_link(struct slice headers, const char *rel, struct slice *ret);

/* A date of HTTP in any of its three forms (RFC 9110, 5.6.7).  1 and *RET_US,
 * or 0. */
int header_parse_date(struct slice text, int64_t *ret_us);
