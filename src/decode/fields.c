#include "decode/fields.h"

#include "base/macro.h"

/* The first prefix of a number stands for it where a feed forgets to declare
 * it.  URIs are those of the specifications and those seen in their place. */
const struct markup_space field_spaces[] = {
	{"http://purl.org/rss/1.0/", "rss", SPACE_CORE},
	{"http://my.netscape.com/rdf/simple/0.9/", NULL, SPACE_CORE},
	{"http://channel.netscape.com/rdf/simple/0.9/", NULL, SPACE_CORE},
	{"http://my.netscape.com/publish/formats/rss-0.91.dtd", NULL, SPACE_CORE},
	{"http://backend.userland.com/rss", NULL, SPACE_CORE},
	{"http://backend.userland.com/rss2", NULL, SPACE_CORE},
	{"http://backend.userland.com/RSS2", NULL, SPACE_CORE},
	{"http://backend.userland.com/rss091", NULL, SPACE_CORE},
	{"http://blogs.law.harvard.edu/tech/rss", NULL, SPACE_CORE},
	{"http://cyber.law.harvard.edu/rss/rss.html", NULL, SPACE_CORE},
	{"http://my.theinfo.org/changed/1.0/rss/", NULL, SPACE_CORE},
	{"http://purl.org/net/rss1.1", NULL, SPACE_CORE},
	{"http://www.w3.org/2005/Atom", "atom", SPACE_ATOM},
	{"http://www.w3.org/2005/Atom", "atom10", SPACE_ATOM},
	{"http://www.w3.org/2005/Atom", "a10", SPACE_ATOM},
	{"http://purl.org/atom/ns", NULL, SPACE_ATOM},
	{"http://purl.org/atom/ns#", NULL, SPACE_ATOM},
	{"http://www.w3.org/1999/02/22-rdf-syntax-ns#", "rdf", SPACE_RDF},
	{"http://www.w3.org/1999/xhtml", "xhtml", SPACE_XHTML},
	{"http://purl.org/rss/1.0/modules/content/", "content", SPACE_CONTENT},
	{"http://purl.org/dc/elements/1.1/", "dc", SPACE_DC},
	{"http://purl.org/dc/elements/1.0/", NULL, SPACE_DC},
	{"http://purl.org/dc/terms/", "dcterms", SPACE_DCTERMS},
	{"http://rssnamespace.org/feedburner/ext/1.0", "feedburner", SPACE_FEEDBURNER},
	{"http://www.pheedo.com/namespace/pheedo", "pheedo", SPACE_FEEDBURNER},
	{"http://www.w3.org/2003/01/geo/wgs84_pos#", "geo", SPACE_GEO},
	{"http://geourl.org/rss/module/", "geourl", SPACE_GEO},
	{"http://postneo.com/icbm", "icbm", SPACE_GEO},
	{"http://www.georss.org/georss", "georss", SPACE_GEORSS},
	{"http://www.georss.org/georss/10", NULL, SPACE_GEORSS},
	{"http://www.opengis.net/gml", "gml", SPACE_GML},
	{"http://www.opengis.net/gml/3.2", NULL, SPACE_GML},
	{"http://www.itunes.com/dtds/podcast-1.0.dtd", "itunes", SPACE_ITUNES},
	{"http://example.com/dtds/podcast-1.0.dtd", NULL, SPACE_ITUNES},
	{"http://search.yahoo.com/mrss/", "media", SPACE_MEDIA},
	{"http://tools.search.yahoo.com/mrss/", NULL, SPACE_MEDIA},
	{"http://video.search.yahoo.com/mrss", NULL, SPACE_MEDIA},
	{"http://portablecontacts.net/spec/1.0", "poco", SPACE_POCO},
	{"http://purl.org/rss/1.0/modules/slash/", "slash", SPACE_SLASH},
	{"http://purl.org/rss/1.0/modules/syndication/", "sy", SPACE_SY},
	{"http://purl.org/syndication/thread/1.0", "thr", SPACE_THR},
};
const size_t n_field_spaces = ARRAY_SIZE(field_spaces);

#define SCOPE_OUTSIDE (SCOPE_ROOT | SCOPE_FEED)
#define SCOPE_BOTH    (SCOPE_FEED | SCOPE_ENTRY)

/* Rows of a text that fills a slot. */
#define FILL(element, where, what, which, weight)                                                  \
	{                                                                                          \
		.name = (element), .scopes = (where), .kind = (what), .slot = (which),             \
		.rank = (weight)                                                                   \
	}
