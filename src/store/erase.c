#include <errno.h>

#include <sqlite3.h>

#include "store/post.h"
#include "store/search.h"
#include "store/store.h"
#include "store/txn.h"

/* ?1 is who, ?2 whether that is a name, which several people may bear. */
#define BY_AUTHOR                                                                                  \
	" CASE WHEN ?2 THEN p.author = ?1 ELSE p.author_url = ?1 OR p.author_handle = ?1 END"

#define THEIR_ALERTS                                                                               \
	"SELECT a.id FROM post AS p JOIN mention AS m ON m.post_id = p.id"                         \
	" JOIN alert AS a ON a.mention_id = m.id WHERE" BY_AUTHOR
/* Incidents in which nobody else says anything. */
#define THEIR_INCIDENTS                                                                            \
	"SELECT a.incident_id FROM post AS p JOIN mention AS m ON m.post_id = p.id"                \
	" JOIN alert AS a ON a.mention_id = m.id WHERE" BY_AUTHOR                                  \
	" AND NOT EXISTS (SELECT 1 FROM alert AS b JOIN mention AS n ON n.id = b.mention_id"       \
	" JOIN post AS p ON p.id = n.post_id WHERE b.incident_id = a.incident_id"                  \
	" AND (" BY_AUTHOR ") IS NOT 1)"
#define THEIR_INCIDENTS_ALERTS "SELECT id FROM alert WHERE incident_id IN (" THEIR_INCIDENTS ")"
/* What quotes them of delivery AS d: their alerts' mails; those that list what was held
 * back (the last of it is the alert that they hang on); and what may show any mention
 * since the first of theirs came, which is examples of a rate and digests. */
#define QUOTES_THEM                                                                                \
	" (d.alert_id IN (" THEIR_ALERTS ") OR"                                                    \
	" d.id IN (SELECT told_by FROM held_back WHERE alert_id IN (" THEIR_ALERTS "))"            \
	" AND d.alert_id IN (SELECT alert_id FROM held_back WHERE told_by = d.id) OR"              \
	" (d.kind = 'digest' OR d.alert_id IN (SELECT a.id FROM alert AS a"                        \
	" WHERE a.mention_id IS NULL AND a.stream_id IN (SELECT m.stream_id FROM post AS p"        \
	" JOIN mention AS m ON m.post_id = p.id WHERE" BY_AUTHOR ")))"                             \
	" AND d.queued_utc >= (SELECT min(p.fetched_utc) FROM post AS p WHERE" BY_AUTHOR "))"
#define THEIR_MAILS        " d.message <> x'' AND d.state <> 'queued' AND" QUOTES_THEM
#define THEIR_QUEUED_MAILS " d.state = 'queued' AND" QUOTES_THEM

static struct values who(const struct erasing *erasing, struct value *list)
{
	list[0] = value_text(erasing->author);
	list[1] = value_flag(erasing->by_name);
	return (struct values){list, 2};
}

static int count(struct store *store, const struct erasing *erasing, struct erased *ret)
{
	static const char posts_sql[] = "SELECT count(*) FROM post AS p WHERE" BY_AUTHOR;
	static const char mentions_sql[] = "SELECT count(*) FROM post AS p"
					   " JOIN mention AS m ON m.post_id = p.id WHERE" BY_AUTHOR;
	static const char incidents_sql[] =
		"SELECT count(DISTINCT incident_id) FROM (" THEIR_INCIDENTS ")";
	static const char mails_sql[] = "SELECT count(*) FROM delivery AS d WHERE" THEIR_MAILS;
	static const char queued_sql[] =
		"SELECT count(*) FROM delivery AS d WHERE" THEIR_QUEUED_MAILS;
	const struct {
		const char *sql;
		size_t *ret;
	} counts[] = {{posts_sql, &ret->n_posts}, {mentions_sql, &ret->n_mentions},
		{incidents_sql, &ret->n_incidents}, {mails_sql, &ret->n_mails},
		{queued_sql, &ret->n_withdrawn}};
	struct value list[2];

	for (size_t i = 0; i < ARRAY_SIZE(counts); i++) {
		int64_t n = 0;
		const int r = sql_find(store, counts[i].sql, who(erasing, list), &n);

		if (r < 0)
			return r;
		*counts[i].ret = (size_t)n;
	}
	return 0;
}

