#include "match/filters.h"

#include <errno.h>
#include <math.h>
#include <string.h>

#include "base/str.h"
#include "match/query_limits.h"
#include "match/reading.h"
#include "match/terms.h"
#include "place/distance.h"
#include "place/place.h"
#include "text/entities.h"
#include "text/fold.h"
#include "text/idn.h"

enum { SITE_MAX_BYTES = 2048, VALUE_MAX_BYTES = QUERY_MAX_BYTES * 12 };

/* Makes KEY the one term of NODE. */
static int want(struct node *node, struct slice key, struct arena *arena)
{
	const char *copy = arena_copy(arena, key);

	node->wanted = arena_alloc(arena, sizeof(*node->wanted));
	if (!node->wanted || !copy)
		return -ENOMEM;

	node->n_wanted = 1;
	*node->wanted = (struct wanted){
		.kind = node->filter->term, .key = slice_from(copy, key.len), .n_clusters = 1};
	return 0;
}

static int parse_site(struct node *node, struct slice value, struct arena *arena)
{
	CLEANUP(str_done) struct str host = STR_INIT(SITE_MAX_BYTES);

	if (slice_starts_with_nocase(value, SLICE("www.")))
		value = slice_skip(value, strlen("www."));
	for (size_t i = 0; i < value.len; i++)
		if (strchr("/: *?@", value.ptr[i]))
			return -EINVAL;
	if (value.len == 0)
		return -EINVAL;

	idn_to_ascii(value, &host);
	return str_error(&host) < 0 || host.len == 0 ? -EINVAL
						     : want(node, str_slice(&host), arena);
}

/* "en-GB" as "en-gb": subtags of letters and digits, the first of 2 or 3
 * letters. */
static int parse_lang(struct node *node, struct slice value, struct arena *arena)
{
	enum { LANG_MAX = 35, PRIMARY_MIN = 2, PRIMARY_MAX = 3 };
	char tag[LANG_MAX];
	size_t primary = 0;

	if (value.len > sizeof(tag))
		return -EINVAL;
	while (primary < value.len && is_alpha(value.ptr[primary]))
		primary++;
	if (primary < PRIMARY_MIN || primary > PRIMARY_MAX ||
		(primary < value.len && value.ptr[primary] != '-' && value.ptr[primary] != '_'))
		return -EINVAL;

	for (size_t i = 0; i < value.len; i++) {
		const char c = value.ptr[i] == '_' ? '-' : value.ptr[i];

		if (!is_alnum(c) && (c != '-' || i + 1 == value.len || value.ptr[i + 1] == '-'))
			return -EINVAL;
		tag[i] = to_lower(c);
	}
	return want(node, slice_from(tag, value.len), arena);
}

static int parse_country(struct node *node, struct slice value, struct arena *arena)
{
	const char *country = place_find_country(value);

	return country ? want(node, slice_of(country), arena) : -EINVAL;
}

/* Reads up to four numbers separated by commas; -EINVAL unless there are N.
 * *REST is what follows the last one. */
static int read_numbers(struct slice value, size_t n, double *numbers, struct slice *rest)
{
	struct slice part;
	size_t i = 0;

	for (; slice_split(&value, ',', &part); i++) {
		size_t len = 0;

		part = slice_trim(part);
		while (len < part.len && (is_digit(part.ptr[len]) || part.ptr[len] == '.' ||
						 part.ptr[len] == '-' || part.ptr[len] == '+'))
			len++;
		*rest = slice_trim(slice_skip(part, len));
		if (i >= n || !slice_to_double(slice_from(part.ptr, len), &numbers[i]) ||
			(i + 1 < n && rest->len > 0))
			return -EINVAL;
	}
	return i == n ? 0 : -EINVAL;
}

static bool is_position(double lat, double lon)
{
	return fabs(lat) <= 90 && fabs(lon) <= 180;
}

