/* record/post.h: what a source published, and its wire form.
 *
 * A post is a plain record that stages hand on as const.  Its strings are
 * UTF-8 without NUL and belong to whoever made it, mostly the arena of one
 * fetch.  What is absent is NULL, 0 elements, or not known: never an empty
 * string or an invented value.  {0} is the empty post.
 */
#pragma once

#include "base/arena.h"
#include "base/clock.h"
#include "base/json.h"

enum location_via { VIA_NONE, VIA_GEOTAG, VIA_PROFILE, VIA_SOURCE, VIA_INFERRED, N_VIAS };

struct location {
	const char *name;
	const char *country; /* ISO 3166-1 alpha-2, upper case */
	double lat, lon;     /* degrees, WGS 84; valid when has_point */
	bool has_point;
	enum location_via via;
};

enum metric {
	METRIC_LIKES,
	METRIC_SHARES,
	METRIC_REPLIES,
	METRIC_COMMENTS,
	METRIC_VIEWS,
	METRIC_FOLLOWERS,
	METRIC_RATING,
	N_METRICS,
};

struct metric_value {
	double value;
	bool known;
};

struct texts {
	const char **items;
	size_t n;
};

/* What a post's link says of it in the answer that it came with. */
enum link_role {
	LINK_BESIDE,       /* it has an id */
	LINK_OWN,          /* no id, and no other post at the link */
	LINK_SHARED,       /* no id, and others at the link, which have other titles */
	LINK_TITLE_SHARED, /* no id, and the title is another's too */
};

struct post {
	const char *id;  /* the source's own stable id */
	const char *url; /* permalink, absolute */
	const char *title;
	const char *text; /* plain text, blocks as line breaks */
	const char *author;
	const char *author_handle; /* without @ */
	const char *author_url;
	struct instant published;
	struct instant updated;
	const char *lang;      /* BCP 47 */
	struct texts tags;     /* the source's categories */
	struct texts hashtags; /* without # */
	struct texts handles;  /* without @ */
	struct texts links;
	struct location location;
	const char *reply_to;
	struct metric_value metrics[N_METRICS];
	const char *source; /* name of the source */
	bool id_is_url;     /* the source gave no id; not in the wire form */
};

/* The fields that are searched; matches name them. */
enum field { FIELD_TITLE, FIELD_TEXT, N_FIELDS };

/* "title", "text". */
const char *field_name(enum field field);
/* The field's text, NULL when absent. */
const char *post_field(const struct post *post, enum field field);

/* Stars, up to 5, that the author of a review gives; 0 when the post is none.  A
 * rating beside a number of views is the audience's, of a video for example. */
double post_stars(const struct post *post);

/* "likes", ...; "geotag", ... (NULL for VIA_NONE). */
const char *metric_name(enum metric metric);
const char *location_via_name(enum location_via via);
/* 1 and *RET, or 0. */
int location_via_find(const char *name, enum location_via *ret);

/* The wire form (design, "The wire form of a post") with the keys in the order
 * of its table.  *RET is a new reference.  -ENOMEM. */
int post_to_json(const struct post *post, json_t **ret);

/* Reads the known keys of OBJECT into *RET, strings copied to ARENA; members
 * of a wrong type, empty strings and nulls are left out.  Unknown keys stay
 * with the caller's OBJECT: a filter adds its key there and prints the object.
 * -EINVAL when OBJECT is no object, -ENOMEM. */
int post_from_json(const json_t *object, struct arena *arena, struct post *ret);

/* A copy of POST whose strings are in ARENA, but for the name of the source, which is
 * not copied.  -ENOMEM. */
int post_copy(const struct post *post, struct arena *arena, struct post *ret);

/* Adds TEXT (copied) at the end of TEXTS, which grows in ARENA.  -ENOMEM. */
int texts_add(struct texts *texts, struct arena *arena, struct slice text);
/* Whether TEXTS holds TEXT, byte for byte. */
bool texts_has(const struct texts *texts, struct slice text);
