#include "record/post.h"

#include <errno.h>
#include <string.h>

#include "base/utf8.h"

static const char *const field_names[N_FIELDS] = {[FIELD_TITLE] = "title", [FIELD_TEXT] = "text"};

static const char *const metric_names[N_METRICS] = {
	[METRIC_LIKES] = "likes",
	[METRIC_SHARES] = "shares",
	[METRIC_REPLIES] = "replies",
	[METRIC_COMMENTS] = "comments",
	[METRIC_VIEWS] = "views",
	[METRIC_FOLLOWERS] = "followers",
	[METRIC_RATING] = "rating",
};

static const char *const via_names[N_VIAS] = {
	[VIA_GEOTAG] = "geotag",
	[VIA_PROFILE] = "profile",
	[VIA_SOURCE] = "source",
	[VIA_INFERRED] = "inferred",
};

/* The wire form, in the order in which it is printed. */
enum { MOST_STARS = 5 };

enum member_type { MEMBER_TEXT, MEMBER_TIME, MEMBER_TEXTS, MEMBER_LOCATION, MEMBER_METRICS };

static const struct member {
	const char *name;
	enum member_type type;
	size_t offset;
} members[] = {
	{"id", MEMBER_TEXT, offsetof(struct post, id)},
	{"url", MEMBER_TEXT, offsetof(struct post, url)},
	{"title", MEMBER_TEXT, offsetof(struct post, title)},
	{"text", MEMBER_TEXT, offsetof(struct post, text)},
	{"author", MEMBER_TEXT, offsetof(struct post, author)},
	{"author_handle", MEMBER_TEXT, offsetof(struct post, author_handle)},
	{"author_url", MEMBER_TEXT, offsetof(struct post, author_url)},
	{"published", MEMBER_TIME, offsetof(struct post, published)},
	{"updated", MEMBER_TIME, offsetof(struct post, updated)},
	{"lang", MEMBER_TEXT, offsetof(struct post, lang)},
	{"tags", MEMBER_TEXTS, offsetof(struct post, tags)},
	{"hashtags", MEMBER_TEXTS, offsetof(struct post, hashtags)},
	{"handles", MEMBER_TEXTS, offsetof(struct post, handles)},
	{"links", MEMBER_TEXTS, offsetof(struct post, links)},
	{"location", MEMBER_LOCATION, offsetof(struct post, location)},
	{"reply_to", MEMBER_TEXT, offsetof(struct post, reply_to)},
	{"metrics", MEMBER_METRICS, offsetof(struct post, metrics)},
	{"source", MEMBER_TEXT, offsetof(struct post, source)},
};

const char *field_name(enum field field)
{
	return field_names[field];
}

const char *post_field(const struct post *post, enum field field)
{
	return field == FIELD_TITLE ? post->title : post->text;
}

double post_stars(const struct post *post)
{
	const struct metric_value *rating = &post->metrics[METRIC_RATING];
	bool is_review = rating->known && rating->value > 0 && rating->value <= MOST_STARS;

	return is_review && !post->metrics[METRIC_VIEWS].known ? rating->value : 0;
}

const char *metric_name(enum metric metric)
{
	return metric_names[metric];
}

const char *location_via_name(enum location_via via)
{
	return via_names[via];
}

int location_via_find(const char *name, enum location_via *ret)
{
	for (size_t i = 0; name && i < N_VIAS; i++) {
		if (via_names[i] && strcmp(via_names[i], name) == 0) {
			*ret = (enum location_via)i;
			return 1;
		}
	}
	return 0;
}

int texts_add(struct texts *texts, struct arena *arena, struct slice text)
{
	/* Room is a power of two, so the count says when it is full. */
	if ((texts->n & (texts->n - 1)) == 0) {
		const size_t room = texts->n == 0 ? 1 : texts->n * 2;
		const char **grown =
			arena_grow(arena, texts->items, texts->n, room, sizeof(*texts->items));

		if (!grown)
			return -ENOMEM;
		texts->items = grown;
	}

	const char *copy = arena_copy(arena, text);
	if (!copy)
		return -ENOMEM;

	texts->items[texts->n++] = copy;
	return 0;
}

static int copy_text(struct arena *arena, const char **text)
{
	if (!*text)
		return 0;
	*text = arena_copy_text(arena, *text);
	return *text ? 0 : -ENOMEM;
}

static int copy_texts(struct arena *arena, struct texts *texts)
{
	struct texts copy = {0};

	for (size_t i = 0; i < texts->n; i++) {
		const int r = texts_add(&copy, arena, slice_of(texts->items[i]));

		if (r < 0)
			return r;
	}
	*texts = copy;
	return 0;
}

int post_copy(const struct post *post, struct arena *arena, struct post *ret)
{
	struct post copy = *post;
	const char **const texts[] = {&copy.id, &copy.url, &copy.title, &copy.text, &copy.author,
		&copy.author_handle, &copy.author_url, &copy.lang, &copy.location.name,
		&copy.location.country, &copy.reply_to};
	struct texts *const lists[] = {&copy.tags, &copy.hashtags, &copy.handles, &copy.links};
	int r = 0;

	for (size_t i = 0; i < ARRAY_SIZE(texts) && r == 0; i++)
		r = copy_text(arena, texts[i]);
	for (size_t i = 0; i < ARRAY_SIZE(lists) && r == 0; i++)
		r = copy_texts(arena, lists[i]);
	if (r == 0)
		*ret = copy;
	return r;
}

bool texts_has(const struct texts *texts, struct slice text)
{
	for (size_t i = 0; i < texts->n; i++)
		if (slice_equals(slice_of(texts->items[i]), text))
			return true;

	return false;
}

