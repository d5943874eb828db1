#include "config/origin.h"

#include <stdarg.h>

#include "base/diags.h"
#include "base/str.h"
#include "base/utf8.h"

enum { MESSAGE_MAX_BYTES = 4096 };

static size_t offset_in(struct slice text, unsigned int line, unsigned int column)
{
	size_t start = 0;

	for (unsigned int i = 1; i < line; i++) {
		const ptrdiff_t length = slice_find_char(slice_skip(text, start), '\n');

		if (length < 0)
			break;
		start += (size_t)length + 1;
	}
	return start + utf8_offset(slice_skip(text, start), column > 0 ? column - 1 : 0);
}

struct origin origin_find(
	const struct origin *origin, const char *text, unsigned int line, unsigned int column)
{
	const struct slice value = slice_of(text);
	struct origin place = {
		.file = origin->file, .line = origin->line, .column = origin->column};
	size_t part = 0;

	if (line == 0 || origin->n_parts == 0)
		return place;

	const size_t offset = offset_in(value, line, column);
	while (part + 1 < origin->n_parts && origin->parts[part + 1].offset <= offset)
		part++;

	const size_t from = MIN(origin->parts[part].offset, offset);
	place.line = origin->parts[part].line;
	place.column = origin->parts[part].column +
		       (unsigned int)utf8_length(slice_from(value.ptr + from, offset - from));
	return place;
}

void origin_add_diags(const struct origin *origin, const char *text, const char *what,
	const struct diags *found, struct diags *diags)
{
	for (size_t i = 0; i < diags_count(found); i++) {
		CLEANUP(str_done) struct str message = STR_INIT(8192);
		struct diag diag = *diags_get(found, i);
		const struct origin place = origin_find(origin, text, diag.line, diag.column);

		/* The excerpt is a line of the text, not of the file. */
		diag.caret = diag.column;
		str_add_format(&message, "%s: %s", what, diag.message);
		diag.message = str_text(&message);
		diag.file = place.file;
		diag.line = place.line;
		diag.column = place.column;
		diags_add(diags, &diag);
	}
}

static void tell(struct diags *diags, struct diag *diag, const struct origin *origin,
	const char *format, va_list arguments)
{
	CLEANUP(str_done) struct str message = STR_INIT(MESSAGE_MAX_BYTES);

	str_add_vformat(&message, format, arguments);
	diag->file = origin->file;
	diag->line = origin->line;
	diag->column = origin->column;
	diag->message = str_text(&message);
	if (diag->hint && diag->hint[0] == '\0')
		diag->hint = NULL;
	diags_add(diags, diag);
}

void origin_complain(
	struct diags *diags, const struct origin *origin, const char *hint, const char *format, ...)
{
	struct diag diag = {.level = DIAG_ERROR, .hint = hint};
	va_list arguments;

	va_start(arguments, format);
	tell(diags, &diag, origin, format, arguments);
	va_end(arguments);
}

void origin_warn(
	struct diags *diags, const struct origin *origin, const char *hint, const char *format, ...)
{
	struct diag diag = {.level = DIAG_WARNING, .hint = hint};
	va_list arguments;

	va_start(arguments, format);
	tell(diags, &diag, origin, format, arguments);
	va_end(arguments);
}
