#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/diags.h"
#include "base/file.h"
#include "base/log.h"
#include "base/map.h"
#include "base/mask.h"
#include "base/str.h"
#include "config/load.h"
#include "config/settings.h"
#include "ctl/ctl.h"
#include "ctl/opml.h"
#include "ctl/source_lines.h"
#include "ctl/sources.h"
#include "text/url.h"

enum {
	FILE_MAX_BYTES = 16 << 20,
	ARENA_MAX_BYTES = 256 << 20,
	LINES_MAX_BYTES = 64 << 20,
	KEY_MAX_BYTES = 1 << 16,
	FILE_MODE = 0644,
};

/* --- import ----------------------------------------------------------------- */

struct import {
	struct arena *arena;
	struct map *names; /* that are taken */
	struct map *urls;  /* keys of the addresses that are configured */
	struct str lines;
	size_t n_sources;
	size_t n_configured; /* feeds that are sources already */
};

static void import_done(struct import *import)
{
	str_done(&import->lines);
	map_free(import->urls);
	map_free(import->names);
	arena_free(import->arena);
}

static int import_init(struct import *import)
{
	import->lines = STR_INIT(LINES_MAX_BYTES);
	int r = arena_new(ARENA_MAX_BYTES, &import->arena);

	if (r == 0)
		r = map_new(&import->names);
	return r < 0 ? r : map_new(&import->urls);
}

static int set_known(struct import *import, const struct source_settings *source)
{
	CLEANUP(str_done) struct str key = STR_INIT(KEY_MAX_BYTES);
	int r = map_set(import->names, slice_of(source->name), (union map_value){.number = 1});

	if (r < 0 || !source->url)
		return MIN(r, 0);
	url_key(slice_of(source->url), &key);
	r = map_set(import->urls, str_slice(&key), (union map_value){.number = 1});
	return MIN(r, 0);
}

/* A configuration that has no sources yet is what an import often begins with:
 * that it is not whole is the business of `mentionctl check'. */
static int know_configured(const struct ctl *ctl, struct import *import)
{
	CLEANUP(settings_freep) struct settings *settings = NULL;
	const char *path = ctl_config_path(ctl);
	int r = settings_load(path, &settings, NULL);

	if (r == -ENOMEM)
		return r;
	if (r < 0) {
		log_warning(0, "%s has mistakes: its sources are not compared with these", path);
		return 0;
	}

	for (size_t i = 0; r == 0 && i < settings->n_sources; i++)
		r = set_known(import, &settings->sources[i]);
	return r;
}

static int add_feed(struct import *import, const struct opml_feed *feed)
{
	CLEANUP(str_done) struct str key = STR_INIT(KEY_MAX_BYTES);
	const struct source_line line = {
		.title = feed->title, .url = feed->url, .tags = feed->folders};
	const char *name;

	url_key(slice_of(feed->url), &key);
	if (map_find(import->urls, str_slice(&key), NULL)) {
		import->n_configured++;
		return 0;
	}

	const int r = source_lines_name(&line, import->names, import->arena, &name);

	if (r < 0)
		return r;
	source_lines_add(&import->lines, &line, name);
	import->n_sources++;
	return 0;
}

static int read_opml(const char *path, struct arena *arena, struct opml *ret)
{
	CLEANUP(diags_freep) struct diags *diags = NULL;
	CLEANUP(free_heapp) char *bytes = NULL;
	size_t len = 0;
	int r = diags_new(&diags);

	if (r == 0)
		r = file_read(path, FILE_MAX_BYTES, &bytes, &len);
	if (r < 0)
		return log_error(r, "Cannot read %s", path);

	r = opml_read(slice_from(bytes, len), arena, ret, diags);
	ctl_print_warnings(diags, path);
	if (r == -EPROTONOSUPPORT) {
		log_error(0, "%s is no OPML", path);
		return r;
	}
	return r < 0 ? log_error(r, "Cannot read %s", path) : 0;
}

