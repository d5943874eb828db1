#include "config/presets.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/diags.h"
#include "base/errors.h"
#include "base/file.h"
#include "base/nearest.h"
#include "base/str.h"
#include "config/origin.h"
#include "config/preset_reader.h"

enum {
	PRESET_MAX_BYTES = 256 << 10,
	TREE_MAX_BYTES = 16 << 20,
	PRESETS_MOST = 1000,
	PATH_TEXT_MAX = 4096,
	URL_MAX_BYTES = 8192,
	MESSAGE_MAX_BYTES = 4096,
};

#define SUFFIX ".yaml"

/* --- reading -------------------------------------------------------------------- */

struct loading {
	const char *folder;
	struct arena *arena;
	struct presets *presets;
	struct diags *diags;
};

static int read_preset(const struct loading *loading, const char *path, const char *name)
{
	CLEANUP(arena_freep) struct arena *arena = NULL;
	CLEANUP(free_heapp) char *text = NULL;
	struct presets *presets = loading->presets;
	size_t len;
	int r = file_read(path, PRESET_MAX_BYTES, &text, &len);

	if (r < 0) {
		diags_error(
			loading->diags, path, 0, 0, "the file cannot be read: %s", error_text(r));
		return r == -ENOMEM ? r : 0;
	}
	r = arena_new(TREE_MAX_BYTES, &arena);
	if (r < 0)
		return r;

	struct yaml_file file = {.path = path, .text = slice_from(text, len), .arena = arena};

	r = preset_read(&file, name, loading->arena, &presets->items[presets->n], loading->diags);
	presets->n += r > 0;
	return r;
}

/* The preset of the file NAME, unless one of that name is there. */
static int load_entry(const struct loading *loading, const char *file_name)
{
	CLEANUP(str_done) struct str path = STR_INIT(PATH_TEXT_MAX);
	CLEANUP(str_done) struct str name = STR_INIT(PATH_TEXT_MAX);

	str_add(&name, slice_from(file_name, strlen(file_name) - strlen(SUFFIX)));
	str_add_format(&path, "%s/%s", loading->folder, file_name);
	if (str_error(&name) < 0 || str_error(&path) < 0)
		return str_error(&name) < 0 ? str_error(&name) : str_error(&path);
	if (preset_find(loading->presets, str_text(&name)))
		return 0;

	return read_preset(loading, str_text(&path), str_text(&name));
}

static int is_preset_file(const struct dirent *entry)
{
	const struct slice name = slice_of(entry->d_name);

	return name.ptr[0] != '.' && slice_ends_with(name, SLICE(SUFFIX));
}

static int by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

/* That there is no such folder is fine. */
static int load_folder(const struct loading *loading)
{
	struct presets *presets = loading->presets;
	struct dirent **entries = NULL;
	const int n = scandir(loading->folder, &entries, is_preset_file, by_name);
	int r = 0;

	if (n < 0 && errno == ENOENT)
		return 0;
	if (n < 0 || n > PRESETS_MOST)
		diags_error(loading->diags, loading->folder, 0, 0, "the folder cannot be read: %s",
			n < 0 ? error_text(-errno) : "more than 1000 files");
	else
		presets->items = arena_grow(loading->arena, presets->items, presets->n,
			presets->n + (size_t)n + 1, sizeof(*presets->items));

	for (int i = 0; i < n; i++) {
		if (r >= 0 && n <= PRESETS_MOST)
			r = presets->items ? load_entry(loading, entries[i]->d_name) : -ENOMEM;
		free(entries[i]);
	}
	free(entries);
	return r < 0 ? r : 0;
}

int presets_load(
	const char *config_path, struct arena *arena, struct presets *ret, struct diags *diags)
{
	CLEANUP(str_done) struct str beside = STR_INIT(PATH_TEXT_MAX);
	CLEANUP(free_heapp) char *installed = NULL;
	struct presets presets = {0};
	struct loading loading = {.arena = arena, .presets = &presets, .diags = diags};
	const char *slash = config_path ? strrchr(config_path, '/') : NULL;
	int r = 0;

	if (slash)
		str_add(&beside, slice_from(config_path, (size_t)(slash - config_path) + 1));
	str_add_text(&beside, "presets");
	if (config_path && str_error(&beside) == 0) {
		loading.folder = str_text(&beside);
		r = load_folder(&loading);
	}
	if (r == 0)
		r = file_find_data("presets", &installed);
	if (r == 0) {
		loading.folder = installed;
		r = load_folder(&loading);
	}
	if (r < 0)
		return r;

	*ret = presets;
	return 0;
}

/* --- applying --------------------------------------------------------------------- */

