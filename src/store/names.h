/* store/names.h: rows of what is configured, by name.
 *
 * Inside of store/ only.
 */
#pragma once

#include "store/sql.h"

/* -ENOENT when store_apply_settings() was never told of it. */
int names_source(struct store *store, const char *name, int64_t *ret_id);
int names_stream(struct store *store, const char *name, int64_t *ret_id);
int names_recipient(struct store *store, const char *name, int64_t *ret_id);
