#include "text/markup.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/diags.h"
#include "base/nearest.h"
#include "base/str.h"
#include "text/doctype.h"
#include "text/lookahead.h"
#include "text/namespaces.h"
#include "text/reference.h"

enum {
	MAX_WARNINGS = 100,
	MAX_SKIPPED_BYTES = 64 << 10, /* before the caller gets its turn */
	MAX_TAG_BYTES = 1 << 20,      /* whose attributes are read */
};

struct open {
	struct slice name; /* as written */
	int space;
};

struct markup {
	struct slice text;
	size_t at;
	struct markup_options options;

	size_t depth;
	size_t close_to;        /* elements deeper than this are to be closed first */
	size_t skipped;         /* open elements beyond MARKUP_MAX_DEPTH */
	uint64_t skipped_names; /* a bit for each of their names, more or less */
	struct slice end_source;

	struct landmark cdata_end, comment_end, instruction_end;
	bool has_broken_doctype;
	bool is_cut;

	size_t counted_to; /* line breaks before this place make up .line */
	unsigned int line;
	unsigned int n_warnings;

	/* What follows is large and not cleared: a reader is made for each text of
	 * a feed. */
	struct markup_token token;
	struct open open[MARKUP_MAX_DEPTH];
	struct namespaces namespaces;
};

int markup_new(struct slice text, const struct markup_options *options, struct markup **ret)
{
	struct markup *markup = malloc(sizeof(*markup));

	if (!markup)
		return -ENOMEM;

	memset(markup, 0, offsetof(struct markup, token));
	memset(&markup->token, 0, offsetof(struct markup_token, attributes));
	markup->token.n_attributes = 0;
	markup->text = text;
	markup->options = *options;
	namespaces_init(&markup->namespaces, options->spaces, options->n_spaces);
	markup->line = 1;
	markup->cdata_end.mark = SLICE("]]>");
	markup->comment_end.mark = SLICE("-->");
	markup->instruction_end.mark = SLICE("?>");
	*ret = markup;
	return 0;
}

void markup_free(struct markup *markup)
{
	free(markup);
}

/* Places are asked for nearly in order, so counting on from the last one is
 * linear; the few that lie before it are within the same tag. */
static unsigned int line_of(struct markup *markup, size_t at)
{
	const char *text = markup->text.ptr;

	for (; markup->counted_to < at; markup->counted_to++)
		markup->line += text[markup->counted_to] == '\n';
	for (; markup->counted_to > at; markup->counted_to--)
		markup->line -= text[markup->counted_to - 1] == '\n';

	return markup->line;
}

unsigned int markup_line(struct markup *markup, const char *at)
{
	return line_of(markup, (size_t)(at - markup->text.ptr));
}

void markup_warn(struct markup *markup, const char *at, const char *format, ...)
{
	CLEANUP(str_done) struct str message = STR_INIT(256);
	va_list arguments;

	if (!markup || !markup->options.warnings || markup->n_warnings >= MAX_WARNINGS)
		return;
	markup->n_warnings++;

	va_start(arguments, format);
	str_add_vformat(&message, format, arguments);
	va_end(arguments);

	const struct diag diag = {
		.level = DIAG_WARNING,
		.line = line_of(markup, at ? (size_t)(at - markup->text.ptr) : markup->at),
		.message = str_error(&message) == 0 ? str_text(&message) : "not well-formed",
	};
	diags_add(markup->options.warnings, &diag);
}

/* The part of NAME that a message shows. */
static struct slice shown(struct slice name)
{
	return slice_from(name.ptr, MIN(name.len, (size_t)40));
}

static struct slice rest_of(const struct markup *markup)
{
	return slice_skip(markup->text, markup->at);
}

static const char *here(const struct markup *markup)
{
	return markup->text.ptr + markup->at;
}

static const char *end_of(const struct markup *markup)
{
	return markup->text.ptr + markup->text.len;
}

/* What lies between FROM and where the reader stands now. */
static struct slice since(const struct markup *markup, size_t from)
{
	return slice_from(markup->text.ptr + from, markup->at - from);
}

static size_t find_char(const struct markup *markup, size_t from, char c)
{
	return lookahead_char(markup->text, from, NOWHERE, c);
}