/* Latitude, longitude, radius in kilometres. */
static int parse_near(struct node *node, struct slice value, struct arena *arena)
{
	static const struct {
		struct slice name;
		double km;
	} units[] = {{SLICE_INIT(""), 1}, {SLICE_INIT("km"), 1}, {SLICE_INIT("mi"), 1.609344},
		{SLICE_INIT("m"), 0.001}};
	struct slice unit;

	(void)arena;
	if (read_numbers(value, 3, node->numbers, &unit) < 0 || node->numbers[2] < 0 ||
		!is_position(node->numbers[0], node->numbers[1]))
		return -EINVAL;

	for (size_t i = 0; i < ARRAY_SIZE(units); i++) {
		if (slice_equals_nocase(units[i].name, unit)) {
			node->numbers[2] *= units[i].km;
			return 0;
		}
	}
	return -EINVAL;
}

static bool matches_near(const struct node *node, struct reading *reading)
{
	const struct position *position = reading_position(reading);

	return position->has_point && distance_km(node->numbers[0], node->numbers[1], position->lat,
					      position->lon) <= node->numbers[2];
}

/* South, west, north, east. */
static int parse_bbox(struct node *node, struct slice value, struct arena *arena)
{
	struct slice rest;

	(void)arena;
	if (read_numbers(value, 4, node->numbers, &rest) < 0 || rest.len > 0 ||
		!is_position(node->numbers[0], node->numbers[1]) ||
		!is_position(node->numbers[2], node->numbers[3]) ||
		node->numbers[0] > node->numbers[2])
		return -EINVAL;

	return 0;
}

static bool matches_bbox(const struct node *node, struct reading *reading)
{
	const struct position *position = reading_position(reading);
	const double west = node->numbers[1];
	const double east = node->numbers[3];
	const double lon = position->lon;

	if (!position->has_point || position->lat < node->numbers[0] ||
		position->lat > node->numbers[2])
		return false;

	return west <= east ? lon >= west && lon <= east : lon >= west || lon <= east;
}

static int parse_source(struct node *node, struct slice value, struct arena *arena)
{
	CLEANUP(str_done) struct str key = STR_INIT(VALUE_MAX_BYTES);
	const int r = value.len > 0 ? fold(value, &key, NULL) : -EINVAL;

	if (r < 0)
		return r;
	if (slice_find_char(value, '*') < 0)
		return want(node, str_slice(&key), arena);

	for (size_t i = 0; i < key.len; i++)
		if (key.ptr[i] == '*')
			key.ptr[i] = TERM_ANY;
	node->value = slice_from(arena_copy(arena, str_slice(&key)), key.len);
	return node->value.ptr ? 0 : -ENOMEM;
}

/* Sources whose name a pattern fits; others are a matter of the dictionary. */
static bool matches_source(const struct node *node, struct reading *reading)
{
	CLEANUP(str_done) struct str key = STR_INIT(VALUE_MAX_BYTES);

	return reading->post->source && fold(slice_of(reading->post->source), &key, NULL) == 0 &&
	       term_fits(node->value, str_slice(&key));
}

/* What addresses are compared by: lower case, no scheme, no www. */
static struct slice bare_address(struct slice url)
{
	static const struct slice starts[] = {
		SLICE_INIT("http://"), SLICE_INIT("https://"), SLICE_INIT("www.")};

	for (size_t i = 0; i < ARRAY_SIZE(starts); i++)
		if (slice_starts_with_nocase(url, starts[i]))
			url = slice_skip(url, starts[i].len);

	return url;
}

static int parse_url(struct node *node, struct slice value, struct arena *arena)
{
	CLEANUP(str_done) struct str key = STR_INIT(VALUE_MAX_BYTES);
	const struct slice address = bare_address(value);
	const int r = address.len > 0 ? fold(address, &key, NULL) : -EINVAL;

	if (r < 0)
		return r;

	node->value = slice_from(arena_copy(arena, str_slice(&key)), key.len);
	return node->value.ptr ? 0 : -ENOMEM;
}

