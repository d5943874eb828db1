#include "store/schema.h"
#include "store/sql.h"
#include "store/store.h"

enum {
	BYTES_PER_S = 20 << 20, /* that a slow disk takes of a transaction, with its log */
	LOG_PERCENT = 120,      /* what is written stands in the log, with its headers */
};

int store_find_migration(const char *path, struct migration *ret)
{
	static const char version_sql[] = "PRAGMA user_version";
	CLEANUP(store_closep) struct store *store = NULL;
	struct migration migration = {.to = schema_version()};
	struct store_stats stats;
	int64_t version = 0;
	int percent = 0;

	/* What is no database of ours is told by who opens it for good. */
	if (store_open(path, STORE_READ_COPY, &store) < 0)
		return 0;

	int r = sql_find(store, version_sql, NO_VALUES, &version);

	if (r >= 0)
		r = store_count_bytes(store, &stats);
	if (r < 0 || version >= migration.to)
		return MIN(r, 0);

	migration.from = (int)version;
	for (int next = migration.from + 1; next <= migration.to; next++)
		percent += schema_migration_percent(next);
	migration.n_bytes = stats.n_bytes;
	migration.n_disk_bytes = stats.n_bytes / 100 * (size_t)percent / 100 * LOG_PERCENT;
	migration.duration_us = (int64_t)(migration.n_disk_bytes / BYTES_PER_S) * US_PER_S;
	*ret = migration;
	return 1;
}
