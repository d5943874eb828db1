#include "text/doctype.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/map.h"
#include "base/str.h"
#include "text/reference.h"

enum {
	STARTS_WITHIN = 4096,
	MAX_ENTITIES = 256,
	MAX_VALUE = 1024,
	MAX_ARENA = MAX_ENTITIES * (MAX_VALUE + 64),
};

struct doctype_reader {
	struct slice text;
	struct str *buffer;
	struct map *values; /* what is declared, by name; texts in the arena */
	struct arena *arena;
	size_t at;        /* in the text */
	bool is_declared; /* the declarations are read */
	bool is_done;

	/* Of what stands behind them. */
	size_t copied; /* up to here it is in the buffer */
	bool is_cdata;
	size_t end; /* of this CDATA section, or where the next one starts */
};

static void skip_space(struct slice *rest)
{
	while (rest->len > 0 && is_space(rest->ptr[0]))
		*rest = slice_skip(*rest, 1);
}

/* Steps behind the next MARK; to the end when there is none. */
static void skip_behind(struct slice *rest, struct slice mark)
{
	const ptrdiff_t found = slice_find(*rest, mark);

	*rest = slice_skip(*rest, found < 0 ? rest->len : (size_t)found + mark.len);
}

/* Steps behind the `>' of a declaration; those within quotes do not end it. */
static void skip_declaration(struct slice *rest)
{
	char quote = '\0';
	size_t len = 0;

	for (; len < rest->len && (quote != '\0' || rest->ptr[len] != '>'); len++) {
		const char c = rest->ptr[len];

		if (quote == '\0' && (c == '"' || c == '\''))
			quote = c;
		else if (quote == c)
			quote = '\0';
	}
	*rest = slice_skip(*rest, len + 1);
}

static struct slice take_name(struct slice *rest)
{
	size_t len = 0;

	while (len < rest->len &&
		(is_alnum(rest->ptr[len]) || (unsigned char)rest->ptr[len] >= 0x80 ||
			slice_find_char(SLICE("_-.:"), rest->ptr[len]) >= 0))
		len++;

	const struct slice name = slice_from(rest->ptr, len);

	*rest = slice_skip(*rest, len);
	return name;
}

static bool take_quoted(struct slice *rest, struct slice *ret)
{
	if (rest->len == 0 || (rest->ptr[0] != '"' && rest->ptr[0] != '\''))
		return false;

	const struct slice behind = slice_skip(*rest, 1);
	const ptrdiff_t end = slice_find_char(behind, rest->ptr[0]);

	if (end < 0)
		return false;
	*ret = slice_from(behind.ptr, (size_t)end);
	*rest = slice_skip(behind, (size_t)end + 1);
	return true;
}

/* What the reference at the start of TEXT stands for, when it is declared; its
 * length in *RET_LEN. */
static const char *find_value(
	const struct doctype_reader *reader, struct slice text, size_t *ret_len)
{
	struct slice rest = slice_skip(text, 1);
	const struct slice name = take_name(&rest);
	union map_value value;

	if (name.len == 0 || rest.len == 0 || rest.ptr[0] != ';' ||
		!map_find(reader->values, name, &value))
		return NULL;
	*ret_len = name.len + 2;
	return value.pointer;
}

/* Whether TEXT has no tag and no reference but to characters. */
static bool is_plain(struct slice text)
{
	struct reference reference;

	for (size_t at = 0; at < text.len; at++) {
		if (text.ptr[at] == '<')
			return false;
		if (text.ptr[at] != '&')
			continue;
		if (!reference_read(slice_skip(text, at), false, &reference))
			return false;
		at += reference.len - 1;
	}
	return text.len <= MAX_VALUE;
}

/* Those of XML itself keep their meaning. */
static bool is_predefined(struct slice name)
{
	static const struct slice names[] = {SLICE_INIT("amp"), SLICE_INIT("apos"),
		SLICE_INIT("gt"), SLICE_INIT("lt"), SLICE_INIT("quot")};

	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		if (slice_equals(name, names[i]))
			return true;

	return false;
}

