#include "config/preset_reader.h"

#include <errno.h>
#include <stdarg.h>
#include <string.h>

#include "base/clock.h"
#include "base/diags.h"
#include "base/nearest.h"
#include "base/str.h"
#include "base/utf8.h"

enum {
	MESSAGE_MAX_BYTES = 4096,
	FOUND_MAX_BYTES = 60,
	COUNT_MOST = 1000,
	PAGES_DEFAULT = 10,
	OVERLAP_MOST_DAYS = 7,
};

enum key_type {
	KEY_TEXT,
	KEY_TEXTS, /* one, or a list */
	KEY_BOOL,
	KEY_COUNT,
	KEY_DURATION,
	KEY_CHOICE,
	KEY_PAIRS, /* a map of texts or lists */
	KEY_SECTION,
	KEY_PARAMETERS, /* a map of sections */
	KEY_LISTS,      /* a list of sections */
	KEY_FIELDS,     /* a map of paths, or of sections */
};

struct key {
	const char *section; /* "" is the top */
	const char *name;
	enum key_type type;
	size_t offset; /* in the record of the section's reader */
	const char *(*choice)(size_t index);
	const char *inner; /* the section below */
};

/* What may stand in a file.  Offsets count from struct preset, below
 * "parameters", "lists" and "fields" from the record there. */
static const struct key keys[] = {
	{"", "help", KEY_TEXT, offsetof(struct preset, help), NULL, NULL},
	{"", "docs", KEY_TEXT, offsetof(struct preset, docs), NULL, NULL},
	{"", "format", KEY_CHOICE, offsetof(struct preset, format), preset_format_name, NULL},
	{"", "parameters", KEY_PARAMETERS, offsetof(struct preset, parameters), NULL, "parameters"},
	{"parameters", "kind", KEY_CHOICE, offsetof(struct preset_parameter, kind),
		parameter_kind_name, NULL},
	{"parameters", "required", KEY_BOOL, offsetof(struct preset_parameter, required), NULL,
		NULL},
	{"parameters", "fallback", KEY_TEXT, offsetof(struct preset_parameter, fallback), NULL,
		NULL},
	{"parameters", "help", KEY_TEXT, offsetof(struct preset_parameter, help), NULL, NULL},
	{"parameters", "example", KEY_TEXT, offsetof(struct preset_parameter, example), NULL, NULL},
	{"", "request", KEY_SECTION, offsetof(struct preset, request), NULL, "request"},
	{"request", "url", KEY_TEXTS, offsetof(struct preset_request, urls), NULL, NULL},
	{"request", "query", KEY_PAIRS, offsetof(struct preset_request, query), NULL, NULL},
	{"request", "headers", KEY_PAIRS, offsetof(struct preset_request, headers), NULL, NULL},
	{"", "lists", KEY_LISTS, offsetof(struct preset, lists), NULL, "lists"},
	{"lists", "path", KEY_TEXT, offsetof(struct preset_list, path), NULL, NULL},
	{"lists", "needs", KEY_TEXT, offsetof(struct preset_list, needs), NULL, NULL},
	{"lists", "optional", KEY_BOOL, offsetof(struct preset_list, optional), NULL, NULL},
	{"lists", "join", KEY_SECTION, offsetof(struct preset_list, join), NULL, "join"},
	{"lists", "fields", KEY_FIELDS, offsetof(struct preset_list, fields), NULL, "fields"},
	{"join", "path", KEY_TEXT, offsetof(struct preset_join, path), NULL, NULL},
	{"join", "id", KEY_TEXT, offsetof(struct preset_join, id), NULL, NULL},
	{"join", "key", KEY_TEXT, offsetof(struct preset_join, key), NULL, NULL},
	{"join", "as", KEY_TEXT, offsetof(struct preset_join, as), NULL, NULL},
	{"fields", "path", KEY_TEXTS, offsetof(struct preset_field, paths), NULL, NULL},
	{"fields", "as", KEY_CHOICE, offsetof(struct preset_field, form), value_form_name, NULL},
	{"fields", "text", KEY_TEXT, offsetof(struct preset_field, text), NULL, NULL},
	{"", "pages", KEY_SECTION, offsetof(struct preset, pages), NULL, "pages"},
	{"pages", "kind", KEY_CHOICE, offsetof(struct preset_pages, kind), preset_paging_name,
		NULL},
	{"pages", "path", KEY_TEXT, offsetof(struct preset_pages, path), NULL, NULL},
	{"pages", "first", KEY_COUNT, offsetof(struct preset_pages, first), NULL, NULL},
	{"pages", "most", KEY_COUNT, offsetof(struct preset_pages, most), NULL, NULL},
	{"pages", "size", KEY_COUNT, offsetof(struct preset_pages, size), NULL, NULL},
	{"pages", "overlap", KEY_DURATION, offsetof(struct preset_pages, overlap_us), NULL, NULL},
	{"", "limits", KEY_SECTION, offsetof(struct preset, limits), NULL, "limits"},
	{"limits", "remaining", KEY_TEXT, offsetof(struct preset_limits, remaining), NULL, NULL},
	{"limits", "reset", KEY_TEXT, offsetof(struct preset_limits, reset), NULL, NULL},
	{"limits", "backoff", KEY_TEXT, offsetof(struct preset_limits, backoff), NULL, NULL},
	{"", "errors", KEY_SECTION, offsetof(struct preset, errors), NULL, "errors"},
	{"errors", "message", KEY_TEXTS, offsetof(struct preset_errors, message), NULL, NULL},
	{"errors", "words", KEY_PAIRS, offsetof(struct preset_errors, words), NULL, NULL},
	{"", "stream", KEY_SECTION, offsetof(struct preset, stream), NULL, "stream"},
	{"stream", "url", KEY_TEXTS, offsetof(struct preset_stream, request.urls), NULL, NULL},
	{"stream", "query", KEY_PAIRS, offsetof(struct preset_stream, request.query), NULL, NULL},
	{"stream", "events", KEY_TEXTS, offsetof(struct preset_stream, events), NULL, NULL},
	{"stream", "path", KEY_TEXT, offsetof(struct preset_stream, path), NULL, NULL},
	{"", "sniff", KEY_TEXTS, offsetof(struct preset, sniff), NULL, NULL},
};

