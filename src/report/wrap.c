#include "report/wrap.h"

#include "base/terminal.h"

static size_t margin_length(struct slice line)
{
	size_t length = 0;

	while (length < line.len &&
		(line.ptr[length] == ' ' || line.ptr[length] == '|' || line.ptr[length] == '-'))
		length++;
	/* A rule or an empty quote is no margin. */
	return length < line.len ? length : 0;
}

/* The margin again, a list's "-" as a space. */
static void add_margin(struct str *str, struct slice margin)
{
	for (size_t i = 0; i < margin.len; i++)
		str_add_char(str, margin.ptr[i] == '-' ? ' ' : margin.ptr[i]);
}

static void wrap_line(struct str *str, struct slice line, size_t columns)
{
	const struct slice margin = slice_from(line.ptr, margin_length(line));
	struct slice rest = slice_skip(line, margin.len);
	size_t used = margin.len;
	bool first = true;
	struct slice word;

	str_add(str, margin);
	while (slice_split(&rest, ' ', &word)) {
		const size_t width = terminal_width(word);

		if (!first && used + 1 + width > columns) {
			str_add_char(str, '\n');
			add_margin(str, margin);
			used = margin.len;
		} else if (!first) {
			str_add_char(str, ' ');
			used++;
		}
		str_add(str, word);
		used += width;
		first = false;
	}
}

void wrap_text(struct str *str, struct slice text, size_t columns)
{
	struct slice line;
	bool first = true;

	while (slice_split(&text, '\n', &line)) {
		if (!first)
			str_add_char(str, '\n');
		if (terminal_width(line) <= columns)
			str_add(str, line);
		else
			wrap_line(str, line, columns);
		first = false;
	}
}
