/* decode/salvage.h: what is whole in a JSON text that is broken.
 *
 * A body that was cut, or one bad item, must not cost the others.  In an item
 * that JSON does not allow, what people get wrong is mended: raw line breaks,
 * backslashes before anything, commas at the end, names without quotes, NaN,
 * integers beyond 64 bits (which become texts), and nesting beyond all sense
 * (which becomes null).
 */
#pragma once

#include "base/json.h"

struct salvaged {
	size_t n_lost; /* members of lists that could not be read */
	bool is_cut;   /* the text ended too early */
};

/* Reads TEXT, an object with a list of objects called LIST, as far as it goes:
 * *RET has the members before and after the list that can be read, and those
 * objects of the list that are whole.  -EBADMSG when there is no such list, or
 * nothing in it, -ENOMEM. */
int salvage_list(struct slice text, const char *list, json_t **ret, struct salvaged *ret_salvaged);
