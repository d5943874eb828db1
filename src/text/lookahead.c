#include "text/lookahead.h"

#include <string.h>

#include "base/macro.h"

size_t lookahead_char(struct slice text, size_t from, size_t limit, char c)
{
	const size_t end = MIN(limit, text.len);
	const char *found = from < end ? memchr(text.ptr + from, c, end - from) : NULL;

	return found ? (size_t)(found - text.ptr) : NOWHERE;
}

size_t lookahead_end_tag(struct slice text, size_t from, size_t limit, struct slice name)
{
	size_t at = from;

	while ((at = lookahead_char(text, at, limit, '<')) != NOWHERE) {
		const struct slice rest = slice_skip(text, at + 1);

		if (rest.len > name.len && rest.ptr[0] == '/' &&
			slice_starts_with_nocase(slice_skip(rest, 1), name) &&
			(rest.len == name.len + 1 || !is_alnum(rest.ptr[name.len + 1])))
			return at;
		at++;
	}
	return NOWHERE;
}

size_t landmark_find(struct landmark *landmark, struct slice text, size_t from)
{
	if (landmark->is_known && landmark->at >= from)
		return landmark->at;

	const ptrdiff_t found = slice_find(slice_skip(text, from), landmark->mark);

	landmark->is_known = true;
	landmark->at = found < 0 ? NOWHERE : from + (size_t)found;
	return landmark->at;
}
