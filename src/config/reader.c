#include "config/reader.h"

#include <errno.h>
#include <math.h>
#include <string.h>

#include "base/diags.h"
#include "base/nearest.h"
#include "base/str.h"
#include "base/utf8.h"
#include "config/schema.h"
#include "config/text_origin.h"
#include "config/values.h"

enum { PATH_TEXT_MAX = 128, FOUND_MAX_BYTES = 60, MESSAGE_MAX_BYTES = 4096 };

struct reader {
	const struct yaml_file *file;
	const char *path; /* of the file, as the records keep it */
	struct arena *arena;
	struct diags *diags;
};

/* A mistake is told and not returned: reading goes on. */
static int complain(const struct reader *reader, const struct yaml_node *node, const char *message,
	const char *hint)
{
	diags_add(reader->diags, &(struct diag){.level = DIAG_ERROR,
					 .file = reader->path,
					 .line = node->line,
					 .column = node->column,
					 .message = message,
					 .hint = hint});
	return 0;
}

static void add_found(struct str *str, const struct yaml_node *node)
{
	const struct slice text = node->text;

	if (node->kind == YAML_KIND_LIST)
		str_add_text(str, "a list");
	else if (node->kind == YAML_KIND_MAP)
		str_add_text(str, "a section");
	else if (text.len == 0)
		str_add_text(str, "nothing");
	else
		str_add_format(str, "`%.*s%s'", SLICE_FMT(utf8_prefix(text, FOUND_MAX_BYTES)),
			text.len > FOUND_MAX_BYTES ? "..." : "");
}

static int complain_of_type(const struct reader *reader, const struct setting *setting,
	const struct yaml_node *node, const char *hint)
{
	CLEANUP(str_done) struct str message = STR_INIT(MESSAGE_MAX_BYTES);

	str_add_format(&message, "`%.*s' wants ", SLICE_FMT(schema_key(setting)));
	value_add_wanted(&message, setting);
	str_add_text(&message, ", found ");
	add_found(&message, node);
	return complain(reader, node, str_text(&message), hint);
}

static struct origin origin_of(const struct reader *reader, const struct yaml_node *node)
{
	return (struct origin){.file = reader->path, .line = node->line, .column = node->column};
}

static void *member(void *record, size_t offset)
{
	return (char *)record + offset;
}

static void *slot_of(const struct setting *setting, void *record)
{
	return member(record, setting->offset);
}

/* What the table says of a value that nobody gives.  A number without a
 * default is NAN, so that 0 can be told from nothing. */
static int set_default(const struct setting *setting, struct arena *arena, void *record)
{
	struct value value = {.setting = setting, .text = setting->fallback, .arena = arena};

	if (setting->type == SETTING_NUMBER)
		*(double *)slot_of(setting, record) = NAN;
	if (!setting->fallback)
		return 0;

	const int r = value_read(&value, slot_of(setting, record));
	return r < 0 ? r : 0;
}

/* All settings at any level below PARENT that belong to its record. */
static int set_defaults(struct slice parent, struct arena *arena, void *record)
{
	for (size_t i = 0; i < schema_count(); i++) {
		const struct setting *setting = schema_at(i);
		const struct slice path = slice_of(setting->path);
		const struct slice rest = slice_skip(path, parent.len);

		if (!slice_starts_with(path, parent) || slice_find(rest, SLICE("[]")) >= 0)
			continue;
		if (set_default(setting, arena, record) < 0)
			return -ENOMEM;
	}
	return 0;
}

int reader_set_defaults(struct settings *settings, struct arena *arena)
{
	return set_defaults(SLICE(""), arena, settings);
}

/* One text by the type of SETTING into SLOT.  1 when it was one, 0 after a
 * mistake. */
static int read_text(const struct reader *reader, const struct setting *setting,
	const struct yaml_node *node, void *slot)
{
	struct value value = {.setting = setting, .text = node->text.ptr, .arena = reader->arena};

	if (node->kind != YAML_KIND_TEXT)
		return complain_of_type(reader, setting, node, NULL);
	if (memchr(node->text.ptr, '\0', node->text.len))
		return complain(reader, node, "a text cannot hold the character NUL", NULL);

	const int r = value_read(&value, slot);
	if (r != 0)
		return r;
	if (!value.problem)
		return complain_of_type(reader, setting, node, value.hint);

	CLEANUP(str_done) struct str message = STR_INIT(MESSAGE_MAX_BYTES);
	str_add_format(&message, "`%.*s': %s", SLICE_FMT(schema_key(setting)), value.problem);
	return complain(reader, node, str_text(&message), value.hint);
}

