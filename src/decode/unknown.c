#include "decode/unknown.h"

#include "base/arena.h"
#include "base/diags.h"
#include "base/str.h"
#include "base/utf8.h"
#include "text/discover.h"
#include "text/markup.h"

enum {
	MAX_ARENA = 1 << 20,
	MAX_MESSAGE = 8192,
	SHOWN_BYTES = 80,
	HEAD_BYTES = 256 << 10, /* within which a page names its feeds, and a document its root */
};

/* How other things begin. */
static const struct {
	struct slice start;
	const char *what;
} beginnings[] = {
	{SLICE_INIT("%PDF"), "a PDF document"},
	{SLICE_INIT("\x89PNG"), "an image"},
	{SLICE_INIT("\xFF\xD8\xFF"), "an image"},
	{SLICE_INIT("GIF8"), "an image"},
	{SLICE_INIT("RIFF"), "an image or a sound"},
	{SLICE_INIT("PK\x03\x04"), "a ZIP archive"},
	{SLICE_INIT("\x1F\x8B"), "compressed by gzip"},
	{SLICE_INIT("{"), "JSON, but no JSON Feed"},
	{SLICE_INIT("["), "JSON, but no JSON Feed"},
};

/* Documents that are XML but no feed, by the name of their root. */
static const struct {
	struct slice root;
	const char *what;
} documents[] = {
	{SLICE_INIT("opml"), "an OPML list of feeds"},
	{SLICE_INIT("urlset"), "a sitemap"},
	{SLICE_INIT("sitemapindex"), "a sitemap"},
	{SLICE_INIT("svg"), "an SVG image"},
	{SLICE_INIT("error"), "an error message in XML"},
	{SLICE_INIT("opensearchdescription"), "a description of a search engine"},
};

static const char *what_begins(struct slice text)
{
	for (size_t i = 0; i < ARRAY_SIZE(beginnings); i++)
		if (slice_starts_with(text, beginnings[i].start))
			return beginnings[i].what;

	return NULL;
}

static void tell(struct diags *diags, const struct str *message, const struct str *hint)
{
	diags_add(diags, &(struct diag){.level = DIAG_ERROR,
				 .message = str_text(message),
				 .hint = hint->len > 0 ? str_text(hint) : NULL});
}

static void add_feeds(struct str *hint, struct slice html, const char *base_url)
{
	static const char *const starts[] = {"it names no feed", "it names the feed "};
	CLEANUP(arena_freep) struct arena *arena = NULL;
	struct texts feeds = {0};

	if (arena_new(MAX_ARENA, &arena) < 0)
		return;
	/* What was found before memory ran out helps as well. */
	(void)discover_feeds(html, slice_of(base_url), arena, &feeds);

	str_add_text(
		hint, feeds.n < ARRAY_SIZE(starts) ? starts[feeds.n] : "it names these feeds: ");
	for (size_t i = 0; i < feeds.n; i++)
		str_add_format(hint, "%s%s", i == 0 ? "" : ", ", feeds.items[i]);
}

/* The first element of TEXT in ROOT, by its local name. */
static bool find_element(struct slice text, struct str *root)
{
	static const struct markup_options options = {.html = true};
	CLEANUP(markup_freep) struct markup *markup = NULL;
	const struct markup_token *token;

	if (markup_new(text, &options, &markup) < 0)
		return false;
	while ((token = markup_next(markup))->kind != MARKUP_EOF) {
		if (token->kind == MARKUP_START) {
			str_add(root, utf8_prefix(token->local, SHOWN_BYTES));
			return true;
		}
	}
	return false;
}

static bool looks_like_html(struct slice text)
{
	static const struct slice starts[] = {SLICE_INIT("<!doctype html"), SLICE_INIT("<html"),
		SLICE_INIT("<head"), SLICE_INIT("<body")};

	for (size_t i = 0; i < ARRAY_SIZE(starts); i++)
		if (slice_starts_with_nocase(text, starts[i]))
			return true;

	return slice_find_nocase(utf8_prefix(text, 4096), SLICE("<html")) >= 0;
}

static void explain_element(struct str *message, const struct str *root)
{
	for (size_t i = 0; i < ARRAY_SIZE(documents); i++) {
		if (slice_equals_nocase(str_slice(root), documents[i].root)) {
			str_add_format(message, "this is no feed but %s", documents[i].what);
			return;
		}
	}
	str_add_format(message, "this is no feed: its first element is <%s>", str_text(root));
}

void unknown_explain(
	struct slice bytes, struct slice text, const char *base_url, struct diags *diags)
{
	CLEANUP(str_done) struct str message = STR_INIT(MAX_MESSAGE);
	CLEANUP(str_done) struct str hint = STR_INIT(MAX_MESSAGE);
	CLEANUP(str_done) struct str root = STR_INIT(MAX_MESSAGE);

	text = utf8_prefix(slice_trim(text), HEAD_BYTES);

	const char *what = what_begins(slice_trim(bytes));

	if (text.len == 0) {
		str_add_text(&message, "this is no feed: it is empty");
	} else if (looks_like_html(text)) {
		str_add_text(&message, "this is no feed but an HTML page");
		add_feeds(&hint, text, base_url);
	} else if (what) {
		str_add_format(&message, "this is no feed but %s", what);
	} else if (find_element(text, &root)) {
		explain_element(&message, &root);
	} else {
		str_add_text(&message, "this is no feed but plain text: ");
		str_add(&message, utf8_prefix(text, SHOWN_BYTES));
	}
	tell(diags, &message, &hint);
}
