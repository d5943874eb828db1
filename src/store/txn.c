#include "store/txn.h"

#include <errno.h>

#include <sqlite3.h>

#include "store/store.h"

/* IMMEDIATE: who writes waits at the start, and nothing fails half-way because
 * somebody else has begun meanwhile. */
static const char begin_sql[] = "BEGIN IMMEDIATE";
static const char commit_sql[] = "COMMIT";
static const char rollback_sql[] = "ROLLBACK";

int store_begin(struct store *store)
{
	if (store->damaged)
		return -EUCLEAN; /* its words are kept from when it was found */

	return sql_run(store, begin_sql, NO_VALUES);
}

int store_commit(struct store *store)
{
	return sql_run(store, commit_sql, NO_VALUES);
}

void store_rollback(struct store *store)
{
	/* After some failures SQLite has done so already. */
	if (!sqlite3_get_autocommit(store->db))
		sql_run(store, rollback_sql, NO_VALUES);
}

/* On a full disk the log may be what fills it: written back, it is empty. */
static void empty_log(struct store *store)
{
	sqlite3_wal_checkpoint_v2(store->db, "main", SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
}

int store_end(struct store *store, int r)
{
	const int ended = r < 0 ? r : store_commit(store);

	if (ended < 0)
		store_rollback(store);
	if (ended == -ENOSPC)
		empty_log(store);
	return ended < 0 ? ended : r;
}

int txn_begin(struct store *store, struct txn *ret)
{
	const bool own = sqlite3_get_autocommit(store->db) != 0;
	const int r = own ? store_begin(store) : 0;

	if (r == 0)
		*ret = (struct txn){.store = store, .own = own};
	return r;
}

int txn_commit(struct txn *txn)
{
	const bool own = txn->own;

	txn->own = false;
	return own ? store_commit(txn->store) : 0;
}

void txn_done(struct txn *txn)
{
	if (txn->own)
		store_rollback(txn->store);
}