struct reader {
	const char *path;
	struct arena *arena;
	struct diags *diags;
	struct preset *preset;
	size_t n_mistakes;
};

/* --- mistakes ------------------------------------------------------------------ */

static int complain_with_hint(
	struct reader *reader, const struct yaml_node *node, const char *message, const char *hint)
{
	reader->n_mistakes++;
	diags_add(reader->diags, &(struct diag){.level = DIAG_ERROR,
					 .file = reader->path,
					 .line = node->line,
					 .column = node->column,
					 .message = message,
					 .hint = hint});
	return 0;
}

static int complain(struct reader *reader, const struct yaml_node *node, const char *format, ...)
	PRINTF_LIKE(3, 4);

static int complain(struct reader *reader, const struct yaml_node *node, const char *format, ...)
{
	CLEANUP(str_done) struct str message = STR_INIT(MESSAGE_MAX_BYTES);
	va_list arguments;

	va_start(arguments, format);
	str_add_vformat(&message, format, arguments);
	va_end(arguments);
	return complain_with_hint(reader, node, str_text(&message), NULL);
}

static struct slice shown(const struct yaml_node *node)
{
	return utf8_prefix(node->text, FOUND_MAX_BYTES);
}

/* The words that NAME_OF gives, as "one of a, b". */
static void add_names(struct str *str, const char *(*name_of)(size_t index))
{
	const char *name;

	for (size_t i = 0; (name = name_of(i)); i++)
		str_add_format(str, "%s%s", i > 0 ? ", " : "", name);
}

