#include "ctl/table.h"

#include <assert.h>
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/str.h"
#include "base/terminal.h"
#include "base/utf8.h"

enum {
	TABLE_MAX_BYTES = 256 << 20,
	CELL_MAX_BYTES = 64 * 1024,
	MAX_COLUMNS = 32,
	GAP = 2,
	LEAST_WIDTH = 8
};

struct cell {
	const char *text;
	size_t width;
	enum table_style style;
};

struct table {
	const struct table_column *columns;
	size_t n_columns;
	struct arena *arena;
	struct cell *cells;
	size_t n_cells, room;
	int error;
};

int table_new(const struct table_column *columns, size_t n, struct table **ret)
{
	CLEANUP(table_freep) struct table *table = calloc(1, sizeof(*table));
	if (!table)
		return -ENOMEM;
	if (n == 0 || n > MAX_COLUMNS)
		return -EDOM;

	const int r = arena_new(TABLE_MAX_BYTES, &table->arena);
	if (r < 0)
		return r;

	table->columns = columns;
	table->n_columns = n;
	*ret = TAKE(table);
	return 0;
}

void table_free(struct table *table)
{
	if (!table)
		return;

	arena_free(table->arena);
	free(table);
}

static struct cell *new_cell(struct table *table)
{
	if (table->n_cells == table->room) {
		const size_t room = table->room * 2 + 64;
		struct cell *cells = arena_grow(
			table->arena, table->cells, table->n_cells, room, sizeof(*cells));

		if (!cells)
			return NULL;
		table->cells = cells;
		table->room = room;
	}
	return &table->cells[table->n_cells++];
}

/* The widest prefix of TEXT that takes at most WIDTH columns. */
static struct slice cut(struct slice text, size_t width)
{
	size_t end = 0;

	while (end < text.len) {
		size_t next = end;

		utf8_next(text, &next);
		if (terminal_width(slice_from(text.ptr, next)) > width)
			break;
		end = next;
	}
	return slice_from(text.ptr, end);
}

void table_add_styled(struct table *table, enum table_style style, const char *text)
{
	CLEANUP(str_done) struct str safe = STR_INIT(CELL_MAX_BYTES);
	struct cell *cell = new_cell(table);

	if (!cell) {
		table->error = -ENOMEM;
		return;
	}
	/* A replaced control character grows from one byte to three. */
	terminal_add_safe(&safe, utf8_prefix(slice_of(text), CELL_MAX_BYTES / 4));
	cell->style = style;
	cell->text = arena_copy(table->arena, str_slice(&safe));
	cell->width = terminal_width(str_slice(&safe));
	if (str_error(&safe) < 0 || !cell->text)
		table->error = -ENOMEM;
}

void table_add(struct table *table, const char *text)
{
	table_add_styled(table, STYLE_PLAIN, text);
}

void table_add_format(struct table *table, const char *format, ...)
{
	CLEANUP(str_done) struct str text = STR_INIT(CELL_MAX_BYTES);
	va_list arguments;

	va_start(arguments, format);
	str_add_vformat(&text, format, arguments);
	va_end(arguments);
	table_add(table, str_text(&text));
}

size_t table_count_rows(const struct table *table)
{
	return table->n_cells / table->n_columns;
}

/* 0 when there is no edge. */
static size_t edge_of(FILE *out)
{
	struct winsize size;

	if (isatty(fileno(out)) != 1 || ioctl(fileno(out), TIOCGWINSZ, &size) < 0)
		return 0;
	return size.ws_col;
}

static size_t least_width(const struct table *table, size_t column)
{
	return MAX(terminal_width(slice_of(table->columns[column].title)), (size_t)LEAST_WIDTH);
}

/* Takes what does not fit from the widest columns of text, so that a short
 * one beside a long one stays whole; titles and numbers are not cut. */
static void fit(const struct table *table, size_t edge, size_t *widths)
{
	const size_t n = table->n_columns;
	size_t total = GAP * (n - 1);

	for (size_t i = 0; i < n; i++)
		total += widths[i];

	for (; total > edge; total--) {
		size_t widest = n;

		for (size_t i = 0; i < n; i++)
			if (!table->columns[i].right && widths[i] > least_width(table, i) &&
				(widest == n || widths[i] > widths[widest]))
				widest = i;
		if (widest == n)
			return;
		widths[widest]--;
	}
}

static void measure(const struct table *table, size_t edge, size_t *widths)
{
	assert(table->n_columns > 0 && table->n_columns <= MAX_COLUMNS);
	for (size_t i = 0; i < table->n_columns; i++)
		widths[i] = terminal_width(slice_of(table->columns[i].title));

	for (size_t i = 0; i < table->n_cells; i++) {
		size_t *width = &widths[i % table->n_columns];

		*width = MAX(*width, table->cells[i].width);
	}

	for (size_t i = 0; i < table->n_columns; i++)
		if (table->columns[i].at_most > 0)
			widths[i] = MIN(widths[i], (size_t)table->columns[i].at_most);
	if (edge > 0)
		fit(table, edge, widths);
}

static void print_spaces(size_t n, FILE *out)
{
	fprintf(out, "%*s", (int)n, "");
}

struct printed_cell {
	struct slice text;
	size_t width; /* of the column */
	bool right, last;
	const char *color; /* escape sequence, or "" */
};

static void print_cell(const struct printed_cell *cell, FILE *out)
{
	const bool is_cut = terminal_width(cell->text) > cell->width;
	const struct slice shown =
		is_cut ? cut(cell->text, cell->width > 0 ? cell->width - 1 : 0) : cell->text;
	const size_t padding = cell->width - MIN(cell->width, terminal_width(shown) + is_cut);

	if (cell->right)
		print_spaces(padding, out);
	fprintf(out, "%s%.*s%s%s", cell->color, SLICE_FMT(shown), is_cut ? "…" : "",
		*cell->color ? "\033[0m" : "");
	if (cell->last)
		fputc('\n', out);
	else
		print_spaces(GAP + (cell->right ? 0 : padding), out);
}

int table_print(const struct table *table, FILE *out)
{
	static const char *const colors[N_STYLES] = {
		[STYLE_PLAIN] = "",
		[STYLE_GOOD] = "\033[32m",
		[STYLE_WARNING] = "\033[33m",
		[STYLE_BAD] = "\033[31m",
		[STYLE_FAINT] = "\033[2m",
	};
	const bool color = terminal_has_color(out);
	const size_t n = table->n_columns;
	size_t widths[MAX_COLUMNS];

	assert(n > 0);
	measure(table, edge_of(out), widths);
	for (size_t i = 0; i < n; i++)
		print_cell(&(struct printed_cell){.text = slice_of(table->columns[i].title),
				   .width = widths[i],
				   .right = table->columns[i].right,
				   .last = i + 1 == n,
				   .color = color ? "\033[1m" : ""},
			out);

	for (size_t i = 0; i < table->n_cells - table->n_cells % n; i++)
		print_cell(&(struct printed_cell){.text = slice_of(table->cells[i].text),
				   .width = widths[i % n],
				   .right = table->columns[i % n].right,
				   .last = i % n + 1 == n,
				   .color = color ? colors[table->cells[i].style] : ""},
			out);

	return table->error;
}
