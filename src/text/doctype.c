#include "text/doctype.h"

#include <errno.h>
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

/* The declarations of one document. */
struct entities {
	struct map *values; /* by name; texts in the arena */
	struct arena *arena;
};

static void entities_done(struct entities *entities)
{
	map_free(entities->values);
	arena_free(entities->arena);
}

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
static const char *find_value(const struct entities *entities, struct slice text, size_t *ret_len)
{
	struct slice rest = slice_skip(text, 1);
	const struct slice name = take_name(&rest);
	union map_value value;

	if (name.len == 0 || rest.len == 0 || rest.ptr[0] != ';' ||
		!map_find(entities->values, name, &value))
		return NULL;
	*ret_len = name.len + 2;
	return value.pointer;
}

/* Appends TEXT with references to what is declared replaced, as long as STR
 * has room below MAX. */
static void add_expanded(
	const struct entities *entities, struct slice text, size_t max, struct str *str)
{
	size_t done = 0;
	size_t at = 0;
	size_t len;

	while (at < text.len) {
		const char *found = memchr(text.ptr + at, '&', text.len - at);

		if (!found)
			break;
		at = (size_t)(found - text.ptr);

		const char *value = find_value(entities, slice_skip(text, at), &len);

		if (!value || str->len + text.len - done + strlen(value) > max) {
			at++;
			continue;
		}
		str_add(str, slice_from(text.ptr + done, at - done));
		str_add_text(str, value);
		at += len;
		done = at;
	}
	str_add(str, slice_skip(text, done));
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
	static const struct slice names[] = {
		{"amp", 3}, {"apos", 4}, {"gt", 2}, {"lt", 2}, {"quot", 4}};

	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		if (slice_equals(name, names[i]))
			return true;

	return false;
}

/* Behind "<!ENTITY".  The first declaration of a name counts. */
static int read_entity(struct entities *entities, struct slice *rest)
{
	struct slice value;

	skip_space(rest);

	const struct slice name = take_name(rest);

	skip_space(rest);
	if (name.len == 0 || !take_quoted(rest, &value) || !is_plain(value) ||
		is_predefined(name) || map_count(entities->values) == MAX_ENTITIES ||
		map_find(entities->values, name, NULL))
		return 0;

	char *copy = arena_copy(entities->arena, value);

	if (!copy || map_set(entities->values, name, (union map_value){.pointer = copy}) < 0)
		return -ENOMEM;
	return 0;
}

/* Steps behind a comment, an instruction, a declaration or a character between
 * the brackets. */
static void skip_piece(struct slice *rest)
{
	if (slice_starts_with(*rest, SLICE("<!--")))
		skip_behind(rest, SLICE("-->"));
	else if (slice_starts_with(*rest, SLICE("<?")))
		skip_behind(rest, SLICE("?>"));
	else if (rest->ptr[0] == '<')
		skip_declaration(rest);
	else
		*rest = slice_skip(*rest, 1);
}

/* Reads what stands between the brackets; *REST stops at the one that closes. */
static int read_subset(struct entities *entities, struct slice *rest)
{
	const struct slice entity = SLICE("<!ENTITY");

	while (rest->len > 0 && rest->ptr[0] != ']') {
		struct slice declaration = slice_skip(*rest, entity.len);

		if (slice_starts_with(*rest, entity) && read_entity(entities, &declaration) < 0)
			return -ENOMEM;
		skip_piece(rest);
	}
	return 0;
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

/* Appends BODY expanded, except for its CDATA sections, where `&' is text. */
static void add_body(
	const struct entities *entities, struct slice body, size_t max, struct str *buffer)
{
	while (body.len > 0) {
		const ptrdiff_t found = slice_find(body, SLICE("<![CDATA["));
		const size_t len = found < 0 ? body.len : (size_t)found;

		add_expanded(entities, slice_from(body.ptr, len), max - (body.len - len), buffer);
		body = slice_skip(body, len);

		struct slice behind = body;

		skip_behind(&behind, SLICE("]]>"));
		str_add(buffer, slice_from(body.ptr, body.len - behind.len));
		body = behind;
	}
}

int doctype_expand(struct slice text, struct str *buffer, struct slice *ret)
{
	CLEANUP(entities_done) struct entities entities = {0};
	struct slice rest = subset_of(text);

	*ret = text;
	if (rest.len == 0)
		return 0;

	int r = map_new(&entities.values);
	if (r == 0)
		r = arena_new(MAX_ARENA, &entities.arena);
	if (r == 0)
		r = read_subset(&entities, &rest);
	if (r < 0)
		return r;
	if (map_count(entities.values) == 0)
		return 0;

	str_add(buffer, slice_from(text.ptr, text.len - rest.len));
	add_body(&entities, rest, text.len + DOCTYPE_MAX_GROWTH, buffer);
	*ret = str_slice(buffer);
	return str_error(buffer);
}
