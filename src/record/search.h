/* record/search.h: what must stand in a post that a query matches.
 *
 * A query says more than an index of words can answer.  This is the part that
 * it can: whatever the query matches fulfils it, though not all that fulfils it
 * is matched.  match/ makes it, store/ looks it up.
 */
#pragma once

#include "base/slice.h"

enum search_kind {
	SEARCH_WORD,       /* a word with this key or base */
	SEARCH_PREFIX,     /* a word that starts so */
	SEARCH_PART,       /* text within a run of a script without spaces */
	SEARCH_TAG,        /* a hashtag, without its sign */
	SEARCH_TAG_PREFIX, /* one that starts so */
	SEARCH_HANDLE,     /* @text, of any server */
	SEARCH_ALL,        /* all of the parts */
	SEARCH_ANY,        /* one of them */
};

struct search {
	enum search_kind kind;
	struct slice text;
	/* PART: it starts, and ends, where a dictionary sees a word start or end;
	 * else anywhere. */
	bool is_start, is_end;
	struct search *parts;
	size_t n_parts;
};
