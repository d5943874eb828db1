#include "text/discover.h"

#include <errno.h>

#include "base/macro.h"
#include "base/str.h"
#include "text/markup.h"
#include "text/reference.h"
#include "text/url.h"

enum { MAX_FEEDS = 20, MAX_URL_BYTES = 1 << 16 };

static const struct slice types[] = {
	SLICE_INIT("application/rss+xml"),
	SLICE_INIT("application/atom+xml"),
	SLICE_INIT("application/rdf+xml"),
	SLICE_INIT("application/feed+json"),
	SLICE_INIT("application/json"),
};

/* Whether the attribute NAME holds WORD among words. */
static bool has_word(const struct markup_token *token, const char *name, struct slice word)
{
	struct slice value;
	struct slice part;

	if (!markup_attribute(token, slice_of(name), &value))
		return false;
	while (slice_split(&value, ' ', &part))
		if (slice_equals_nocase(slice_trim(part), word))
			return true;

	return false;
}

static bool is_feed_link(const struct markup_token *token)
{
	struct slice type;

	if (!has_word(token, "rel", SLICE("alternate")) ||
		!markup_attribute(token, SLICE("type"), &type))
		return false;
	for (size_t i = 0; i < ARRAY_SIZE(types); i++)
		if (slice_starts_with_nocase(slice_trim(type), types[i]))
			return true;

	return false;
}

/* The href of TOKEN seen from BASE, appended to URL; 0 when it has none. */
static int read_href(const struct markup_token *token, struct slice base, struct str *url)
{
	CLEANUP(str_done) struct str text = STR_INIT(MAX_URL_BYTES);
	struct slice href;

	if (!markup_attribute(token, SLICE("href"), &href))
		return 0;
	reference_add_text(&text, href, true);

	return str_error(&text) == 0 && url_resolve(base, str_slice(&text), url) &&
	       str_error(url) == 0 && url_is_web(str_slice(url));
}

int discover_feeds(struct slice html, struct slice base, struct arena *arena, struct texts *feeds)
{
	static const struct markup_options options = {.html = true};
	CLEANUP(markup_freep) struct markup *markup = NULL;
	CLEANUP(str_done) struct str page = STR_INIT(MAX_URL_BYTES);
	CLEANUP(str_done) struct str url = STR_INIT(MAX_URL_BYTES);
	const struct markup_token *token;

	if (markup_new(html, &options, &markup) < 0)
		return -ENOMEM;

	while ((token = markup_next(markup))->kind != MARKUP_EOF && feeds->n < MAX_FEEDS) {
		if (token->kind != MARKUP_START)
			continue;
		if (slice_equals_nocase(token->local, SLICE("base")) && page.len == 0 &&
			read_href(token, base, &page))
			base = str_slice(&page);

		str_clear(&url);
		if (!slice_equals_nocase(token->local, SLICE("link")) || !is_feed_link(token) ||
			!read_href(token, base, &url) || texts_has(feeds, str_slice(&url)))
			continue;
		if (texts_add(feeds, arena, str_slice(&url)) < 0)
			return -ENOMEM;
	}
	return 0;
}