/* Whether ADDRESS holds what NODE's value, folded, names, in any case. */
static bool holds(struct slice address, const struct node *node)
{
	CLEANUP(str_done) struct str key = STR_INIT(VALUE_MAX_BYTES);

	if (slice_find_nocase(address, node->value) >= 0)
		return true;

	return !slice_is_ascii(node->value) && fold(address, &key, NULL) == 0 &&
	       slice_find(str_slice(&key), node->value) >= 0;
}

static bool matches_url(const struct node *node, struct reading *reading)
{
	const char *url = reading->post->url;

	return url && holds(bare_address(slice_of(url)), node);
}

/* Whether ADDRESS is on the host that NODE's value names, or below it. */
static bool is_on_host(struct slice address, const struct node *node)
{
	CLEANUP(str_done) struct str wanted = STR_INIT(SITE_MAX_BYTES);
	CLEANUP(str_done) struct str host = STR_INIT(SITE_MAX_BYTES);
	size_t start = 0;
	size_t len = 0;

	for (; len < address.len && !strchr("/?#", address.ptr[len]); len++)
		if (address.ptr[len] == '@')
			start = len + 1;
	address = slice_from(address.ptr + start, len - start);
	for (len = 0; len < address.len && address.ptr[len] != ':';)
		len++;
	idn_to_ascii(slice_from(address.ptr, len), &host);
	idn_to_ascii(node->value, &wanted);
	if (!slice_ends_with(str_slice(&host), str_slice(&wanted)))
		return false;

	return host.len == wanted.len || host.ptr[host.len - wanted.len - 1] == '.';
}

/* A value without path and port is a host. */
static bool is_link(const struct node *node, struct slice link)
{
	const struct slice address = bare_address(link);

	if (slice_find_char(node->value, '/') < 0 && slice_find_char(node->value, ':') < 0)
		return is_on_host(address, node);

	return holds(address, node);
}

static bool matches_link(const struct node *node, struct reading *reading)
{
	const struct post *post = reading->post;

	for (size_t i = 0; i < post->links.n; i++)
		if (is_link(node, slice_of(post->links.items[i])))
			return true;

	for (enum field field = 0; field < N_FIELDS; field++) {
		const struct slice text = slice_of(post_field(post, field));
		struct entity entity;

		for (size_t at = 0; entities_next(text, &at, &entity);)
			if (entity.kind == ENTITY_LINK &&
				is_link(node, slice_from(text.ptr + entity.start,
						      entity.end - entity.start)))
				return true;
	}
	return false;
}

static bool has_entity(const struct post *post, enum entity_kind kind)
{
	for (enum field field = 0; field < N_FIELDS; field++) {
		const struct slice text = slice_of(post_field(post, field));
		struct entity entity;

		for (size_t at = 0; entities_next(text, &at, &entity);)
			if (entity.kind == kind)
				return true;
	}
	return false;
}

static bool has_geo(const struct post *post)
{
	return post->location.has_point || post->location.country || post->location.name;
}

static bool has_link(const struct post *post)
{
	return post->links.n > 0 || has_entity(post, ENTITY_LINK);
}

static bool has_hashtag(const struct post *post)
{
	return post->hashtags.n > 0 || has_entity(post, ENTITY_HASHTAG);
}

static bool has_mention(const struct post *post)
{
	return post->handles.n > 0 || has_entity(post, ENTITY_HANDLE);
}

static const struct {
	const char *name;
	bool (*has)(const struct post *post);
} things[] = {
	{"geo", has_geo}, {"hashtag", has_hashtag}, {"link", has_link}, {"mention", has_mention}};

