/* text/lookahead.h: where something comes next in a text, in linear time.
 *
 * Of text/markup.h.  Places are offsets; NOWHERE when it does not come.
 */
#pragma once

#include <stdint.h>

#include "base/slice.h"

#define NOWHERE SIZE_MAX

/* A mark such as "-->" that is looked for again and again: it is remembered
 * where it stands next, or that it does not come any more. */
struct landmark {
	struct slice mark;
	size_t at;
	bool is_known;
};

/* The next C from FROM on and before LIMIT (NOWHERE: to the end). */
size_t lookahead_char(struct slice text, size_t from, size_t limit, char c);

/* The next "</NAME" there, case not counting. */
size_t lookahead_end_tag(struct slice text, size_t from, size_t limit, struct slice name);

/* The next mark from FROM on.  TEXT must be the same in all calls. */
size_t landmark_find(struct landmark *landmark, struct slice text, size_t from);