/* Behind "<!ENTITY".  The first declaration of a name counts. */
static int read_entity(struct doctype_reader *reader, struct slice *rest)
{
	struct slice value;

	skip_space(rest);

	const struct slice name = take_name(rest);

	skip_space(rest);
	if (name.len == 0 || !take_quoted(rest, &value) || !is_plain(value) ||
		is_predefined(name) || map_count(reader->values) == MAX_ENTITIES ||
		map_find(reader->values, name, NULL))
		return 0;

	char *copy = arena_copy(reader->arena, value);

	if (!copy || map_set(reader->values, name, (union map_value){.pointer = copy}) < 0)
		return -ENOMEM;
	return 0;
}

/* Steps over what is neither markup nor the end of it. */
static void skip_junk(struct slice *rest)
{
	size_t len = 1;

	while (len < rest->len && rest->ptr[len] != '<' && rest->ptr[len] != ']')
		len++;
	*rest = slice_skip(*rest, len);
}

/* Steps behind a comment, an instruction, a declaration or what else stands between
 * the brackets. */
static void skip_piece(struct slice *rest)
{
	if (rest->ptr[0] != '<')
		skip_junk(rest);
	else if (slice_starts_with(*rest, SLICE("<!--")))
		skip_behind(rest, SLICE("-->"));
	else if (slice_starts_with(*rest, SLICE("<?")))
		skip_behind(rest, SLICE("?>"));
	else
		skip_declaration(rest);
}

/* Length of what stands before the `[' or the `>' of a DOCTYPE. */
static size_t head_length(struct slice text)
{
	char quote = '\0';
	size_t len = 0;

	for (; len < text.len; len++) {
		const char c = text.ptr[len];

		if (quote != '\0')
			quote = quote == c ? '\0' : quote;
		else if (c == '"' || c == '\'')
			quote = c;
		else if (c == '[' || c == '>')
			break;
	}
	return len;
}

size_t doctype_length(struct slice text)
{
	struct slice rest = slice_skip(text, head_length(text));

	if (rest.len > 0 && rest.ptr[0] == '[') {
		rest = slice_skip(rest, 1);
		while (rest.len > 0 && rest.ptr[0] != ']')
			skip_piece(&rest);
	}

	const ptrdiff_t end = slice_find_char(rest, '>');

	return end < 0 ? 0 : text.len - rest.len + (size_t)end + 1;
}

/* The part of TEXT behind the `[' of its DOCTYPE, empty when there is none. */
static struct slice subset_of(struct slice text)
{
	const struct slice head = slice_from(text.ptr, MIN(text.len, (size_t)STARTS_WITHIN));
	const ptrdiff_t start = slice_find_nocase(head, SLICE("<!DOCTYPE"));

	if (start < 0)
		return SLICE("");
	text = slice_skip(text, (size_t)start);
	text = slice_skip(text, head_length(text));
	return text.len > 0 && text.ptr[0] == '[' ? slice_skip(text, 1) : SLICE("");
}

int doctype_open(struct slice text, struct str *buffer, struct doctype_reader **ret)
{
	CLEANUP(doctype_freep) struct doctype_reader *reader = calloc(1, sizeof(*reader));
	const struct slice rest = subset_of(text);

	if (!reader)
		return -ENOMEM;
	reader->text = text;
	reader->buffer = buffer;
	reader->at = text.len - rest.len;
	reader->is_done = rest.len == 0;

	int r = reader->is_done ? 0 : map_new(&reader->values);
	if (r == 0 && !reader->is_done)
		r = arena_new(MAX_ARENA, &reader->arena);
	if (r == 0)
		*ret = TAKE(reader);
	return r;
}

