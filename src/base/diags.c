#include "base/diags.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/str.h"
#include "base/terminal.h"

enum { DIAGS_KEPT = 200, DIAGS_MAX_BYTES = 1 << 20 };

struct diags {
	struct arena *arena;
	struct diag kept[DIAGS_KEPT];
	size_t n_kept;
	size_t n_all;
	size_t n_errors;
};

int diags_new(struct diags **ret)
{
	CLEANUP(diags_freep) struct diags *diags = calloc(1, sizeof(*diags));
	if (!diags)
		return -ENOMEM;

	const int r = arena_new(DIAGS_MAX_BYTES, &diags->arena);
	if (r < 0)
		return r;

	*ret = TAKE(diags);
	return 0;
}

void diags_free(struct diags *diags)
{
	if (!diags)
		return;

	arena_free(diags->arena);
	free(diags);
}

static const char *copy_or_null(struct diags *diags, const char *text)
{
	return text ? arena_copy_text(diags->arena, text) : NULL;
}

int diags_add(struct diags *diags, const struct diag *diag)
{
	const int r = diag->level == DIAG_ERROR ? -EINVAL : 0;

	if (!diags)
		return r;

	diags->n_all++;
	diags->n_errors += diag->level == DIAG_ERROR;
	if (diags->n_kept == DIAGS_KEPT)
		return r;

	struct diag *copy = &diags->kept[diags->n_kept++];

	*copy = *diag;
	copy->file = copy_or_null(diags, diag->file);
	copy->message = copy_or_null(diags, diag->message);
	copy->hint = copy_or_null(diags, diag->hint);
	copy->excerpt = copy_or_null(diags, diag->excerpt);
	if (!copy->message)
		copy->message = "out of memory while describing a mistake";
	return r;
}

int diags_error(struct diags *diags, const char *file, unsigned int line, unsigned int column,
	const char *format, ...)
{
	char message[4096]; /* a longer one is cut */
	va_list arguments;

	va_start(arguments, format);
	if (vsnprintf(message, sizeof(message), format, arguments) < 0)
		message[0] = '\0';
	va_end(arguments);

	return diags_add(diags, &(struct diag){.level = DIAG_ERROR,
					.file = file,
					.line = line,
					.column = column,
					.message = message});
}

size_t diags_count(const struct diags *diags)
{
	return diags ? diags->n_kept : 0;
}

size_t diags_count_errors(const struct diags *diags)
{
	return diags ? diags->n_errors : 0;
}

size_t diags_count_warnings(const struct diags *diags)
{
	return diags ? diags->n_all - diags->n_errors : 0;
}

const struct diag *diags_get(const struct diags *diags, size_t index)
{
	return &diags->kept[index];
}

void diag_format(struct str *str, const struct diag *diag)
{
	if (diag->file)
		str_add_format(str, "%s:", diag->file);
	if (diag->line > 0)
		str_add_format(str, "%u:", diag->line);
	if (diag->line > 0 && diag->column > 0)
		str_add_format(str, "%u:", diag->column);
	if (diag->file || diag->line > 0)
		str_add_char(str, ' ');
	str_add_format(
		str, "%s: %s", diag->level == DIAG_ERROR ? "error" : "warning", diag->message);
	if (diag->hint)
		str_add_format(str, " (%s)", diag->hint);
}

static void print_one(const struct diag *diag, FILE *out)
{
	CLEANUP(str_done) struct str text = STR_INIT(16384);
	CLEANUP(str_done) struct str safe = STR_INIT(65536);

	diag_format(&text, diag);
	terminal_add_safe(&safe, str_slice(&text));
	fprintf(out, "%s\n", str_text(&safe));

	const unsigned int caret = diag->caret > 0 ? diag->caret : diag->column;

	if (!diag->excerpt || caret == 0)
		return;
	str_clear(&safe);
	terminal_add_excerpt(&safe, slice_of(diag->excerpt), caret);
	fputs(str_text(&safe), out);
}

void diags_print(const struct diags *diags, FILE *out)
{
	for (size_t i = 0; i < diags_count(diags); i++)
		print_one(&diags->kept[i], out);

	if (diags && diags->n_all > diags->n_kept)
		fprintf(out, "... and %zu more\n", diags->n_all - diags->n_kept);
}
