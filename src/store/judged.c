#include <errno.h>

#include "store/rows.h"
#include "store/store.h"

static void read_precision(struct rows *rows, void *element)
{
	struct precision_row *row = element;

	row->kind = rows_text(rows);
	row->stream = rows_text(rows);
	row->name = rows_text(rows);
	row->n_all = rows_count(rows);
	row->n_handled = rows_count(rows);
	row->n_dismissed = rows_count(rows);
}

int store_list_precision(
	struct store *store, struct arena *arena, struct precision_row **ret, size_t *ret_n)
{
	/* Of terms only those of which something was dismissed: there are many. */
	static const char list_sql[] =
		"SELECT kind, stream, name, total, handled, dismissed FROM v_precision"
		" WHERE kind <> 'term' OR dismissed > 0 ORDER BY kind = 'term', kind = 'rule',"
		" stream, dismissed DESC, name";
	CLEANUP(rows_done) struct rows rows = {0};
	const int r = rows_open(&rows, store, list_sql, NO_VALUES, arena);

	return rows_list(&rows, r, sizeof(struct precision_row), read_precision, ret, ret_n);
}

int store_stream_query(
	struct store *store, const char *stream, struct arena *arena, const char **ret)
{
	static const char get_sql[] = "SELECT query FROM stream WHERE name = ?";
	CLEANUP(rows_done) struct rows rows = {0};
	int r = rows_open(&rows, store, get_sql, VALUES(value_text(stream)), arena);

	if (r == 0)
		r = rows_next(&rows);
	if (r <= 0)
		return r < 0 ? r : -ENOENT;

	*ret = rows_text(&rows);
	return rows_error(&rows);
}