/* WORD is none of the names. */
static int complain_of_name(struct reader *reader, const struct yaml_node *node, const char *what,
	const char *(*name_of)(size_t index))
{
	CLEANUP(str_done) struct str message = STR_INIT(MESSAGE_MAX_BYTES);
	CLEANUP(str_done) struct str hint = STR_INIT(MESSAGE_MAX_BYTES);
	struct nearest nearest = nearest_start(node->text);
	const char *name;

	for (size_t i = 0; (name = name_of(i)); i++)
		nearest_offer(&nearest, name);
	if (nearest.name) {
		str_add_format(&hint, "did you mean %s?", nearest.name);
	} else {
		str_add_text(&hint, "known here: ");
		add_names(&hint, name_of);
	}
	str_add_format(&message, "unknown %s `%.*s'", what, SLICE_FMT(shown(node)));
	return complain_with_hint(reader, node, str_text(&message), str_text(&hint));
}

static int complain_of_key(struct reader *reader, const char *section, const struct yaml_node *node)
{
	CLEANUP(str_done) struct str message = STR_INIT(MESSAGE_MAX_BYTES);
	CLEANUP(str_done) struct str hint = STR_INIT(MESSAGE_MAX_BYTES);
	CLEANUP(str_done) struct str known = STR_INIT(MESSAGE_MAX_BYTES);
	struct nearest nearest = nearest_start(node->text);

	for (size_t i = 0; i < ARRAY_SIZE(keys); i++) {
		if (strcmp(keys[i].section, section) != 0)
			continue;
		nearest_offer(&nearest, keys[i].name);
		str_add_format(&known, "%s%s", known.len > 0 ? ", " : "", keys[i].name);
	}
	if (nearest.name)
		str_add_format(&hint, "did you mean %s?", nearest.name);
	else
		str_add_format(&hint, "known here: %s", str_text(&known));
	str_add_format(&message, "unknown key `%.*s'", SLICE_FMT(shown(node)));
	return complain_with_hint(reader, node, str_text(&message), str_text(&hint));
}

/* --- values -------------------------------------------------------------------- */

static int read_text(struct reader *reader, const struct yaml_node *node, const char **ret)
{
	if (node->kind != YAML_KIND_TEXT || memchr(node->text.ptr, '\0', node->text.len))
		return complain(reader, node, "a text is wanted here");

	*ret = arena_copy(reader->arena, node->text);
	return *ret ? 1 : -ENOMEM;
}

static int read_texts(struct reader *reader, const struct yaml_node *node, struct texts *ret)
{
	const size_t n = node->kind == YAML_KIND_LIST ? node->n_items : 1;
	struct texts texts = {.items = arena_array(reader->arena, n + 1, sizeof(*texts.items))};
	int r = 1;

	if (!texts.items)
		return -ENOMEM;
	for (size_t i = 0; i < n && r >= 0; i++) {
		r = read_text(reader, node->kind == YAML_KIND_LIST ? node->items[i] : node,
			&texts.items[texts.n]);
		texts.n += r > 0;
	}
	*ret = texts;
	return r;
}

static int read_bool(struct reader *reader, const struct yaml_node *node, bool *ret)
{
	*ret = slice_equals(node->text, SLICE("true"));
	if (node->kind != YAML_KIND_TEXT || (!*ret && !slice_equals(node->text, SLICE("false"))))
		return complain(reader, node, "true or false is wanted here");

	return 1;
}

static int read_count(struct reader *reader, const struct yaml_node *node, unsigned int *ret)
{
	int64_t count;

	if (node->kind != YAML_KIND_TEXT || slice_to_int64(node->text, &count) == 0 || count < 0 ||
		count > COUNT_MOST)
		return complain(
			reader, node, "a whole number, 0 to %d, is wanted here", COUNT_MOST);

	*ret = (unsigned int)count;
	return 1;
}

