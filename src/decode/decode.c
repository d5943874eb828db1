#include "decode/decode.h"

#include <errno.h>
#include <string.h>

#include "base/diags.h"
#include "base/str.h"
#include "decode/api.h"
#include "decode/body.h"
#include "decode/fields.h"
#include "decode/jsonfeed.h"
#include "decode/unknown.h"
#include "decode/xml.h"
#include "text/charset.h"
#include "text/doctype.h"
#include "text/markup.h"

enum { MAX_START_TAGS = 50 };

/* What the text begins with. */
struct beginning {
	struct slice text;
	struct slice root; /* local name of the feed's first element, a part of the text */
};

struct format {
	const char *name;
	bool (*sniff)(const struct beginning *beginning);
	int (*decode)(struct body *body, struct slice root);
};

static bool root_is(const struct beginning *beginning, const char *name)
{
	return slice_equals_nocase(beginning->root, slice_of(name));
}

static bool is_rss(const struct beginning *beginning)
{
	return root_is(beginning, "rss") || root_is(beginning, "channel") ||
	       root_is(beginning, "item");
}

static bool is_rdf(const struct beginning *beginning)
{
	return root_is(beginning, "rdf");
}

static bool is_atom(const struct beginning *beginning)
{
	return root_is(beginning, "feed") || root_is(beginning, "entry");
}

static bool is_jsonfeed(const struct beginning *beginning)
{
	return jsonfeed_is_json(beginning->text);
}

static int decode_core(struct body *body, struct slice root)
{
	return xml_decode(body, root, SPACE_CORE);
}

static int decode_json(struct body *body, struct slice root)
{
	(void)root;
	return jsonfeed_decode(body);
}

static int decode_atom(struct body *body, struct slice root)
{
	return xml_decode(body, root, SPACE_ATOM);
}

static const struct format formats[] = {
	/* The first: JSON of other kinds is looked at again. */
	{"jsonfeed", is_jsonfeed, decode_json},
	{"rss", is_rss, decode_core},
	{"rdf", is_rdf, decode_core},
	{"atom", is_atom, decode_atom},
};

/* Whether TOKEN may be a feed's root.  Some feeds stand in an HTML page; there a
 * root has to look like one, with a version or a namespace. */
static bool is_root(const struct markup_token *token, bool is_in_html)
{
	static const struct slice roots[] = {
		{"rss", 3}, {"rdf", 3}, {"feed", 4}, {"channel", 7}, {"item", 4}, {"entry", 5}};

	if (is_in_html && token->n_attributes == 0)
		return false;
	for (size_t i = 0; i < (is_in_html ? 3 : ARRAY_SIZE(roots)); i++)
		if (slice_equals_nocase(token->local, roots[i]))
			return true;

	return false;
}

/* The first start tag that may be a feed's root, by its local name.  Error
 * messages of web servers may stand before it. */
static int find_root(struct slice text, struct slice *ret)
{
	static const struct markup_options options = {.html = true};
	CLEANUP(markup_freep) struct markup *markup = NULL;
	const struct markup_token *token;
	bool is_in_html = false;

	*ret = SLICE("");
	if (markup_new(text, &options, &markup) < 0)
		return -ENOMEM;

	for (size_t n = 0; n < MAX_START_TAGS;) {
		token = markup_next(markup);
		if (token->kind == MARKUP_EOF)
			break;
		if (token->kind != MARKUP_START)
			continue;
		if (is_root(token, is_in_html)) {
			*ret = token->local;
			break;
		}
		is_in_html |= slice_equals_nocase(token->local, SLICE("html"));
		n++;
	}
	return 0;
}

static const struct format *find_format(const struct beginning *beginning)
{
	for (size_t i = 0; i < ARRAY_SIZE(formats); i++)
		if (formats[i].sniff(beginning))
			return &formats[i];

	return NULL;
}

/* By the preset that names the API. */
static int decode_api(struct body *body)
{
	const int r = api_decode(body, body->options->preset);

	return r < 0 ? r : body_finish(body);
}

/* Reads the clean text of BODY. */
static int decode_text(struct body *body)
{
	CLEANUP(str_done)
	struct str expanded = STR_INIT(body->text.len + DOCTYPE_MAX_GROWTH + 1);
	struct beginning beginning = {0};

	int r = doctype_expand(body->text, &expanded, &body->text);
	if (r == 0)
		r = find_root(body->text, &beginning.root);
	if (r < 0)
		return r;
	beginning.text = body->text;

	const struct format *format = find_format(&beginning);

	r = format ? format->decode(body, beginning.root) : -EPROTONOSUPPORT;
	if (r == -EPROTONOSUPPORT && format == &formats[0] && body->options->presets) {
		r = api_decode_any(body, body->options->presets);
		if (r == 0)
			return body_finish(body);
	}
	if (r == -EPROTONOSUPPORT)
		unknown_explain(body->bytes, body->text, body->options->base_url, body->warnings);
	if (r < 0)
		return r;

	body->feed.format = format->name;
	return body_finish(body);
}

int decode_feed(struct slice body, const struct decode_options *options, struct arena *arena,
	struct feed *ret, struct diags *warnings)
{
	CLEANUP(str_done) struct str clean = STR_INIT(body.len * 3 + 16);
	struct body reading = {
		.bytes = body, .options = options, .arena = arena, .warnings = warnings};

	int r = charset_decode(body, options->charset, &clean, &reading.text);
	if (r < 0)
		return r;

	draft_init(&reading.about, arena);
	r = options->preset && options->preset->format == FORMAT_API ? decode_api(&reading)
								     : decode_text(&reading);
	if (r == 0)
		*ret = reading.feed;
	return r;
}

int decode_events(const struct slice *items, size_t n, const struct decode_options *options,
	struct arena *arena, struct feed *ret)
{
	struct body reading = {.options = options, .arena = arena};
	int r = 0;

	draft_init(&reading.about, arena);
	for (size_t i = 0; i < n && r >= 0; i++) {
		CLEANUP(str_done) struct str clean = STR_INIT(items[i].len * 3 + 16);

		reading.bytes = items[i];
		r = charset_decode(items[i], "utf-8", &clean, &reading.text);
		if (r >= 0)
			r = api_decode_event(&reading, options->preset);
	}
	if (r < 0)
		return r;

	reading.feed.format = options->preset->name;
	*ret = reading.feed;
	return 0;
}
