#include <errno.h>

#include "store/names.h"
#include "store/rows.h"
#include "store/store.h"

/* In the order of read_state(). */
#define STATE_COLUMNS                                                                              \
	"coalesce(asked_url, url), etag, last_modified, cursor, next_poll_utc, last_poll_utc,"     \
	" last_success_utc, last_new_post_utc, interval_s, failures, last_error, last_status,"     \
	" gone, wait_s"

static void read_state(struct rows *rows, struct source_state *ret)
{
	ret->url = rows_text(rows);
	ret->etag = rows_text(rows);
	ret->last_modified = rows_text(rows);
	ret->cursor = rows_text(rows);
	ret->next_poll = rows_instant(rows);
	ret->last_poll = rows_instant(rows);
	ret->last_success = rows_instant(rows);
	ret->last_new_post = rows_instant(rows);
	ret->interval_us = rows_int(rows) * US_PER_S;
	ret->failures = (unsigned int)rows_count(rows);
	ret->last_error = rows_text(rows);
	ret->last_status = (int)rows_int(rows);
	ret->gone = rows_flag(rows);
	ret->wait_us = rows_int(rows) * US_PER_S;
}

int store_source_state(
	struct store *store, const char *source, struct arena *arena, struct source_state *ret)
{
	static const char get_sql[] = "SELECT " STATE_COLUMNS " FROM source WHERE name = ?";
	CLEANUP(rows_done) struct rows rows = {0};
	struct source_state state = {0};
	int r;

	r = rows_open(&rows, store, get_sql, VALUES(value_text(source)), arena);
	if (r < 0)
		return r;
	r = rows_next(&rows);
	if (r <= 0)
		return r < 0 ? r : -ENOENT;

	read_state(&rows, &state);
	if (rows_error(&rows) < 0)
		return rows_error(&rows);

	*ret = state;
	return 0;
}

int store_set_source_state(
	struct store *store, const char *source, const struct source_state *state)
{
	static const char set_sql[] =
		"UPDATE source SET asked_url = ?, etag = ?, last_modified = ?, cursor = ?,"
		" next_poll_utc = ?, last_poll_utc = ?, last_success_utc = ?,"
		" last_new_post_utc = ?, interval_s = ?, failures = ?, last_error = ?,"
		" last_status = ?, gone = ?, wait_s = ? WHERE name = ?";
	const int r = sql_change(store, set_sql,
		VALUES(value_text(state->url), value_text(state->etag),
			value_text(state->last_modified), value_text(state->cursor),
			value_instant(state->next_poll), value_instant(state->last_poll),
			value_instant(state->last_success), value_instant(state->last_new_post),
			value_int(state->interval_us / US_PER_S), value_int(state->failures),
			value_text(state->last_error), value_id(state->last_status),
			value_flag(state->gone),
			/* The next poll is stored in whole seconds, too. */
			value_int((state->wait_us + US_PER_S - 1) / US_PER_S), value_text(source)));

	if (r < 0)
		return r;

	return r == 0 ? -ENOENT : 0;
}

static int read_push(struct rows *rows, struct arena *arena, const struct subscription **ret)
{
	const bool is_there = !rows_is_null(rows);
	struct subscription *push = arena_alloc(arena, sizeof(*push));

	if (!push)
		return -ENOMEM;

	push->kind = subscription_kind_find(rows_text(rows));
	push->hub = rows_text(rows);
	push->state = subscription_state_find(rows_text(rows));
	push->until = rows_instant(rows);
	push->last_push = rows_instant(rows);
	push->n_forged = rows_count(rows);
	push->last_error = rows_text(rows);
	*ret = is_there ? push : NULL;
	return 0;
}

int store_list_sources(struct store *store, int64_t now_us, struct arena *arena,
	struct source_row **ret, size_t *ret_n)
{
	static const char list_sql[] =
		"SELECT name, configured, enabled, switched_off_utc, switched_off_by,"
		" switched_off_why,"
		" (SELECT coalesce(sum(new_posts), 0) FROM fetch_log"
		" WHERE source_id = source.id AND at_utc >= ?), push_kind, hub, push_state,"
		" until_utc, last_push_utc, forged, push_error, " STATE_COLUMNS
		" FROM source LEFT JOIN (SELECT source_id AS push_source, kind AS push_kind, hub,"
		" state AS push_state, until_utc, last_push_utc, forged, last_error AS push_error"
		" FROM subscription WHERE state <> 'leaving') ON push_source = source.id"
		" ORDER BY name";
	CLEANUP(rows_done) struct rows rows = {0};
	struct source_row *list = NULL;
	size_t n = 0;
	int r;

