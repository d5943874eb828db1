#include <stdlib.h>
#include <unistd.h>

#include "base/diags.h"
#include "base/file.h"
#include "base/log.h"
#include "base/nearest.h"
#include "base/str.h"
#include "config/presets.h"
#include "ctl/ctl.h"
#include "decode/decoding.h"
#include "http/content.h"

enum { MAX_BYTES = 64 << 20, MAX_PRESETS_BYTES = 64 << 20 };

static const struct decoding_limit step_limit = {.max_bytes = 1 << 20, .max_posts = 1000};

/* The presets, and the one that is asked for, into OPTIONS. */
static int find_presets(struct ctl *ctl, struct arena *arena, struct presets *presets,
	struct decode_options *options)
{
	CLEANUP(diags_freep) struct diags *diags = NULL;
	const char *name = ctl_text(ctl, "preset");
	/* A filter works without a configuration, and for those who may not read it. */
	const char *config = access(ctl_config_path(ctl), R_OK) == 0 ? ctl_config_path(ctl) : NULL;
	int r = diags_new(&diags);

	if (r == 0)
		r = presets_load(config, arena, presets, diags);
	if (r < 0)
		return log_error(r, "Cannot read the presets");
	diags_print(diags, stderr);
	options->presets = presets;
	options->preset = name ? preset_find(presets, name) : NULL;
	if (!name || options->preset)
		return 0;

	struct nearest nearest = nearest_start(slice_of(name));

	for (size_t i = 0; i < presets->n; i++)
		nearest_offer(&nearest, presets->items[i].name);
	return ctl_usage(ctl, "there is no preset `%s'%s%s%s", name,
		nearest.name ? " (did you mean " : "", nearest.name ? nearest.name : "",
		nearest.name ? "?)" : "");
}

/* Whether BYTES begin as XML or HTML does, for which no preset is asked. */
static bool is_markup(struct slice bytes)
{
	/* Marks of byte order, and the zeros of UTF-16. */
	static const struct slice before = SLICE_INIT("\xEF\xBB\xBF\xFE\xFF\0 \t\r\n");

	while (bytes.len > 0 && slice_find_char(before, bytes.ptr[0]) >= 0)
		bytes = slice_skip(bytes, 1);

	return bytes.len > 0 && bytes.ptr[0] == '<';
}

/* A FILE.gz, of which *BYTES then holds what is in it: 0. */
static int unpack(char **bytes, size_t *len)
{
	CLEANUP(content_freep) struct content *content = NULL;
	CLEANUP(str_done) struct str plain = STR_INIT(MAX_BYTES);
	char *unpacked = NULL;
	int r = content_new(SLICE(""), &plain, &content);

	if (r == 0)
		r = content_add(content, slice_from(*bytes, *len));
	if (r == 0)
		r = content_end(content);
	if (r < 0)
		return r;

	*len = plain.len;
	r = str_take(&plain, &unpacked);
	if (r < 0)
		return r;

	free(*bytes);
	*bytes = unpacked;
	return 0;
}

/* Reads a step, which is printed if PRINTS: as decoding_step(). */
static int read_step(struct decoding *decoding, bool prints, struct arena *arena)
{
	struct feed step = {0};

	arena_reset(arena);

	const int more = decoding_step(decoding, &step_limit, arena, &step.posts, &step.n_posts);
	const int r = more >= 0 && prints ? ctl_print_posts(&step) : 0;

	return r < 0 ? r : more;
}

/* Prints all posts.  A feed of several steps is read twice: what it says of all its posts
 * may stand behind them. */
static int print_posts(struct decoding *decoding)
{
	CLEANUP(arena_freep) struct arena *arena = NULL;
	struct feed first = {0};
	int r = arena_new(DECODING_ARENA_BYTES(step_limit.max_bytes), &arena);

	if (r < 0)
		return r;
	r = decoding_step(decoding, &step_limit, arena, &first.posts, &first.n_posts);
	if (r == 0)
		return ctl_print_posts(&first);

	while (r == 1)
		r = read_step(decoding, false, arena);
	if (r == 0)
		r = decoding_rewind(decoding);
	for (int more = 1; r == 0 && more == 1;) {
		more = read_step(decoding, true, arena);
		r = MIN(more, 0);
	}
	return r;
}

