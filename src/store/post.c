#include "store/post.h"

#include <errno.h>
#include <string.h>

#include "base/map.h"
#include "base/str.h"
#include "store/known.h"
#include "store/lookup.h"
#include "store/names.h"
#include "store/search.h"
#include "store/store.h"
#include "store/story.h"
#include "store/txn.h"

/* Any fixed number: the hash is stored. */
#define KEY_SEED UINT64_C(0x746f6d6273746f6e)

enum tag_kind { KIND_TAG, KIND_HASHTAG, KIND_HANDLE, KIND_LINK, N_TAG_KINDS };

/* The lists of a post and what they are called in post_tag. */
static const struct {
	const char *name;
	size_t offset;
} tag_kinds[N_TAG_KINDS] = {
	[KIND_TAG] = {"tag", offsetof(struct post, tags)},
	[KIND_HASHTAG] = {"hashtag", offsetof(struct post, hashtags)},
	[KIND_HANDLE] = {"handle", offsetof(struct post, handles)},
	[KIND_LINK] = {"link", offsetof(struct post, links)},
};

/* --- finding ---------------------------------------------------------------- */

/* What store_add_post() was given. */
struct arrival {
	const struct post *post;
	const struct identity *identity;
	const char *id_key; /* under which it is stored, when it is new */
	int64_t source_id;
	int64_t fetched_us;
};

/* One number for address and content together: a small index, and a text that
 * a thousand posts have in common makes no long list in it. */
static struct value copy_hash(const struct identity *identity)
{
	if (!identity->url_key)
		return (struct value){0};

	return value_int((int64_t)hash_bytes(slice_of(identity->url_key), identity->content_hash));
}

/* The same post, brought by another source or under another id. */
static int find_copy(struct store *store, const struct identity *identity, int64_t *ret_id)
{
	static const char find_sql[] =
		"SELECT id FROM post WHERE copy_hash = ? AND url_key = ? AND content_hash = ?";

	return sql_find(store, find_sql,
		VALUES(copy_hash(identity), value_text(identity->url_key),
			value_int((int64_t)identity->content_hash)),
		ret_id);
}

int64_t post_key_hash(struct slice id_key)
{
	return (int64_t)hash_bytes(id_key, KEY_SEED);
}

/* --- writing ---------------------------------------------------------------- */

static struct value metric(const struct post *post, enum metric metric)
{
	return post->metrics[metric].known ? value_real(post->metrics[metric].value)
					   : (struct value){0};
}

/* ID 0 adds a row, else the post with that id is overwritten; what was once
 * measured stays known. */
