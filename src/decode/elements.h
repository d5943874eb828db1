/* decode/elements.h: what each kind of element does to a draft.
 *
 * One function a kind for the start tag's attributes, one for the text.
 */
#pragma once

#include "decode/body.h"
#include "decode/fields.h"

struct markup;
struct str;

/* Halves of a place that two elements say together. */
struct place_parts {
	double lat, lon, corner_lat, corner_lon;
	bool has_lat, has_lon, has_corner;
	bool is_east_first; /* "lon lat", as the reference system CRS84 has it */
};

/* What the feed says of its own rhythm. */
struct rhythm {
	int64_t ttl_us, period_us;
	double frequency;
	uint32_t skip_hours, skip_days;
};

/* An element of DRAFT whose text is being read.  The caller sets the first
 * block. */
struct element {
	const struct field_row *row;
	struct body *body;
	struct draft *draft;
	struct place_parts *place;
	struct rhythm *rhythm;
	struct markup *markup; /* where warnings go */
	struct str *scratch;
	struct slice base; /* for its relative links */

	bool keeps_tags;  /* its children are HTML */
	bool is_markup;   /* ... and its text is HTML's, not escaped once more (XHTML) */
	bool is_plain;    /* Atom: text, no HTML */
	bool is_declared; /* ... and the publisher says so */
	bool is_base64;
	bool is_done;                                    /* its text says nothing more */
	enum { LINK_UNSAID, LINK_YES, LINK_NO } is_link; /* <guid isPermaLink="..."> */
	size_t n_dimensions;                             /* of places */
};

/* Reads the attributes of the start tag TOKEN. */
void element_start(struct element *element, const struct markup_token *token);

/* Reads the TEXT. */
void element_end(struct element *element, struct slice text);

/* Sets ttl_us and what is skipped. */
void rhythm_finish(const struct rhythm *rhythm, struct feed *feed);
