#include "config/yaml.h"

#include <errno.h>
#include <string.h>

#include <yaml.h>

#include "base/diags.h"
#include "base/map.h"
#include "base/utf8.h"

/* A text being composed. */
struct composer {
	yaml_parser_t parser;
	struct yaml_file *file;
	struct diags *diags;
	struct map *anchors; /* name to struct yaml_node * */
	size_t n_nodes;      /* aliases counted with all that they repeat */
};

static void composer_done(struct composer *composer)
{
	yaml_parser_delete(&composer->parser);
	map_free(composer->anchors);
}

/* -EINVAL. */
static int complain(
	const struct composer *composer, yaml_mark_t mark, const char *message, const char *hint)
{
	diags_add(composer->diags, &(struct diag){.level = DIAG_ERROR,
					   .file = composer->file->path,
					   .line = (unsigned int)mark.line + 1,
					   .column = (unsigned int)mark.column + 1,
					   .message = message,
					   .hint = hint});
	return -EINVAL;
}

size_t yaml_break_length(struct slice text, size_t offset)
{
	static const struct slice breaks[] = {SLICE("\r\n"), SLICE("\n"), SLICE("\r"),
		SLICE("\xC2\x85"), SLICE("\xE2\x80\xA8"), SLICE("\xE2\x80\xA9")};

	for (size_t i = 0; i < ARRAY_SIZE(breaks); i++)
		if (slice_starts_with(slice_skip(text, offset), breaks[i]))
			return breaks[i].len;

	return 0;
}

static int find_lines(struct yaml_file *file)
{
	size_t n = 1;

	for (int pass = 0; pass < 2; pass++) {
		size_t length;

		file->n_lines = 1;
		for (size_t i = 0; i < file->text.len; i += MAX(length, (size_t)1)) {
			length = yaml_break_length(file->text, i);
			if (length > 0 && pass == 1)
				file->lines[file->n_lines] = i + length;
			file->n_lines += length > 0;
		}
		n = file->n_lines;
		if (pass == 0)
			file->lines = arena_array(file->arena, n, sizeof(*file->lines));
		if (!file->lines)
			return -ENOMEM;
	}
	return 0;
}

size_t yaml_offset(const struct yaml_file *file, size_t line, size_t column)
{
	if (line == 0 || line > file->n_lines || column == 0)
		return file->text.len;

	const size_t start = file->lines[line - 1];
	return start + utf8_offset(slice_skip(file->text, start), column - 1);
}

/* libyaml names a place in a text that is no UTF-8 by its byte. */
static yaml_mark_t mark_of_byte(const struct yaml_file *file, size_t offset)
{
	yaml_mark_t mark = {0};

	while (mark.line + 1 < file->n_lines && file->lines[mark.line + 1] <= offset)
		mark.line++;
	mark.column = utf8_index(
		slice_skip(file->text, file->lines[mark.line]), offset - file->lines[mark.line]);
	return mark;
}

/* What libyaml met, in words with a hint where its own are hard to read. */
static int complain_of_syntax(const struct composer *composer)
{
	static const struct {
		const char *problem, *hint;
		bool at_start; /* the mistake is where the broken thing begins */
	} hints[] = {
		{"could not find expected ':'",
			"a key is followed by a colon and a space: `key: value'", true},
		{"did not find expected key", "is the indentation that of the lines above?", false},
		{"did not find expected '-' indicator",
			"is the indentation that of the lines above?", false},
		{"mapping values are not allowed in this context",
			"quote a text that holds `: ', and check the indentation", false},
		{"found character that cannot start any token",
			"quote a text that begins with @, ` or %", false},
		{"found unexpected end of stream", "is a quote or bracket left open?", true},
		{"did not find expected ',' or ']'",
			"is a comma, a quote or the closing ] missing?", false},
		{"did not find expected ',' or '}'",
			"is a comma, a quote or the closing } missing?", false},
		{"did not find expected node content",
			"is a value missing, or a [ or { not closed?", false},
		{"did not find expected alphabetic or numeric character",
			"quote a text that begins with * or &", false},
		{"found undefined tag handle", "quote a text that begins with !", false},
	};
	const yaml_parser_t *parser = &composer->parser;
	const char *problem = parser->problem ? parser->problem : "not readable";

	if (parser->error == YAML_MEMORY_ERROR)
		return -ENOMEM;
	if (parser->error == YAML_READER_ERROR)
		return complain(composer, mark_of_byte(composer->file, parser->problem_offset),
			"this is no UTF-8 text, or holds a control character",
			"save the file as UTF-8");

	const size_t at = yaml_offset(
		composer->file, parser->problem_mark.line + 1, parser->problem_mark.column + 1);
	if (at < composer->file->text.len && composer->file->text.ptr[at] == '\t')
		return complain(
			composer, parser->problem_mark, "a tab cannot indent", "use spaces");

	for (size_t i = 0; i < ARRAY_SIZE(hints); i++)
		if (strcmp(problem, hints[i].problem) == 0)
			return complain(composer,
				hints[i].at_start ? parser->context_mark : parser->problem_mark,
				problem, hints[i].hint);
	return complain(composer, parser->problem_mark, problem, NULL);
}