static int put_post(struct store *store, const struct arrival *arrival, int64_t *id)
{
	static const char put_sql[] =
		"INSERT INTO post (id, source_id, id_key, url_key, content_hash, copy_hash,"
		" fetched_utc, source_post_id, url, title, text, author, author_handle, author_url,"
		" published_utc, updated_utc, lang, place, country, lat, lon, location_via,"
		" reply_to, likes, shares, replies, comments, views, followers, rating)"
		" VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?,"
		" ?, ?, ?, ?, ?, ?)"
		" ON CONFLICT DO UPDATE SET url_key = excluded.url_key,"
		" content_hash = excluded.content_hash, copy_hash = excluded.copy_hash,"
		" edited_utc = excluded.fetched_utc, url = excluded.url, title = excluded.title,"
		" text = excluded.text, author = excluded.author,"
		" author_handle = excluded.author_handle, author_url = excluded.author_url,"
		" published_utc = coalesce(excluded.published_utc, published_utc),"
		" updated_utc = excluded.updated_utc, lang = excluded.lang,"
		" place = excluded.place, country = excluded.country, lat = excluded.lat,"
		" lon = excluded.lon, location_via = excluded.location_via,"
		" reply_to = excluded.reply_to, likes = coalesce(excluded.likes, likes),"
		" shares = coalesce(excluded.shares, shares),"
		" replies = coalesce(excluded.replies, replies),"
		" comments = coalesce(excluded.comments, comments),"
		" views = coalesce(excluded.views, views),"
		" followers = coalesce(excluded.followers, followers),"
		" rating = coalesce(excluded.rating, rating)";
	const struct post *post = arrival->post;
	const struct identity *identity = arrival->identity;
	const struct location *place = &post->location;
	const struct value lat = place->has_point ? value_real(place->lat) : (struct value){0};
	const struct value lon = place->has_point ? value_real(place->lon) : (struct value){0};
	const struct values values = VALUES(value_id(*id), value_int(arrival->source_id),
		value_text(arrival->id_key), value_text(identity->url_key),
		value_int((int64_t)identity->content_hash), copy_hash(identity),
		value_time(arrival->fetched_us), value_text(post->id), value_text(post->url),
		value_text(post->title), value_text(post->text), value_text(post->author),
		value_text(post->author_handle), value_text(post->author_url),
		value_instant(post->published), value_instant(post->updated),
		value_text(post->lang), value_text(place->name), value_text(place->country), lat,
		lon, value_text(location_via_name(place->via)), value_text(post->reply_to),
		metric(post, METRIC_LIKES), metric(post, METRIC_SHARES),
		metric(post, METRIC_REPLIES), metric(post, METRIC_COMMENTS),
		metric(post, METRIC_VIEWS), metric(post, METRIC_FOLLOWERS),
		metric(post, METRIC_RATING));

	const int r = sql_run(store, put_sql, values);

	if (r == 0 && *id == 0)
		*id = sql_last_id(store);
	return r;
}

static int add_tags(struct store *store, int64_t id, const struct post *post)
{
	static const char add_sql[] =
		"INSERT INTO post_tag (post_id, kind, position, text) VALUES (?, ?, ?, ?)";

	for (size_t kind = 0; kind < N_TAG_KINDS; kind++) {
		const struct texts *texts =
			(const void *)((const char *)post + tag_kinds[kind].offset);

		for (size_t i = 0; i < texts->n; i++) {
			const int r = sql_run(store, add_sql,
				VALUES(value_int(id), value_text(tag_kinds[kind].name),
					value_int((int64_t)i), value_text(texts->items[i])));

			if (r < 0)
				return r;
		}
	}
	return 0;
}

static int replace_tags(struct store *store, int64_t id, const struct post *post)
{
	static const char remove_sql[] = "DELETE FROM post_tag WHERE post_id = ?";
	const int r = sql_run(store, remove_sql, VALUES(value_int(id)));

	return r < 0 ? r : add_tags(store, id, post);
}

static bool has_new_metrics(const struct post *post, const struct known_post *known)
{
	for (size_t i = 0; i < N_METRICS; i++) {
		const struct metric_value *now = &post->metrics[i];

		if (now->known &&
			(!known->metrics[i].known || known->metrics[i].value != now->value))
			return true;
	}
	return false;
}

static int update_metrics(struct store *store, int64_t id, const struct post *post)
{
	static const char update_sql[] =
		"UPDATE post SET likes = coalesce(?, likes), shares = coalesce(?, shares),"
		" replies = coalesce(?, replies), comments = coalesce(?, comments),"
		" views = coalesce(?, views), followers = coalesce(?, followers),"
		" rating = coalesce(?, rating) WHERE id = ?";

	return sql_run(store, update_sql,
		VALUES(metric(post, METRIC_LIKES), metric(post, METRIC_SHARES),
			metric(post, METRIC_REPLIES), metric(post, METRIC_COMMENTS),
			metric(post, METRIC_VIEWS), metric(post, METRIC_FOLLOWERS),
			metric(post, METRIC_RATING), value_int(id)));
}

static int update_known(struct store *store, const struct arrival *arrival,
	struct known_post *known, enum seen *ret)
{
	int r;