/* Rows that do what their kind says. */
#define DOES(element, where, what)                                                                 \
	{                                                                                          \
		.name = (element), .scopes = (where), .kind = (what)                               \
	}
#define ENTER(element, where, inside)                                                              \
	{                                                                                          \
		.name = (element), .scopes = (where), .kind = KIND_SCOPE, .scope = (inside)        \
	}
/* Rows of a person, in one line or with elements for its parts. */
#define PERSON(element, where, weight)                                                             \
	{                                                                                          \
		.name = (element), .scopes = (where), .kind = KIND_AUTHOR, .slot = SLOT_AUTHOR,    \
		.rank = (weight), .scope = SCOPE_PERSON                                            \
	}
#define COUNT(element, which)                                                                      \
	{                                                                                          \
		.name = (element), .scopes = SCOPE_ENTRY, .kind = KIND_METRIC, .metric = (which)   \
	}

/* Each table is sorted by name. */

static const struct field_row core_rows[] = {
	FILL("abstract", SCOPE_ENTRY, KIND_HTML, SLOT_TEXT, 60), /* of CDF */
	PERSON("author", SCOPE_BOTH, 80),
	FILL("body", SCOPE_ENTRY, KIND_HTML, SLOT_TEXT, 75),
	DOES("category", SCOPE_ENTRY, KIND_CATEGORY),
	ENTER("channel", SCOPE_ROOT, SCOPE_FEED),
	FILL("content", SCOPE_ENTRY, KIND_HTML, SLOT_TEXT, 80),
	FILL("creator", SCOPE_ENTRY, KIND_AUTHOR, SLOT_AUTHOR, 50),
	FILL("date", SCOPE_ENTRY, KIND_DATE, SLOT_PUBLISHED, 50),
	DOES("day", SCOPE_DAYS, KIND_DAY),
	FILL("description", SCOPE_ENTRY, KIND_HTML, SLOT_TEXT, 70),
	FILL("email", SCOPE_PERSON, KIND_NAME, SLOT_AUTHOR_MAIL, 90),
	DOES("enclosure", SCOPE_ENTRY, KIND_ENCLOSURE),
	FILL("fullitem", SCOPE_ENTRY, KIND_HTML, SLOT_TEXT, 85),
	FILL("guid", SCOPE_ENTRY, KIND_GUID, SLOT_ID, 90),
	DOES("hour", SCOPE_HOURS, KIND_HOUR),
	FILL("id", SCOPE_ENTRY, KIND_ID, SLOT_ID, 60),
	ENTER("item", SCOPE_OUTSIDE, SCOPE_ENTRY),
	FILL("language", SCOPE_BOTH, KIND_NAME, SLOT_LANG, 60),
	FILL("lastbuilddate", SCOPE_ENTRY, KIND_DATE, SLOT_UPDATED, 40),
	FILL("link", SCOPE_BOTH, KIND_LINK, SLOT_URL, 90),
	FILL("managingeditor", SCOPE_FEED, KIND_AUTHOR, SLOT_AUTHOR, 20),
	FILL("modified", SCOPE_ENTRY, KIND_DATE, SLOT_UPDATED, 50),
	FILL("name", SCOPE_PERSON, KIND_TITLE, SLOT_AUTHOR, 90),
	FILL("pubdate", SCOPE_ENTRY, KIND_DATE, SLOT_PUBLISHED, 90),
	FILL("published", SCOPE_ENTRY, KIND_DATE, SLOT_PUBLISHED, 50),
	ENTER("skipdays", SCOPE_FEED, SCOPE_DAYS),
	ENTER("skiphours", SCOPE_FEED, SCOPE_HOURS),
	FILL("summary", SCOPE_ENTRY, KIND_HTML, SLOT_TEXT, 65),
	FILL("title", SCOPE_BOTH, KIND_TITLE, SLOT_TITLE, 90),
	DOES("ttl", SCOPE_FEED, KIND_TTL),
	FILL("updated", SCOPE_ENTRY, KIND_DATE, SLOT_UPDATED, 50),
	FILL("uri", SCOPE_PERSON, KIND_URL, SLOT_AUTHOR_URL, 90),
	FILL("url", SCOPE_PERSON, KIND_URL, SLOT_AUTHOR_URL, 80),
};

