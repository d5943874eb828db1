/* store/digest_runs.h: digests that were made.
 *
 * A part of store/store.h, which others include. */
#pragma once

#include "base/clock.h"
#include "record/digest.h"

struct arena;
struct store;

/* End of the last digest's window for RECIPIENT (NULL: for anybody); unknown when there was
 * none.  One that lies more than a day after NOW_US does not count. */
int store_last_digest(
	struct store *store, const char *recipient, int64_t now_us, struct instant *ret_until);
/* Records a run for its window; 1 new, 0 there already (*RET_ID either way). */
int store_add_digest_run(struct store *store, const char *recipient, const struct digest *digest,
	int64_t now_us, int64_t *ret_id);
/* Fills DIGEST, whose window and timezone are set, from the database. */
int store_load_digest(struct store *store, struct arena *arena, struct digest *digest);
