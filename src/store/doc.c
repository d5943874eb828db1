#include <errno.h>

#include "store/rows.h"
#include "store/store.h"

int store_list_docs(struct store *store, struct arena *arena, struct doc_row **ret, size_t *ret_n)
{
	static const char list_sql[] =
		"SELECT d.object, nullif(d.column_name, ''), coalesce(c.type, s.type),"
		" d.description, d.example"
		" FROM doc AS d JOIN sqlite_schema AS s ON s.name = d.object"
		" LEFT JOIN pragma_table_info(d.object) AS c ON c.name = d.column_name"
		" ORDER BY s.type = 'table', d.object, c.cid";
	CLEANUP(rows_done) struct rows rows = {0};
	struct doc_row *list = NULL;
	size_t n = 0;
	int r = rows_open(&rows, store, list_sql, NO_VALUES, arena);

	while (r >= 0 && (r = rows_next(&rows)) > 0) {
		struct doc_row *row = rows_add(&rows, &list, n, sizeof(*list));

		if (!row)
			return -ENOMEM;
		row->object = rows_text(&rows);
		row->column = rows_text(&rows);
		row->type = rows_text(&rows);
		row->description = rows_text(&rows);
		row->example = rows_text(&rows);
		n++;
	}
	if (r < 0)
		return r;

	*ret = list;
	*ret_n = n;
	return 0;
}
