#include <errno.h>
#include <stdio.h>

#include "store/rows.h"
#include "store/store.h"
#include "store/txn.h"

static const char *const kinds[N_STREAM_KINDS] = {
	[STREAM_BRAND] = "brand",
	[STREAM_COMPETITOR] = "competitor",
	[STREAM_TOPIC] = "topic",
};

/* What was learnt of an address is void when the address changes: it would
 * answer 304 for ever to another one's validator. */
static int apply_source(struct store *store, const struct source_settings *source, int64_t now_us)
{
	static const char put_sql[] =
		"INSERT INTO source (name, url, configured, enabled, added_utc)"
		" VALUES (?1, ?2, 1, ?3, ?4)"
		" ON CONFLICT (name) DO UPDATE SET configured = 1, enabled = ?3, url = ?2,"
		" asked_url = CASE WHEN url IS ?2 THEN asked_url END,"
		" etag = CASE WHEN url IS ?2 THEN etag END,"
		" last_modified = CASE WHEN url IS ?2 THEN last_modified END,"
		" cursor = CASE WHEN url IS ?2 THEN cursor END,"
		" next_poll_utc = CASE WHEN url IS ?2 THEN next_poll_utc END,"
		" failures = CASE WHEN url IS ?2 THEN failures ELSE 0 END,"
		" last_error = CASE WHEN url IS ?2 THEN last_error END,"
		" gone = CASE WHEN url IS ?2 THEN gone ELSE 0 END";

	return sql_run(store, put_sql,
		VALUES(value_text(source->name), value_text(source->url),
			value_flag(source->enabled), value_time(now_us)));
}

/* One that is new, changed or back is to be applied to all that is here; what
 * comes from now on is judged by it as it comes. */
static int apply_stream(struct store *store, const struct stream_settings *stream, int64_t now_us)
{
	static const char put_sql[] =
		"INSERT INTO stream (name, label, kind, query, configured, added_utc, apply_upto)"
		" VALUES (?1, ?2, ?3, ?4, 1, ?5, (SELECT max(id) FROM post))"
		" ON CONFLICT (name) DO UPDATE SET"
		" label = ?2, kind = ?3, query = ?4, configured = 1,"
		" apply_upto = CASE WHEN query <> ?4 OR apply_upto = 0"
		" THEN excluded.apply_upto ELSE apply_upto END";

	return sql_run(store, put_sql,
		VALUES(value_text(stream->name),
			value_text(stream->label ? stream->label : stream->name),
			value_text(kinds[stream->kind]), value_text(stream->query),
			value_time(now_us)));
}

static int apply_recipient(
	struct store *store, const struct recipient_settings *recipient, int64_t now_us)
{
	static const char put_sql[] =
		"INSERT INTO recipient (name, max_per_hour, digest_at, digest_timezone, configured,"
		" added_utc) VALUES (?1, ?2, ?3, ?4, 1, ?5)"
		" ON CONFLICT (name) DO UPDATE SET"
		" max_per_hour = ?2, digest_at = ?3, digest_timezone = ?4, configured = 1";
	const struct digest_settings *digest = &recipient->digest;
	char at[16];

	snprintf(at, sizeof(at), "%02d:%02d", digest->minute_of_day / 60,
		digest->minute_of_day % 60);
	return sql_run(store, put_sql,
		VALUES(value_text(recipient->name), value_id(recipient->max_per_hour),
			value_text(digest->wanted ? at : NULL),
			value_text(digest->wanted ? digest->timezone : NULL), value_time(now_us)));
}

static int apply_all(struct store *store, const struct settings *settings, int64_t now_us)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < settings->n_sources; i++)
		r = apply_source(store, &settings->sources[i], now_us);
	for (size_t i = 0; r == 0 && i < settings->n_streams; i++)
		r = apply_stream(store, &settings->streams[i], now_us);
	for (size_t i = 0; r == 0 && i < settings->n_recipients; i++)
		r = apply_recipient(store, &settings->recipients[i], now_us);
	return r;
}

int store_apply_settings(struct store *store, const struct settings *settings, int64_t now_us)
{
	static const char forget_sql[] = "UPDATE source SET configured = 0 WHERE configured;"
					 "UPDATE stream SET apply_upto = 0 WHERE NOT configured;"
					 "UPDATE stream SET configured = 0 WHERE configured;"
					 "UPDATE recipient SET configured = 0 WHERE configured;";
	static const char start_sql[] =
		"UPDATE instance SET started_utc = ? WHERE started_utc IS NULL";
	CLEANUP(txn_done) struct txn txn = {0};
	int r;

	r = txn_begin(store, &txn);
	if (r == 0)
		r = sql_run(store, start_sql, VALUES(value_time(now_us)));
	if (r == 0)
		r = sql_execute(store, forget_sql);
	if (r == 0)
		r = apply_all(store, settings, now_us);

	return r < 0 ? r : txn_commit(&txn);
}

int store_add_stream(struct store *store, const struct stream_settings *stream, int64_t now_us)
{
	static const char add_sql[] =
		"INSERT OR IGNORE INTO stream (name, label, kind, query, configured, added_utc,"
		" apply_upto) VALUES (?, ?, ?, ?, 0, ?, 0)";

	return sql_run(store, add_sql,
		VALUES(value_text(stream->name),
			value_text(stream->label ? stream->label : stream->name),
			value_text(kinds[stream->kind]), value_text(stream->query),
			value_time(now_us)));
}

static void read_unapplied(struct rows *rows, void *element)
{
	struct unapplied *unapplied = element;

	unapplied->stream = rows_text(rows);
	unapplied->upto = rows_int(rows);
}

int store_list_unapplied(
	struct store *store, struct arena *arena, struct unapplied **ret, size_t *ret_n)
{
	static const char list_sql[] = "SELECT name, apply_upto FROM stream"
				       " WHERE configured AND apply_upto > 0";
	CLEANUP(rows_done) struct rows rows = {0};
	const int r = rows_open(&rows, store, list_sql, NO_VALUES, arena);

	return rows_list(&rows, r, sizeof(struct unapplied), read_unapplied, ret, ret_n);
}

int store_mark_applied(struct store *store, int64_t from_id)
{
	static const char mark_sql[] = "UPDATE stream SET apply_upto = nullif(max(?1 - 1, 0), 0)"
				       " WHERE configured AND apply_upto > 0 AND apply_upto >= ?1";

	return sql_run(store, mark_sql, VALUES(value_int(from_id)));
}

int store_first_start(struct store *store, struct instant *ret)
{
	static const char get_sql[] = "SELECT started_utc FROM instance";
	CLEANUP(rows_done) struct rows rows = {0};
	int r = rows_open(&rows, store, get_sql, NO_VALUES, NULL);

	if (r == 0)
		r = rows_next(&rows);
	if (r < 0)
		return r;

	*ret = r > 0 ? rows_instant(&rows) : (struct instant){0};
	return 0;
}
