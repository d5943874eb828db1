#include "base/terminal.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/macro.h"
#include "base/str.h"
#include "base/utf8.h"

enum { EXCERPT_BEFORE = 60, EXCERPT_AFTER = 40 };

struct range {
	uint32_t first, last;
};

static bool in_ranges(const struct range *ranges, size_t n, uint32_t code_point)
{
	for (size_t i = 0; i < n; i++)
		if (code_point >= ranges[i].first && code_point <= ranges[i].last)
			return true;

	return false;
}

static bool is_harmful(uint32_t code_point)
{
	static const struct range ranges[] = {
		{0x00, 0x1F}, {0x7F, 0x9F}, /* C0, DEL, C1 */
		{0x061C, 0x061C}, {0x200E, 0x200F},
		{0x2028, 0x202E},                   /* marks, breaks, embeddings */
		{0x2066, 0x2069}, {0xFFF9, 0xFFFB}, /* isolates, annotations */
	};

	return in_ranges(ranges, ARRAY_SIZE(ranges), code_point);
}

void terminal_add_safe(struct str *str, struct slice text)
{
	for (size_t i = 0; i < text.len;) {
		const uint32_t code_point = utf8_next(text, &i);

		if (code_point == '\n' || code_point == '\t' || code_point == '\r')
			str_add_char(str, ' ');
		else
			str_add_code_point(
				str, is_harmful(code_point) ? UTF8_REPLACEMENT : code_point);
	}
}

void terminal_add_data(struct str *str, struct slice text)
{
	for (size_t i = 0; i < text.len;) {
		const uint32_t code_point = utf8_next(text, &i);
		const bool is_space =
			code_point == '\n' || code_point == '\t' || code_point == '\r';
		const bool is_control =
			code_point < 0x20 || (code_point >= 0x7F && code_point <= 0x9F);

		str_add_code_point(str, is_control && !is_space ? UTF8_REPLACEMENT : code_point);
	}
}

void terminal_add_excerpt(struct str *str, struct slice line, unsigned int column)
{
	const size_t at = MIN(column > 0 ? column - 1 : 0, utf8_length(line));
	const size_t first = at > EXCERPT_BEFORE ? at - EXCERPT_BEFORE : 0;
	const size_t from = utf8_offset(line, first);
	const size_t caret = utf8_offset(line, at);
	const size_t until = utf8_offset(line, at + EXCERPT_AFTER);
	const size_t start = str->len;

	str_add_text(str, first > 0 ? "    ..." : "    ");
	terminal_add_safe(str, slice_from(line.ptr + from, caret - from));
	/* As it is printed: what is harmful has become one column wide. */
	const size_t width = terminal_width(slice_skip(str_slice(str), start));
	terminal_add_safe(str, slice_from(line.ptr + caret, until - caret));
	str_add_text(str, until < line.len ? "...\n" : "\n");
	for (size_t i = 0; i < width; i++)
		str_add_char(str, ' ');
	str_add_text(str, "^\n");
}

bool terminal_has_color(FILE *out)
{
	const char *no_color = getenv("NO_COLOR");
	const char *terminal = getenv("TERM");

	return (!no_color || no_color[0] == '\0') && terminal && strcmp(terminal, "dumb") != 0 &&
	       isatty(fileno(out)) == 1;
}

static size_t width_of(uint32_t code_point)
{
	static const struct range zero[] = {
		{0x0300, 0x036F},
		{0x0483, 0x0489},
		{0x0591, 0x05BD},
		{0x0610, 0x061A},
		{0x064B, 0x065F},
		{0x0900, 0x0902},
		{0x093C, 0x093C},
		{0x0941, 0x0948},
		{0x094D, 0x094D},
		{0x0A81, 0x0A82},
		{0x0ABC, 0x0ABC},
		{0x0AC1, 0x0AC8},
		{0x0ACD, 0x0ACD},
		{0x0E31, 0x0E31},
		{0x0E34, 0x0E3A},
		{0x0E47, 0x0E4E},
		{0x17B4, 0x17B5},
		{0x17B7, 0x17BD},
		{0x17C6, 0x17C6},
		{0x17C9, 0x17D3},
		{0x200B, 0x200F},
		{0x20D0, 0x20F0},
		{0xFE00, 0xFE0F},
		{0xFEFF, 0xFEFF},
		{0x1F3FB, 0x1F3FF},
		{0xE0100, 0xE01EF},
	};
	static const struct range wide[] = {
		{0x1100, 0x115F},
		{0x2E80, 0x303E},
		{0x3041, 0xA4CF},
		{0xAC00, 0xD7A3},
		{0xF900, 0xFAFF},
		{0xFE30, 0xFE6F},
		{0xFF00, 0xFF60},
		{0xFFE0, 0xFFE6},
		{0x1F300, 0x1F64F},
		{0x1F680, 0x1F6FF},
		{0x1F900, 0x1FAFF},
		{0x20000, 0x3FFFD},
	};

	if (code_point < 0x300)
		return 1;
	if (in_ranges(zero, ARRAY_SIZE(zero), code_point))
		return 0;

	return in_ranges(wide, ARRAY_SIZE(wide), code_point) ? 2 : 1;
}

size_t terminal_width(struct slice text)
{
	size_t width = 0;

	for (size_t i = 0; i < text.len;)
		width += width_of(utf8_next(text, &i));

	return width;
}
