#include "store/rows.h"

#include <errno.h>
#include <string.h>

#include <sqlite3.h>

int rows_open(struct rows *rows, struct store *store, const char *sql, struct values values,
	struct arena *arena)
{
	struct sqlite3_stmt *statement;
	const int r = sql_bind(store, sql, values, &statement);

	if (r < 0)
		return r;

	*rows = (struct rows){.store = store, .statement = statement, .arena = arena};
	return 0;
}

int rows_next(struct rows *rows)
{
	if (rows->error < 0)
		return rows->error;

	const int code = sqlite3_step(rows->statement);

	rows->column = 0;
	if (code == SQLITE_ROW)
		return 1;
	if (code == SQLITE_DONE)
		return 0;

	rows->error = sql_fail(rows->store, sqlite3_extended_errcode(rows->store->db));
	return rows->error;
}

int rows_error(const struct rows *rows)
{
	return rows->error;
}

void rows_done(struct rows *rows)
{
	/* What it says was said by the last step already. */
	if (rows->statement)
		sqlite3_reset(rows->statement);
	rows->statement = NULL;
}

int64_t rows_int(struct rows *rows)
{
	return sqlite3_column_int64(rows->statement, rows->column++);
}

size_t rows_count(struct rows *rows)
{
	const int64_t number = rows_int(rows);

	return number > 0 ? (size_t)number : 0;
}

bool rows_flag(struct rows *rows)
{
	return rows_int(rows) != 0;
}

double rows_real(struct rows *rows)
{
	return sqlite3_column_double(rows->statement, rows->column++);
}

struct slice rows_borrow(struct rows *rows)
{
	const int column = rows->column++;
	const char *bytes = sqlite3_column_blob(rows->statement, column);
	const int n = sqlite3_column_bytes(rows->statement, column);

	return bytes && n > 0 ? slice_from(bytes, (size_t)n) : (struct slice){0};
}

struct slice rows_bytes(struct rows *rows)
{
	const struct slice bytes = rows_borrow(rows);

	if (!bytes.ptr)
		return bytes;

	const char *copy = arena_copy(rows->arena, bytes);

	if (!copy)
		rows->error = -ENOMEM;
	return slice_from(copy, copy ? bytes.len : 0);
}

const char *rows_text(struct rows *rows)
{
	return rows_bytes(rows).ptr;
}

struct instant rows_instant(struct rows *rows)
{
	const unsigned char *text = sqlite3_column_text(rows->statement, rows->column++);
	struct instant instant = {0};

	instant.known = text && time_parse((const char *)text, &instant.us) == 1;
	return instant;
}

bool rows_is_null(const struct rows *rows)
{
	return sqlite3_column_type(rows->statement, rows->column) == SQLITE_NULL;
}

void *rows_add(struct rows *rows, void *list, size_t n, size_t size)
{
	char *grown;

	memcpy(&grown, list, sizeof(grown));
	if ((n & (n - 1)) == 0) {
		grown = arena_grow(rows->arena, grown, n, n == 0 ? 1 : n * 2, size);
		if (!grown) {
			rows->error = -ENOMEM;
			return NULL;
		}
		memcpy(list, &grown, sizeof(grown));
	}
	return grown + n * size;
}

/* NOLINTNEXTLINE(readability-function-size): two more than most, and each caller one line. */
int rows_list(struct rows *rows, int r, size_t size, void (*read)(struct rows *rows, void *element),
	void *ret, size_t *ret_n)
{
	char *list = NULL;
	size_t n = 0;

	while (r >= 0 && (r = rows_next(rows)) > 0) {
		void *element = rows_add(rows, &list, n, size);

		if (!element)
			return -ENOMEM;
		read(rows, element);
		n++;
	}
	if (r == 0)
		r = rows_error(rows);
	if (r < 0)
		return r;

	memcpy(ret, &list, sizeof(list));
	*ret_n = n;
	return 0;
}
