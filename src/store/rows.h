/* store/rows.h: the rows that a statement gives, column by column.
 *
 *	CLEANUP(rows_done) struct rows rows = {0};
 *
 *	r = rows_open(&rows, store, list_sql, VALUES(value_id(id)), arena);
 *	if (r < 0)
 *		return r;
 *	while ((r = rows_next(&rows)) > 0)
 *		...rows_text(&rows) for the first column, rows_int(&rows) for the second
 *
 * Reading a column moves on to the next one.  Texts are copied to the arena;
 * when that fails the next rows_next() says so, or rows_error() after a single
 * row.
 *
 * Inside of store/ only.
 */
#pragma once

#include "store/sql.h"

struct rows {
	struct store *store;
	struct sqlite3_stmt *statement;
	struct arena *arena;
	int column;
	int error;
};

/* ARENA may be NULL when no text is read. */
int rows_open(struct rows *rows, struct store *store, const char *sql, struct values values,
	struct arena *arena);
/* 1 for a row, 0 at the end, or a negative errno. */
int rows_next(struct rows *rows);
/* 0, or what reading a column met. */
int rows_error(const struct rows *rows);
/* For CLEANUP(). */
void rows_done(struct rows *rows);

/* NULL is 0, NULL and unknown. */
int64_t rows_int(struct rows *rows);
size_t rows_count(struct rows *rows);
bool rows_flag(struct rows *rows);
double rows_real(struct rows *rows);
const char *rows_text(struct rows *rows);
struct slice rows_bytes(struct rows *rows);
/* Not copied: valid until the next row. */
struct slice rows_borrow(struct rows *rows);
struct instant rows_instant(struct rows *rows);
bool rows_is_null(const struct rows *rows); /* stays at the column */

/* A list that grows in the arena of ROWS: room for one more element of SIZE
 * behind the N of *LIST, or NULL.  The room grows when N is a power of two. */
void *rows_add(struct rows *rows, void *list, size_t n, size_t size);

/* All rows that R = rows_open() gave, as a list in the arena: READ fills an element of
 * SIZE from the row at hand.  *RET, a pointer to elements, and *RET_N are set on
 * success only. */
int rows_list(struct rows *rows, int r, size_t size, void (*read)(struct rows *rows, void *element),
	void *ret, size_t *ret_n);
