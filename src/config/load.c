#include "config/load.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/arena.h"
#include "base/diags.h"
#include "base/errors.h"
#include "base/file.h"
#include "config/checks.h"
#include "config/presets.h"
#include "config/reader.h"
#include "config/yaml.h"

enum {
	SETTINGS_MAX_BYTES = 512 << 20,
	TREE_MAX_BYTES = 512 << 20,
	PATH_TEXT_MAX = 4096,
	MAX_FILES = 1000, /* in mentiond.d */
};

/* The settings stand first, so that they and their memory are one thing. */
struct loaded {
	struct settings settings;
	struct arena *arena;
};

const struct source_settings *settings_find_source(
	const struct settings *settings, const char *name)
{
	for (size_t i = 0; i < settings->n_sources; i++)
		if (strcmp(settings->sources[i].name, name) == 0)
			return &settings->sources[i];

	return NULL;
}

void settings_free(struct settings *settings)
{
	struct loaded *loaded = (struct loaded *)settings;

	if (!loaded)
		return;

	arena_free(loaded->arena);
	free(loaded);
}

static int loaded_new(struct settings **ret)
{
	struct loaded *loaded = calloc(1, sizeof(*loaded));
	CLEANUP(settings_freep) struct settings *settings = (struct settings *)loaded;

	if (!loaded)
		return -ENOMEM;

	const int r = arena_new(SETTINGS_MAX_BYTES, &loaded->arena);
	if (r < 0)
		return r;

	*ret = TAKE(settings);
	return 0;
}

static struct arena *arena_of(struct settings *settings)
{
	return ((struct loaded *)settings)->arena;
}

struct loading {
	struct settings *settings;
	struct diags *diags;
	bool incomplete; /* a file could not be read: what is missing may be there */
};

/* What is told here is not returned: the other files are read nevertheless.
 * -ENOMEM. */
static int load_text(struct loading *loading, const char *path, struct slice text)
{
	CLEANUP(arena_freep) struct arena *arena = NULL;
	struct yaml_node *root = NULL;
	int r = arena_new(TREE_MAX_BYTES, &arena);

	if (r < 0)
		return r;

	struct yaml_file file = {.path = path, .text = text, .arena = arena};
	r = yaml_parse(&file, &root, loading->diags);
	if (r == -EINVAL) {
		loading->incomplete = true;
		return 0;
	}
	if (r < 0 || !root)
		return r;

	return reader_read(
		&file, root, arena_of(loading->settings), loading->settings, loading->diags);
}

static void complain_unreadable(struct loading *loading, const char *path, int error)
{
	CLEANUP(str_done) struct str message = STR_INIT(512);
	struct diag diag = {.file = path};

	str_add_text(&message, "the file cannot be read: ");
	if (error == -EMSGSIZE)
		str_add_format(&message, "larger than %d MiB", YAML_MAX_BYTES >> 20);
	else
		str_add_text(&message, error_text(error));
	diag.message = str_text(&message);
	if (error == -ENOENT)
		diag.hint = "name the configuration with --config FILE";
	else if (error == -EACCES)
		diag.hint = "run as a user who may read it, for example with sudo -u mentiond";
	diags_add(loading->diags, &diag);
}

static int load_file(struct loading *loading, const char *path)
{
	CLEANUP(free_heapp) char *text = NULL;
	size_t len;
	const int r = file_read(path, YAML_MAX_BYTES, &text, &len);

	if (r == 0)
		return load_text(loading, path, slice_from(text, len));
	if (r == -ENOMEM)
		return r;

	loading->incomplete = true;
	complain_unreadable(loading, path, r);
	return 0;
}

static int is_settings_file(const struct dirent *entry)
{
	const struct slice name = slice_of(entry->d_name);

	return name.ptr[0] != '.' && slice_ends_with(name, SLICE(".yaml"));
}

static int by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

/* The folder mentiond.d beside the file PATH. */
static void add_folder(struct str *str, const char *path)
{
	const char *slash = strrchr(path, '/');

	if (slash)
		str_add(str, slice_from(path, (size_t)(slash - path) + 1));
	str_add_text(str, "mentiond.d");
}