/* A wrong value counts as given, so that its absence is not told as well. */
static void mark_given(const struct setting *setting, void *slot)
{
	if (setting->type == SETTING_NUMBER)
		*(double *)slot = 0;
	else if (setting->type <= SETTING_RULE)
		*(const char **)slot = "";
}

static int read_one(const struct reader *reader, const struct setting *setting,
	const struct yaml_node *node, void *record)
{
	int r = read_text(reader, setting, node, slot_of(setting, record));

	if (r == 0)
		mark_given(setting, slot_of(setting, record));
	if (r > 0 && setting->origin_offset > 0) {
		struct origin *origin = member(record, setting->origin_offset);

		r = text_origin_find(reader->file, node, reader->arena, origin);
	}
	return r < 0 ? r : 0;
}

/* A list of texts; one text may stand for a list of one.  A later file's list
 * replaces an earlier one's. */
static int read_list(const struct reader *reader, const struct setting *setting,
	const struct yaml_node *node, void *record)
{
	const size_t n = node->kind == YAML_KIND_LIST ? node->n_items : 1;
	struct texts texts = {.items = arena_array(reader->arena, n + 1, sizeof(*texts.items))};
	struct origin *origins = arena_array(reader->arena, n + 1, sizeof(*origins));

	if (!texts.items || !origins)
		return -ENOMEM;
	if (node->kind == YAML_KIND_MAP)
		return complain_of_type(reader, setting, node, NULL);

	for (size_t i = 0; i < n; i++) {
		const struct yaml_node *item = node->kind == YAML_KIND_LIST ? node->items[i] : node;
		int r = read_text(reader, setting, item, &texts.items[texts.n]);

		if (r > 0)
			r = text_origin_find(
				reader->file, item, reader->arena, &origins[texts.n++]);
		if (r < 0)
			return r;
	}

	*(struct texts *)slot_of(setting, record) = texts;
	if (setting->origin_offset > 0)
		*(struct origin **)member(record, setting->origin_offset) = origins;
	return 0;
}

/* Names of credentials are names of files, those of variables are words. */
static bool is_secret_name(struct slice name, bool is_variable)
{
	for (size_t i = 0; i < name.len; i++) {
		const char c = name.ptr[i];

		if (!is_alnum(c) && c != '_' && (is_variable || !strchr("-.@:", c)))
			return false;
	}
	return name.len > 0 && name.len < 256 && name.ptr[0] != '.' &&
	       !(is_variable && is_digit(name.ptr[0]));
}

/* What stands there is perhaps a password: it is never repeated. */
static int read_secret(const struct reader *reader, const char *key, const struct yaml_node *node,
	struct secret *ret)
{
	static const char hint[] = "write { credential: NAME }, and LoadCredential=NAME:FILE in "
				   "the unit; { env: NAME } for tests";
	CLEANUP(str_done) struct str message = STR_INIT(MESSAGE_MAX_BYTES);
	const struct yaml_node *name = node->n_items == 1 ? node->items[0] : NULL;
	struct secret secret = {.kind = SECRET_NONE, .origin = origin_of(reader, node)};

	if (node->kind == YAML_KIND_TEXT) {
		str_add_format(&message, "`%s': a secret must not stand in the configuration", key);
		return complain(reader, node, str_text(&message), hint);
	}
	if (node->kind == YAML_KIND_MAP && name) {
		if (slice_equals(node->keys[0]->text, SLICE("credential")))
			secret.kind = SECRET_CREDENTIAL;
		else if (slice_equals(node->keys[0]->text, SLICE("env")))
			secret.kind = SECRET_ENVIRONMENT;
	}
	if (secret.kind == SECRET_NONE) {
		str_add_format(&message, "`%s' does not name a secret", key);
		return complain(reader, node, str_text(&message), hint);
	}
	if (name->kind != YAML_KIND_TEXT ||
		!is_secret_name(name->text, secret.kind == SECRET_ENVIRONMENT)) {
		str_add_format(&message, "`%s': this is no name of a %s", key,
			secret.kind == SECRET_CREDENTIAL ? "credential" : "variable");
		return complain(reader, name, str_text(&message), hint);
	}

