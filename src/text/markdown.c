#include "text/markdown.h"

#include <string.h>

#include "base/macro.h"
#include "base/str.h"

enum {
	MAX_CLOSERS = 16,
	MAX_DEPTH = 4,     /* of links within links */
	MAX_SPAN = 2048,   /* bytes from what opens to what closes */
	MAX_PREFIXES = 20, /* quotes and lists that a line stands in */
};

/* A part of a line, while it is read. */
struct inline_text {
	struct slice text;
	struct str *html;
	size_t closers[MAX_CLOSERS]; /* where emphasis ends */
	size_t n_closers;
	unsigned int depth;
};

static void add_escaped(struct str *html, struct slice text)
{
	for (size_t i = 0; i < text.len; i++) {
		const char c = text.ptr[i];

		if (c == '<')
			str_add_text(html, "&lt;");
		else if (c == '&')
			str_add_text(html, "&amp;");
		else if (c == '"')
			str_add_text(html, "&quot;");
		else
			str_add_char(html, c);
	}
}

static bool is_at(struct slice text, size_t at, char c)
{
	return at < text.len && text.ptr[at] == c;
}

static size_t run_length(struct slice text, size_t at)
{
	size_t n = 1;

	while (is_at(text, at + n, text.ptr[at]))
		n++;
	return n;
}

/* Where the bracket at OPEN is closed; 0: nowhere near. */
static size_t find_close(struct slice text, size_t open, char opening, char closing)
{
	const size_t end = MIN(text.len, open + MAX_SPAN);
	size_t depth = 0;

	for (size_t i = open; i < end; i++) {
		if (text.ptr[i] == '\\')
			i++;
		else if (text.ptr[i] == opening)
			depth++;
		else if (text.ptr[i] == closing && --depth == 0)
			return i;
	}
	return 0;
}

static void add_inline(struct str *html, struct slice text, unsigned int depth);

static void add_link(struct str *html, struct slice url, struct slice text, unsigned int depth)
{
	str_add_text(html, "<a href=\"");
	add_escaped(html, url);
	str_add_text(html, "\">");
	add_inline(html, text, depth + 1);
	str_add_text(html, "</a>");
}

/* "[text](url)" or, with IS_IMAGE, the part of "![text](url)" from the bracket
 * on.  What it takes, or 0. */
static size_t take_link(struct inline_text *in, size_t at, bool is_image)
{
	const size_t close = find_close(in->text, at, '[', ']');
	const size_t end = close > 0 && is_at(in->text, close + 1, '(')
				   ? find_close(in->text, close + 1, '(', ')')
				   : 0;

	if (end == 0 || in->depth >= MAX_DEPTH)
		return 0;

	const struct slice label = slice_from(in->text.ptr + at + 1, close - at - 1);
	const struct slice target =
		slice_trim(slice_from(in->text.ptr + close + 2, end - close - 2));
	struct slice rest = target;
	struct slice url = SLICE("");

	slice_split(&rest, ' ', &url);
	if (slice_starts_with(url, SLICE("<")) && slice_ends_with(url, SLICE(">")))
		url = slice_from(url.ptr + 1, url.len - 2);
	if (is_image)
		add_inline(in->html, label, in->depth + 1);
	else
		add_link(in->html, url, label, in->depth);
	return end + 1 - at;
}

/* "<https://example.org>" */
static size_t take_autolink(struct inline_text *in, size_t at)
{
	const struct slice rest = slice_skip(in->text, at + 1);
	const ptrdiff_t close =
		slice_find_char(slice_from(rest.ptr, MIN(rest.len, (size_t)MAX_SPAN)), '>');

	if (close <= 0 || (!slice_starts_with_nocase(rest, SLICE("https://")) &&
				  !slice_starts_with_nocase(rest, SLICE("http://"))))
		return 0;

	const struct slice url = slice_from(rest.ptr, (size_t)close);

	str_add_text(in->html, "<a href=\"");
	add_escaped(in->html, url);
	str_add_text(in->html, "\">");
	add_escaped(in->html, url);
	str_add_text(in->html, "</a>");
	return (size_t)close + 2;
}

/* "`code`": nothing in it marks. */
static size_t take_code(struct inline_text *in, size_t at)
{
	const size_t n = run_length(in->text, at);
	const size_t end = MIN(in->text.len, at + MAX_SPAN);

	for (size_t i = at + n; i < end; i++) {
		if (in->text.ptr[i] != '`')
			continue;

		const size_t n_close = run_length(in->text, i);

		if (n_close == n) {
			add_escaped(in->html, slice_from(in->text.ptr + at + n, i - at - n));
			return i + n - at;
		}
		i += n_close - 1;
	}
	return 0;
}

static bool is_word_at(struct slice text, size_t at)
{
	return at < text.len && (is_alnum(text.ptr[at]) || (unsigned char)text.ptr[at] >= 0x80);
}

static bool is_space_at(struct slice text, size_t at)
{
	return at >= text.len || is_space(text.ptr[at]);
}

/* Whether the run of N marks at AT may open or close emphasis: "_" does not
 * inside of words. */
static bool opens(struct slice text, size_t at, size_t n)
{
	return !is_space_at(text, at + n) &&
	       (text.ptr[at] != '_' || at == 0 || !is_word_at(text, at - 1));
}

