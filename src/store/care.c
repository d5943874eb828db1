#include <errno.h>
#include <stdio.h>

#include <sqlite3.h>

#include "store/post.h"
#include "store/rows.h"
#include "store/store.h"
#include "store/txn.h"

/* --- removing --------------------------------------------------------------- */

/* Deletes the posts whose ids SQL gives for TIME, until MAX are gone. */
static int prune_posts(struct store *store, const char *sql, int64_t time_us, size_t max)
{
	size_t n = 0;
	int64_t id;
	int r = 0;

	while (n < max && (r = sql_find(store, sql, VALUES(value_time(time_us)), &id)) > 0) {
		r = post_delete(store, id);
		if (r < 0)
			return r;
		n++;
	}
	return r < 0 ? r : (int)n;
}

/* A power cut may take back what was removed last, and it is removed again: nobody need
 * wait for the disk.  The next commit of anything else waits for all before it. */
static void lazily_done(struct store **store)
{
	static const char full_sql[] = "PRAGMA synchronous = FULL";

	if (*store)
		sql_execute(*store, full_sql);
}

static int lazily_begin(struct store *store, struct store **ret_lazy)
{
	static const char normal_sql[] = "PRAGMA synchronous = NORMAL";

	if (!sqlite3_get_autocommit(store->db))
		return 0;

	*ret_lazy = store;
	return sql_execute(store, normal_sql);
}

int store_prune_logs(struct store *store, int64_t unmatched_us, int64_t mentions_us, size_t max)
{
	static const char messages_sql[] =
		"UPDATE delivery SET message = x'' WHERE id IN (SELECT id FROM delivery"
		" WHERE message <> x'' AND queued_utc < ? AND state <> 'queued' LIMIT ?)";
	static const char fetches_sql[] =
		"DELETE FROM fetch_log WHERE id IN (SELECT id FROM fetch_log ORDER BY id LIMIT ?2)"
		" AND at_utc < ?1";
	CLEANUP(lazily_done) struct store *lazy = NULL;
	CLEANUP(txn_done) struct txn txn = {0};
	int n_messages = 0;
	int n_fetches = 0;
	int r = lazily_begin(store, &lazy);

	if (r == 0)
		r = txn_begin(store, &txn);
	if (r == 0)
		r = n_messages = sql_change(store, messages_sql,
			VALUES(value_time(mentions_us), value_int((int64_t)max)));
	if (r >= 0)
		r = n_fetches = sql_change(store, fetches_sql,
			VALUES(value_time(unmatched_us), value_int((int64_t)max)));
	if (r >= 0)
		r = txn_commit(&txn);

	return r < 0 ? r : n_messages + n_fetches;
}

int store_prune(struct store *store, int64_t unmatched_us, int64_t mentions_us, size_t max)
{
	static const char unmatched_sql[] =
		"SELECT id FROM post WHERE story_id IS NULL AND fetched_utc < ? LIMIT 1";
	static const char old_sql[] =
		"SELECT id FROM post WHERE fetched_utc < ? ORDER BY fetched_utc LIMIT 1";
	CLEANUP(lazily_done) struct store *lazy = NULL;
	CLEANUP(txn_done) struct txn txn = {0};
	int n_unmatched = 0;
	int n_old = 0;
	int r = lazily_begin(store, &lazy);

	if (r == 0)
		r = txn_begin(store, &txn);
	if (r == 0)
		r = n_unmatched = prune_posts(store, unmatched_sql, unmatched_us, max);
	if (r >= 0)
		r = n_old = prune_posts(store, old_sql, mentions_us, max - (size_t)n_unmatched);
	if (r >= 0)
		r = txn_commit(&txn);

	return r < 0 ? r : n_unmatched + n_old;
}

/* --- giving back ------------------------------------------------------------ */

enum {
	KEPT_SHARE = 20,        /* of this many pages one stays, for what comes next */
	BYTES_PER_S = 20 << 20, /* that are written anew, on a slow disk */
};

static int find_pages(struct store *store, int64_t *ret_pages, int64_t *ret_free)
{
	static const char pages_sql[] = "PRAGMA page_count";
	static const char free_sql[] = "PRAGMA freelist_count";
	const int r = sql_find(store, pages_sql, NO_VALUES, ret_pages);

	return MIN(r < 0 ? r : sql_find(store, free_sql, NO_VALUES, ret_free), 0);
}

int store_can_give_back(struct store *store)
{
	static const char mode_sql[] = "PRAGMA auto_vacuum";
	enum { INCREMENTAL = 2 };
	int64_t mode = 0;
	const int r = sql_find(store, mode_sql, NO_VALUES, &mode);

	return r < 0 ? r : mode == INCREMENTAL;
}

