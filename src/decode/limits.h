/* decode/limits.h: how much of one post is read and kept.
 *
 * A body may have megabytes, but what somebody says has not: these bounds are
 * what makes memory and time of a post independent of its source.  What goes
 * beyond them is cut or left out, counted (struct feed, .n_cut) and told.
 * docs/limits.md tells them to people.
 */
#pragma once

enum {
	/* Of what is kept.  Prose is cut and ends in "…" then; half an address or
	 * handle is a wrong one and left out; of an id a hash is kept. */
	POST_TEXT_BYTES = 256 << 10,
	POST_TITLE_BYTES = 8 << 10,
	POST_NAME_BYTES = 1 << 10, /* author, handle, place, tag */
	POST_ID_BYTES = 4 << 10,
	POST_URL_BYTES = 8 << 10,
	POST_TAGS = 100, /* hashtags and handles as the source lists them, too */
	POST_LINKS = 200,

	/* Of what is read for it. */
	SOURCE_TEXT_BYTES = 1 << 20, /* of one text, with its markup */
	/* Of a body that is not UTF-8: how much longer it may become when it is. */
	CONVERTED_GROWTH_BYTES = 38 << 20,
	ITEM_BYTES = 2 << 20, /* of JSON */
	ITEM_VALUES = 20000,
	ITEM_DEPTH = 64,
};