static const struct field_row atom_rows[] = {
	PERSON("author", SCOPE_BOTH | SCOPE_SOURCE, 90),
	DOES("category", SCOPE_ENTRY, KIND_CATEGORY),
	FILL("content", SCOPE_ENTRY, KIND_BODY, SLOT_TEXT, 90),
	FILL("created", SCOPE_ENTRY, KIND_DATE, SLOT_PUBLISHED, 60),
	FILL("email", SCOPE_PERSON, KIND_NAME, SLOT_AUTHOR_MAIL, 90),
	ENTER("entry", SCOPE_OUTSIDE, SCOPE_ENTRY),
	ENTER("feed", SCOPE_ROOT, SCOPE_FEED),
	FILL("id", SCOPE_ENTRY, KIND_ID, SLOT_ID, 90),
	FILL("issued", SCOPE_ENTRY, KIND_DATE, SLOT_PUBLISHED, 85),
	FILL("link", SCOPE_BOTH, KIND_LINK, SLOT_URL, 80),
	FILL("modified", SCOPE_ENTRY, KIND_DATE, SLOT_UPDATED, 85),
	FILL("name", SCOPE_PERSON, KIND_TITLE, SLOT_AUTHOR, 90),
	FILL("pubdate", SCOPE_ENTRY, KIND_DATE, SLOT_PUBLISHED, 50),
	FILL("published", SCOPE_ENTRY, KIND_DATE, SLOT_PUBLISHED, 90),
	ENTER("source", SCOPE_ENTRY, SCOPE_SOURCE),
	FILL("summary", SCOPE_ENTRY, KIND_BODY, SLOT_TEXT, 70),
	FILL("title", SCOPE_BOTH, KIND_HEADING, SLOT_TITLE, 90),
	FILL("updated", SCOPE_ENTRY, KIND_DATE, SLOT_UPDATED, 90),
	FILL("uri", SCOPE_PERSON, KIND_URL, SLOT_AUTHOR_URL, 90),
	FILL("url", SCOPE_PERSON, KIND_URL, SLOT_AUTHOR_URL, 80),
};

static const struct field_row xhtml_rows[] = {
	FILL("body", SCOPE_ENTRY, KIND_HTML, SLOT_TEXT, 85),
	FILL("div", SCOPE_ENTRY, KIND_HTML, SLOT_TEXT, 84),
};

/* Before "encoded" there was "items", a bag of items with an rdf:value each. */
static const struct field_row content_rows[] = {
	FILL("encoded", SCOPE_ENTRY, KIND_HTML, SLOT_TEXT, 90),
	DOES("item", SCOPE_ENTRY, KIND_PASS),
	DOES("items", SCOPE_ENTRY, KIND_PASS),
};

static const struct field_row rdf_rows[] = {
	DOES("bag", SCOPE_ENTRY, KIND_PASS),
	DOES("li", SCOPE_ENTRY, KIND_PASS),
	DOES("seq", SCOPE_ENTRY, KIND_PASS),
	FILL("value", SCOPE_ENTRY, KIND_HTML, SLOT_TEXT, 88),
};

/* Dates other than "date" belong to dcterms, but are found here. */
static const struct field_row dc_rows[] = {
	FILL("created", SCOPE_ENTRY, KIND_DATE, SLOT_PUBLISHED, 59),
	FILL("creator", SCOPE_BOTH, KIND_AUTHOR, SLOT_AUTHOR, 85),
	FILL("date", SCOPE_ENTRY, KIND_DATE, SLOT_PUBLISHED, 70),
	FILL("description", SCOPE_ENTRY, KIND_HTML, SLOT_TEXT, 60),
	FILL("identifier", SCOPE_ENTRY, KIND_ID, SLOT_ID, 50),
	FILL("issued", SCOPE_ENTRY, KIND_DATE, SLOT_PUBLISHED, 69),
	FILL("language", SCOPE_BOTH, KIND_NAME, SLOT_LANG, 50),
	FILL("modified", SCOPE_ENTRY, KIND_DATE, SLOT_UPDATED, 79),
	DOES("subject", SCOPE_ENTRY, KIND_CATEGORY),
	FILL("title", SCOPE_BOTH, KIND_TITLE, SLOT_TITLE, 60),
};