	r = rows_open(&rows, store, list_sql, VALUES(value_time(now_us - 7 * US_PER_DAY)), arena);
	if (r < 0)
		return r;

	while ((r = rows_next(&rows)) > 0) {
		struct source_row *row = rows_add(&rows, &list, n, sizeof(*list));

		if (!row)
			return -ENOMEM;
		row->name = rows_text(&rows);
		row->configured = rows_flag(&rows);
		row->enabled = rows_flag(&rows);
		row->switched_off = rows_instant(&rows);
		row->switched_off_by = rows_text(&rows);
		row->switched_off_why = rows_text(&rows);
		row->n_posts_week = rows_count(&rows);
		if (read_push(&rows, arena, &row->push) < 0)
			return -ENOMEM;
		read_state(&rows, &row->state);
		n++;
	}
	if (r < 0)
		return r;

	*ret = list;
	*ret_n = n;
	return 0;
}

/* Who did it first, and when, is what people want to know: a second time
 * changes nothing. */
int store_switch_source_off(struct store *store, const struct source_switch *wanted)
{
	static const char off_sql[] = "UPDATE source SET switched_off_utc = ?,"
				      " switched_off_by = ?, switched_off_why = ?"
				      " WHERE id = ? AND switched_off_utc IS NULL";
	int64_t id;
	const int r = names_source(store, wanted->source, &id);

	if (r < 0)
		return r;

	return sql_change(store, off_sql,
		VALUES(value_time(wanted->now_us), value_text(wanted->actor),
			value_text(wanted->why), value_int(id)));
}

int store_switch_source_on(struct store *store, const char *source)
{
	static const char on_sql[] =
		"UPDATE source SET switched_off_utc = NULL, switched_off_by = NULL,"
		" switched_off_why = NULL,"
		" failures = CASE WHEN gone THEN 0 ELSE failures END,"
		" last_error = CASE WHEN gone THEN NULL ELSE last_error END, gone = 0"
		" WHERE id = ? AND (switched_off_utc IS NOT NULL OR gone)";
	int64_t id;
	const int r = names_source(store, source, &id);

	return r < 0 ? r : sql_change(store, on_sql, VALUES(value_int(id)));
}

int store_is_source_on(struct store *store, const char *source)
{
	static const char find_sql[] = "SELECT enabled AND switched_off_utc IS NULL"
				       " FROM source WHERE name = ?";
	int64_t on;
	const int r = sql_find(store, find_sql, VALUES(value_text(source)), &on);

	if (r < 0)
		return r;

	return r == 0 ? -ENOENT : on != 0;
}

int store_is_touched(struct store *store)
{
	static const char version_sql[] = "PRAGMA data_version";
	int64_t version = 0;
	const int r = sql_find(store, version_sql, NO_VALUES, &version);

	if (r < 0)
		return r;

	const bool is_touched = version != store->seen_version;

	store->seen_version = version;
	return is_touched;
}

int store_is_source_gone(struct store *store, const char *source)
{
	static const char find_sql[] = "SELECT gone FROM source WHERE name = ?";
	int64_t gone;
	const int r = sql_find(store, find_sql, VALUES(value_text(source)), &gone);

	if (r < 0)
		return r;

	return r == 0 ? -ENOENT : gone != 0;
}

int store_log_fetch(struct store *store, const struct fetch_entry *entry)
{
	static const char *const ways[N_FETCH_WAYS] = {
		[FETCH_POLL] = "poll",
		[FETCH_PUSH] = "push",
		[FETCH_STREAM] = "stream",
	};
	static const char add_sql[] =
		"INSERT INTO fetch_log (source_id, at_utc, status, error, elapsed_ms, bytes, posts,"
		" new_posts, mentions, dropped, via) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
	int64_t source_id;
	const int r = names_source(store, entry->source, &source_id);

	if (r < 0)
		return r;

	return sql_run(store, add_sql,
		VALUES(value_int(source_id), value_time(entry->at_us), value_id(entry->status),
			value_text(entry->error), value_int(entry->elapsed_us / US_PER_MS),
			value_int((int64_t)entry->n_bytes), value_int((int64_t)entry->n_posts),
			value_int((int64_t)entry->n_new), value_int((int64_t)entry->n_mentions),
			value_int((int64_t)entry->n_dropped), value_text(ways[entry->way])));
}