static int next_event(struct composer *composer, yaml_event_t *ret)
{
	return yaml_parser_parse(&composer->parser, ret) ? 0 : complain_of_syntax(composer);
}

static void delete_event(yaml_event_t *event)
{
	yaml_event_delete(event);
}

static int too_many_nodes(const struct composer *composer, yaml_mark_t mark)
{
	return complain(composer, mark, "too many values in one file",
		"spread them over files in mentiond.d; do aliases repeat aliases?");
}

static int new_node(struct composer *composer, enum yaml_kind kind, const yaml_event_t *event,
	struct yaml_node **ret)
{
	if (++composer->n_nodes > YAML_MAX_NODES)
		return too_many_nodes(composer, event->start_mark);

	struct yaml_node *node = arena_alloc(composer->file->arena, sizeof(*node));
	if (!node)
		return -ENOMEM;

	node->kind = kind;
	node->line = (unsigned int)event->start_mark.line + 1;
	node->column = (unsigned int)event->start_mark.column + 1;
	node->size = 1;
	*ret = node;
	return 0;
}

static enum yaml_style style_of(yaml_scalar_style_t style)
{
	switch (style) {
	case YAML_SINGLE_QUOTED_SCALAR_STYLE:
		return YAML_SINGLE_QUOTED;
	case YAML_DOUBLE_QUOTED_SCALAR_STYLE:
		return YAML_DOUBLE_QUOTED;
	case YAML_LITERAL_SCALAR_STYLE:
		return YAML_LITERAL;
	case YAML_FOLDED_SCALAR_STYLE:
		return YAML_FOLDED;
	case YAML_ANY_SCALAR_STYLE:
	case YAML_PLAIN_SCALAR_STYLE:
		break;
	}
	return YAML_PLAIN;
}

static int compose_text(
	struct composer *composer, const yaml_event_t *event, struct yaml_node **ret)
{
	struct yaml_node *node;
	int r = new_node(composer, YAML_KIND_TEXT, event, &node);

	if (r < 0)
		return r;

	const struct slice text =
		slice_from((const char *)event->data.scalar.value, event->data.scalar.length);
	node->text = slice_from(arena_copy(composer->file->arena, text), text.len);
	node->style = style_of(event->data.scalar.style);
	*ret = node;
	return node->text.ptr ? 0 : -ENOMEM;
}

static int compose_alias(
	struct composer *composer, const yaml_event_t *event, struct yaml_node **ret)
{
	const struct slice name = slice_of((const char *)event->data.alias.anchor);
	union map_value found;

	/* Also for an alias within its own anchor, which is not known yet. */
	if (!map_find(composer->anchors, name, &found))
		return complain(composer, event->start_mark, "this alias has no anchor before it",
			"quote a text that begins with *");

	struct yaml_node *node = found.pointer;
	composer->n_nodes += node->size;
	if (composer->n_nodes > YAML_MAX_NODES)
		return too_many_nodes(composer, event->start_mark);

	*ret = node;
	return 0;
}

static int compose(struct composer *composer, const yaml_event_t *event, unsigned int depth,
	struct yaml_node **ret);

/* Room for one more item (and key) of NODE, in powers of two. */
static int grow(struct composer *composer, struct yaml_node *node)
{
	struct arena *arena = composer->file->arena;
	const size_t n = node->n_items;

	if (n > 0 && (n & (n - 1)) != 0)
		return 0;

	const size_t room = MAX(n * 2, (size_t)1);
	node->items = arena_grow(arena, node->items, n, room, sizeof(void *));
	if (!node->items)
		return -ENOMEM;
	if (node->kind == YAML_KIND_LIST)
		return 0;

	node->keys = arena_grow(arena, node->keys, n, room, sizeof(void *));
	return node->keys ? 0 : -ENOMEM;
}

static int compose_list(struct composer *composer, struct yaml_node *list, unsigned int depth)
{
	for (;;) {
		CLEANUP(delete_event) yaml_event_t event = {0};
		int r = next_event(composer, &event);

		if (r < 0 || event.type == YAML_SEQUENCE_END_EVENT)
			return r;
		r = grow(composer, list);
		if (r == 0)
			r = compose(composer, &event, depth, &list->items[list->n_items]);
		if (r < 0)
			return r;
		list->size += list->items[list->n_items++]->size;
	}
}

static int add_key(struct composer *composer, struct yaml_node *map, const yaml_event_t *event)
{
	struct yaml_node *key;

	if (event->type != YAML_SCALAR_EVENT)
		return complain(composer, event->start_mark, "a key must be a plain text",
			"quote a value that begins with {, [, * or &");
	if (map->n_items == YAML_MAX_KEYS)
		return complain(composer, event->start_mark, "too many keys in one map", NULL);

	const int r = compose_text(composer, event, &key);
	if (r < 0)
		return r;

	for (size_t i = 0; i < map->n_items; i++)
		if (slice_equals(map->keys[i]->text, key->text))
			/* Said, and read on: the other mistakes count too. */
			diags_error(composer->diags, composer->file->path, key->line, key->column,
				"the key `%.*s' is given twice (line %u has it too)",
				SLICE_FMT(utf8_prefix(key->text, 64)), map->keys[i]->line);

	map->keys[map->n_items] = key;
	map->size++;
	return 0;
}

