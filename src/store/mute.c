#include <errno.h>

#include "store/rows.h"
#include "store/store.h"

int store_add_mute(struct store *store, const struct mute *mute, int64_t now_us)
{
	static const char add_sql[] =
		"INSERT INTO mute (rule, stream, until_utc, made_utc, actor, why)"
		" VALUES (?, ?, ?, ?, ?, ?)";

	return sql_run(store, add_sql,
		VALUES(value_text(mute->rule), value_text(mute->stream), value_time(mute->until_us),
			value_time(now_us), value_text(mute->actor), value_text(mute->why)));
}

int store_muted_until(struct store *store, const char *rule, const char *stream, int64_t now_us,
	struct instant *ret)
{
	static const char find_sql[] =
		"SELECT max(until_utc) FROM mute WHERE until_utc > ?"
		" AND (rule IS NULL OR rule = ?) AND (stream IS NULL OR stream = ?)";
	CLEANUP(rows_done) struct rows rows = {0};
	int r = rows_open(&rows, store, find_sql,
		VALUES(value_time(now_us), value_text(rule), value_text(stream)), NULL);

	if (r == 0)
		r = rows_next(&rows);
	if (r < 0)
		return r;

	*ret = rows_instant(&rows);
	return 0;
}

int store_list_mutes(
	struct store *store, int64_t now_us, struct arena *arena, struct mute **ret, size_t *ret_n)
{
	static const char list_sql[] = "SELECT rule, stream, until_utc, actor, why FROM mute"
				       " WHERE until_utc > ? ORDER BY until_utc, id";
	CLEANUP(rows_done) struct rows rows = {0};
	struct mute *list = NULL;
	size_t n = 0;
	int r = rows_open(&rows, store, list_sql, VALUES(value_time(now_us)), arena);

	while (r >= 0 && (r = rows_next(&rows)) > 0) {
		struct mute *mute = rows_add(&rows, &list, n, sizeof(*mute));

		if (!mute)
			return -ENOMEM;
		mute->rule = rows_text(&rows);
		mute->stream = rows_text(&rows);
		mute->until_us = rows_instant(&rows).us;
		mute->actor = rows_text(&rows);
		mute->why = rows_text(&rows);
		n++;
	}
	if (r < 0)
		return r;

	*ret = list;
	*ret_n = n;
	return 0;
}
