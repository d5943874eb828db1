#include "ctl/opml.h"

#include <errno.h>
#include <string.h>

#include "base/diags.h"
#include "base/map.h"
#include "base/str.h"
#include "base/utf8.h"
#include "config/addresses.h"
#include "text/charset.h"
#include "text/markup.h"
#include "text/url.h"

enum { MAX_FEEDS = 20000, VALUE_MAX_BYTES = 16384 };

struct reader {
	struct markup *markup;
	struct arena *arena;
	struct map *known; /* from the key of an address to the feed's number, from 0 */
	struct opml *opml;
	size_t room;
	bool is_opml;
	/* What each open element says as a folder, by depth; NULL: it is none. */
	const char *folders[MARKUP_MAX_DEPTH + 1];
};

/* --- reading ---------------------------------------------------------------- */

/* The attribute NAME without references and blanks at its ends, in the arena;
 * NULL when it is absent or empty. */
static int read_attribute(struct reader *reader, const struct markup_token *token,
	struct slice name, const char **ret)
{
	CLEANUP(str_done) struct str value = STR_INIT(VALUE_MAX_BYTES);
	struct slice written;

	*ret = NULL;
	if (!markup_attribute(token, name, &written))
		return 0;
	markup_add_text(reader->markup, written, &value);
	if (str_error(&value) == -ENOMEM)
		return -ENOMEM;

	const struct slice trimmed = slice_trim(str_slice(&value));

	if (trimmed.len == 0)
		return 0;
	*ret = arena_copy(reader->arena, trimmed);
	return *ret ? 0 : -ENOMEM;
}

/* What people see: `text', as the standard has it, else `title'. */
static int read_title(struct reader *reader, const struct markup_token *token, const char **ret)
{
	const int r = read_attribute(reader, token, SLICE("text"), ret);

	return r < 0 || *ret ? r : read_attribute(reader, token, SLICE("title"), ret);
}

/* "feed:https://..." and "feed://..." are what browsers once made of addresses;
 * the latter stands for http. */
static const char *without_feed_scheme(const char *url, struct arena *arena)
{
	const struct slice text = slice_of(url);

	if (slice_starts_with_nocase(text, SLICE("feed://")))
		return arena_format(arena, "http://%s", url + 7);
	if (slice_starts_with_nocase(text, SLICE("feed:")))
		return url + 5;
	return url;
}

static void skip(
	struct reader *reader, const struct markup_token *token, const char *title, const char *why)
{
	reader->opml->n_skipped++;
	markup_warn(reader->markup, token->source.ptr, "%s is skipped: %s",
		title ? title : "a feed without a title", why);
}

static int add_folder(struct texts *folders, struct arena *arena, struct slice folder)
{
	folder = slice_trim(folder);
	return folder.len == 0 || texts_has(folders, folder) ? 0
							     : texts_add(folders, arena, folder);
}

/* "/Boston/Weather,/Harvard": paths of categories with a comma between them. */
static int add_categories(struct texts *folders, struct arena *arena, const char *categories)
{
	struct slice rest = slice_of(categories);
	struct slice path;
	struct slice part;
	int r = 0;

	while (r == 0 && slice_split(&rest, ',', &path))
		while (r == 0 && slice_split(&path, '/', &part))
			r = add_folder(folders, arena, part);
	return r;
}

static int add_folders(
	struct reader *reader, const struct markup_token *token, struct opml_feed *feed)
{
	const char *categories = NULL;
	int r = 0;

	for (size_t i = 1; r == 0 && i < token->depth; i++)
		if (reader->folders[i])
			r = add_folder(&feed->folders, reader->arena, slice_of(reader->folders[i]));
	if (r == 0)
		r = read_attribute(reader, token, SLICE("category"), &categories);
	return r < 0 || !categories ? r : add_categories(&feed->folders, reader->arena, categories);
}

/* A place for the feed at URL in *RET, which is that of the same address when
 * there was one. */
