#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <sqlite3.h>

#include "base/errors.h"
#include "store/post.h"
#include "store/rows.h"
#include "store/search.h"
#include "store/store.h"
#include "store/txn.h"

enum { BACKUP_MODE = 0640 };

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

/* What was told long ago, and what happened at each fetch. */
static int prune_logs(struct store *store, int64_t unmatched_us, int64_t mentions_us, size_t max)
{
	static const char messages_sql[] =
		"UPDATE delivery SET message = x'' WHERE id IN (SELECT id FROM delivery"
		" WHERE message <> x'' AND queued_utc < ? AND state <> 'queued' LIMIT ?)";
	static const char fetches_sql[] =
		"DELETE FROM fetch_log WHERE id IN (SELECT id FROM fetch_log ORDER BY id LIMIT ?2)"
		" AND at_utc < ?1";
	const int r = sql_run(
		store, messages_sql, VALUES(value_time(mentions_us), value_int((int64_t)max)));

	if (r < 0)
		return r;

	return sql_run(
		store, fetches_sql, VALUES(value_time(unmatched_us), value_int((int64_t)max)));
}

int store_prune(struct store *store, int64_t unmatched_us, int64_t mentions_us, size_t max)
{
	static const char unmatched_sql[] =
		"SELECT id FROM post WHERE story_id IS NULL AND fetched_utc < ? LIMIT 1";
	static const char old_sql[] =
		"SELECT id FROM post WHERE fetched_utc < ? ORDER BY fetched_utc LIMIT 1";
	CLEANUP(txn_done) struct txn txn = {0};
	int n_unmatched = 0;
	int n_old = 0;
	int r = txn_begin(store, &txn);

	if (r == 0)
		r = n_unmatched = prune_posts(store, unmatched_sql, unmatched_us, max);
	if (r >= 0)
		r = n_old = prune_posts(store, old_sql, mentions_us, max - (size_t)n_unmatched);
	if (r >= 0)
		r = prune_logs(store, unmatched_us, mentions_us, max);
	if (r >= 0)
		r = txn_commit(&txn);

	return r < 0 ? r : n_unmatched + n_old;
}

/* --- erasing ---------------------------------------------------------------- */

#define BY_AUTHOR " (p.author_url = ?1 OR p.author_handle = ?1 OR p.author = ?1)"

/* What is sent already and quotes them: their alerts' mails, and the digests
 * made since the first of them came. */
static int erase_mails(struct store *store, const char *author)
{
	static const char alerts_sql[] =
		"UPDATE delivery SET message = x'' WHERE state <> 'queued' AND alert_id IN"
		" (SELECT a.id FROM post AS p JOIN mention AS m ON m.post_id = p.id"
		" JOIN alert AS a ON a.mention_id = m.id WHERE" BY_AUTHOR ")";
	static const char digests_sql[] =
		"UPDATE delivery SET message = x'' WHERE state <> 'queued' AND kind = 'digest'"
		" AND queued_utc >= (SELECT min(fetched_utc) FROM post AS p WHERE" BY_AUTHOR ")";
	const int r = sql_run(store, alerts_sql, VALUES(value_text(author)));

	return r < 0 ? r : sql_run(store, digests_sql, VALUES(value_text(author)));
}

/* The incidents stay, without what names the person. */
static int erase_keys(struct store *store, const char *author)
{
	static const char keys_sql[] =
		"DELETE FROM incident_key WHERE incident_id IN"
		" (SELECT a.incident_id FROM post AS p JOIN mention AS m ON m.post_id = p.id"
		" JOIN alert AS a ON a.mention_id = m.id WHERE" BY_AUTHOR ")";

	return sql_run(store, keys_sql, VALUES(value_text(author)));
}

