#include <errno.h>

#include "store/rows.h"
#include "store/store.h"

/* What a quick_check says in its one column, a text that ends in NUL. */
static int judge(struct store *store, struct rows *rows)
{
	const int r = rows_next(rows);

	if (r <= 0)
		return r;

	const struct slice verdict = rows_borrow(rows);

	return slice_equals(verdict, SLICE("ok")) ? 0 : sql_fail_damaged(store, verdict.ptr);
}

int store_check(struct store *store)
{
	static const char check_sql[] = "PRAGMA quick_check(1)";
	CLEANUP(rows_done) struct rows rows = {0};
	const int r = rows_open(&rows, store, check_sql, NO_VALUES, NULL);

	return r < 0 ? r : judge(store, &rows);
}

/* SQLite looks at the pages of one tree without a pause, so the shortest look is one
 * table.  Each has a read transaction of its own: the log can be taken over between. */
int store_check_next(struct store *store, int64_t *position)
{
	static const char next_sql[] = "SELECT min(rowid) FROM sqlite_schema"
				       " WHERE type = 'table' AND rootpage > 0 AND rowid > ?";
	static const char check_sql[] =
		"SELECT quick_check FROM sqlite_schema AS s, pragma_quick_check(s.name)"
		" WHERE s.rowid = ? LIMIT 1";
	CLEANUP(rows_done) struct rows rows = {0};
	int64_t next = 0;
	int r = sql_find(store, next_sql, VALUES(value_int(*position)), &next);

	if (r <= 0)
		return r;

	r = rows_open(&rows, store, check_sql, VALUES(value_int(next)), NULL);
	if (r == 0)
		r = judge(store, &rows);
	if (r < 0)
		return r;

	*position = next;
	return 1;
}
