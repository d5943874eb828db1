#include "store/names.h"

#include <errno.h>

static int find(struct store *store, const char *sql, const char *name, int64_t *ret_id)
{
	const int r = sql_find(store, sql, VALUES(value_text(name)), ret_id);

	if (r < 0)
		return r;

	return r == 0 ? -ENOENT : 0;
}

int names_source(struct store *store, const char *name, int64_t *ret_id)
{
	static const char find_sql[] = "SELECT id FROM source WHERE name = ?";

	return find(store, find_sql, name, ret_id);
}

int names_stream(struct store *store, const char *name, int64_t *ret_id)
{
	static const char find_sql[] = "SELECT id FROM stream WHERE name = ?";

	return find(store, find_sql, name, ret_id);
}

int names_recipient(struct store *store, const char *name, int64_t *ret_id)
{
	static const char find_sql[] = "SELECT id FROM recipient WHERE name = ?";

	return find(store, find_sql, name, ret_id);
}
