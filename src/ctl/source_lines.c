#include "ctl/source_lines.h"

#include <errno.h>

#include "base/map.h"
#include "base/str.h"
#include "base/utf8.h"
#include "text/url.h"

/* A name may have 64 characters: this leaves room for a number. */
enum { TITLE_MAX_LENGTH = 56, TEXT_MAX_BYTES = 4096, TAG_MAX_LENGTH = 64 };

/* Blanks, and what would break the line in a file or a list. */
static bool is_blank(uint32_t c)
{
	return c <= ' ' || (c >= 0x7F && c <= 0xA0) || c == 0x2028 || c == 0x2029;
}

/* What YAML refuses, and the mark that says nothing. */
static bool is_forbidden(uint32_t c)
{
	return c == 0xFEFF || c == 0xFFFE || c == 0xFFFF;
}

/* Appends TEXT on one line, without blanks at its ends, cut to MAX_LENGTH
 * characters. */
static void add_line(struct str *str, const char *text, size_t max_length)
{
	const struct slice all = slice_of(text);
	size_t length = 0;
	bool blank = false;

	for (size_t at = 0; at < all.len && length < max_length;) {
		const uint32_t c = utf8_next(all, &at);

		if (is_forbidden(c))
			continue;
		if (is_blank(c)) {
			blank = length > 0;
			continue;
		}
		if (blank && length + 2 > max_length)
			return;
		if (blank)
			str_add_char(str, ' ');
		str_add_code_point(str, c);
		length += blank ? 2 : 1;
		blank = false;
	}
}

/* The title, else the host of the address. */
static void add_name(struct str *str, const struct source_line *line)
{
	struct url url;

	if (line->title)
		add_line(str, line->title, TITLE_MAX_LENGTH);
	if (str->len > 0)
		return;

	url_split(slice_of(line->url), &url);
	str_add(str, utf8_prefix(url.host, TITLE_MAX_LENGTH));
	if (str->len == 0)
		str_add_text(str, "source");
}

/* A map's value is the last number that its name was given: a thousand feeds of
 * one title need no thousand looks each. */
int source_lines_name(
	const struct source_line *line, struct map *taken, struct arena *arena, const char **ret)
{
	CLEANUP(str_done) struct str bare = STR_INIT(TEXT_MAX_BYTES);
	CLEANUP(str_done) struct str name = STR_INIT(TEXT_MAX_BYTES);
	union map_value last = {.number = 1};
	int r;

	add_name(&bare, line);
	str_add(&name, str_slice(&bare));
	const bool again = map_find(taken, str_slice(&bare), &last);

	while (str_error(&name) == 0 && map_find(taken, str_slice(&name), NULL)) {
		str_clear(&name);
		str_add_format(&name, "%s %lld", str_text(&bare), (long long)++last.number);
	}
	r = str_error(&name);
	if (r == 0 && again)
		r = map_set(taken, str_slice(&bare), last);
	if (r >= 0)
		r = map_set(taken, str_slice(&name), (union map_value){.number = 1});
	if (r < 0)
		return r;

	*ret = arena_copy(arena, str_slice(&name));
	return *ret ? 0 : -ENOMEM;
}

/* A string of YAML in double quotes. */
static void add_quoted(struct str *str, const char *text)
{
	const struct slice all = slice_of(text);

	str_add_char(str, '"');
	for (size_t at = 0; at < all.len;) {
		const uint32_t c = utf8_next(all, &at);

		if (c == '"' || c == '\\')
			str_add_char(str, '\\');
		if (c != ' ' && (is_blank(c) || is_forbidden(c)))
			str_add_format(str, "\\u%04X", (unsigned int)c);
		else
			str_add_code_point(str, c);
	}
	str_add_char(str, '"');
}

static void add_tags(struct str *str, const struct texts *tags)
{
	const char *separator = "\n    tags: [";

	for (size_t i = 0; i < tags->n; i++) {
		CLEANUP(str_done) struct str tag = STR_INIT(TEXT_MAX_BYTES);

		add_line(&tag, tags->items[i], TAG_MAX_LENGTH);
		if (tag.len == 0)
			continue;
		str_add_text(str, separator);
		add_quoted(str, str_text(&tag));
		separator = ", ";
	}
	if (separator[0] == ',')
		str_add_char(str, ']');
}

void source_lines_add(struct str *str, const struct source_line *line, const char *name)
{
	str_add_text(str, "  - name: ");
	add_quoted(str, name);
	str_add_text(str, "\n    url: ");
	add_quoted(str, line->url);
	add_tags(str, &line->tags);
	if (line->allow_private)
		str_add_text(str, "\n    allow_private: true");
	str_add_char(str, '\n');
}