static int place_feed(struct reader *reader, const char *url, struct opml_feed **ret)
{
	CLEANUP(str_done) struct str key = STR_INIT(VALUE_MAX_BYTES);
	struct opml *opml = reader->opml;
	union map_value value;

	url_key(slice_of(url), &key);
	if (str_error(&key) < 0)
		return str_error(&key);
	if (map_find(reader->known, str_slice(&key), &value)) {
		opml->n_duplicates++;
		*ret = &opml->feeds[value.number];
		return 0;
	}
	if (opml->n_feeds == MAX_FEEDS)
		return -EMSGSIZE;
	if (opml->n_feeds == reader->room) {
		const size_t room = MAX(2 * reader->room, (size_t)64);

		opml->feeds = arena_grow(
			reader->arena, opml->feeds, opml->n_feeds, room, sizeof(*opml->feeds));
		if (!opml->feeds)
			return -ENOMEM;
		reader->room = room;
	}

	value.number = (int64_t)opml->n_feeds;
	*ret = &opml->feeds[opml->n_feeds++];
	**ret = (struct opml_feed){.url = url};
	const int r = map_set(reader->known, str_slice(&key), value);

	return MIN(r, 0);
}

/* Why no source may have the address, or NULL. */
static const char *find_problem(const char *url, const char *type)
{
	struct complaint complaint = {0};

	/* FreshRSS: a page that it scrapes, with the XPath beside it. */
	if (type && strchr(type, '+'))
		return "it is a page that the other program scrapes, no feed";
	if (address_is_url(url, "http https", &complaint))
		return NULL;
	return complaint.problem ? complaint.problem : "its address is no http or https URL";
}

static int read_feed(
	struct reader *reader, const struct markup_token *token, const char *title, const char *url)
{
	struct opml_feed *feed = NULL;
	const char *type = NULL;
	int r = read_attribute(reader, token, SLICE("type"), &type);

	if (r < 0)
		return r;
	url = without_feed_scheme(url, reader->arena);
	if (!url)
		return -ENOMEM;

	const char *problem = find_problem(url, type);

	if (problem) {
		skip(reader, token, title, problem);
		return 0;
	}
	r = place_feed(reader, url, &feed);
	if (r < 0)
		return r;
	if (!feed->title)
		feed->title = title;
	return add_folders(reader, token, feed);
}

/* An outline with an address is a feed, one without is a folder of what stands
 * in it.  A feed is no folder: those that stand in it were meant to stand
 * beside it. */
static int read_outline(struct reader *reader, const struct markup_token *token)
{
	const char *title = NULL;
	const char *url = NULL;
	int r = read_title(reader, token, &title);

	if (r == 0)
		r = read_attribute(reader, token, SLICE("xmlUrl"), &url);
	if (r < 0)
		return r;
	if (url)
		return read_feed(reader, token, title, url);

	reader->folders[token->depth] = title;
	return 0;
}

static int read_start(struct reader *reader, const struct markup_token *token)
{
	reader->folders[token->depth] = NULL;
	if (slice_equals_nocase(token->local, SLICE("opml")))
		reader->is_opml = true;

	return slice_equals_nocase(token->local, SLICE("outline")) ? read_outline(reader, token)
								   : 0;
}

static int read_all(struct reader *reader)
{
	const struct markup_token *token;
	int r = 0;

	while (r == 0 && (token = markup_next(reader->markup))->kind != MARKUP_EOF)
		if (token->kind == MARKUP_START)
			r = read_start(reader, token);
	if (r < 0)
		return r;

	return reader->is_opml || reader->opml->n_feeds > 0 ? 0 : -EPROTONOSUPPORT;
}

