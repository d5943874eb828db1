#include "store/search.h"

#include "store/store.h"

int search_mark(struct store *store, int64_t post_id)
{
	static const char MARK[] = "INSERT OR IGNORE INTO search_todo (post_id) VALUES (?)";

	return sql_run(store, MARK, VALUES(value_int(post_id)));
}

int search_forget(struct store *store, int64_t post_id)
{
	static const char *const forget[] = {
		"DELETE FROM search_todo WHERE post_id = ?",
		"DELETE FROM post_words WHERE rowid = ?",
		"DELETE FROM post_runs WHERE rowid = ?",
	};
	int r = 0;

	for (size_t i = 0; r == 0 && i < ARRAY_SIZE(forget); i++)
		r = sql_run(store, forget[i], VALUES(value_int(post_id)));
	return r;
}
