#include "store/story.h"

#include <errno.h>
#include <stdlib.h>

#include "store/item.h"
#include "store/rows.h"
#include "store/store.h"
#include "store/txn.h"

/* How many posts of one feature are looked at before and behind a post: those
 * of a story are all alike, and a phrase that half the world uses is no hint. */
#define MOST_BESIDE "16"

enum { FEATURE_BYTES = 4, MOST_FEATURES = 256 };

/* --- features --------------------------------------------------------------- */

/* The same bytes on every machine. */
static size_t encode(const struct features *features, unsigned char *bytes)
{
	const size_t n = MIN(features->n, (size_t)MOST_FEATURES);

	for (size_t i = 0; i < n; i++)
		for (size_t byte = 0; byte < FEATURE_BYTES; byte++)
			bytes[i * FEATURE_BYTES + byte] =
				(unsigned char)(features->list[i] >>
						8 * (FEATURE_BYTES - 1 - byte));

	return n * FEATURE_BYTES;
}

static uint32_t decode(const char *bytes)
{
	uint32_t feature = 0;

	for (size_t byte = 0; byte < FEATURE_BYTES; byte++)
		feature = feature << 8 | (unsigned char)bytes[byte];

	return feature;
}

static int add_features(struct store *store, int64_t post_id, const struct features *features)
{
	static const char add_sql[] =
		"INSERT OR IGNORE INTO story_feature (feature, post_id) VALUES (?, ?)";
	int r = 0;

	for (size_t i = 0; r == 0 && i < MIN(features->n, (size_t)MOST_FEATURES); i++)
		r = sql_run(
			store, add_sql, VALUES(value_int(features->list[i]), value_int(post_id)));
	return r;
}

int story_forget_features(struct store *store, int64_t post_id)
{
	static const char list_sql[] = "SELECT features FROM post WHERE id = ?";
	static const char remove_sql[] =
		"DELETE FROM story_feature WHERE feature = ? AND post_id = ?";
	CLEANUP(rows_done) struct rows rows = {0};
	int r = rows_open(&rows, store, list_sql, VALUES(value_int(post_id)), NULL);

	if (r == 0)
		r = rows_next(&rows);
	if (r <= 0)
		return r;

	struct slice bytes = rows_borrow(&rows);

	for (r = 0; r == 0 && bytes.len >= FEATURE_BYTES; bytes = slice_skip(bytes, FEATURE_BYTES))
		r = sql_run(store, remove_sql,
			VALUES(value_int(decode(bytes.ptr)), value_int(post_id)));
	return r;
}

/* --- the rows of stories ------------------------------------------------------ */

/* After posts came or went: an empty story goes, any other began with the first
 * of its posts. */
static int refresh(struct store *store, int64_t story_id)
{
	static const char remove_sql[] = "DELETE FROM story WHERE id = ?1"
					 " AND NOT EXISTS (SELECT 1 FROM post WHERE story_id = ?1)";
	static const char begin_sql[] =
		"UPDATE story SET began_utc = (SELECT min(fetched_utc) FROM post"
		" WHERE story_id = ?1) WHERE id = ?1";
	const int r = sql_change(store, remove_sql, VALUES(value_int(story_id)));

	return r != 0 ? MIN(r, 0) : sql_run(store, begin_sql, VALUES(value_int(story_id)));
}

static int new_story(struct store *store, int64_t post_id, int64_t *ret_id)
{
	static const char add_sql[] =
		"INSERT INTO story (began_utc) SELECT fetched_utc FROM post WHERE id = ?";
	const int r = sql_change(store, add_sql, VALUES(value_int(post_id)));

	if (r < 0)
		return r;
	if (r == 0)
		return -ENOENT;

	*ret_id = sql_last_id(store);
	return 0;
}

static int join(struct store *store, int64_t post_id, int64_t story_id)
{
	static const char begin_sql[] =
		"UPDATE story SET began_utc = min(began_utc,"
		" (SELECT fetched_utc FROM post WHERE id = ?2)) WHERE id = ?1";

	return sql_run(store, begin_sql, VALUES(value_int(story_id), value_int(post_id)));
}

int store_set_story(struct store *store, int64_t post_id, int64_t story_id,
	const struct features *features, int64_t *ret_story_id)
{
	static const char set_sql[] = "UPDATE post SET story_id = ?, features = ? WHERE id = ?";
	CLEANUP(txn_done) struct txn txn = {0};
	unsigned char bytes[MOST_FEATURES * FEATURE_BYTES];
	const struct slice encoded = slice_from((const char *)bytes, encode(features, bytes));
	int r = txn_begin(store, &txn);

	if (r == 0)
		r = story_forget_features(store, post_id);
	if (r == 0)
		r = story_id == 0 ? new_story(store, post_id, &story_id)
				  : join(store, post_id, story_id);
	if (r == 0)
		r = sql_run(store, set_sql,
			VALUES(value_int(story_id),
				encoded.len > 0 ? value_blob(encoded) : (struct value){0},
				value_int(post_id)));
	if (r == 0)
		r = add_features(store, post_id, features);
	if (r == 0)
		r = txn_commit(&txn);
	if (r < 0)
		return r;

	*ret_story_id = story_id;
	return 0;
}

