/* decode/fields.h: which element of which namespace means what.
 *
 * One row an element: where it is looked for, what kind of content it has, the
 * slot that it fills and with which rank.  A new element is a row in fields.c.
 */
#pragma once

#include "decode/draft.h"
#include "text/markup.h"

enum space {
	SPACE_CORE = MARKUP_SPACE_UNKNOWN + 1, /* RSS of all versions, also without namespace */
	SPACE_ATOM,
	SPACE_RDF,
	SPACE_XHTML,
	SPACE_CONTENT,
	SPACE_DC,
	SPACE_DCTERMS,
	SPACE_FEEDBURNER,
	SPACE_GEO,
	SPACE_GEORSS,
	SPACE_GML,
	SPACE_ITUNES,
	SPACE_MEDIA,
	SPACE_POCO,
	SPACE_SLASH,
	SPACE_SY,
	SPACE_THR,
	N_SPACES,
};

/* Where the reader is; bits, so that a row may apply in several places. */
enum scope {
	SCOPE_ROOT = 1 << 0, /* outside of the feed, or in an element of it that is unknown */
	SCOPE_FEED = 1 << 1,
	SCOPE_ENTRY = 1 << 2,
	SCOPE_SOURCE = 1 << 3, /* where an entry was copied from */
	SCOPE_PERSON = 1 << 4,
	SCOPE_HOURS = 1 << 5,
	SCOPE_DAYS = 1 << 6,
	SCOPE_NOTHING = 1 << 7, /* an unknown element of an entry */
};

enum kind {
	KIND_SCOPE,   /* a new scope, .scope */
	KIND_PASS,    /* a wrapper: the scope stays */
	KIND_PLACE,   /* a wrapper of places, which may say how they are written */
	KIND_NAME,    /* plain text on one line */
	KIND_ID,      /* the same; one that is a web address is the entry's page at need */
	KIND_TITLE,   /* escaped or inline HTML, to one line */
	KIND_HTML,    /* the same, to blocks */
	KIND_HEADING, /* Atom text construct, to one line */
	KIND_BODY,    /* the same, to blocks */
	KIND_CAPTION, /* HTML: what a picture shows; the text where there is no other */
	KIND_DATE,
	KIND_URL,
	KIND_LINK, /* Atom's, by rel, and RSS's */
	KIND_GUID,
	KIND_AUTHOR, /* a line with name and address, or elements of the scope .scope */
	KIND_CREDIT, /* the same line, when the role is an author's */
	KIND_CATEGORY,
	KIND_KEYWORDS, /* separated by commas */
	KIND_ENCLOSURE,
	KIND_REPLY,
	KIND_METRIC, /* .metric */
	KIND_STATISTICS,
	KIND_RATING,
	KIND_POINT, /* "lat lon" */
	KIND_AREA,  /* "lat lon lat lon ...": its middle */
	KIND_CORNER,
	KIND_COORDINATES, /* of GML 2: "lon,lat lon,lat ..." */
	KIND_LAT,
	KIND_LON,
	KIND_TTL,
	KIND_HOUR,
	KIND_DAY,
	KIND_PERIOD,
	KIND_FREQUENCY,
	N_KINDS,
};

struct field_row {
	const char *name;    /* local name in lower case */
	unsigned int scopes; /* where it applies */
	enum kind kind;
	enum slot slot;
	unsigned char rank;
	enum scope scope;   /* of KIND_SCOPE and KIND_AUTHOR */
	enum metric metric; /* of KIND_METRIC */
};

extern const struct markup_space field_spaces[];
extern const size_t n_field_spaces;

/* The row for element NAME (case does not count) of SPACE within SCOPE, or
 * NULL.  RSS and Atom lend each other the words that only one of them has: feeds
 * mix them. */
const struct field_row *field_find(int space, struct slice name, enum scope scope);

/* All rows of SPACE, sorted by name; for tests. */
const struct field_row *field_rows(int space, size_t *ret_n);