static int load_entry(struct loading *loading, const char *folder, const char *name)
{
	CLEANUP(str_done) struct str path = STR_INIT(PATH_TEXT_MAX);

	str_add_format(&path, "%s/%s", folder, name);
	return str_error(&path) < 0 ? str_error(&path) : load_file(loading, str_text(&path));
}

/* That there is no such folder is fine. */
static int load_folder(struct loading *loading, const char *path)
{
	CLEANUP(str_done) struct str folder = STR_INIT(PATH_TEXT_MAX);
	struct dirent **entries = NULL;
	int r = 0;

	add_folder(&folder, path);
	const int n = scandir(str_text(&folder), &entries, is_settings_file, by_name);
	if (n < 0 && errno == ENOENT)
		return 0;
	if (n < 0 || n > MAX_FILES) {
		loading->incomplete = true;
		diags_error(loading->diags, str_text(&folder), 0, 0,
			"the folder cannot be read: %s",
			n < 0 ? error_text(-errno) : "more than 1000 files");
	}

	for (int i = 0; i < n; i++) {
		if (r == 0 && n <= MAX_FILES)
			r = load_entry(loading, str_text(&folder), entries[i]->d_name);
		free(entries[i]);
	}
	free(entries);
	return r;
}

static bool wants_presets(const struct settings *settings)
{
	for (size_t i = 0; i < settings->n_sources; i++)
		if (settings->sources[i].preset)
			return true;

	return false;
}

/* A preset that is broken concerns only those who use presets. */
static int load_presets(struct loading *loading, const char *path)
{
	struct settings *settings = loading->settings;
	struct arena *arena = arena_of(settings);

	if (!wants_presets(settings))
		return 0;

	const int r = presets_load(path, arena, &settings->presets, loading->diags);

	return r < 0 ? r : presets_apply(settings, arena, loading->diags);
}

/* Checks what was read together, unless a part of it is missing. */
static int finish(struct loading *loading, const char *path)
{
	const char *kept = arena_copy_text(arena_of(loading->settings), path);

	if (!kept)
		return -ENOMEM;
	return loading->incomplete ? 0 : checks_run(kept, loading->settings, loading->diags);
}

/* Reads TEXT, called PATH; where it is NULL the file PATH and its folder.  With
 * mistakes *RET is what could be read, or untouched. */
static int load(
	const char *path, const struct slice *text, struct settings **ret, struct diags *diags)
{
	CLEANUP(settings_freep) struct settings *settings = NULL;
	const size_t n_before = diags_count_errors(diags);
	int r = loaded_new(&settings);

	if (r < 0)
		return r;

	struct loading loading = {.settings = settings, .diags = diags};
	r = reader_set_defaults(settings, arena_of(settings));
	if (r == 0)
		r = text ? load_text(&loading, path, *text) : load_file(&loading, path);
	if (r == 0 && !text)
		r = load_folder(&loading, path);
	if (r == 0)
		r = finish(&loading, path);
	if (r == 0 && !text)
		r = load_presets(&loading, path);
	if (r < 0)
		return r;

	*ret = TAKE(settings);
	return diags_count_errors(diags) > n_before ? -EINVAL : 0;
}

/* Mistakes are counted in DIAGS, so there must be one. */
static int load_with_diags(
	const char *path, const struct slice *text, struct settings **ret, struct diags *diags)
{
	CLEANUP(diags_freep) struct diags *own = NULL;
	CLEANUP(settings_freep) struct settings *settings = NULL;
	int r = diags ? 0 : diags_new(&own);

	if (r == 0)
		r = load(path, text, &settings, diags ? diags : own);
	if (r < 0)
		return r;

	*ret = TAKE(settings);
	return 0;
}

int settings_load(const char *path, struct settings **ret, struct diags *diags)
{
	return load_with_diags(path, NULL, ret, diags);
}

int settings_load_partly(const char *path, struct settings **ret, struct diags *diags)
{
	return load(path, NULL, ret, diags);
}

int settings_parse(const char *name, struct slice text, struct settings **ret, struct diags *diags)
{
	return load_with_diags(name, &text, ret, diags);
}
