/* store/txn.h: a transaction of its own, unless the caller has one already.
 *
 *	CLEANUP(txn_done) struct txn txn = {0};
 *
 *	r = txn_begin(store, &txn);
 *	...
 *	return txn_commit(&txn);
 *
 * What ends without txn_commit() is rolled back; inside of a caller's
 * transaction that is left to the caller.
 *
 * Inside of store/ only.
 */
#pragma once

#include "store/sql.h"

struct txn {
	struct store *store;
	bool own;
};

int txn_begin(struct store *store, struct txn *ret);
int txn_commit(struct txn *txn);
/* For CLEANUP(). */
void txn_done(struct txn *txn);