int store_give_back(struct store *store, size_t max)
{
	CLEANUP(lazily_done) struct store *lazy = NULL;
	int64_t n_pages = 0;
	int64_t n_free = 0;
	char sql[64];
	int r = store_can_give_back(store);

	if (r > 0)
		r = find_pages(store, &n_pages, &n_free);

	const int64_t n = MIN(n_free - n_pages / KEPT_SHARE, (int64_t)max);

	if (r < 0 || n <= 0)
		return r;

	snprintf(sql, sizeof(sql), "PRAGMA incremental_vacuum(%lld)", (long long)n);
	r = lazily_begin(store, &lazy);
	if (r == 0)
		r = sql_execute(store, sql);
	/* The file ends earlier when the log was written into it, which may be long after
	 * when nothing else is stored. */
	if (r == 0 && n < (int64_t)max)
		sqlite3_wal_checkpoint_v2(store->db, "main", SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
	return r < 0 ? r : 1;
}

int store_estimate_compaction(struct store *store, struct compaction *ret)
{
	struct store_stats stats;
	const int r = store_count_bytes(store, &stats);

	if (r < 0)
		return r;

	const size_t n_left = stats.n_bytes - stats.n_free_bytes;

	/* It is written to a file beside it, then to the log, then to its place. */
	*ret = (struct compaction){.n_bytes = stats.n_bytes,
		.n_free_bytes = stats.n_free_bytes,
		.n_disk_bytes = 2 * n_left,
		.duration_us = (int64_t)(n_left / BYTES_PER_S + 1) * US_PER_S};
	return 0;
}

int store_compact(struct store *store)
{
	static const char vacuum_sql[] = "VACUUM";

	/* It attaches the new file, which is otherwise forbidden. */
	sqlite3_limit(store->db, SQLITE_LIMIT_ATTACHED, 1);
	const int r = sql_run(store, vacuum_sql, NO_VALUES);
	sqlite3_limit(store->db, SQLITE_LIMIT_ATTACHED, 0);
	if (r == 0)
		sqlite3_wal_checkpoint_v2(
			store->db, "main", SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);

	return r;
}

/* --- looking after ---------------------------------------------------------- */

int store_count_bytes(struct store *store, struct store_stats *stats)
{
	static const char page_size_sql[] = "PRAGMA page_size";
	int64_t n_pages = 0;
	int64_t n_free = 0;
	int64_t page_size = 0;
	int r = find_pages(store, &n_pages, &n_free);

	if (r >= 0)
		r = sql_find(store, page_size_sql, NO_VALUES, &page_size);
	if (r < 0)
		return r;

	stats->n_bytes = (size_t)(n_pages * page_size);
	stats->n_free_bytes = (size_t)(n_free * page_size);
	return 0;
}

int store_count(struct store *store, struct store_stats *ret)
{
	static const char count_sql[] =
		"SELECT (SELECT count(*) FROM source WHERE configured),"
		" (SELECT count(*) FROM post), (SELECT count(*) FROM mention),"
		" (SELECT count(*) FROM story), (SELECT count(*) FROM incident"
		" WHERE state IN ('open', 'acknowledged', 'responded')),"
		" (SELECT count(*) FROM delivery WHERE state = 'queued'),"
		" (SELECT count(*) FROM delivery WHERE state = 'failed'),"
		" (SELECT count(*) FROM search_todo), (SELECT min(fetched_utc) FROM post),"
		" (SELECT max(fetched_utc) FROM post)";
	CLEANUP(rows_done) struct rows rows = {0};
	struct store_stats stats;
	int r = store_count_bytes(store, &stats);

	if (r >= 0)
		r = rows_open(&rows, store, count_sql, NO_VALUES, NULL);
	if (r >= 0)
		r = rows_next(&rows);
	if (r < 0)
		return r;

	stats.n_sources = rows_count(&rows);
	stats.n_posts = rows_count(&rows);
	stats.n_mentions = rows_count(&rows);
	stats.n_stories = rows_count(&rows);
	stats.n_live_incidents = rows_count(&rows);
	stats.n_queued = rows_count(&rows);
	stats.n_failed = rows_count(&rows);
	stats.n_to_index = rows_count(&rows);
	stats.first_fetched = rows_instant(&rows);
	stats.last_fetched = rows_instant(&rows);
	*ret = stats;
	return 0;
}

#define WEEK_US (7 * US_PER_DAY)

int store_estimate_growth(struct store *store, int64_t now_us, int64_t unmatched_us,
	int64_t mentions_us, int64_t *ret)
{
	static const char first_sql[] = "SELECT CAST(strftime('%s', min(fetched_utc)) AS INTEGER)"
					" FROM post";
	static const char all_sql[] = "SELECT count(*) FROM post";
	static const char come_sql[] = "SELECT count(*) FROM post WHERE fetched_utc >= ?1"
				       " AND fetched_utc < ?2";
	static const char go_sql[] =
		"SELECT (SELECT count(*) FROM post WHERE story_id IS NULL AND fetched_utc < ?1)"
		" + (SELECT count(*) FROM post WHERE story_id IS NOT NULL AND fetched_utc < ?2)";
	struct store_stats stats;
	int64_t first_s = now_us / US_PER_S;
	int64_t n_all = 0;
	int64_t n_come = 0;
	int64_t n_go = 0;
	int r = store_count_bytes(store, &stats);

	if (r >= 0)
		r = sql_find(store, first_sql, NO_VALUES, &first_s);
	if (r >= 0)
		r = sql_find(store, all_sql, NO_VALUES, &n_all);
	if (r >= 0)
		r = sql_find(store, come_sql,
			VALUES(value_time(now_us - WEEK_US), value_time(now_us)), &n_come);
	if (r >= 0)
		r = sql_find(store, go_sql,
			VALUES(value_time(unmatched_us + WEEK_US),
				value_time(mentions_us + WEEK_US)),
			&n_go);
	if (r < 0)
		return r;

	/* A young database has not had a week yet. */
	const double week = (double)WEEK_US;
	const double age = (double)(now_us - first_s * US_PER_S);
	const double share = MIN(MAX(age, (double)US_PER_HOUR), week) / week;
	const double bytes = (double)(stats.n_bytes - stats.n_free_bytes) / (double)MAX(n_all, 1);

	*ret = (int64_t)(((double)n_come / share - (double)n_go) / 7 * bytes);
	return 0;
}
