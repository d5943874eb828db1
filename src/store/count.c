#include "store/count.h"

#include <errno.h>

#include "store/store.h"

void count_read(struct rows *rows, struct stream_count *ret)
{
	ret->n_mentions = rows_count(rows);
	ret->n_stories = rows_count(rows);
	ret->n_positive = rows_count(rows);
	ret->n_neutral = rows_count(rows);
	ret->n_negative = rows_count(rows);
	ret->n_unknown = rows_count(rows);
	ret->n_angry = rows_count(rows);
}

/* 1 when STREAM was there before UNTIL_US, 0 when not. */
static int was_watched(struct store *store, const char *stream, int64_t until_us)
{
	static const char find_sql[] = "SELECT added_utc < ? FROM stream WHERE name = ?";
	int64_t watched;
	const int r = sql_find(
		store, find_sql, VALUES(value_time(until_us), value_text(stream)), &watched);

	if (r <= 0)
		return r < 0 ? r : -ENOENT;

	return watched != 0;
}

int store_count_mentions(struct store *store, const char *stream, const struct count_window *window,
	struct stream_count *ret)
{
	static const char count_sql[] =
		"SELECT " COUNT_COLUMNS
		" FROM stream AS st JOIN mention AS m ON m.stream_id = st.id"
		" JOIN post AS p ON p.id = m.post_id"
		" WHERE st.name = ?1 AND m.fetched_utc >= ?2 AND m.fetched_utc < ?3"
		" AND (?4 = 0 OR NOT " COUNT_IS_OLD("?4") ")";
	CLEANUP(rows_done) struct rows rows = {0};
	struct stream_count count = {.name = stream};
	int r = was_watched(store, stream, window->until_us);

	if (r <= 0)
		return r < 0 ? r : -ENODATA;

	r = rows_open(&rows, store, count_sql,
		VALUES(value_text(stream), value_time(window->from_us),
			value_time(window->until_us), value_int(window->max_age_us / US_PER_S)),
		NULL);
	if (r == 0)
		r = rows_next(&rows);
	if (r < 0)
		return r;

	count_read(&rows, &count);
	*ret = count;
	return 0;
}