void doctype_free(struct doctype_reader *reader)
{
	if (!reader)
		return;

	map_free(reader->values);
	arena_free(reader->arena);
	free(reader);
}

/* Reads a piece of what stands between the brackets. */
static int read_declaration(struct doctype_reader *reader)
{
	const struct slice entity = SLICE("<!ENTITY");
	struct slice rest = slice_skip(reader->text, reader->at);

	if (rest.len > 0 && rest.ptr[0] != ']') {
		struct slice declaration = slice_skip(rest, entity.len);

		if (slice_starts_with(rest, entity) && read_entity(reader, &declaration) < 0)
			return -ENOMEM;
		skip_piece(&rest);
		reader->at = reader->text.len - rest.len;
		return 0;
	}

	reader->is_declared = true;
	reader->is_done = map_count(reader->values) == 0;
	/* What was read is copied like a section, whose end is before the body. */
	reader->is_cdata = true;
	reader->end = reader->at;
	reader->at = reader->is_done ? reader->at : 0;
	return 0;
}

/* Copies what was met up to AT. */
static void copy_to(struct doctype_reader *reader, size_t at)
{
	str_add(reader->buffer, slice_from(reader->text.ptr + reader->copied, at - reader->copied));
	reader->copied = at;
}

/* The next CDATA section, where `&' is text, or what stands before it. */
static void next_stretch(struct doctype_reader *reader)
{
	const struct slice rest = slice_skip(reader->text, reader->at);
	const struct slice mark = reader->is_cdata ? SLICE("<![CDATA[") : SLICE("]]>");
	const ptrdiff_t found = slice_find(rest, mark);

	reader->is_cdata = !reader->is_cdata;
	reader->end = reader->at + (found < 0 ? rest.len : (size_t)found);
	if (reader->is_cdata && found >= 0)
		reader->end += mark.len;
}

/* Puts what the reference at the reader stands for in its place, when it is declared and
 * there is room. */
static void expand(struct doctype_reader *reader)
{
	const struct slice text = slice_from(reader->text.ptr, reader->end);
	const size_t most = reader->text.len + DOCTYPE_MAX_GROWTH;
	const size_t at = reader->at++;
	size_t len;
	const char *value = find_value(reader, slice_skip(text, at), &len);

	if (!value ||
		reader->buffer->len + reader->text.len - reader->copied + strlen(value) > most)
		return;
	copy_to(reader, at);
	str_add_text(reader->buffer, value);
	reader->copied = at + len;
	reader->at = reader->copied;
}

/* Reads on in the body, up to STOP. */
static int read_body(struct doctype_reader *reader, size_t stop)
{
	while (reader->at < stop) {
		if (reader->at == reader->end)
			next_stretch(reader);

		const size_t n = MIN(stop, reader->end) - MIN(reader->at, reader->end);
		const char *from = reader->text.ptr + reader->at;
		const char *found = reader->is_cdata ? NULL : memchr(from, '&', n);

		reader->at += found ? (size_t)(found - from) : n;
		if (found)
			expand(reader);
	}
	if (reader->copied < reader->at)
		copy_to(reader, reader->at);
	reader->is_done = reader->at == reader->text.len;
	return str_error(reader->buffer);
}

int doctype_step(struct doctype_reader *reader, size_t *budget)
{
	int r = 0;

	while (!reader->is_done && r == 0) {
		const size_t start = reader->at;
		const size_t n = MIN(*budget, reader->text.len - start);

		if (n == 0 && start < reader->text.len)
			return 1;
		r = reader->is_declared ? read_body(reader, start + n) : read_declaration(reader);
		if (reader->at > start)
			*budget -= MIN(*budget, reader->at - start);
	}
	return r;
}

size_t doctype_copied(const struct doctype_reader *reader)
{
	return reader->copied;
}

struct slice doctype_text(const struct doctype_reader *reader)
{
	return reader->copied > 0 ? str_slice(reader->buffer) : reader->text;
}
