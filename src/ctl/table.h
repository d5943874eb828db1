/* ctl/table.h: rows and columns for people.
 *
 * Cells are added one after the other, a row is full after as many as there
 * are columns.  Their text may come from outside: control characters are made
 * harmless here.  As with struct str, the first failure sticks and is reported
 * at the end.
 */
#pragma once

#include <stdio.h>

#include "base/macro.h"
#include "base/slice.h"

enum table_style { STYLE_PLAIN, STYLE_GOOD, STYLE_WARNING, STYLE_BAD, STYLE_FAINT, N_STYLES };

struct table_column {
	const char *title;
	bool right;           /* numbers */
	unsigned int at_most; /* columns of the terminal; 0: as wide as it needs */
};

struct table;

/* COLUMNS must outlive the table. */
int table_new(const struct table_column *columns, size_t n, struct table **ret);
void table_free(struct table *table);
DEFINE_CLEANUP(struct table *, table_free);

/* NULL is an empty cell. */
void table_add(struct table *table, const char *text);
void table_add_styled(struct table *table, enum table_style style, const char *text);
void table_add_format(struct table *table, const char *format, ...) PRINTF_LIKE(2, 3);

size_t table_count_rows(const struct table *table);

/* Prints the titles and all rows; long cells are cut, and the widest columns
 * until a row fits on the terminal; when OUT is none, nothing is cut for that.
 * The first error of all since table_new(). */
int table_print(const struct table *table, FILE *out);