/* Its keys, and that of its content: when others come to its link it is told by that. */
static int add_tombstones(struct store *store, int64_t post_id, int64_t now_us)
{
	static const char keys_sql[] =
		"SELECT source_id, id_key FROM post WHERE id = ?1 UNION ALL"
		" SELECT source_id, id_key FROM post_alias WHERE post_id = ?1 UNION ALL"
		" SELECT source_id, format('%s %016llx', url_key, content_hash) FROM post"
		" WHERE id = ?1 AND substr(id_key, 1, length(url_key)) = url_key";
	static const char add_sql[] =
		"INSERT OR IGNORE INTO erased (source_id, key_hash, erased_utc)"
		" VALUES (?, ?, ?)";
	CLEANUP(rows_done) struct rows rows = {0};
	int r = rows_open(&rows, store, keys_sql, VALUES(value_int(post_id)), NULL);

	while (r >= 0 && (r = rows_next(&rows)) > 0) {
		const int64_t source_id = rows_int(&rows);
		const int64_t hash = post_key_hash(rows_borrow(&rows));

		r = sql_run(store, add_sql,
			VALUES(value_int(source_id), value_int(hash), value_time(now_us)));
	}
	return r;
}

static int erase_posts(struct store *store, const char *author, int64_t now_us)
{
	static const char next_sql[] =
		"SELECT id FROM post AS p WHERE" BY_AUTHOR " AND p.id > ?2 ORDER BY p.id LIMIT 1";
	int64_t id = 0;
	int n = 0;
	int r;

	while ((r = sql_find(store, next_sql, VALUES(value_text(author), value_int(id)), &id)) >
		0) {
		r = add_tombstones(store, id, now_us);
		if (r == 0)
			r = post_delete(store, id);
		if (r < 0)
			return r;
		n++;
	}
	return r < 0 ? r : n;
}

int store_erase_author(struct store *store, const char *author, int64_t now_us, size_t *ret_n)
{
	CLEANUP(txn_done) struct txn txn = {0};
	int n = 0;
	int r = txn_begin(store, &txn);

	if (r == 0)
		r = erase_mails(store, author);
	if (r == 0)
		r = erase_keys(store, author);
	if (r == 0)
		r = n = erase_posts(store, author, now_us);
	if (r > 0)
		r = search_purge(store);
	if (r >= 0)
		r = txn_commit(&txn);
	if (r < 0)
		return r;

	/* The log holds the old pages until it is written into the file. */
	sqlite3_wal_checkpoint_v2(store->db, "main", SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
	*ret_n = (size_t)n;
	return 0;
}

/* --- looking after ---------------------------------------------------------- */

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
	static const char pages_sql[] = "PRAGMA page_count";
	static const char page_size_sql[] = "PRAGMA page_size";
	CLEANUP(rows_done) struct rows rows = {0};
	struct store_stats stats;
	int64_t n_pages = 0;
	int64_t page_size = 0;
	int r = sql_find(store, pages_sql, NO_VALUES, &n_pages);

	if (r >= 0)
		r = sql_find(store, page_size_sql, NO_VALUES, &page_size);
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
	stats.n_bytes = (size_t)(n_pages * page_size);
	*ret = stats;
	return 0;
}

int store_backup(struct store *store, const char *path)
{
	static const char vacuum_sql[] = "VACUUM INTO ?";
	const int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, BACKUP_MODE);

	/* VACUUM takes a file that is still empty; this one has the right mode. */
	if (fd < 0)
		return sql_fail_text(store, -errno, "cannot make the copy's file");
	close(fd);

	/* It attaches the copy, which is otherwise forbidden. */
	sqlite3_limit(store->db, SQLITE_LIMIT_ATTACHED, 1);
	const int r = sql_run(store, vacuum_sql, VALUES(value_text(path)));
	sqlite3_limit(store->db, SQLITE_LIMIT_ATTACHED, 0);
	if (r < 0)
		unlink(path);

	return r;
}

int store_check(struct store *store)
{
	static const char check_sql[] = "PRAGMA quick_check(1)";
	CLEANUP(rows_done) struct rows rows = {0};
	int r = rows_open(&rows, store, check_sql, NO_VALUES, NULL);

	if (r == 0)
		r = rows_next(&rows);
	if (r <= 0)
		return r;

	/* One column, a text that ends in NUL. */
	const struct slice verdict = rows_borrow(&rows);

	return slice_equals(verdict, SLICE("ok")) ? 0 : sql_fail_text(store, -EUCLEAN, verdict.ptr);
}