static bool is_name_start(const struct markup *markup, char c)
{
	return is_alpha(c) ||
	       (!markup->options.html && (c == '_' || c == ':' || (unsigned char)c >= 0x80));
}

static bool ends_name(char c)
{
	return is_space(c) || c == '>' || c == '/' || c == '<' || c == '=' || c == '"' || c == '\'';
}

static struct slice read_name(struct markup *markup)
{
	const size_t start = markup->at;

	while (markup->at < markup->text.len && !ends_name(*here(markup)))
		markup->at++;

	return since(markup, start);
}

static void skip_space(struct markup *markup)
{
	while (markup->at < markup->text.len && is_space(*here(markup)))
		markup->at++;
}

static bool stands_at(const struct markup *markup, char c)
{
	return markup->at < markup->text.len && *here(markup) == c;
}

static bool is_flat(const struct markup *markup, struct slice name)
{
	if (markup->options.n_flat == 0)
		return false;

	const ptrdiff_t colon = slice_find_char(name, ':');
	const struct slice local = slice_skip(name, (size_t)(colon + 1));

	for (size_t i = 0; i < markup->options.n_flat; i++)
		if (slice_equals_nocase(markup->options.flat[i], local))
			return true;

	return false;
}

/* Depth of the nearest open element NAME, 0 when there is none.  Its length and
 * first letter tell it from nearly all others, which matters when somebody sends
 * millions of stray end tags. */
static size_t find_open(const struct markup *markup, struct slice name)
{
	if (name.len == 0)
		return 0;

	const char first = to_lower(name.ptr[0]);

	for (size_t depth = markup->depth; depth > 0; depth--) {
		const struct slice open = markup->open[depth - 1].name;

		if (open.len == name.len && to_lower(open.ptr[0]) == first &&
			slice_equals_nocase(open, name))
			return depth;
	}
	return 0;
}

/* --- Namespaces --- */

static int space_of_prefix(struct markup *markup, struct slice prefix)
{
	int space;

	if (!namespaces_find(&markup->namespaces, prefix, &space))
		markup_warn(markup, prefix.ptr, "the prefix `%.*s' is not declared",
			SLICE_FMT(shown(prefix)));
	return space;
}

/* Notes what the attributes of the element at depth + 1 declare. */
static void add_bindings(struct markup *markup)
{
	for (size_t i = 0; i < markup->token.n_attributes; i++) {
		const struct markup_attribute *attribute = &markup->token.attributes[i];
		struct slice prefix = attribute->name;

		if (!slice_starts_with(prefix, SLICE("xmlns")))
			continue;
		prefix = slice_skip(prefix, 5);
		if (prefix.len > 0 && prefix.ptr[0] != ':')
			continue;
		prefix = slice_skip(prefix, 1);
		if (!namespaces_declare(
			    &markup->namespaces, prefix, attribute->value, markup->depth + 1))
			markup_warn(markup, attribute->value.ptr,
				"the prefix `%.*s' has an unknown namespace",
				SLICE_FMT(shown(prefix)));
	}
}

static struct slice prefix_of(struct slice name)
{
	const ptrdiff_t colon = slice_find_char(name, ':');

	return slice_from(name.ptr, colon > 0 ? (size_t)colon : 0);
}

static void set_names(struct markup *markup, struct slice name)
{
	markup->token.name = name;
	markup->token.local = slice_skip(name, (size_t)(slice_find_char(name, ':') + 1));
	markup->token.space = MARKUP_SPACE_NONE;
}

/* --- Tags --- */

/* The value in quotes that starts at the reader.  XML allows no `<' in it: one
 * with a `>' before it tells that the closing quote is missing. */
static struct slice read_quoted(struct markup *markup)
{
	const char quote = *here(markup);
	const size_t start = ++markup->at;
	size_t end = find_char(markup, start, quote);
	const bool is_open = end == NOWHERE;

	if (is_open)
		end = markup->text.len;

	const struct slice value = slice_from(markup->text.ptr + start, end - start);
	const ptrdiff_t less = is_open                ? (ptrdiff_t)value.len
			       : markup->options.html ? -1
						      : slice_find_char(value, '<');
	const ptrdiff_t greater =
		less < 0 ? -1 : slice_find_char(slice_from(value.ptr, (size_t)less), '>');