	secret.name = arena_copy(reader->arena, name->text);
	if (!secret.name)
		return -ENOMEM;
	*ret = secret;
	return 1;
}

static int read_parameter(const struct reader *reader, const struct yaml_node *key,
	const struct yaml_node *node, struct parameter *ret)
{
	static const struct setting any = {.path = "with", .type = SETTING_TEXT};
	int r;

	ret->origin = origin_of(reader, node);
	ret->name = arena_copy(reader->arena, key->text);
	if (!ret->name)
		return -ENOMEM;
	if (node->kind == YAML_KIND_MAP)
		r = read_secret(reader, ret->name, node, &ret->secret);
	else
		r = read_text(reader, &any, node, &ret->value);
	return r;
}

static int read_parameters(const struct reader *reader, const struct setting *setting,
	const struct yaml_node *node, struct parameters *ret)
{
	struct parameters with = {0};

	if (node->kind != YAML_KIND_MAP)
		return complain_of_type(reader, setting, node, NULL);

	with.items = arena_array(reader->arena, node->n_items + 1, sizeof(*with.items));
	if (!with.items)
		return -ENOMEM;

	for (size_t i = 0; i < node->n_items; i++) {
		const int r =
			read_parameter(reader, node->keys[i], node->items[i], &with.items[with.n]);

		if (r < 0)
			return r;
		with.n += r > 0;
	}
	*ret = with;
	return 0;
}

static int read_map(const struct reader *reader, struct slice parent, const struct yaml_node *map,
	void *record);

static int read_section(const struct reader *reader, const struct setting *setting,
	const struct yaml_node *node, void *record)
{
	if (node->kind != YAML_KIND_MAP)
		return complain_of_type(reader, setting, node, NULL);
	if (setting->width > 0)
		*(bool *)slot_of(setting, record) = true;
	if (setting->origin_offset > 0)
		*(struct origin *)member(record, setting->origin_offset) = origin_of(reader, node);

	return read_map(reader, slice_of(setting->path), node, record);
}

/* Every record of its kind has these. */
static int check_required(
	const struct reader *reader, const struct setting *records, const struct yaml_node *map)
{
	char path[PATH_TEXT_MAX];
	const struct slice parent = schema_inner(records, path, sizeof(path));

	for (size_t i = 0; i < schema_count(); i++) {
		const struct setting *setting = schema_at(i);
		bool given = false;

		if (!setting->required || !schema_is_below(setting, parent))
			continue;
		for (size_t k = 0; k < map->n_items; k++)
			given = given || slice_equals(map->keys[k]->text, schema_key(setting));
		if (given)
			continue;

		CLEANUP(str_done) struct str message = STR_INIT(MESSAGE_MAX_BYTES);
		str_add_format(&message, "this %s has no `%.*s'", records->records->name,
			SLICE_FMT(schema_key(setting)));
		complain(reader, map, str_text(&message), NULL);
	}
	return 0;
}

static int read_record(const struct reader *reader, const struct setting *setting,
	const struct yaml_node *node, void *record)
{
	char path[PATH_TEXT_MAX];
	const struct slice inner = schema_inner(setting, path, sizeof(path));

	if (node->kind != YAML_KIND_MAP) {
		CLEANUP(str_done) struct str message = STR_INIT(MESSAGE_MAX_BYTES);

		str_add_format(&message, "a %s is a section, found ", setting->records->name);
		add_found(&message, node);
		return complain(reader, node, str_text(&message), "write `- name: ...'");
	}

	int r = set_defaults(inner, reader->arena, record);
	if (r == 0)
		r = read_map(reader, inner, node, record);
	if (r < 0)
		return r;

	*(struct origin *)member(record, setting->records->origin_offset) = origin_of(reader, node);
	check_required(reader, setting, node);
	return 1;
}