static const struct field_row dcterms_rows[] = {
	FILL("abstract", SCOPE_ENTRY, KIND_HTML, SLOT_TEXT, 55),
	FILL("created", SCOPE_ENTRY, KIND_DATE, SLOT_PUBLISHED, 60),
	FILL("creator", SCOPE_BOTH, KIND_AUTHOR, SLOT_AUTHOR, 84),
	FILL("date", SCOPE_ENTRY, KIND_DATE, SLOT_PUBLISHED, 65),
	FILL("description", SCOPE_ENTRY, KIND_HTML, SLOT_TEXT, 58),
	FILL("identifier", SCOPE_ENTRY, KIND_ID, SLOT_ID, 49),
	FILL("issued", SCOPE_ENTRY, KIND_DATE, SLOT_PUBLISHED, 80),
	FILL("language", SCOPE_BOTH, KIND_NAME, SLOT_LANG, 49),
	FILL("modified", SCOPE_ENTRY, KIND_DATE, SLOT_UPDATED, 80),
	DOES("subject", SCOPE_ENTRY, KIND_CATEGORY),
	FILL("title", SCOPE_BOTH, KIND_TITLE, SLOT_TITLE, 59),
};

static const struct field_row feedburner_rows[] = {
	FILL("origlink", SCOPE_ENTRY, KIND_URL, SLOT_URL, 95),
};

static const struct field_row geo_rows[] = {
	DOES("lat", SCOPE_ENTRY, KIND_LAT),
	FILL("lat_long", SCOPE_ENTRY, KIND_POINT, SLOT_POINT, 80),
	DOES("latitude", SCOPE_ENTRY, KIND_LAT),
	DOES("location", SCOPE_ENTRY, KIND_PASS),
	DOES("lon", SCOPE_ENTRY, KIND_LON),
	DOES("long", SCOPE_ENTRY, KIND_LON),
	DOES("longitude", SCOPE_ENTRY, KIND_LON),
	DOES("point", SCOPE_ENTRY, KIND_PASS),
};

static const struct field_row georss_rows[] = {
	FILL("box", SCOPE_ENTRY, KIND_AREA, SLOT_POINT, 70),
	FILL("circle", SCOPE_ENTRY, KIND_POINT, SLOT_POINT, 80),
	FILL("featurename", SCOPE_ENTRY, KIND_NAME, SLOT_PLACE, 90),
	FILL("line", SCOPE_ENTRY, KIND_AREA, SLOT_POINT, 70),
	FILL("point", SCOPE_ENTRY, KIND_POINT, SLOT_POINT, 90),
	FILL("polygon", SCOPE_ENTRY, KIND_AREA, SLOT_POINT, 70),
	DOES("where", SCOPE_ENTRY, KIND_PLACE),
};

static const struct field_row gml_rows[] = {
	DOES("coord", SCOPE_ENTRY, KIND_PLACE),
	FILL("coordinates", SCOPE_ENTRY, KIND_COORDINATES, SLOT_POINT, 75),
	DOES("envelope", SCOPE_ENTRY, KIND_PLACE),
	DOES("exterior", SCOPE_ENTRY, KIND_PLACE),
	DOES("linearring", SCOPE_ENTRY, KIND_PLACE),
	DOES("linestring", SCOPE_ENTRY, KIND_PLACE),
	FILL("lowercorner", SCOPE_ENTRY, KIND_CORNER, SLOT_POINT, 70),
	DOES("multipoint", SCOPE_ENTRY, KIND_PLACE),
	DOES("outerboundaryis", SCOPE_ENTRY, KIND_PLACE),
	DOES("point", SCOPE_ENTRY, KIND_PLACE),
	DOES("pointmember", SCOPE_ENTRY, KIND_PLACE),
	DOES("polygon", SCOPE_ENTRY, KIND_PLACE),
	FILL("pos", SCOPE_ENTRY, KIND_POINT, SLOT_POINT, 85),
	FILL("poslist", SCOPE_ENTRY, KIND_AREA, SLOT_POINT, 70),
	FILL("uppercorner", SCOPE_ENTRY, KIND_CORNER, SLOT_POINT, 70),
	DOES("x", SCOPE_ENTRY, KIND_LON),
	DOES("y", SCOPE_ENTRY, KIND_LAT),
};

static const struct field_row itunes_rows[] = {
	FILL("author", SCOPE_BOTH, KIND_AUTHOR, SLOT_AUTHOR, 60),
	DOES("category", SCOPE_ENTRY, KIND_CATEGORY),
	FILL("email", SCOPE_PERSON, KIND_NAME, SLOT_AUTHOR_MAIL, 90),
	DOES("keywords", SCOPE_ENTRY, KIND_KEYWORDS),
	FILL("name", SCOPE_PERSON, KIND_TITLE, SLOT_AUTHOR, 90),
	PERSON("owner", SCOPE_FEED, 15),
	FILL("subtitle", SCOPE_ENTRY, KIND_HTML, SLOT_TEXT, 30),
	FILL("summary", SCOPE_ENTRY, KIND_HTML, SLOT_TEXT, 50),
	FILL("title", SCOPE_BOTH, KIND_TITLE, SLOT_TITLE, 50),
};

