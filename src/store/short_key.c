#include "store/short_key.h"

#include <string.h>

#include <sqlite3.h>

#include "base/sha256.h"

int short_key(const char *key, char buffer[SHORT_KEY_SIZE], const char **ret)
{
	const struct slice text = slice_of(key);

	*ret = key;
	if (text.len <= KEY_MAX_BYTES)
		return 0;

	buffer[0] = '#';
	*ret = buffer;
	return sha256_text(text, buffer + 1);
}

/* NULL stays NULL. */
static void run(sqlite3_context *context, int n, sqlite3_value **values)
{
	const char *key = (const char *)sqlite3_value_text(values[0]);
	char buffer[SHORT_KEY_SIZE];
	const char *name;

	(void)n;
	if (!key && sqlite3_value_type(values[0]) == SQLITE_NULL)
		sqlite3_result_null(context);
	else if (!key || short_key(key, buffer, &name) < 0)
		sqlite3_result_error_nomem(context);
	else if (name == key)
		sqlite3_result_value(context, values[0]);
	else
		sqlite3_result_text(context, name, -1, SQLITE_TRANSIENT);
}

int short_key_register(struct store *store)
{
	const int r = sqlite3_create_function_v2(store->db, "short_key", 1,
		SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_DIRECTONLY, NULL, run, NULL, NULL,
		NULL);

	return r == SQLITE_OK ? 0 : sql_fail(store, r);
}