static int parse_has(struct node *node, struct slice value, struct arena *arena)
{
	(void)arena;
	for (size_t i = 0; i < ARRAY_SIZE(things); i++) {
		if (slice_equals_nocase(slice_of(things[i].name), value)) {
			node->count = i;
			return 0;
		}
	}
	return -EINVAL;
}

static bool matches_has(const struct node *node, struct reading *reading)
{
	return things[node->count].has(reading->post);
}

/* "[5 TO 9]", "[* TO 9]". */
static int parse_range(struct slice value, double *low, double *high)
{
	const struct slice inner = slice_from(value.ptr + 1, value.len - 2);
	const ptrdiff_t to = slice_find(inner, SLICE(" TO "));

	if (to < 0)
		return -EINVAL;

	const struct slice from = slice_trim(slice_from(inner.ptr, (size_t)to));
	const struct slice until = slice_trim(slice_skip(inner, (size_t)to + strlen(" TO ")));

	if (!slice_equals(from, SLICE("*")) && !slice_to_double(from, low))
		return -EINVAL;
	if (!slice_equals(until, SLICE("*")) && !slice_to_double(until, high))
		return -EINVAL;

	return *low <= *high ? 0 : -EINVAL;
}

/* The lowest and the highest number that match. */
static int parse_metric(struct node *node, struct slice value, struct arena *arena)
{
	static const struct {
		struct slice sign;
		bool low, high, equal;
	} signs[] = {
		{SLICE_INIT(">="), true, false, true},
		{SLICE_INIT("<="), false, true, true},
		{SLICE_INIT(">"), true, false, false},
		{SLICE_INIT("<"), false, true, false},
		{SLICE_INIT(""), true, true, true},
	};
	double *low = &node->numbers[0];
	double *high = &node->numbers[1];
	double number;
	size_t i = 0;

	(void)arena;
	*low = -HUGE_VAL;
	*high = HUGE_VAL;
	if (slice_equals(value, SLICE("*")))
		return 0;
	if (value.len > 2 && value.ptr[0] == '[' && value.ptr[value.len - 1] == ']')
		return parse_range(value, low, high);

	while (!slice_starts_with(value, signs[i].sign))
		i++;
	if (!slice_to_double(slice_trim(slice_skip(value, signs[i].sign.len)), &number))
		return -EINVAL;
	if (signs[i].low)
		*low = signs[i].equal ? number : nextafter(number, HUGE_VAL);
	if (signs[i].high)
		*high = signs[i].equal ? number : nextafter(number, -HUGE_VAL);
	return 0;
}

static bool matches_metric(const struct node *node, struct reading *reading)
{
	const struct metric_value *metric = &reading->post->metrics[node->filter->metric];

	return metric->known && metric->value >= node->numbers[0] &&
	       metric->value <= node->numbers[1];
}

#define METRIC(text, which)                                                                        \
	{                                                                                          \
		.name = (text), .form = FORM_VALUES, .term = N_TERM_KINDS, .metric = (which),      \
		.parse = parse_metric, .matches = matches_metric,                                  \
		.expects = text ":5, " text ":>5, " text ":[5 TO 9]"                               \
	}

