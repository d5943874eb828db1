#include "notify/mail/quoted_printable.h"

#include "base/utf8.h"

enum { LINE_MAX_CHARS = 76 };

static bool is_control(uint32_t code_point)
{
	return (code_point < ' ' && code_point != '\t') ||
	       (code_point >= 0x7f && code_point <= 0x9f);
}

/* Whether nothing that is written stands between POSITION and the end of the
 * line. */
static bool ends_line(struct slice text, size_t position)
{
	while (position < text.len) {
		const uint32_t code_point = utf8_next(text, &position);

		if (code_point == '\n' || code_point == '\r')
			return true;
		if (!is_control(code_point))
			return false;
	}
	return true;
}

/* Whether the character that ends before NEXT must be encoded: white space at
 * the end of a line, and what a server or a mailbox may take for its own at
 * the start of one. */
static bool needs_code(struct slice text, uint32_t code_point, size_t next, size_t column)
{
	if (code_point == ' ' || code_point == '\t')
		return ends_line(text, next);
	if (column == 0 && code_point == '.')
		return true;
	if (column == 0 && code_point == 'F')
		return slice_starts_with(slice_skip(text, next), SLICE("rom "));

	return code_point == '=' || code_point > '~';
}

/* Appends the character that ends before NEXT and returns the new column. */
static size_t add_character(
	struct str *str, struct slice text, uint32_t code_point, size_t next, size_t column)
{
	char bytes[UTF8_MAX];
	const size_t n = utf8_encode(code_point, bytes);

	/* One column is left for the "=" of a soft break. */
	if (column + (needs_code(text, code_point, next, column) ? 3 * n : n) >
		LINE_MAX_CHARS - 1) {
		str_add_text(str, "=\r\n");
		column = 0;
	}
	if (!needs_code(text, code_point, next, column)) {
		str_add(str, slice_from(bytes, n));
		return column + n;
	}

	for (size_t i = 0; i < n; i++)
		str_add_format(str, "=%02X", (unsigned char)bytes[i]);
	return column + 3 * n;
}

void quoted_printable_add(struct str *str, struct slice text)
{
	size_t column = 0;

	for (size_t i = 0; i < text.len && str_error(str) == 0;) {
		const uint32_t code_point = utf8_next(text, &i);

		if (code_point == '\r' && i < text.len && text.ptr[i] == '\n')
			continue;
		if (code_point == '\n' || code_point == '\r') {
			str_add_text(str, "\r\n");
			column = 0;
		} else if (!is_control(code_point)) {
			column = add_character(str, text, code_point, i, column);
		}
	}
	if (column > 0)
		str_add_text(str, "\r\n");
}