static int read_duration(struct reader *reader, const struct yaml_node *node, int64_t *ret)
{
	if (node->kind != YAML_KIND_TEXT || duration_parse(node->text.ptr, ret) == 0 ||
		*ret > OVERLAP_MOST_DAYS * US_PER_DAY)
		return complain(
			reader, node, "a duration of at most 7d, such as 10m, is wanted here");

	return 1;
}

static int read_choice(struct reader *reader, const struct key *key, const struct yaml_node *node,
	unsigned int *ret)
{
	const char *name;

	for (size_t i = 0; node->kind == YAML_KIND_TEXT && (name = key->choice(i)); i++) {
		if (slice_equals(node->text, slice_of(name))) {
			*ret = (unsigned int)i;
			return 1;
		}
	}
	return complain_of_name(reader, node, key->name, key->choice);
}

static int read_pairs(struct reader *reader, const struct yaml_node *node, struct preset_pairs *ret)
{
	struct preset_pairs pairs = {
		.items = arena_array(reader->arena, node->n_items + 1, sizeof(*pairs.items))};

	if (node->kind != YAML_KIND_MAP)
		return complain(reader, node, "names with texts are wanted here");
	if (!pairs.items)
		return -ENOMEM;

	for (size_t i = 0; i < node->n_items; i++) {
		struct preset_pair *pair = &pairs.items[pairs.n++];
		int r = read_text(reader, node->keys[i], &pair->name);

		if (r >= 0)
			r = read_texts(reader, node->items[i], &pair->templates);
		if (r < 0)
			return r;
	}
	*ret = pairs;
	return 1;
}

static int read_map(
	struct reader *reader, const char *section, const struct yaml_node *node, void *record);

static int read_parameters(struct reader *reader, const struct yaml_node *node)
{
	struct preset *preset = reader->preset;

	/* A key that stands there twice is a mistake, and read twice. */
	preset->n_parameters = 0;
	preset->parameters =
		arena_array(reader->arena, node->n_items + 1, sizeof(*preset->parameters));
	if (!preset->parameters)
		return -ENOMEM;
	if (node->kind != YAML_KIND_MAP)
		return complain(reader, node, "names of parameters are wanted here");

	for (size_t i = 0; i < node->n_items; i++) {
		struct preset_parameter *parameter = &preset->parameters[preset->n_parameters++];
		int r = read_text(reader, node->keys[i], &parameter->name);

		if (r >= 0)
			r = read_map(reader, "parameters", node->items[i], parameter);
		if (r < 0)
			return r;
	}
	return 1;
}

static int read_field(struct reader *reader, const struct yaml_node *name,
	const struct yaml_node *node, struct preset_field *field)
{
	const char *known;
	size_t target = 0;

	while ((known = preset_target_name(target)) && !slice_equals(name->text, slice_of(known)))
		target++;
	if (!known)
		return complain_of_name(reader, name, "field", preset_target_name);

	field->target = (enum preset_target)target;
	if (target == TARGET_PUBLISHED || target == TARGET_UPDATED)
		field->form = FORM_TIME;
	return node->kind == YAML_KIND_MAP ? read_map(reader, "fields", node, field)
					   : read_texts(reader, node, &field->paths);
}

static int read_fields(
	struct reader *reader, const struct yaml_node *node, struct preset_list *list)
{
	size_t n = 0;

	list->fields = arena_array(reader->arena, node->n_items + 1, sizeof(*list->fields));
	if (!list->fields)
		return -ENOMEM;
	if (node->kind != YAML_KIND_MAP)
		return complain(reader, node, "fields with their paths are wanted here");

	for (size_t i = 0; i < node->n_items; i++) {
		struct preset_field *field = &list->fields[n];
		const int r = read_field(reader, node->keys[i], node->items[i], field);

		if (r < 0)
			return r;
		n += r > 0 && field->paths.n > 0;
	}
	list->n_fields = n;
	return 1;
}