	if (less >= 0)
		markup_warn(markup, here(markup),
			is_open || greater >= 0 ? "an attribute has no closing quote"
						: "`<' stands in an attribute");
	if (greater >= 0)
		end = start + (size_t)greater;

	markup->at = end;
	if (greater < 0 && !is_open)
		markup->at++;
	return slice_from(value.ptr, end - start);
}

static struct slice read_unquoted(struct markup *markup)
{
	const size_t start = markup->at;

	while (markup->at < markup->text.len && !is_space(*here(markup)) && *here(markup) != '>' &&
		*here(markup) != '<')
		markup->at++;

	struct slice value = since(markup, start);

	/* <a href=x/> is an empty element in XML, as it is meant there. */
	if (!markup->options.html && stands_at(markup, '>') && slice_ends_with(value, SLICE("/"))) {
		markup->at--;
		value.len--;
	}
	markup_warn(markup, value.ptr, "an attribute has no quotes");
	return value;
}

/* Reads one attribute; whether it has a value. */
static bool read_attribute(struct markup *markup)
{
	struct markup_attribute attribute = {.name = read_name(markup)};
	bool has_value = false;

	if (attribute.name.len == 0) {
		markup->at++; /* a stray quote or `=' */
		return false;
	}

	skip_space(markup);
	if (stands_at(markup, '=')) {
		has_value = true;
		markup->at++;
		skip_space(markup);
		attribute.value = stands_at(markup, '"') || stands_at(markup, '\'')
					  ? read_quoted(markup)
					  : read_unquoted(markup);
		/* Half an address is a wrong one. */
		if (attribute.value.ptr + attribute.value.len == end_of(markup))
			return true;
	}
	if (markup->token.n_attributes < MARKUP_MAX_ATTRIBUTES)
		markup->token.attributes[markup->token.n_attributes++] = attribute;
	return has_value;
}

enum tag_end { TAG_CLOSED, TAG_EMPTY, TAG_CUT, TAG_NONE };

/* The end of a tag that nobody wrote: whatever stands before its `>' is stepped over. */
static enum tag_end skip_tag(struct markup *markup)
{
	const size_t end = find_char(markup, markup->at, '>');

	markup->at = end == NOWHERE ? markup->text.len : end + 1;
	if (end == NOWHERE)
		return TAG_CUT;
	return markup->text.ptr[end - 1] == '/' ? TAG_EMPTY : TAG_CLOSED;
}

/* Reads the attributes and the `>' of a tag.  One that is cut by `<' is no tag
 * when all it has are attributes without values, as in "1 <b and c</p>". */
static enum tag_end read_attributes(struct markup *markup)
{
	const size_t start = markup->at;
	bool has_value = false;

	markup->token.n_attributes = 0;
	for (;;) {
		skip_space(markup);
		if (markup->at - start > MAX_TAG_BYTES)
			return skip_tag(markup);
		if (markup->at >= markup->text.len)
			return TAG_CUT;
		if (*here(markup) == '<')
			return has_value || markup->token.n_attributes == 0 ? TAG_CUT : TAG_NONE;
		if (*here(markup) == '>') {
			markup->at++;
			return TAG_CLOSED;
		}
		if (*here(markup) == '/') {
			markup->at++;
			if (!stands_at(markup, '>'))
				continue;
			markup->at++;
			return TAG_EMPTY;
		}
		has_value |= read_attribute(markup);
	}
}

/* An end tag or `<name' that nests wrongly ends all elements below DEPTH. */
static void close_below(struct markup *markup, size_t depth, struct slice source)
{
	markup->close_to = depth;
	markup->skipped = 0;
	markup->skipped_names = 0;
	markup->end_source = source;
}

static const struct markup_token *pop(struct markup *markup)
{
	struct markup_token *token = &markup->token;
	const struct open *open = &markup->open[markup->depth - 1];

	set_names(markup, open->name);
	token->space = open->space;
	token->kind = MARKUP_END;
	token->depth = markup->depth--;
	token->n_attributes = 0;
	token->source = markup->depth == markup->close_to ? markup->end_source : (struct slice){0};

	namespaces_close(&markup->namespaces, markup->depth);
	return token;
}

static uint64_t name_bit(struct slice name)
{
	const size_t first = (unsigned char)to_lower(name.ptr[0]);

	return UINT64_C(1) << (first * 7 + name.len) % 64;
}