static void tell_missing(const struct feed *feed)
{
	if (feed->n_dropped > 0)
		log_warning(0, "%zu entr%s left out", feed->n_dropped,
			feed->n_dropped == 1 ? "y is" : "ies are");
	if (feed->n_cut > 0)
		log_warning(0, "%zu post%s cut", feed->n_cut, feed->n_cut == 1 ? " is" : "s are");
}

static int run(struct ctl *ctl)
{
	const char *path = ctl_argument(ctl, 0) ? ctl_argument(ctl, 0) : "-";
	struct presets presets = {0};
	struct decode_options options = {
		.charset = ctl_text(ctl, "charset"),
		.base_url = ctl_text(ctl, "base-url"),
		.source = ctl_text(ctl, "source"),
	};
	CLEANUP(arena_freep) struct arena *arena = NULL;
	CLEANUP(diags_freep) struct diags *diags = NULL;
	CLEANUP(free_heapp) char *bytes = NULL;
	CLEANUP(decoding_freep) struct decoding *decoding = NULL;
	size_t len;

	int r = arena_new(MAX_PRESETS_BYTES, &arena);
	if (r == 0)
		r = diags_new(&diags);
	if (r < 0)
		return log_error(r, "Cannot start");
	r = file_read(path, MAX_BYTES, &bytes, &len);
	if (r < 0)
		return log_error(r, "Cannot read %s", path);
	if (slice_starts_with(slice_from(bytes, len), SLICE("\x1F\x8B")))
		r = unpack(&bytes, &len);
	if (r < 0)
		return log_error(r, "Cannot unpack %s", path);
	if (ctl_text(ctl, "preset") || !is_markup(slice_from(bytes, len)))
		r = find_presets(ctl, arena, &presets, &options);
	if (r < 0)
		return r;

	r = decoding_new(slice_from(bytes, len), &options, diags, &decoding);
	if (r == 0)
		r = print_posts(decoding);
	ctl_print_warnings(diags, path);
	if (r < 0)
		return log_error(r, "Cannot parse %s", path);

	tell_missing(decoding_feed(decoding));
	return 0;
}

static const struct ctl_option options[] = {
	{.name = "base-url",
		.type = OPTION_TEXT,
		.argument = "URL",
		.help = "Where the feed came from, for its relative links"},
	{.name = "charset",
		.type = OPTION_TEXT,
		.argument = "NAME",
		.help = "Charset that the HTTP header named"},
	{.name = "preset",
		.type = OPTION_TEXT,
		.argument = "NAME",
		.help = "Read the answer of an API by this preset"},
	{.name = "source",
		.type = OPTION_TEXT,
		.argument = "NAME",
		.help = "Name of the source, set on each post"},
};

const struct ctl_verb verb_parse = {
	.name = "parse",
	.group = "Filters",
	.synopsis = "[--base-url URL] [--charset NAME] [--preset NAME] [--source NAME] [FILE]",
	.help = "Print the posts of a feed, or of an API's answer, as NDJSON",
	.description =
		"Reads RSS, Atom or JSON Feed from FILE or standard input and prints one post a\n"
		"line.  The JSON of a service that there is a preset for is recognised as well, "
		"and\n"
		"FILE may be compressed with gzip.\n"
		"A broken feed is salvaged as far as it goes; what was mended is told on\n"
		"standard error with its line.  The exit code is 65 when it is no feed at all.\n"
		"Memory does not grow with the feed: posts are printed while it is read, and\n"
		"what is longer than the daemon keeps is cut here, too.",
	.example = "mentionctl parse --base-url https://example.org/feed.xml feed.xml\n"
		   "curl -s https://example.org/feed.xml | mentionctl parse",
	.options = options,
	.n_options = ARRAY_SIZE(options),
	.max_args = 1,
	.run = run,
};