	if (known->content_hash == (int64_t)arrival->identity->content_hash) {
		*ret = POST_SEEN;
		if (!has_new_metrics(arrival->post, known))
			return 0;
		return update_metrics(store, known->id, arrival->post);
	}

	*ret = POST_EDITED;
	r = put_post(store, arrival, &known->id);
	if (r == 0)
		r = replace_tags(store, known->id, arrival->post);
	/* Found by its old words until then. */
	return r < 0 ? r : search_mark(store, known->id);
}

static int add_alias(struct store *store, const struct arrival *arrival, int64_t id)
{
	static const char add_sql[] =
		"INSERT INTO post_alias (source_id, id_key, post_id) VALUES (?, ?, ?)";

	return sql_run(store, add_sql,
		VALUES(value_int(arrival->source_id), value_text(arrival->id_key), value_int(id)));
}

/* A post whose id is not known in its source. */
static int add_unknown(struct store *store, const struct arrival *arrival, struct stored_post *ret)
{
	int r = known_is_erased(store, arrival->source_id, arrival->identity);

	*ret = (struct stored_post){.seen = POST_SEEN};
	if (r != 0)
		return r;

	r = find_copy(store, arrival->identity, &ret->id);
	if (r < 0)
		return r;
	if (r > 0)
		return add_alias(store, arrival, ret->id);

	ret->seen = POST_NEW;
	r = put_post(store, arrival, &ret->id);
	return r < 0 ? r : add_tags(store, ret->id, arrival->post);
}

int store_has_post(struct store *store, const char *source, const struct identity *identity)
{
	int64_t source_id = 0;
	const int r = names_source(store, source, &source_id);

	return r < 0 ? r : known_has_content(store, source_id, identity);
}

int store_add_post(struct store *store, const struct post *post, const struct identity *identity,
	int64_t fetched_us, struct stored_post *ret)
{
	CLEANUP(txn_done) struct txn txn = {0};
	CLEANUP(str_done) struct str key = STR_INIT(KNOWN_KEY_BYTES);
	struct arrival arrival = {.post = post, .identity = identity, .fetched_us = fetched_us};
	struct stored_post stored = {0};
	struct known_post known = {0};
	int r;

	r = names_source(store, post->source, &arrival.source_id);
	if (r == 0)
		r = txn_begin(store, &txn);
	if (r == 0) {
		const struct sought sought = {store, arrival.source_id, post, identity, &key};

		r = known_find(&sought, &known);
	}
	arrival.id_key = str_text(&key);
	if (r > 0) {
		stored.id = known.id;
		r = update_known(store, &arrival, &known, &stored.seen);
	} else if (r == 0) {
		r = add_unknown(store, &arrival, &stored);
	}
	if (r >= 0)
		r = txn_commit(&txn);
	if (r < 0)
		return r;

	*ret = stored;
	return 0;
}

/* --- reading ---------------------------------------------------------------- */

void post_read_metrics(struct rows *rows, struct metric_value *ret)
{
	for (size_t i = 0; i < N_METRICS; i++) {
		ret[i].known = !rows_is_null(rows);
		ret[i].value = rows_real(rows);
	}
}

static void read_location(struct rows *rows, struct location *ret)
{
	ret->name = rows_text(rows);
	ret->country = rows_text(rows);
	ret->has_point = !rows_is_null(rows);
	ret->lat = rows_real(rows);
	ret->lon = rows_real(rows);
	location_via_find(rows_text(rows), &ret->via);
}

void post_read(struct rows *rows, struct post *ret, int64_t *ret_id, struct instant *ret_fetched)
{
	*ret = (struct post){0};
	*ret_id = rows_int(rows);
	*ret_fetched = rows_instant(rows);
	ret->source = rows_text(rows);
	ret->id = rows_text(rows);
	ret->url = rows_text(rows);
	ret->title = rows_text(rows);
	ret->text = rows_text(rows);
	ret->author = rows_text(rows);
	ret->author_handle = rows_text(rows);
	ret->author_url = rows_text(rows);
	ret->published = rows_instant(rows);
	ret->updated = rows_instant(rows);
	ret->lang = rows_text(rows);
	read_location(rows, &ret->location);
	ret->reply_to = rows_text(rows);
	post_read_metrics(rows, ret->metrics);
}

