#include <errno.h>

#include "store/store.h"

#pragma GCC diagnostic ignored "-Wunused-parameter"

int store_last_digest(struct store *store, const char *recipient, struct instant *ret_until)
{
	return -ENOSYS;
}

int store_add_digest_run(struct store *store, const char *recipient, const struct digest *digest,
	int64_t now_us, int64_t *ret_id)
{
	return -ENOSYS;
}

int store_load_digest(struct store *store, struct arena *arena, struct digest *digest)
{
	return -ENOSYS;
}

int store_index_some(struct store *store, size_t max)
{
	return -ENOSYS;
}

int store_prune(struct store *store, int64_t unmatched_us, int64_t mentions_us, size_t max)
{
	return -ENOSYS;
}

int store_count(struct store *store, struct store_stats *ret)
{
	return -ENOSYS;
}

int store_backup(struct store *store, const char *path)
{
	return -ENOSYS;
}

int store_check(struct store *store)
{
	return -ENOSYS;
}

int store_list_docs(struct store *store, struct arena *arena, struct doc_row **ret, size_t *ret_n)
{
	return -ENOSYS;
}