int store_story_of(struct store *store, int64_t post_id, int64_t *ret)
{
	static const char find_sql[] = "SELECT story_id FROM post WHERE id = ?";

	*ret = 0;
	return MIN(sql_find(store, find_sql, VALUES(value_int(post_id)), ret), 0);
}

int store_leave_story(struct store *store, int64_t post_id)
{
	static const char leave_sql[] =
		"UPDATE post SET story_id = NULL, features = NULL WHERE id = ?";
	CLEANUP(txn_done) struct txn txn = {0};
	int64_t story_id = 0;
	int r = txn_begin(store, &txn);

	if (r == 0)
		r = store_story_of(store, post_id, &story_id);
	if (r == 0)
		r = story_forget_features(store, post_id);
	if (r == 0)
		r = sql_run(store, leave_sql, VALUES(value_int(post_id)));
	if (r == 0 && story_id != 0)
		r = refresh(store, story_id);

	return r < 0 ? r : txn_commit(&txn);
}

int store_merge_stories(struct store *store, int64_t into, int64_t from)
{
	static const char posts_sql[] = "UPDATE post SET story_id = ? WHERE story_id = ?";
	/* Later alerts find the incidents of both. */
	static const char keys_sql[] =
		"INSERT OR IGNORE INTO incident_key (kind, key, incident_id)"
		" SELECT kind, CAST(?1 AS TEXT), incident_id FROM incident_key"
		" WHERE kind = 'story' AND key = CAST(?2 AS TEXT)";
	static const char forget_sql[] =
		"DELETE FROM incident_key WHERE kind = 'story' AND key = CAST(? AS TEXT)";
	const struct values both = VALUES(value_int(into), value_int(from));
	CLEANUP(txn_done) struct txn txn = {0};
	int r = txn_begin(store, &txn);

	if (r == 0)
		r = sql_run(store, posts_sql, both);
	if (r == 0)
		r = sql_run(store, keys_sql, both);
	if (r == 0)
		r = sql_run(store, forget_sql, VALUES(value_int(from)));
	if (r == 0)
		r = refresh(store, from);
	if (r == 0)
		r = refresh(store, into);

	return r < 0 ? r : txn_commit(&txn);
}

int store_split_story(
	struct store *store, int64_t story_id, const int64_t *post_ids, size_t n_posts)
{
	static const char move_sql[] = "UPDATE post SET story_id = ? WHERE id = ?";
	CLEANUP(txn_done) struct txn txn = {0};
	int64_t made = 0;
	int r = txn_begin(store, &txn);

	if (r == 0)
		r = new_story(store, post_ids[0], &made);
	for (size_t i = 0; r == 0 && i < n_posts; i++)
		r = sql_run(store, move_sql, VALUES(value_int(made), value_int(post_ids[i])));
	if (r == 0)
		r = refresh(store, made);
	if (r == 0)
		r = refresh(store, story_id);

	return r < 0 ? r : txn_commit(&txn);
}

int store_list_story(struct store *store, int64_t story_id, size_t most, struct arena *arena,
	struct post_ids *ret)
{
	static const char list_sql[] =
		"SELECT id FROM post WHERE story_id = ? ORDER BY fetched_utc, id LIMIT ?";
	CLEANUP(rows_done) struct rows rows = {0};
	struct post_ids found = {0};
	int r = rows_open(&rows, store, list_sql,
		VALUES(value_int(story_id), value_int((int64_t)most)), arena);

	while (r >= 0 && (r = rows_next(&rows)) > 0) {
		int64_t *id = rows_add(&rows, &found.list, found.n, sizeof(*id));

		if (!id)
			return -ENOMEM;
		*id = rows_int(&rows);
		found.n++;
	}
	if (r < 0)
		return r;

	*ret = found;
	return 0;
}

/* --- finding ------------------------------------------------------------------ */

/* The ids between which copies of a post can be. */
struct range {
	int64_t from_us, until_us;
	int64_t first, last;
};