static const struct field_row media_rows[] = {
	DOES("category", SCOPE_ENTRY, KIND_CATEGORY),
	DOES("community", SCOPE_ENTRY, KIND_PASS),
	DOES("content", SCOPE_ENTRY, KIND_PASS),
	FILL("credit", SCOPE_ENTRY, KIND_CREDIT, SLOT_AUTHOR, 30),
	DOES("description", SCOPE_ENTRY, KIND_CAPTION),
	DOES("group", SCOPE_ENTRY, KIND_PASS),
	DOES("keywords", SCOPE_ENTRY, KIND_KEYWORDS),
	DOES("location", SCOPE_ENTRY, KIND_PASS),
	DOES("starrating", SCOPE_ENTRY, KIND_RATING),
	DOES("statistics", SCOPE_ENTRY, KIND_STATISTICS),
	FILL("title", SCOPE_ENTRY, KIND_TITLE, SLOT_TITLE, 40),
};

static const struct field_row poco_rows[] = {
	FILL("displayname", SCOPE_PERSON, KIND_NAME, SLOT_AUTHOR, 95),
	FILL("preferredusername", SCOPE_PERSON, KIND_NAME, SLOT_AUTHOR_HANDLE, 90),
};

static const struct field_row slash_rows[] = {
	COUNT("comments", METRIC_COMMENTS),
};

static const struct field_row sy_rows[] = {
	DOES("updatefrequency", SCOPE_FEED, KIND_FREQUENCY),
	DOES("updateperiod", SCOPE_FEED, KIND_PERIOD),
};

static const struct field_row thr_rows[] = {
	FILL("in-reply-to", SCOPE_ENTRY, KIND_REPLY, SLOT_REPLY_TO, 90),
	COUNT("total", METRIC_COMMENTS),
};

#define ROWS(table)                                                                                \
	{                                                                                          \
		(table), ARRAY_SIZE(table)                                                         \
	}
static const struct {
	const struct field_row *rows;
	size_t n;
} tables[N_SPACES] = {
	[SPACE_CORE] = ROWS(core_rows),
	[SPACE_ATOM] = ROWS(atom_rows),
	[SPACE_RDF] = ROWS(rdf_rows),
	[SPACE_XHTML] = ROWS(xhtml_rows),
	[SPACE_CONTENT] = ROWS(content_rows),
	[SPACE_DC] = ROWS(dc_rows),
	[SPACE_DCTERMS] = ROWS(dcterms_rows),
	[SPACE_FEEDBURNER] = ROWS(feedburner_rows),
	[SPACE_GEO] = ROWS(geo_rows),
	[SPACE_GEORSS] = ROWS(georss_rows),
	[SPACE_GML] = ROWS(gml_rows),
	[SPACE_ITUNES] = ROWS(itunes_rows),
	[SPACE_MEDIA] = ROWS(media_rows),
	[SPACE_POCO] = ROWS(poco_rows),
	[SPACE_SLASH] = ROWS(slash_rows),
	[SPACE_SY] = ROWS(sy_rows),
	[SPACE_THR] = ROWS(thr_rows),
};

const struct field_row *field_rows(int space, size_t *ret_n)
{
	const bool is_known = space >= 0 && space < N_SPACES;

	*ret_n = is_known ? tables[space].n : 0;
	return is_known ? tables[space].rows : NULL;
}

/* Order of NAME, whose case does not count, and the name of a row. */
static int order_of(struct slice name, const char *row_name)
{
	for (size_t i = 0; i < name.len; i++) {
		const int order = to_lower(name.ptr[i]) - row_name[i];

		if (order != 0)
			return order;
	}
	return row_name[name.len] == '\0' ? 0 : -1;
}

static const struct field_row *find_row(int space, struct slice name)
{
	size_t high;
	const struct field_row *rows = field_rows(space, &high);
	size_t low = 0;

	while (low < high) {
		const size_t middle = low + (high - low) / 2;
		const int order = order_of(name, rows[middle].name);

		if (order == 0)
			return &rows[middle];
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return NULL;
}

const struct field_row *field_find(int space, struct slice name, enum scope scope)
{
	const struct field_row *row = find_row(space, name);

	if (!row && (space == SPACE_CORE || space == SPACE_ATOM))
		row = find_row(space == SPACE_CORE ? SPACE_ATOM : SPACE_CORE, name);

	return row && row->scopes & scope ? row : NULL;
}
