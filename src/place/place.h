/* place/place.h: where a post comes from.
 *
 * A location is resolved from what the post, or its source, says of it: text,
 * language and author never count.  docs/query-language.md, "Place", tells the
 * rule.  The gazetteer is opened when it is first needed and kept until exit;
 * without one, points, codes and ICU's names of countries still count.
 */
#pragma once

#include "base/slice.h"
#include "record/post.h"

struct diags;
struct gazetteer;

/* What a location comes to.  {0} is nowhere. */
struct position {
	const char *country; /* alpha-2, static; NULL: unknown */
	double lat, lon;     /* degrees; valid when has_point */
	bool has_point;      /* said, or that of the city which is named */
};

/* The table that all use; NULL when there is none. */
const struct gazetteer *place_gazetteer(void);

/* Tries to open it: 1; 0 when there is none, -EINVAL when it is damaged, each
 * told in DIAGS as a warning, for programs go on. */
int place_check(struct diags *diags);

/* The alpha-2 code (static) of the country with the code or the name VALUE, in
 * any language; NULL when there is none. */
const char *place_find_country(struct slice value);

/* Resolves LOCATION with GAZETTEER, which may be NULL.  -ENOMEM. */
int place_resolve(
	const struct gazetteer *gazetteer, const struct location *location, struct position *ret);