static int find_range(struct store *store, int64_t post_id, int64_t window_us, struct range *ret)
{
	static const char first_sql[] =
		"SELECT id FROM post WHERE fetched_utc >= ? ORDER BY fetched_utc, id LIMIT 1";
	static const char last_sql[] = "SELECT id FROM post WHERE fetched_utc <= ?"
				       " ORDER BY fetched_utc DESC, id DESC LIMIT 1";
	int64_t at_us;
	int r = store_fetched_at(store, post_id, &at_us);

	if (r < 0)
		return r;

	*ret = (struct range){
		at_us - window_us, at_us + window_us, .first = post_id, .last = post_id};
	r = sql_find(store, first_sql, VALUES(value_time(ret->from_us)), &ret->first);
	if (r >= 0)
		r = sql_find(store, last_sql, VALUES(value_time(ret->until_us)), &ret->last);
	return MIN(r, 0);
}

struct kin_list {
	struct kin *list;
	size_t n;
};

/* How many of FEATURES are among those of BYTES; both are sorted. */
static size_t count_shared(const struct features *features, struct slice bytes)
{
	size_t n_shared = 0;
	size_t i = 0;

	for (; bytes.len >= FEATURE_BYTES; bytes = slice_skip(bytes, FEATURE_BYTES)) {
		const uint32_t feature = decode(bytes.ptr);

		while (i < features->n && features->list[i] < feature)
			i++;
		n_shared += i < features->n && features->list[i] == feature;
	}
	return n_shared;
}

static int add_kin(struct rows *rows, const struct features *features, struct kin_list *found)
{
	const int64_t post_id = rows_int(rows);

	for (size_t i = 0; i < found->n; i++)
		if (found->list[i].post_id == post_id)
			return 0;

	struct kin *kin = rows_add(rows, &found->list, found->n, sizeof(*kin));
	if (!kin)
		return -ENOMEM;

	*kin = (struct kin){.post_id = post_id, .story_id = rows_int(rows)};

	const struct slice bytes = rows_borrow(rows);

	kin->n_features = bytes.len / FEATURE_BYTES;
	kin->n_shared = count_shared(features, bytes);
	found->n++;
	return 0;
}

#define SHARING                                                                                    \
	"SELECT f.post_id, p.story_id, p.features FROM story_feature AS f JOIN post "              \
	"AS p ON p.id = f.post_id"                                                                 \
	" WHERE f.feature = ?1 AND f.post_id >= ?2 AND f.post_id <= ?3"                            \
	" AND p.fetched_utc >= ?4 AND p.fetched_utc <= ?5"

/* What a search works with. */
struct kin_finder {
	struct store *store;
	const struct kin_search *search;
	struct range range;
	struct arena *arena;
	struct kin_list found;
};

static int find_sharing(struct kin_finder *finder, const char *sql, struct values values)
{
	CLEANUP(rows_done) struct rows rows = {0};
	int r = rows_open(&rows, finder->store, sql, values, finder->arena);

	while (r >= 0 && (r = rows_next(&rows)) > 0)
		r = add_kin(&rows, &finder->search->features, &finder->found);
	return r;
}

static int find_all(struct kin_finder *finder)
{
	static const char before_sql[] = SHARING " ORDER BY f.post_id DESC LIMIT " MOST_BESIDE;
	static const char behind_sql[] = SHARING " ORDER BY f.post_id LIMIT " MOST_BESIDE;
	const struct range *range = &finder->range;
	const struct features *features = &finder->search->features;
	const int64_t id = finder->search->post_id;
	int r = 0;

	for (size_t i = 0; r >= 0 && i < features->n; i++) {
		const struct value feature = value_int(features->list[i]);

		r = find_sharing(finder, before_sql,
			VALUES(feature, value_int(range->first), value_int(id - 1),
				value_time(range->from_us), value_time(range->until_us)));
		if (r >= 0 && range->last > id)
			r = find_sharing(finder, behind_sql,
				VALUES(feature, value_int(id + 1), value_int(range->last),
					value_time(range->from_us), value_time(range->until_us)));
	}
	return r;
}

static int compare_kin(const void *a, const void *b)
{
	const struct kin *x = a;
	const struct kin *y = b;

	if (x->n_shared != y->n_shared)
		return x->n_shared < y->n_shared ? 1 : -1;
	return (x->post_id > y->post_id) - (x->post_id < y->post_id);
}

int store_find_kin(struct store *store, const struct kin_search *search, struct arena *arena,
	struct kin **ret, size_t *ret_n)
{
	struct kin_finder finder = {.store = store, .search = search, .arena = arena};
	int r = find_range(store, search->post_id, search->window_us, &finder.range);

	if (r == 0)
		r = find_all(&finder);
	if (r < 0)
		return r;

	if (finder.found.n > 1)
		qsort(finder.found.list, finder.found.n, sizeof(*finder.found.list), compare_kin);
	*ret = finder.found.list;
	*ret_n = finder.found.n;
	return 0;
}
