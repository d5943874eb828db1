/* place/parts.h: the name of a place, cut into its parts.
 *
 * "Nairobi, Kenya", "Nairobi • Kenya" and "Nairobi 🇰🇪": parts stand between
 * commas and what people write in their place, flags tell a country, other
 * emoji nothing.
 */
#pragma once

#include "base/macro.h"
#include "base/str.h"

enum {
	PARTS_MAX = 8, /* a name of more parts is no name of a place */
	PART_MAX_BYTES = 512,
};

/* One part of a name, and what it may be: the last two are place.c's. */
struct part {
	struct slice text;
	struct str key, base; /* as name_key() writes them */
	const char *country;  /* that it is the name of */
	const char *code;     /* of the country that it is the code of */
};

struct parts {
	struct part items[PARTS_MAX];
	size_t n;
	const char *flag; /* alpha-2, static: the country whose flag stands among them */
	bool is_torn;     /* flags of several countries do */
};

/* Splits NAME, which must outlive the parts, into *PARTS, which is zero before
 * and is for parts_done() also after an error.  -EMSGSIZE when it is too long
 * for the name of a place, -ENOMEM. */
int parts_split(struct slice name, struct parts *parts);
void parts_done(struct parts *parts);