struct applying {
	struct source_settings *source;
	const struct preset *preset;
	struct arena *arena;
	struct diags *diags;
};

static void complain_of_preset(
	const struct settings *settings, const struct source_settings *source, struct diags *diags)
{
	CLEANUP(str_done) struct str hint = STR_INIT(MESSAGE_MAX_BYTES);
	struct nearest nearest = nearest_start(slice_of(source->preset));

	for (size_t i = 0; i < settings->presets.n; i++)
		nearest_offer(&nearest, settings->presets.items[i].name);
	if (nearest.name)
		str_add_format(&hint, "did you mean %s?", nearest.name);
	for (size_t i = 0; i < settings->presets.n && !nearest.name; i++)
		str_add_format(&hint, "%s%s", i == 0 ? "there are " : ", ",
			settings->presets.items[i].name);
	origin_complain(diags, &source->origin, str_text(&hint),
		"source `%s': there is no preset `%s'", source->name, source->preset);
}

static void complain_of_name(const struct applying *applying, const struct parameter *given)
{
	CLEANUP(str_done) struct str hint = STR_INIT(MESSAGE_MAX_BYTES);
	const struct preset *preset = applying->preset;
	struct nearest nearest = nearest_start(slice_of(given->name));

	for (size_t i = 0; i < preset->n_parameters; i++)
		nearest_offer(&nearest, preset->parameters[i].name);
	if (nearest.name)
		str_add_format(&hint, "did you mean %s?", nearest.name);
	for (size_t i = 0; i < preset->n_parameters && !nearest.name; i++)
		str_add_format(
			&hint, "%s%s", i == 0 ? "it takes " : ", ", preset->parameters[i].name);
	origin_complain(applying->diags, &given->origin, str_text(&hint),
		"preset `%s' takes no `%s'", preset->name, given->name);
}

/* A host with or without scheme and port, and nothing behind it. */
static bool is_server(struct slice text)
{
	static const struct slice schemes[] = {SLICE_INIT("https://"), SLICE_INIT("http://")};

	for (size_t i = 0; i < ARRAY_SIZE(schemes); i++) {
		if (slice_starts_with_nocase(text, schemes[i])) {
			text = slice_skip(text, schemes[i].len);
			break;
		}
	}
	for (size_t i = 0; i < text.len; i++)
		if ((unsigned char)text.ptr[i] <= ' ' || strchr("/?#@\\%{}\"<>", text.ptr[i]))
			return false;

	return text.len > 0;
}

/* The address of a server without a slash at its end; NULL when memory is out. */
static const char *server_address(struct arena *arena, struct slice text)
{
	const bool has_scheme = slice_find(text, SLICE("://")) >= 0;

	return arena_format(arena, "%s%.*s", has_scheme ? "" : "https://", SLICE_FMT(text));
}

static int apply_given(const struct applying *applying, struct parameter *given)
{
	const struct preset_parameter *known =
		preset_find_parameter(applying->preset, slice_of(given->name));

	if (!known) {
		complain_of_name(applying, given);
		return 0;
	}
	if ((known->kind == PARAMETER_SECRET) != (given->value == NULL)) {
		origin_complain(applying->diags, &given->origin,
			given->value ? "write { credential: NAME }, and LoadCredential=NAME:FILE "
				       "in the unit"
				     : "write it as a text",
			given->value ? "`%s': a secret must not stand in the configuration"
				     : "`%s' is no secret: it becomes a part of the address",
			given->name);
		return 0;
	}
	if (known->kind != PARAMETER_SERVER)
		return 0;

	struct slice server = slice_of(given->value);

	while (slice_ends_with(server, SLICE("/")))
		server.len--;
	if (!is_server(server)) {
		origin_complain(applying->diags, &given->origin,
			"write for example mastodon.example",
			"`%s' is the name of a server, without a path", given->name);
		return 0;
	}
	given->value = server_address(applying->arena, server);
	return given->value ? 0 : -ENOMEM;
}

/* Whoever listens on the way would have the token. */
static void check_secrecy(const struct applying *applying)
{
	const struct source_settings *source = applying->source;
	const struct parameter *open = NULL;
	const struct parameter *secret = NULL;

	for (size_t i = 0; i < source->with.n; i++) {
		const struct parameter *given = &source->with.items[i];

		if (!given->value)
			secret = given;
		else if (slice_starts_with_nocase(slice_of(given->value), SLICE("http://")))
			open = given;
	}
	if (open && secret && !source->allow_private)
		origin_complain(applying->diags, &open->origin,
			"leave http:// out; with allow_private: true it may stand, for servers in "
			"your own network",
			"the secret `%s' would cross the network for all to read", secret->name);
}