static int compose_map(struct composer *composer, struct yaml_node *map, unsigned int depth)
{
	for (;;) {
		CLEANUP(delete_event) yaml_event_t key = {0};
		CLEANUP(delete_event) yaml_event_t value = {0};
		int r = next_event(composer, &key);

		if (r < 0 || key.type == YAML_MAPPING_END_EVENT)
			return r;
		r = grow(composer, map);
		if (r == 0)
			r = add_key(composer, map, &key);
		if (r == 0)
			r = next_event(composer, &value);
		if (r == 0)
			r = compose(composer, &value, depth, &map->items[map->n_items]);
		if (r < 0)
			return r;
		map->size += map->items[map->n_items++]->size;
	}
}

static const char *anchor_of(const yaml_event_t *event)
{
	switch (event->type) {
	case YAML_SCALAR_EVENT:
		return (const char *)event->data.scalar.anchor;
	case YAML_SEQUENCE_START_EVENT:
		return (const char *)event->data.sequence_start.anchor;
	case YAML_MAPPING_START_EVENT:
		return (const char *)event->data.mapping_start.anchor;
	default:
		return NULL;
	}
}

static const char *tag_of(const yaml_event_t *event)
{
	switch (event->type) {
	case YAML_SCALAR_EVENT:
		return (const char *)event->data.scalar.tag;
	case YAML_SEQUENCE_START_EVENT:
		return (const char *)event->data.sequence_start.tag;
	case YAML_MAPPING_START_EVENT:
		return (const char *)event->data.mapping_start.tag;
	default:
		return NULL;
	}
}

static int compose_unnamed(struct composer *composer, const yaml_event_t *event, unsigned int depth,
	struct yaml_node **ret)
{
	struct yaml_node *node = NULL;
	int r;

	switch (event->type) {
	case YAML_ALIAS_EVENT:
		return compose_alias(composer, event, ret);
	case YAML_SCALAR_EVENT:
		return compose_text(composer, event, ret);
	case YAML_SEQUENCE_START_EVENT:
		r = new_node(composer, YAML_KIND_LIST, event, &node);
		if (r == 0)
			r = compose_list(composer, node, depth + 1);
		break;
	default:
		r = new_node(composer, YAML_KIND_MAP, event, &node);
		if (r == 0)
			r = compose_map(composer, node, depth + 1);
		break;
	}
	*ret = node;
	return r;
}

/* The node that begins with EVENT. */
static int compose(struct composer *composer, const yaml_event_t *event, unsigned int depth,
	struct yaml_node **ret)
{
	const char *anchor = anchor_of(event);

	if (depth >= YAML_MAX_DEPTH)
		return complain(composer, event->start_mark, "too many levels", NULL);
	if (tag_of(event))
		return complain(composer, event->start_mark, "a tag has no meaning here",
			"quote a text that begins with !");

	int r = compose_unnamed(composer, event, depth, ret);
	if (r == 0 && anchor)
		r = map_set(
			composer->anchors, slice_of(anchor), (union map_value){.pointer = *ret});
	return r < 0 ? r : 0;
}

/* The one document of the text. */
static int compose_document(struct composer *composer, struct yaml_node **ret)
{
	struct yaml_node *root = NULL;

	for (;;) {
		CLEANUP(delete_event) yaml_event_t event = {0};
		int r = next_event(composer, &event);

		if (r < 0)
			return r;
		switch (event.type) {
		case YAML_STREAM_END_EVENT:
			*ret = root;
			return 0;
		case YAML_STREAM_START_EVENT:
		case YAML_DOCUMENT_END_EVENT:
			break;
		case YAML_DOCUMENT_START_EVENT:
			if (root)
				return complain(composer, event.start_mark,
					"a second document begins here",
					"put it into a file of its own in mentiond.d");
			break;
		default:
			r = compose(composer, &event, 0, &root);
			if (r < 0)
				return r;
			break;
		}
	}
}

int yaml_parse(struct yaml_file *file, struct yaml_node **ret, struct diags *diags)
{
	CLEANUP(composer_done) struct composer composer = {.file = file, .diags = diags};
	int r;

	/* A composer whose parser was never made is all zero, which deleting
	 * tolerates. */
	if (!yaml_parser_initialize(&composer.parser))
		return -ENOMEM;
	r = map_new(&composer.anchors);
	if (r == 0)
		r = find_lines(file);
	if (r < 0)
		return r;

	yaml_parser_set_encoding(&composer.parser, YAML_UTF8_ENCODING);
	yaml_parser_set_input_string(
		&composer.parser, (const unsigned char *)file->text.ptr, file->text.len);

	return compose_document(&composer, ret);
}
