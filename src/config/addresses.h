/* config/addresses.h: addresses of servers, and time zones, as far as they can be
 * judged without a network.
 *
 * Each takes a text and says in a struct complaint why it is none.
 */
#pragma once

#include <stdbool.h>

struct complaint {
	const char *problem; /* NULL: it is no such address at all */
	const char *hint;    /* NULL: no advice; may stand in the buffer */
	char buffer[128];
};

/* An absolute URL with a host, of one of SCHEMES ("http https"); "file" takes
 * a path instead.  A password within it is refused: it would be in every
 * message that names the address. */
bool address_is_url(const char *text, const char *schemes, struct complaint *ret);

/* A name of the IANA time zone database that this machine has.  A machine
 * without a database knows none; there only the form is checked. */
bool address_is_timezone(const char *text, struct complaint *ret);