/* The start tag at the reader; NULL when none comes of it yet. */
static const struct markup_token *read_start(struct markup *markup)
{
	struct markup_token *token = &markup->token;
	const size_t start = markup->at++;
	const struct slice name = read_name(markup);
	const size_t open = is_flat(markup, name) ? find_open(markup, name) : 0;

	if (open > 0) {
		markup_warn(markup, name.ptr, "<%.*s> is not closed", SLICE_FMT(shown(name)));
		close_below(markup, open - 1, (struct slice){0});
		markup->at = start;
		return NULL;
	}

	enum tag_end end = read_attributes(markup);

	if (end == TAG_NONE && is_flat(markup, name))
		end = TAG_CUT;
	token->source = since(markup, start);
	if (end == TAG_CUT || end == TAG_NONE)
		markup_warn(markup, name.ptr, "<%.*s has no `>'", SLICE_FMT(shown(name)));
	if (end == TAG_NONE) {
		token->kind = MARKUP_TEXT;
		token->text = token->source;
		token->depth = markup->depth;
		return token;
	}

	token->kind = MARKUP_START;
	if (markup->options.html) {
		set_names(markup, name);
		return token;
	}
	if (markup->depth == MARKUP_MAX_DEPTH) {
		if (markup->skipped == 0)
			markup_warn(markup, name.ptr, "tags deeper than %d are skipped",
				MARKUP_MAX_DEPTH);
		markup->skipped += end != TAG_EMPTY;
		markup->skipped_names |= name_bit(name);
		return NULL;
	}

	add_bindings(markup);
	set_names(markup, name);
	token->space = space_of_prefix(markup, prefix_of(name));
	markup->open[markup->depth++] = (struct open){.name = name, .space = token->space};
	markup->close_to = markup->depth;
	token->depth = markup->depth;
	if (end == TAG_EMPTY)
		close_below(markup, markup->depth - 1, (struct slice){0});
	return token;
}

/* Whether the end tag NAME is meant for the innermost element: as <titel> is
 * closed by </title>. */
static bool is_misspelt(const struct markup *markup, struct slice name)
{
	enum { SHORTEST = 3, LONGEST = 20 };

	if (markup->depth == 0 || name.len < SHORTEST || name.len > LONGEST)
		return false;

	const struct slice open = markup->open[markup->depth - 1].name;

	return open.len >= SHORTEST && open.len <= LONGEST &&
	       edit_distance(open, name) <= MAX(open.len, name.len) / 4;
}

/* Closes what the end tag NAME, written as SOURCE, closes. */
static void close_named(struct markup *markup, struct slice name, struct slice source)
{
	/* What is none of the skipped elements may be what holds them all. */
	if (markup->skipped > 0 && name.len > 0 && markup->skipped_names & name_bit(name)) {
		markup->skipped--;
		return;
	}

	size_t open = find_open(markup, name);

	if (open == 0 && is_misspelt(markup, name))
		open = markup->depth;
	if (open == 0) {
		markup_warn(markup, source.ptr, "</%.*s> closes nothing", SLICE_FMT(shown(name)));
		return;
	}
	if (open < markup->depth || !slice_equals_nocase(markup->open[open - 1].name, name))
		markup_warn(markup, source.ptr, "<%.*s> is not closed before </%.*s>",
			SLICE_FMT(shown(markup->open[markup->depth - 1].name)),
			SLICE_FMT(shown(name)));
	close_below(markup, open - 1, source);
}

/* The end tag at the reader; NULL when no token comes of it by itself. */
static const struct markup_token *read_end(struct markup *markup)
{
	const size_t start = markup->at;

	markup->at += 2;
	skip_space(markup);

	const struct slice name = read_name(markup);
	const size_t next = find_char(markup, markup->at, '<');
	const size_t end = lookahead_char(markup->text, markup->at, next, '>');

	if (end != NOWHERE)
		markup->at = end + 1;
	else
		markup_warn(markup, markup->text.ptr + start, "</%.*s has no `>'",
			SLICE_FMT(shown(name)));

	if (!markup->options.html) {
		close_named(markup, name, since(markup, start));
		return NULL;
	}
	set_names(markup, name);
	markup->token.kind = MARKUP_END;
	markup->token.source = since(markup, start);
	markup->token.n_attributes = 0;
	return &markup->token;
}