static int set_time(json_t *object, const char *name, const struct instant *time)
{
	char text[TIME_TEXT_SIZE];

	if (!time->known)
		return 0;

	return json_set_text(object, name, time_format_rfc3339(time->us, text));
}

static int set_texts(json_t *object, const char *name, const struct texts *texts)
{
	if (texts->n == 0)
		return 0;

	CLEANUP(json_freep) json_t *array = json_array();

	for (size_t i = 0; i < texts->n; i++)
		if (json_array_append_new(array, json_string(texts->items[i])) < 0)
			return -ENOMEM;

	return json_set_take(object, name, TAKE(array));
}

static int set_location(json_t *object, const char *name, const struct location *location)
{
	CLEANUP(json_freep) json_t *place = json_object();
	int r = 0;

	if (!place)
		return -ENOMEM;
	if (location->has_point) {
		r = json_set_number(place, "lat", location->lat);
		if (r == 0)
			r = json_set_number(place, "lon", location->lon);
	}
	if (r == 0)
		r = json_set_text(place, "name", location->name);
	if (r == 0)
		r = json_set_text(place, "country", location->country);
	if (r < 0 || json_object_size(place) == 0)
		return r;

	r = json_set_text(place, "via", via_names[location->via]);
	return r < 0 ? r : json_set_take(object, name, TAKE(place));
}

static int set_metrics(json_t *object, const char *name, const struct metric_value *metrics)
{
	CLEANUP(json_freep) json_t *known = json_object();
	int r = known ? 0 : -ENOMEM;

	for (size_t i = 0; i < N_METRICS && r == 0; i++)
		if (metrics[i].known)
			r = json_set_number(known, metric_names[i], metrics[i].value);
	if (r < 0 || json_object_size(known) == 0)
		return r;

	return json_set_take(object, name, TAKE(known));
}

int post_to_json(const struct post *post, json_t **ret)
{
	CLEANUP(json_freep) json_t *object = json_object();
	int r = object ? 0 : -ENOMEM;

	for (size_t i = 0; i < ARRAY_SIZE(members) && r == 0; i++) {
		const char *name = members[i].name;
		const void *value = (const char *)post + members[i].offset;

		switch (members[i].type) {
		case MEMBER_TEXT:
			r = json_set_text(object, name, *(const char *const *)value);
			break;
		case MEMBER_TIME:
			r = set_time(object, name, value);
			break;
		case MEMBER_TEXTS:
			r = set_texts(object, name, value);
			break;
		case MEMBER_LOCATION:
			r = set_location(object, name, value);
			break;
		case MEMBER_METRICS:
			r = set_metrics(object, name, value);
			break;
		}
	}
	if (r < 0)
		return r;

	*ret = TAKE(object);
	return 0;
}

static int get_text(const json_t *object, const char *name, struct arena *arena, const char **ret)
{
	char number[32];
	const char *text = json_text_or_number(object, name, number);

	if (!text)
		return 0;

	*ret = arena_copy_text(arena, text);
	return *ret ? 0 : -ENOMEM;
}

static void get_time(const json_t *object, const char *name, struct instant *ret)
{
	const char *text = json_text(object, name);

	if (text && time_parse(text, &ret->us) == 1)
		ret->known = true;
}

static int get_texts(const json_t *object, const char *name, struct arena *arena, struct texts *ret)
{
	const json_t *array = json_object_get(object, name);
	const json_t *item;
	size_t i;

	json_array_foreach (array, i, item) {
		const char *text = json_string_value(item);
		const int r = text && text[0] != '\0' ? texts_add(ret, arena, slice_of(text)) : 0;

		if (r < 0)
			return r;
	}
	return 0;
}

/* A number, or the text of one. */
static bool get_number(const json_t *object, const char *name, double *ret)
{
	const json_t *value = json_object_get(object, name);

	if (json_is_number(value)) {
		*ret = json_number_value(value);
		return true;
	}
	return slice_to_double(slice_of(json_string_value(value)), ret) == 1;
}

static int get_location(
	const json_t *object, const char *name, struct arena *arena, struct location *ret)
{
	const json_t *place = json_object_get(object, name);
	double lat;
	double lon;

	if (get_number(place, "lat", &lat) && get_number(place, "lon", &lon) && lat >= -90 &&
		lat <= 90 && lon >= -180 && lon <= 180) {
		ret->lat = lat;
		ret->lon = lon;
		ret->has_point = true;
	}
	location_via_find(json_text(place, "via"), &ret->via);

	const int r = get_text(place, "name", arena, &ret->name);
	return r < 0 ? r : get_text(place, "country", arena, &ret->country);
}

static void get_metrics(const json_t *object, const char *name, struct metric_value *ret)
{
	const json_t *known = json_object_get(object, name);

	for (size_t i = 0; i < N_METRICS; i++)
		ret[i].known = get_number(known, metric_names[i], &ret[i].value);
}

int post_from_json(const json_t *object, struct arena *arena, struct post *ret)
{
	struct post post = {0};
	int r = json_is_object(object) ? 0 : -EINVAL;

	for (size_t i = 0; i < ARRAY_SIZE(members) && r == 0; i++) {
		const char *name = members[i].name;
		void *value = (char *)&post + members[i].offset;

		switch (members[i].type) {
		case MEMBER_TEXT:
			r = get_text(object, name, arena, value);
			break;
		case MEMBER_TIME:
			get_time(object, name, value);
			break;
		case MEMBER_TEXTS:
			r = get_texts(object, name, arena, value);
			break;
		case MEMBER_LOCATION:
			r = get_location(object, name, arena, value);
			break;
		case MEMBER_METRICS:
			get_metrics(object, name, value);
			break;
		}
	}
	if (r < 0)
		return r;

	*ret = post;
	return 0;
}