static bool closes(struct slice text, size_t at, size_t n)
{
	return at > 0 && !is_space_at(text, at - 1) &&
	       (text.ptr[at] != '_' || !is_word_at(text, at + n));
}

/* Marks of emphasis at AT: what they take, when they are some. */
static size_t take_emphasis(struct inline_text *in, size_t at)
{
	const struct slice text = in->text;
	const size_t n = run_length(text, at);
	const size_t end = MIN(text.len, at + MAX_SPAN);

	for (size_t i = 0; i < in->n_closers; i++) {
		if (in->closers[i] == at) {
			in->closers[i] = in->closers[--in->n_closers];
			return n;
		}
	}
	if (n > 3 || (text.ptr[at] == '~' && n != 2) || !opens(text, at, n) ||
		in->n_closers == MAX_CLOSERS)
		return 0;

	for (size_t i = at + n; i < end; i++) {
		if (text.ptr[i] != text.ptr[at])
			continue;

		const size_t n_close = run_length(text, i);

		if (n_close == n && closes(text, i, n)) {
			in->closers[in->n_closers++] = i;
			return n;
		}
		i += n_close - 1;
	}
	return 0;
}

/* What stands at AT, when it marks something: its length, already added. */
static size_t take_mark(struct inline_text *in, size_t at)
{
	switch (in->text.ptr[at]) {
	case '\\':
		if (at + 1 >= in->text.len ||
			!strchr("\\`*_{}[]()<>#+-.!|~&", in->text.ptr[at + 1]))
			return 0;
		add_escaped(in->html, slice_from(in->text.ptr + at + 1, 1));
		return 2;
	case '`':
		return take_code(in, at);
	case '[':
		return take_link(in, at, false);
	case '!': {
		const size_t n = is_at(in->text, at + 1, '[') ? take_link(in, at + 1, true) : 0;

		return n > 0 ? n + 1 : 0;
	}
	case '<':
		return take_autolink(in, at);
	case '*':
	case '_':
	case '~':
		return take_emphasis(in, at);
	default:
		return 0;
	}
}

static void add_inline(struct str *html, struct slice text, unsigned int depth)
{
	struct inline_text in = {.text = text, .html = html, .depth = depth};

	for (size_t i = 0; i < text.len;) {
		const size_t taken = take_mark(&in, i);
		/* What marks nothing is text, the whole run of it. */
		const size_t n = taken > 0 ? taken
				 : strchr("*_~`", text.ptr[i]) && text.ptr[i] != '\0'
					 ? run_length(text, i)
					 : 1;

		if (taken == 0)
			str_add(html, slice_from(text.ptr + i, n));
		i += n;
	}
}

/* --- lines ---------------------------------------------------------------------- */

/* A line of nothing but these, and three of them at least. */
static bool is_rule(struct slice line)
{
	size_t n = 0;

	for (size_t i = 0; i < line.len; i++) {
		if (line.ptr[i] == line.ptr[0])
			n++;
		else if (!is_space(line.ptr[i]))
			return false;
	}
	return n >= 3 && strchr("-*_=", line.ptr[0]);
}

static bool is_table_rule(struct slice line)
{
	for (size_t i = 0; i < line.len; i++)
		if (!strchr("|:- ", line.ptr[i]))
			return false;

	return slice_find(line, SLICE("--")) >= 0 && slice_find_char(line, '|') >= 0;
}

/* Length of "- ", "12. ", "## ", "> " at the start of LINE. */
static size_t prefix_length(struct slice line)
{
	size_t n = 0;

	if (line.len == 0)
		return 0;
	if (line.ptr[0] == '>')
		return is_at(line, 1, '!') ? 2 : 1;
	if (strchr("-*+", line.ptr[0]))
		return is_at(line, 1, ' ') ? 2 : 0;
	while (is_at(line, n, '#') && n < 7)
		n++;
	if (n > 0)
		return n <= 6 && is_space_at(line, n) ? n : 0;
	while (n < line.len && n < 9 && is_digit(line.ptr[n]))
		n++;
	return n > 0 && (is_at(line, n, '.') || is_at(line, n, ')')) && is_at(line, n + 1, ' ')
		       ? n + 2
		       : 0;
}

static struct slice without_prefixes(struct slice line)
{
	size_t n;

	line = slice_trim(line);
	for (int i = 0; i < MAX_PREFIXES && (n = prefix_length(line)) > 0; i++)
		line = slice_trim(slice_skip(line, n));
	return line;
}

static bool is_fence(struct slice line)
{
	return slice_starts_with(line, SLICE("```")) || slice_starts_with(line, SLICE("~~~"));
}

static void add_row(struct str *html, struct slice line)
{
	struct slice cell;

	while (slice_split(&line, '|', &cell)) {
		add_inline(html, slice_trim(cell), 0);
		str_add_char(html, ' ');
	}
}

void markdown_to_html(struct slice markdown, struct str *html)
{
	struct slice line;
	bool in_code = false;

	while (slice_split(&markdown, '\n', &line)) {
		const struct slice text = without_prefixes(line);

		if (is_fence(slice_trim(line))) {
			in_code = !in_code;
			continue;
		}
		if (in_code)
			add_escaped(html, line);
		else if (text.len == 0 || is_rule(text) || is_table_rule(text))
			continue;
		else if (text.ptr[0] == '|')
			add_row(html, text);
		else
			add_inline(html, text, 0);
		str_add_text(html, "<br>");
	}
}