static int make_lines(
	const struct ctl *ctl, const char *path, struct import *import, struct opml *opml)
{
	int r = read_opml(path, import->arena, opml);

	if (r < 0)
		return r;
	if (access(ctl_config_path(ctl), F_OK) == 0)
		r = know_configured(ctl, import);

	str_add_text(&import->lines, "sources:\n");
	for (size_t i = 0; r == 0 && i < opml->n_feeds; i++)
		r = add_feed(import, &opml->feeds[i]);
	if (r == 0)
		r = str_error(&import->lines);
	return r < 0 ? log_error(r, "Cannot import %s", path) : 0;
}

static int put_lines(const struct import *import, const char *output)
{
	int r;

	if (import->n_sources == 0)
		return 0;
	if (!output)
		return fputs(str_text(&import->lines), stdout) < 0 ? -EIO : 0;

	r = file_replace(output, str_slice(&import->lines), FILE_MODE);
	if (r < 0)
		return log_error(r, "Cannot write %s", output);
	log_info("%s is written: mentionctl check, then reload mentiond", output);
	return 0;
}

int sources_import(struct ctl *ctl)
{
	CLEANUP(import_done) struct import import = {0};
	const char *path = ctl_argument(ctl, 0);
	const char *output = ctl_text(ctl, "output");
	struct opml opml = {0};
	int r = import_init(&import);

	if (r < 0)
		return log_error(r, "Cannot start");
	if (output && access(output, F_OK) == 0) {
		log_error(0, "%s is there already: name another file", output);
		return -EEXIST;
	}

	r = make_lines(ctl, path, &import, &opml);
	if (r == 0)
		r = put_lines(&import, output);
	if (r < 0)
		return r;

	fprintf(stderr,
		"%zu source%s; %zu twice in the file, %zu skipped, %zu configured already\n",
		import.n_sources, import.n_sources == 1 ? "" : "s", opml.n_duplicates,
		opml.n_skipped, import.n_configured);
	if (import.n_sources + import.n_configured > 0)
		return 0;
	log_error(0, "%s has no feed to import", path);
	return -EINVAL;
}

/* --- export ----------------------------------------------------------------- */

static bool has_secret(const struct source_settings *source)
{
	for (size_t i = 0; i < source->with.n; i++)
		if (source->with.items[i].secret.kind != SECRET_NONE)
			return true;

	return source->url && mask_is_needed(slice_of(source->url));
}

/* Whether a feed reader can ask for it too; if not, why is told. */
static bool is_feed(const struct source_settings *source)
{
	const char *why = NULL;

	if (source->service && source->service->format != FORMAT_FEED)
		why = "an API, which OPML has no word for";
	else if (has_secret(source) || !url_is_web(slice_of(source->url)))
		why = "nothing that an address alone, without a secret, leads to";
	if (why)
		log_warning(0, "%s is left out: it is %s", source->name, why);
	return !why;
}

int sources_export(struct ctl *ctl)
{
	CLEANUP(settings_freep) struct settings *settings = NULL;
	CLEANUP(free_heapp) struct opml_feed *feeds = NULL;
	CLEANUP(str_done) struct str text = STR_INIT(LINES_MAX_BYTES);
	size_t n = 0;
	const int r = ctl_settings(ctl, &settings);

	if (r != 0)
		return r;
	feeds = calloc(MAX(settings->n_sources, (size_t)1), sizeof(*feeds));
	if (!feeds)
		return log_error(-ENOMEM, "Cannot export the sources");

	for (size_t i = 0; i < settings->n_sources; i++) {
		const struct source_settings *source = &settings->sources[i];

		if (is_feed(source))
			feeds[n++] = (struct opml_feed){
				.title = source->name, .url = source->url, .folders = source->tags};
	}
	opml_write(&text, feeds, n);
	if (str_error(&text) < 0)
		return log_error(str_error(&text), "Cannot export the sources");

	return fputs(str_text(&text), stdout) < 0 ? -EIO : 0;
}