static int read_records(const struct reader *reader, const struct setting *setting,
	const struct yaml_node *node, void *settings)
{
	const struct record_kind *kind = setting->records;
	char **list = slot_of(setting, settings);
	size_t *n = member(settings, kind->count_offset);

	if (node->kind != YAML_KIND_LIST)
		return complain_of_type(reader, setting, node, NULL);

	char *records = arena_grow(reader->arena, *list, *n, *n + node->n_items + 1, kind->size);
	if (!records)
		return -ENOMEM;

	*list = records;
	for (size_t i = 0; i < node->n_items; i++) {
		const int r =
			read_record(reader, setting, node->items[i], records + *n * kind->size);

		if (r < 0)
			return r;
		*n += r > 0;
	}
	return 0;
}

static int complain_of_key(
	const struct reader *reader, struct slice parent, const struct yaml_node *key)
{
	CLEANUP(str_done) struct str message = STR_INIT(MESSAGE_MAX_BYTES);
	CLEANUP(str_done) struct str hint = STR_INIT(MESSAGE_MAX_BYTES);
	CLEANUP(str_done) struct str known = STR_INIT(MESSAGE_MAX_BYTES);
	struct nearest nearest = nearest_start(key->text);
	const struct setting *elsewhere = NULL;

	for (size_t i = 0; i < schema_count(); i++) {
		const struct setting *setting = schema_at(i);

		if (schema_is_below(setting, parent)) {
			nearest_offer(&nearest, schema_key(setting).ptr);
			str_add_format(
				&known, "%s%s", known.len > 0 ? ", " : "", schema_key(setting).ptr);
		} else if (slice_equals(schema_key(setting), key->text)) {
			elsewhere = elsewhere ? elsewhere : setting;
		}
	}

	str_add_format(
		&message, "unknown key `%.*s'", SLICE_FMT(utf8_prefix(key->text, FOUND_MAX_BYTES)));
	if (nearest.name)
		str_add_format(&hint, "did you mean %s?", nearest.name);
	else if (elsewhere)
		str_add_format(&hint, "its place is %s", elsewhere->path);
	else
		str_add_format(&hint, "known here: %s", str_text(&known));
	return complain(reader, key, str_text(&message), str_text(&hint));
}

static int read_setting(const struct reader *reader, const struct setting *setting,
	const struct yaml_node *node, void *record)
{
	switch (setting->type) {
	case SETTING_SECTION:
		return read_section(reader, setting, node, record);
	case SETTING_RECORDS:
		return read_records(reader, setting, node, record);
	case SETTING_PARAMETERS:
		return read_parameters(reader, setting, node, slot_of(setting, record));
	case SETTING_SECRET: {
		const int r = read_secret(
			reader, schema_key(setting).ptr, node, slot_of(setting, record));
		return r < 0 ? r : 0;
	}
	default:
		return setting->list ? read_list(reader, setting, node, record)
				     : read_one(reader, setting, node, record);
	}
}

static bool is_null(const struct yaml_node *node)
{
	return node->kind == YAML_KIND_TEXT && node->style == YAML_PLAIN &&
	       value_is_null(node->text);
}

static int read_map(
	const struct reader *reader, struct slice parent, const struct yaml_node *map, void *record)
{
	for (size_t i = 0; i < map->n_items; i++) {
		const struct setting *setting = schema_find(parent, map->keys[i]->text);
		int r = 0;

		if (!setting)
			r = complain_of_key(reader, parent, map->keys[i]);
		else if (!is_null(map->items[i]))
			r = read_setting(reader, setting, map->items[i], record);
		else if (setting->type != SETTING_SECTION && setting->type != SETTING_RECORDS)
			/* A section whose lines are all commented out is no mistake. */
			r = complain_of_type(reader, setting, map->items[i],
				"leave the line out, or write a value");
		if (r < 0)
			return r;
	}
	return 0;
}

int reader_read(const struct yaml_file *file, const struct yaml_node *root, struct arena *arena,
	struct settings *settings, struct diags *diags)
{
	const struct reader reader = {
		.file = file,
		.path = arena_copy_text(arena, file->path),
		.arena = arena,
		.diags = diags,
	};

	if (!reader.path)
		return -ENOMEM;
	if (root->kind != YAML_KIND_MAP)
		return complain(&reader, root, "the file must hold keys with values",
			"write for example `sources:'");

	return read_map(&reader, SLICE(""), root, settings);
}