static const struct parameter *find_given(const struct source_settings *source, struct slice name)
{
	for (size_t i = 0; i < source->with.n; i++)
		if (slice_equals(slice_of(source->with.items[i].name), name))
			return &source->with.items[i];

	return NULL;
}

/* Fallbacks of what is not given. */
static int apply_fallbacks(const struct applying *applying)
{
	struct source_settings *source = applying->source;
	const struct preset *preset = applying->preset;
	struct parameter *items = arena_grow(applying->arena, source->with.items, source->with.n,
		source->with.n + preset->n_parameters + 1, sizeof(*items));

	if (!items)
		return -ENOMEM;
	source->with.items = items;

	for (size_t i = 0; i < preset->n_parameters; i++) {
		const struct preset_parameter *known = &preset->parameters[i];

		if (find_given(source, slice_of(known->name)))
			continue;
		if (known->fallback) {
			const char *value = known->fallback;

			if (known->kind == PARAMETER_SERVER)
				value = server_address(applying->arena, slice_of(value));
			if (!value)
				return -ENOMEM;
			items[source->with.n++] = (struct parameter){
				.name = known->name, .value = value, .origin = source->origin};
		} else if (known->required) {
			CLEANUP(str_done) struct str hint = STR_INIT(MESSAGE_MAX_BYTES);

			str_add_format(&hint, "write with: { %s: %s }%s%s", known->name,
				known->example ? known->example : "...", known->help ? "; " : "",
				known->help ? known->help : "");
			origin_complain(applying->diags, &source->origin, str_text(&hint),
				"source `%s': preset `%s' needs `%s'", source->name, preset->name,
				known->name);
		}
	}
	return 0;
}

/* What a first poll asks with: parameters and the number of the first page. */
static int find_value(struct slice name, struct str *str, void *userdata)
{
	const struct applying *applying = userdata;
	const struct parameter *given = find_given(applying->source, name);

	if (slice_equals(name, SLICE("page"))) {
		str_add_format(str, "%u", applying->preset->pages.first);
		return 1;
	}
	if (!given || !given->value)
		return 0;
	str_add_text(str, given->value);
	return 1;
}

static int apply_url(
	struct applying *applying, const struct preset_request *request, const char **ret)
{
	CLEANUP(str_done) struct str url = STR_INIT(URL_MAX_BYTES);
	const struct source_settings *source = applying->source;

	if (preset_add_url(applying->preset, request, find_value, applying, &url) == 0) {
		origin_complain(applying->diags, &source->origin, NULL,
			"source `%s': preset `%s' is given too little to make an address of",
			source->name, applying->preset->name);
		return 0;
	}
	if (str_error(&url) == -EMSGSIZE) {
		origin_complain(applying->diags, &source->origin, "shorten what stands in `with'",
			"source `%s': its address is longer than 8 KiB", source->name);
		return 0;
	}

	*ret = arena_copy(applying->arena, str_slice(&url));
	return *ret ? 0 : -ENOMEM;
}

static int apply_stream(struct applying *applying)
{
	const struct preset_stream *stream = &applying->preset->stream;
	struct source_settings *source = applying->source;

	if (!source->stream)
		return 0;
	if (stream->request.urls.n > 0)
		return apply_url(applying, &stream->request, &source->stream_url);

	origin_complain(applying->diags, &source->origin,
		"leave `stream: true' out: it is polled all the same",
		"source `%s': preset `%s' has no stream", source->name, applying->preset->name);
	return 0;
}

static int apply_preset(struct applying *applying)
{
	const size_t n_before = diags_count_errors(applying->diags);
	struct source_settings *source = applying->source;
	int r = 0;

	for (size_t i = 0; i < source->with.n && r == 0; i++)
		r = apply_given(applying, &source->with.items[i]);
	check_secrecy(applying);
	if (r == 0)
		r = apply_fallbacks(applying);
	if (r == 0 && diags_count_errors(applying->diags) == n_before)
		r = apply_url(applying, &applying->preset->request, &source->url);
	if (r == 0 && source->url)
		r = apply_stream(applying);

	source->service = applying->preset;
	return r;
}

int presets_apply(struct settings *settings, struct arena *arena, struct diags *diags)
{
	int r = 0;

	for (size_t i = 0; i < settings->n_sources && r == 0; i++) {
		struct source_settings *source = &settings->sources[i];
		struct applying applying = {.source = source, .arena = arena, .diags = diags};

		if (!source->preset || source->preset[0] == '\0' || source->url)
			continue;
		applying.preset = preset_find(&settings->presets, source->preset);
		if (applying.preset)
			r = apply_preset(&applying);
		else
			complain_of_preset(settings, source, diags);
	}
	return r;
}