int opml_read(struct slice text, struct arena *arena, struct opml *ret, struct diags *warnings)
{
	const struct markup_options options = {.warnings = warnings};
	CLEANUP(str_done) struct str buffer = STR_INIT(3 * text.len + 1);
	CLEANUP(markup_freep) struct markup *markup = NULL;
	CLEANUP(map_freep) struct map *known = NULL;
	struct opml opml = {0};
	int r = charset_decode(text, NULL, &buffer, &text);

	if (r == 0)
		r = markup_new(text, &options, &markup);
	if (r == 0)
		r = map_new(&known);
	if (r < 0)
		return r;

	struct reader reader = {.markup = markup, .arena = arena, .known = known, .opml = &opml};

	r = read_all(&reader);
	if (r < 0)
		return r;

	*ret = opml;
	return 0;
}

/* --- writing ---------------------------------------------------------------- */

/* TEXT as the value of an attribute; what XML 1.0 does not know is left out. */
static void add_value(struct str *str, const char *text)
{
	static const struct {
		char c;
		const char *reference;
	} references[] = {{'&', "&amp;"}, {'<', "&lt;"}, {'>', "&gt;"}, {'"', "&quot;"},
		{'\t', "&#9;"}, {'\n', "&#10;"}, {'\r', "&#13;"}};
	const struct slice all = slice_of(text);

	for (size_t at = 0; at < all.len;) {
		const uint32_t c = utf8_next(all, &at);
		size_t i = 0;

		while (i < ARRAY_SIZE(references) && (uint32_t)references[i].c != c)
			i++;
		if (i < ARRAY_SIZE(references))
			str_add_text(str, references[i].reference);
		else if (c >= ' ' && c != 0xFFFE && c != 0xFFFF)
			str_add_code_point(str, c);
	}
}

static void add_attribute(struct str *str, const char *name, const char *value)
{
	str_add_format(str, " %s=\"", name);
	add_value(str, value);
	str_add_char(str, '"');
}

static void add_feed(struct str *str, const struct opml_feed *feed, const char *indent)
{
	const char *title = feed->title ? feed->title : feed->url;

	str_add_format(str, "%s<outline type=\"rss\"", indent);
	add_attribute(str, "text", title);
	add_attribute(str, "title", title);
	add_attribute(str, "xmlUrl", feed->url);
	str_add_text(str, "/>\n");
}

static void add_folder_of(
	struct str *str, const struct opml_feed *feeds, size_t n, const char *folder)
{
	str_add_text(str, "    <outline");
	add_attribute(str, "text", folder);
	add_attribute(str, "title", folder);
	str_add_text(str, ">\n");
	for (size_t i = 0; i < n; i++)
		if (texts_has(&feeds[i].folders, slice_of(folder)))
			add_feed(str, &feeds[i], "      ");
	str_add_text(str, "    </outline>\n");
}

/* Whether a feed before number BEFORE, or the same one before its folder
 * number OF, stands in FOLDER: then the folder was written. */
static bool is_written(const struct opml_feed *feeds, size_t before, size_t of, const char *folder)
{
	for (size_t i = 0; i < before; i++)
		if (texts_has(&feeds[i].folders, slice_of(folder)))
			return true;
	for (size_t i = 0; i < of; i++)
		if (strcmp(feeds[before].folders.items[i], folder) == 0)
			return true;

	return false;
}

void opml_write(struct str *str, const struct opml_feed *feeds, size_t n)
{
	str_add_text(str, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
			  "<opml version=\"2.0\">\n"
			  "  <head>\n"
			  "    <title>Sources of mentiond</title>\n"
			  "  </head>\n"
			  "  <body>\n");
	for (size_t i = 0; i < n; i++) {
		const struct texts *folders = &feeds[i].folders;

		if (folders->n == 0)
			add_feed(str, &feeds[i], "    ");
		for (size_t j = 0; j < folders->n; j++)
			if (!is_written(feeds, i, j, folders->items[j]))
				add_folder_of(str, feeds, n, folders->items[j]);
	}
	str_add_text(str, "  </body>\n</opml>\n");
}