/* --- What starts with <! and <? --- */

/* Steps behind the next END, or behind the next `>' when there is none. */
static void skip_behind(struct markup *markup, struct landmark *end)
{
	const size_t found = landmark_find(end, markup->text, markup->at);

	if (found != NOWHERE) {
		markup->at = found + end->mark.len;
		return;
	}

	const size_t greater = find_char(markup, markup->at, '>');

	markup_warn(markup, here(markup), "there is no `%.*s'", SLICE_FMT(end->mark));
	markup->at = greater == NOWHERE ? markup->text.len : greater + 1;
}

/* One that is not closed ends at the first `>'; so do all later ones, which are
 * wrong anyway. */
static void skip_doctype(struct markup *markup)
{
	const size_t len = markup->has_broken_doctype ? 0 : doctype_length(rest_of(markup));

	if (len > 0) {
		markup->at += len;
		return;
	}
	markup_warn(markup, here(markup), "the DOCTYPE does not end");
	markup->has_broken_doctype = true;

	const size_t end = find_char(markup, markup->at, '>');

	markup->at = end == NOWHERE ? markup->text.len : end + 1;
}

/* Where the CDATA section whose content starts at FROM ends; *RET_NEXT is where
 * to read on.  One whose end tag and a further section stand before the next
 * "]]>" has lost its own. */
static size_t cdata_end(struct markup *markup, size_t from, size_t *ret_next)
{
	const struct slice opening = SLICE("<![CDATA[");
	const size_t end = landmark_find(&markup->cdata_end, markup->text, from);
	const struct slice content =
		slice_from(markup->text.ptr + from, MIN(end, markup->text.len) - from);
	const char *inner = memmem(content.ptr, content.len, opening.ptr, opening.len);

	if (end != NOWHERE && !inner) {
		*ret_next = end + markup->cdata_end.mark.len;
		return end;
	}

	const size_t limit = inner ? (size_t)(inner - markup->text.ptr) : NOWHERE;
	const size_t tag = markup->depth == 0 ? NOWHERE
					      : lookahead_end_tag(markup->text, from, limit,
							markup->open[markup->depth - 1].name);

	if (end != NOWHERE && tag == NOWHERE) {
		*ret_next = end + markup->cdata_end.mark.len;
		return end;
	}
	markup_warn(markup, content.ptr, "a CDATA section does not end");
	*ret_next = MIN(tag, markup->text.len);
	return *ret_next;
}

static const struct markup_token *read_cdata(struct markup *markup)
{
	const size_t start = markup->at;
	const size_t content = start + SLICE("<![CDATA[").len;
	size_t next;
	const size_t end = cdata_end(markup, content, &next);

	markup->at = next;
	markup->token.kind = MARKUP_CDATA;
	markup->token.source = since(markup, start);
	markup->token.text = slice_from(markup->text.ptr + content, end - content);
	markup->token.depth = markup->depth;
	return &markup->token;
}

/* "<!" or "<?" at the reader. */
static const struct markup_token *read_declaration(struct markup *markup)
{
	const struct slice rest = rest_of(markup);

	if (slice_starts_with_nocase(rest, SLICE("<![CDATA[")))
		return read_cdata(markup);

	markup->at += 2;
	if (slice_starts_with(rest, SLICE("<!--"))) {
		/* <!--> and <!---> are whole, says HTML; the marks may overlap. */
		skip_behind(markup, &markup->comment_end);
	} else if (slice_starts_with_nocase(rest, SLICE("<!doctype"))) {
		skip_doctype(markup);
	} else if (rest.ptr[1] == '?' && !markup->options.html) {
		skip_behind(markup, &markup->instruction_end);
	} else {
		const size_t end = find_char(markup, markup->at, '>');

		markup->at = end == NOWHERE ? markup->text.len : end + 1;
	}
	return NULL;
}

/* --- Text --- */

/* Whether the `<' at AT starts markup. */
static bool is_markup(const struct markup *markup, size_t at)
{
	if (at + 1 >= markup->text.len)
		return false;

	const char next = markup->text.ptr[at + 1];

	return next == '!' || next == '?' || next == '/' || is_name_start(markup, next);
}