static struct texts *texts_of(struct post *post, const char *kind)
{
	for (size_t i = 0; kind && i < N_TAG_KINDS; i++)
		if (strcmp(tag_kinds[i].name, kind) == 0)
			return (void *)((char *)post + tag_kinds[i].offset);

	return NULL;
}

int post_read_tags(struct store *store, int64_t id, struct arena *arena, struct post *post)
{
	static const char list_sql[] =
		"SELECT kind, text FROM post_tag WHERE post_id = ? ORDER BY kind, position";
	CLEANUP(rows_done) struct rows rows = {0};
	int r = rows_open(&rows, store, list_sql, VALUES(value_int(id)), arena);

	if (r < 0)
		return r;

	while ((r = rows_next(&rows)) > 0) {
		struct texts *texts = texts_of(post, rows_text(&rows));
		const struct slice text = rows_bytes(&rows);

		if (texts && text.ptr)
			r = texts_add(texts, arena, text);
		if (r < 0)
			return r;
	}
	return r;
}

int store_fetched_at(struct store *store, int64_t post_id, int64_t *ret_us)
{
	static const char get_sql[] = "SELECT fetched_utc FROM post WHERE id = ?";
	CLEANUP(rows_done) struct rows rows = {0};
	int r = rows_open(&rows, store, get_sql, VALUES(value_int(post_id)), NULL);

	if (r == 0)
		r = rows_next(&rows);
	if (r <= 0)
		return r < 0 ? r : -ENOENT;

	*ret_us = rows_instant(&rows).us;
	return 0;
}

int store_get_post(struct store *store, int64_t id, struct arena *arena, struct post *ret)
{
	static const char get_sql[] = "SELECT " POST_COLUMNS " FROM post AS p"
				      " JOIN source AS so ON so.id = p.source_id WHERE p.id = ?";
	CLEANUP(rows_done) struct rows rows = {0};
	struct instant fetched;
	int r = rows_open(&rows, store, get_sql, VALUES(value_int(id)), arena);

	if (r == 0)
		r = rows_next(&rows);
	if (r <= 0)
		return r < 0 ? r : -ENOENT;

	post_read(&rows, ret, &id, &fetched);
	r = rows_error(&rows);
	return r < 0 ? r : post_read_tags(store, id, arena, ret);
}

/* What a walk over posts calls. */
struct walker {
	struct arena *arena;
	int (*found)(const struct post *post, int64_t id, int64_t fetched_us, void *userdata);
	void *userdata;
};

static int walk_posts(
	struct store *store, const char *sql, struct values values, const struct walker *walker)
{
	CLEANUP(rows_done) struct rows rows = {0};
	int r = rows_open(&rows, store, sql, values, walker->arena);

	while (r >= 0 && (r = rows_next(&rows)) > 0) {
		struct instant fetched;
		struct post post;
		int64_t id;

		arena_reset(walker->arena);
		post_read(&rows, &post, &id, &fetched);
		r = rows_error(&rows);
		if (r == 0)
			r = post_read_tags(store, id, walker->arena, &post);
		if (r == 0)
			r = walker->found(&post, id, fetched.us, walker->userdata);
	}
	return r;
}

#define POSTS "SELECT " POST_COLUMNS " FROM post AS p JOIN source AS so ON so.id = p.source_id"