static int read_lists(struct reader *reader, const struct yaml_node *node)
{
	struct preset *preset = reader->preset;

	preset->n_lists = 0;
	preset->lists = arena_array(reader->arena, node->n_items + 1, sizeof(*preset->lists));
	if (!preset->lists)
		return -ENOMEM;
	if (node->kind != YAML_KIND_LIST)
		return complain(reader, node,
			"a list is wanted here, one entry for each list of "
			"posts in the answer");

	for (size_t i = 0; i < node->n_items; i++) {
		struct preset_list *list = &preset->lists[preset->n_lists++];
		const int r = read_map(reader, "lists", node->items[i], list);

		if (r < 0)
			return r;
		if (!list->path)
			list->path = "";
		if (list->n_fields == 0)
			complain(reader, node->items[i], "this list has no `fields'");
	}
	return 1;
}

static int read_value(
	struct reader *reader, const struct key *key, const struct yaml_node *node, void *record)
{
	void *slot = (char *)record + key->offset;

	switch (key->type) {
	case KEY_TEXT:
		return read_text(reader, node, slot);
	case KEY_TEXTS:
		return read_texts(reader, node, slot);
	case KEY_BOOL:
		return read_bool(reader, node, slot);
	case KEY_COUNT:
		return read_count(reader, node, slot);
	case KEY_DURATION:
		return read_duration(reader, node, slot);
	case KEY_CHOICE:
		return read_choice(reader, key, node, slot);
	case KEY_PAIRS:
		return read_pairs(reader, node, slot);
	case KEY_SECTION:
		return read_map(reader, key->inner, node, slot);
	case KEY_PARAMETERS:
		return read_parameters(reader, node);
	case KEY_LISTS:
		return read_lists(reader, node);
	case KEY_FIELDS:
		return read_fields(reader, node, record);
	}
	return 0;
}

static const struct key *find_key(const char *section, struct slice name)
{
	for (size_t i = 0; i < ARRAY_SIZE(keys); i++)
		if (strcmp(keys[i].section, section) == 0 &&
			slice_equals(name, slice_of(keys[i].name)))
			return &keys[i];

	return NULL;
}

static int read_map(
	struct reader *reader, const char *section, const struct yaml_node *node, void *record)
{
	if (node->kind != YAML_KIND_MAP)
		return complain(reader, node, "keys with values are wanted here");

	for (size_t i = 0; i < node->n_items; i++) {
		const struct key *key = find_key(section, node->keys[i]->text);
		const int r = key ? read_value(reader, key, node->items[i], record)
				  : complain_of_key(reader, section, node->keys[i]);

		if (r < 0)
			return r;
	}
	return 1;
}

/* --- what belongs together ------------------------------------------------------- */

static const struct yaml_node *member(const struct yaml_node *map, const char *name)
{
	for (size_t i = 0; map && map->kind == YAML_KIND_MAP && i < map->n_items; i++)
		if (slice_equals(map->keys[i]->text, slice_of(name)))
			return map->items[i];

	return NULL;
}

static bool is_own_name(struct slice name)
{
	static const char *const names[] = {"page", "offset", "cursor", "since_id", "since_epoch",
		"since_iso", "since_date", "since_compact"};

	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		if (slice_equals(name, slice_of(names[i])))
			return true;

	return false;
}

/* The names in the template NODE are parameters or what the engine knows; a
 * secret goes nowhere but into a header, since addresses are logged. */