/* In an order that the references between the tables allow. */
static int erase_around(struct store *store, const struct erasing *erasing)
{
	static const char mails_sql[] = "UPDATE delivery AS d SET message = x'' WHERE" THEIR_MAILS;
	static const char queued_sql[] =
		"UPDATE delivery AS d SET message = x'', state = 'failed',"
		" last_text = 'withdrawn: a post that it quotes was erased'"
		" WHERE" THEIR_QUEUED_MAILS;
	/* The other incidents stay, without what names the person. */
	static const char keys_sql[] =
		"DELETE FROM incident_key WHERE incident_id IN"
		" (SELECT incident_id FROM alert WHERE id IN (" THEIR_ALERTS "))";
	static const char held_sql[] =
		"DELETE FROM held_back WHERE alert_id IN (" THEIR_INCIDENTS_ALERTS ")"
		" OR told_by IN (SELECT id FROM delivery WHERE alert_id IN"
		" (" THEIR_INCIDENTS_ALERTS "))";
	static const char deliveries_sql[] =
		"DELETE FROM delivery WHERE alert_id IN (" THEIR_INCIDENTS_ALERTS ")";
	static const char events_sql[] =
		"DELETE FROM incident_event WHERE incident_id IN (" THEIR_INCIDENTS ")";
	static const char *const texts[] = {
		mails_sql, queued_sql, keys_sql, held_sql, deliveries_sql, events_sql};
	struct value list[2];
	int r = 0;

	for (size_t i = 0; i < ARRAY_SIZE(texts) && r == 0; i++)
		r = sql_run(store, texts[i], who(erasing, list));
	return r;
}

/* The first of the incidents that are only about them, with its alerts: 1, or 0 when
 * none is left. */
static int erase_incident(struct store *store, const struct erasing *erasing)
{
	static const char find_sql[] = "SELECT min(incident_id) FROM (" THEIR_INCIDENTS ")";
	static const char alerts_sql[] = "DELETE FROM alert WHERE incident_id = ?";
	static const char incident_sql[] = "DELETE FROM incident WHERE id = ?";
	struct value list[2];
	int64_t id = 0;
	int r = sql_find(store, find_sql, who(erasing, list), &id);

	if (r <= 0)
		return r;

	r = sql_run(store, alerts_sql, VALUES(value_int(id)));
	if (r == 0)
		r = sql_run(store, incident_sql, VALUES(value_int(id)));
	return r < 0 ? r : 1;
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

static int erase_posts(struct store *store, const struct erasing *erasing)
{
	static const char next_sql[] =
		"SELECT min(id) FROM post AS p WHERE p.id > ?3 AND" BY_AUTHOR;
	int64_t id = 0;
	int r;

	while ((r = sql_find(store, next_sql,
			VALUES(value_text(erasing->author), value_flag(erasing->by_name),
				value_int(id)),
			&id)) > 0) {
		r = add_tombstones(store, id, erasing->now_us);
		if (r == 0)
			r = post_delete(store, id);
		if (r < 0)
			return r;
	}
	return r;
}

static int erase(struct store *store, const struct erasing *erasing)
{
	int r = erase_around(store, erasing);

	while (r >= 0 && (r = erase_incident(store, erasing)) > 0)
		continue;
	if (r == 0)
		r = erase_posts(store, erasing);
	if (r == 0)
		r = search_purge(store);
	return r;
}

int store_erase_author(struct store *store, const struct erasing *erasing, struct erased *ret)
{
	CLEANUP(txn_done) struct txn txn = {0};
	struct erased erased = {0};
	int r = txn_begin(store, &txn);

	if (r == 0)
		r = count(store, erasing, &erased);
	if (r == 0 && erased.n_posts > 0 && !erasing->dry_run) {
		r = erase(store, erasing);
		if (r == 0)
			r = txn_commit(&txn);
		/* The log holds the old pages until it is written into the file. */
		if (r == 0)
			sqlite3_wal_checkpoint_v2(
				store->db, "main", SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
	}
	if (r < 0)
		return r;

	*ret = erased;
	return 0;
}