int store_each_post(struct store *store, int64_t since_us, struct arena *arena,
	int (*found)(const struct post *post, int64_t id, int64_t fetched_us, void *userdata),
	void *userdata)
{
	static const char list_sql[] =
		POSTS " WHERE p.fetched_utc >= ? ORDER BY p.fetched_utc, p.id";

	return walk_posts(store, list_sql, VALUES(value_time(since_us)),
		&(struct walker){arena, found, userdata});
}

/* The first post fetched since SINCE_US; none is beyond all ids. */
static int first_since(struct store *store, int64_t since_us, int64_t *ret_id)
{
	static const char first_sql[] =
		"SELECT id FROM post WHERE fetched_utc >= ? ORDER BY fetched_utc, id LIMIT 1";

	*ret_id = INT64_MAX;
	return MIN(sql_find(store, first_sql, VALUES(value_time(since_us)), ret_id), 0);
}

#define DOWN       POSTS " WHERE p.id >= ?1 AND p.id <= ?2 AND p.fetched_utc >= ?3"
#define DOWN_ORDER " ORDER BY p.id DESC LIMIT ?4"

#define DOWN       POSTS " WHERE p.id >= ?1 AND p.id <= ?2 AND p.fetched_utc >= ?3"
#define DOWN_ORDER " ORDER BY p.id DESC LIMIT ?4"

int store_each_post_down(struct store *store, const struct post_walk *walk, struct arena *arena,
	int (*found)(const struct post *post, int64_t id, int64_t fetched_us, void *userdata),
	void *userdata)
{
	static const char list_sql[] = DOWN DOWN_ORDER;
	/* What is no mention is in no table to search. */
	static const char narrow_sql[] =
		DOWN " AND (p.story_id IS NULL OR " LOOKUP_FINDS("p.id", "?5", "?6") ")" DOWN_ORDER;
	CLEANUP(lookup_done) struct lookup lookup = {0};
	const struct walker walker = {arena, found, userdata};
	int64_t first_id = 0;
	int r = first_since(store, walk->since_us, &first_id);

	if (r == 0)
		r = lookup_make(store, walk->search, &lookup);
	if (r < 0)
		return r;

	const struct values values = VALUES(value_int(first_id), value_int(walk->upto_id),
		value_time(walk->since_us), value_int((int64_t)walk->most),
		value_text(lookup.words), value_text(lookup.runs));

	return walk_posts(store, lookup.is_narrow ? narrow_sql : list_sql,
		lookup_values(&lookup, values), &walker);
}

int store_count_posts(struct store *store, int64_t since_us, int64_t *ret_last_id, size_t *ret_n)
{
	static const char last_sql[] = "SELECT max(id) FROM post";
	static const char count_sql[] = "SELECT count(*) FROM post WHERE fetched_utc >= ?";
	int64_t last_id = 0;
	int64_t n = 0;
	int r = sql_find(store, last_sql, NO_VALUES, &last_id);

	if (r >= 0)
		r = sql_find(store, count_sql, VALUES(value_time(since_us)), &n);
	if (r < 0)
		return r;

	*ret_last_id = last_id;
	*ret_n = (size_t)n;
	return 0;
}

/* --- removing --------------------------------------------------------------- */

int post_delete(struct store *store, int64_t id)
{
	static const char story_sql[] = "SELECT story_id FROM post WHERE id = ?";
	static const char delete_sql[] = "DELETE FROM post WHERE id = ?";
	static const char delete_story_sql[] =
		"DELETE FROM story WHERE id = ?1"
		" AND NOT EXISTS (SELECT 1 FROM post WHERE story_id = ?1)";
	int64_t story_id;
	const int has_story = sql_find(store, story_sql, VALUES(value_int(id)), &story_id);
	int r = has_story < 0 ? has_story : search_forget(store, id);

	if (r == 0)
		r = story_forget_features(store, id);
	if (r == 0)
		r = sql_run(store, delete_sql, VALUES(value_int(id)));
	if (r == 0 && has_story)
		r = sql_run(store, delete_story_sql, VALUES(value_int(story_id)));
	return r;
}