static void check_template(struct reader *reader, const struct yaml_node *node, bool is_header)
{
	struct slice before;
	struct slice name;
	size_t position = 0;

	for (size_t i = 0; node->kind == YAML_KIND_LIST && i < node->n_items; i++)
		check_template(reader, node->items[i], is_header);
	if (node->kind != YAML_KIND_TEXT)
		return;

	while (template_next(node->text, &position, &before, &name)) {
		const struct preset_parameter *parameter =
			preset_find_parameter(reader->preset, name);

		if (!parameter && !is_own_name(name))
			complain(reader, node, "`{%.*s}' is no parameter of this preset",
				SLICE_FMT(utf8_prefix(name, FOUND_MAX_BYTES)));
		if (parameter && parameter->kind == PARAMETER_SECRET && !is_header)
			complain(reader, node,
				"the secret `%s' stands in an address, which is logged; send it in "
				"a header",
				parameter->name);
	}
}

static void check_templates(struct reader *reader, const struct yaml_node *map, bool is_header)
{
	for (size_t i = 0; map && map->kind == YAML_KIND_MAP && i < map->n_items; i++)
		check_template(reader, map->items[i], is_header);
}

static void check_request(struct reader *reader, const struct yaml_node *root)
{
	const struct yaml_node *request = member(root, "request");
	const struct yaml_node *url = member(request, "url");

	if (!url || reader->preset->request.urls.n == 0) {
		complain_with_hint(reader, request ? request : root,
			"this preset has no address to ask", "give request: { url: ... }");
		return;
	}
	check_template(reader, url, false);
	check_templates(reader, member(request, "query"), false);
	check_templates(reader, member(request, "headers"), true);
}

static void check_pages(struct reader *reader, const struct yaml_node *root)
{
	struct preset_pages *pages = &reader->preset->pages;
	const struct yaml_node *node = member(root, "pages");

	if (pages->most == 0)
		pages->most = PAGES_DEFAULT;
	if (node && pages->kind == PAGING_CURSOR && !pages->path)
		complain(reader, node, "`path' must say where the answer has the cursor");
}

static void check_stream(struct reader *reader, const struct yaml_node *root)
{
	struct preset_stream *stream = &reader->preset->stream;
	const struct yaml_node *node = member(root, "stream");

	if (!stream->path)
		stream->path = "";
	if (!node)
		return;
	if (stream->request.urls.n == 0)
		complain_with_hint(
			reader, node, "this stream has no address", "give stream: { url: ... }");
	if (stream->events.n == 0)
		complain_with_hint(reader, node,
			"this stream does not say which events hold a post",
			"give `events', for example [message], the name of those without one");
	if (reader->preset->format != FORMAT_API)
		complain(reader, node,
			"a stream is read by the fields of `lists', and here are none");
	check_template(reader, member(node, "url") ? member(node, "url") : node, false);
	check_templates(reader, member(node, "query"), false);
}

static void check(struct reader *reader, const struct yaml_node *root)
{
	check_request(reader, root);
	check_pages(reader, root);
	check_stream(reader, root);
	if (reader->preset->format == FORMAT_API && reader->preset->n_lists == 0)
		complain_with_hint(reader, root, "this preset does not say where the posts are",
			"give `lists', or `format: feed' for RSS and Atom");
}

int preset_read(struct yaml_file *file, const char *name, struct arena *arena, struct preset *ret,
	struct diags *diags)
{
	struct preset preset = {.name = arena_copy_text(arena, name), .pages = {.first = 1}};
	struct reader reader = {
		.path = file->path, .arena = arena, .diags = diags, .preset = &preset};
	struct yaml_node *root = NULL;
	const size_t n_before = diags_count_errors(diags);
	int r = yaml_parse(file, &root, diags);

	if (r == -EINVAL)
		return 0;
	if (r == 0 && !preset.name)
		r = -ENOMEM;
	if (r < 0)
		return r;
	if (!root) {
		diags_error(diags, file->path, 0, 0, "the file is empty");
		return 0;
	}

	r = read_map(&reader, "", root, &preset);
	if (r < 0)
		return r;
	check(&reader, root);
	*ret = preset;
	/* A key that stands there twice was told by the parser. */
	return reader.n_mistakes == 0 && diags_count_errors(diags) == n_before;
}