static const struct filter_row rows[] = {
	{.name = "atleast",
		.form = FORM_LIST,
		.term = N_TERM_KINDS,
		.expects = "atleast:2(late, broken, refund)"},
	{.name = "author",
		.form = FORM_SCOPE,
		.scope = SCOPE_AUTHOR,
		.term = N_TERM_KINDS,
		.expects = "author:\"BBC News\""},
	{.name = "bbox",
		.form = FORM_NUMBERS,
		.term = N_TERM_KINDS,
		.parse = parse_bbox,
		.matches = matches_bbox,
		.expects = "bbox:\"south,west,north,east\""},
	METRIC("comments", METRIC_COMMENTS),
	{.name = "country",
		.form = FORM_VALUES,
		.term = TERM_COUNTRY,
		.parse = parse_country,
		.expects = "country:KE, country:Kenya"},
	METRIC("followers", METRIC_FOLLOWERS),
	{.name = "has",
		.form = FORM_VALUES,
		.term = N_TERM_KINDS,
		.parse = parse_has,
		.matches = matches_has,
		.expects = "has:geo, has:link, has:hashtag, has:mention"},
	{.name = "lang",
		.form = FORM_VALUES,
		.term = TERM_LANG,
		.parse = parse_lang,
		.expects = "lang:en, lang:en-GB"},
	METRIC("likes", METRIC_LIKES),
	{.name = "link",
		.form = FORM_VALUES,
		.term = N_TERM_KINDS,
		.parse = parse_url,
		.matches = matches_link,
		.expects = "link:example.org, link:example.org/blog"},
	{.name = "near",
		.form = FORM_NUMBERS,
		.term = N_TERM_KINDS,
		.parse = parse_near,
		.matches = matches_near,
		.expects = "near:\"-1.29,36.82,25km\""},
	{.name = "place",
		.form = FORM_VALUES,
		.scope = SCOPE_PLACE,
		.term = N_TERM_KINDS,
		.expects = "place:Nairobi, place:\"Siem Reap\""},
	METRIC("rating", METRIC_RATING),
	{.name = "raw", .form = FORM_RAW, .term = N_TERM_KINDS, .expects = "raw:C++, {C++}"},
	METRIC("replies", METRIC_REPLIES),
	METRIC("shares", METRIC_SHARES),
	{.name = "site",
		.form = FORM_VALUES,
		.term = TERM_SITE,
		.parse = parse_site,
		.expects = "site:news.example, without a path"},
	{.name = "source",
		.form = FORM_VALUES,
		.term = TERM_SOURCE,
		.parse = parse_source,
		.matches = matches_source,
		.expects = "source:acme-news"},
	{.name = "tag",
		.form = FORM_VALUES,
		.scope = SCOPE_TAG,
		.term = N_TERM_KINDS,
		.expects = "tag:sport, tag:\"local news\""},
	{.name = "text",
		.form = FORM_SCOPE,
		.scope = SCOPE_TEXT,
		.term = N_TERM_KINDS,
		.expects = "text:acme, text:(acme OR globex)"},
	{.name = "title",
		.form = FORM_SCOPE,
		.scope = SCOPE_TITLE,
		.term = N_TERM_KINDS,
		.expects = "title:acme, title:(acme OR globex)"},
	{.name = "url",
		.form = FORM_VALUES,
		.term = N_TERM_KINDS,
		.parse = parse_url,
		.matches = matches_url,
		.expects = "url:example.org/blog"},
	METRIC("views", METRIC_VIEWS),
};

const struct filter_row *filter_find(struct slice name)
{
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		if (slice_equals_nocase(slice_of(rows[i].name), name))
			return &rows[i];

	return NULL;
}

const struct filter_row *filter_at(size_t index)
{
	return index < ARRAY_SIZE(rows) ? &rows[index] : NULL;
}

size_t scope_count_texts(unsigned int scope, const struct post *post)
{
	switch (scope) {
	case SCOPE_AUTHOR:
		return post->author != NULL;
	case SCOPE_PLACE:
		return post->location.name != NULL;
	default:
		return post->tags.n;
	}
}

struct slice scope_text(unsigned int scope, const struct post *post, size_t index)
{
	switch (scope) {
	case SCOPE_AUTHOR:
		return slice_of(post->author);
	case SCOPE_PLACE:
		return slice_of(post->location.name);
	default:
		return slice_of(post->tags.items[index]);
	}
}

enum term_kind scope_term(unsigned int scope)
{
	switch (scope) {
	case SCOPE_AUTHOR:
		return TERM_AUTHOR;
	case SCOPE_PLACE:
		return TERM_PLACE;
	case SCOPE_TAG:
		return TERM_TAG;
	default:
		return TERM_WORD;
	}
}
