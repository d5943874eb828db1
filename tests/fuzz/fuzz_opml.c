/* Any bytes as OPML: the lines that come out are a configuration, and what is
 * exported of them is read again. */
#include <assert.h>
#include <errno.h>

#include "base/map.h"
#include "base/str.h"
#include "config/load.h"
#include "config/settings.h"
#include "ctl/opml.h"
#include "ctl/source_lines.h"
#include "fuzz/fuzz.h"

enum { ARENA_MAX_BYTES = 64 << 20, TEXT_MAX_BYTES = 64 << 20 };

static void check_lines(const struct opml *opml, struct arena *arena)
{
	CLEANUP(str_done) struct str lines = STR_INIT(TEXT_MAX_BYTES);
	CLEANUP(map_freep) struct map *names = NULL;
	CLEANUP(settings_freep) struct settings *settings = NULL;

	if (map_new(&names) < 0)
		return;
	str_add_text(&lines, "sources:\n");
	for (size_t i = 0; i < opml->n_feeds; i++) {
		const struct opml_feed *feed = &opml->feeds[i];
		const struct source_line line = {
			.title = feed->title, .url = feed->url, .tags = feed->folders};
		const char *name;

		if (source_lines_name(&line, names, arena, &name) < 0)
			return;
		source_lines_add(&lines, &line, name);
	}

	const int r = settings_parse("lines", str_slice(&lines), &settings, NULL);

	assert(r == 0 || r == -ENOMEM);
	assert(r < 0 || settings->n_sources == opml->n_feeds);
}

static void check_export(const struct opml *opml, struct arena *arena)
{
	CLEANUP(str_done) struct str text = STR_INIT(TEXT_MAX_BYTES);
	struct opml again;

	opml_write(&text, opml->feeds, opml->n_feeds);
	const int r = opml_read(str_slice(&text), arena, &again, NULL);

	assert(r == 0 || r == -ENOMEM);
	assert(r < 0 || (again.n_feeds > 0) == (opml->n_feeds > 0));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	CLEANUP(arena_freep) struct arena *arena = NULL;
	struct opml opml;

	if (arena_new(ARENA_MAX_BYTES, &arena) < 0)
		return 0;

	const int r = opml_read(slice_from((const char *)data, size), arena, &opml, NULL);

	assert(r == 0 || r == -EPROTONOSUPPORT || r == -EMSGSIZE || r == -ENOMEM);
	if (r < 0)
		return 0;
	if (opml.n_feeds > 0)
		check_lines(&opml, arena);
	check_export(&opml, arena);
	return 0;
}