static const struct markup_token *read_text(struct markup *markup)
{
	const size_t start = markup->at;
	size_t at = start;

	while ((at = find_char(markup, at, '<')) != NOWHERE && !is_markup(markup, at)) {
		markup_warn(markup, markup->text.ptr + at, "`<' stands in text");
		at++;
	}

	markup->at = MIN(at, markup->text.len);
	markup->token.kind = MARKUP_TEXT;
	markup->token.source = since(markup, start);
	markup->token.text = markup->token.source;
	/* A `<' that ends the text began a tag. */
	if (markup->depth > 0 && at == NOWHERE && slice_ends_with(markup->token.text, SLICE("<")))
		markup->token.text.len--;
	markup->token.depth = markup->depth;
	return &markup->token;
}

static const struct markup_token *finish(struct markup *markup)
{
	if (markup->depth > 0) {
		markup->is_cut = true;
		markup_warn(markup, markup->text.ptr + markup->text.len,
			"the text ends within <%.*s>",
			SLICE_FMT(shown(markup->open[markup->depth - 1].name)));
		close_below(markup, 0, (struct slice){0});
		return NULL;
	}
	markup->token.kind = MARKUP_EOF;
	return &markup->token;
}

/* One step; NULL when it gave no token. */
static const struct markup_token *step(struct markup *markup)
{
	if (markup->depth > markup->close_to)
		return pop(markup);
	if (markup->at >= markup->text.len)
		return finish(markup);
	if (*here(markup) != '<' || !is_markup(markup, markup->at))
		return read_text(markup);

	switch (here(markup)[1]) {
	case '/':
		return read_end(markup);
	case '!':
	case '?':
		return read_declaration(markup);
	default:
		return read_start(markup);
	}
}

static const struct markup_token *nothing(struct markup *markup)
{
	markup->token.kind = MARKUP_TEXT;
	markup->token.source = since(markup, markup->at);
	markup->token.text = markup->token.source;
	markup->token.depth = markup->depth;
	return &markup->token;
}

const struct markup_token *markup_next(struct markup *markup)
{
	const size_t start = markup->at;
	const struct markup_token *token;

	do
		token = step(markup);
	while (!token && markup->at - start < MAX_SKIPPED_BYTES);

	return token ? token : nothing(markup);
}

size_t markup_position(const struct markup *markup)
{
	return markup->at;
}

bool markup_is_cut(const struct markup *markup)
{
	return markup->is_cut;
}

struct slice markup_skip(struct markup *markup, struct slice name, bool *ret_found)
{
	const size_t start = markup->at;
	const size_t end = lookahead_end_tag(markup->text, start, NOWHERE, name);

	*ret_found = end != NOWHERE;
	if (end == NOWHERE)
		return slice_from(markup->text.ptr + start, 0);

	const size_t greater = find_char(markup, end, '>');

	markup->at = greater == NOWHERE ? markup->text.len : greater + 1;
	return slice_from(markup->text.ptr + start, end - start);
}

int markup_attribute(const struct markup_token *token, struct slice name, struct slice *ret)
{
	for (size_t i = 0; i < token->n_attributes; i++) {
		if (slice_equals_nocase(token->attributes[i].name, name)) {
			*ret = token->attributes[i].value;
			return 1;
		}
	}
	for (size_t i = 0; i < token->n_attributes; i++) {
		const struct slice written = token->attributes[i].name;
		const ptrdiff_t colon = slice_find_char(written, ':');

		if (colon >= 0 &&
			slice_equals_nocase(slice_skip(written, (size_t)colon + 1), name)) {
			*ret = token->attributes[i].value;
			return 1;
		}
	}
	return 0;
}

/* Warns of the first `&' in TEXT that is no reference. */
static void warn_of_ampersand(struct markup *markup, struct slice text)
{
	struct reference reference;

	for (size_t at = 0; at < text.len; at++) {
		const struct slice rest = slice_skip(text, at);

		if (rest.ptr[0] != '&')
			continue;
		if (reference_read(rest, false, &reference)) {
			at += reference.len - 1;
			continue;
		}
		markup_warn(markup, rest.ptr, "`&' stands alone or before an unknown name");
		return;
	}
}

void markup_add_text(struct markup *markup, struct slice text, struct str *str)
{
	if (reference_add_text(str, text, false) > 0)
		warn_of_ampersand(markup, text);
}
