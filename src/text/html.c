#include "text/html.h"

#include <errno.h>
#include <string.h>

#include "base/macro.h"
#include "base/str.h"
#include "text/markup.h"
#include "text/reference.h"

/* What an element does to the text around and in it. */
enum effect {
	EFFECT_INLINE,
	EFFECT_BLOCK, /* line breaks around it */
	EFFECT_CELL,  /* a blank before it */
	EFFECT_PRE,   /* a block whose white space counts */
	EFFECT_DROP,  /* with all it holds, when it has an end */
	EFFECT_RAW,   /* the same; without an end it runs to the end of the text */
	EFFECT_LINK,
	EFFECT_BASE,
	EFFECT_IMAGE,
};

/* The elements of HTML, sorted by name. */
static const struct element {
	struct slice name;
	enum effect effect;
} elements[] = {
#define ELEMENT(name, effect)                                                                      \
	{                                                                                          \
		{name, sizeof(name) - 1}, effect                                                   \
	}
	ELEMENT("a", EFFECT_LINK),
	ELEMENT("abbr", EFFECT_INLINE),
	ELEMENT("acronym", EFFECT_INLINE),
	ELEMENT("address", EFFECT_BLOCK),
	ELEMENT("applet", EFFECT_INLINE),
	ELEMENT("area", EFFECT_INLINE),
	ELEMENT("article", EFFECT_BLOCK),
	ELEMENT("aside", EFFECT_BLOCK),
	ELEMENT("audio", EFFECT_DROP),
	ELEMENT("b", EFFECT_INLINE),
	ELEMENT("base", EFFECT_BASE),
	ELEMENT("bdi", EFFECT_INLINE),
	ELEMENT("bdo", EFFECT_INLINE),
	ELEMENT("big", EFFECT_INLINE),
	ELEMENT("blink", EFFECT_INLINE),
	ELEMENT("blockquote", EFFECT_BLOCK),
	ELEMENT("body", EFFECT_BLOCK),
	ELEMENT("br", EFFECT_BLOCK),
	ELEMENT("button", EFFECT_INLINE),
	ELEMENT("canvas", EFFECT_DROP),
	ELEMENT("caption", EFFECT_BLOCK),
	ELEMENT("center", EFFECT_BLOCK),
	ELEMENT("cite", EFFECT_INLINE),
	ELEMENT("code", EFFECT_INLINE),
	ELEMENT("col", EFFECT_INLINE),
	ELEMENT("colgroup", EFFECT_INLINE),
	ELEMENT("data", EFFECT_INLINE),
	ELEMENT("datalist", EFFECT_DROP),
	ELEMENT("dd", EFFECT_BLOCK),
	ELEMENT("del", EFFECT_INLINE),
	ELEMENT("details", EFFECT_BLOCK),
	ELEMENT("dfn", EFFECT_INLINE),
	ELEMENT("dialog", EFFECT_BLOCK),
	ELEMENT("dir", EFFECT_BLOCK),
	ELEMENT("div", EFFECT_BLOCK),
	ELEMENT("dl", EFFECT_BLOCK),
	ELEMENT("dt", EFFECT_BLOCK),
	ELEMENT("em", EFFECT_INLINE),
	ELEMENT("embed", EFFECT_INLINE),
	ELEMENT("fieldset", EFFECT_BLOCK),
	ELEMENT("figcaption", EFFECT_BLOCK),
	ELEMENT("figure", EFFECT_BLOCK),
	ELEMENT("font", EFFECT_INLINE),
	ELEMENT("footer", EFFECT_BLOCK),
	ELEMENT("form", EFFECT_BLOCK),
	ELEMENT("frame", EFFECT_INLINE),
	ELEMENT("frameset", EFFECT_BLOCK),
	ELEMENT("h1", EFFECT_BLOCK),
	ELEMENT("h2", EFFECT_BLOCK),
	ELEMENT("h3", EFFECT_BLOCK),
	ELEMENT("h4", EFFECT_BLOCK),
	ELEMENT("h5", EFFECT_BLOCK),
	ELEMENT("h6", EFFECT_BLOCK),
	ELEMENT("head", EFFECT_BLOCK),
	ELEMENT("header", EFFECT_BLOCK),
	ELEMENT("hgroup", EFFECT_BLOCK),
	ELEMENT("hr", EFFECT_BLOCK),
	ELEMENT("html", EFFECT_BLOCK),
	ELEMENT("i", EFFECT_INLINE),
	ELEMENT("iframe", EFFECT_DROP),
	ELEMENT("img", EFFECT_IMAGE),
	ELEMENT("input", EFFECT_INLINE),
	ELEMENT("ins", EFFECT_INLINE),
	ELEMENT("kbd", EFFECT_INLINE),
	ELEMENT("label", EFFECT_INLINE),
	ELEMENT("legend", EFFECT_BLOCK),
	ELEMENT("li", EFFECT_BLOCK),
	ELEMENT("link", EFFECT_INLINE),
	ELEMENT("main", EFFECT_BLOCK),
	ELEMENT("map", EFFECT_INLINE),
	ELEMENT("mark", EFFECT_INLINE),
	ELEMENT("marquee", EFFECT_BLOCK),
	ELEMENT("math", EFFECT_INLINE),
	ELEMENT("menu", EFFECT_BLOCK),
	ELEMENT("meta", EFFECT_INLINE),
	ELEMENT("meter", EFFECT_INLINE),
	ELEMENT("nav", EFFECT_BLOCK),
	ELEMENT("nobr", EFFECT_INLINE),
	ELEMENT("noembed", EFFECT_DROP),
	ELEMENT("noframes", EFFECT_DROP),
	ELEMENT("noscript", EFFECT_DROP),
	ELEMENT("object", EFFECT_DROP),
	ELEMENT("ol", EFFECT_BLOCK),
	ELEMENT("optgroup", EFFECT_INLINE),
	ELEMENT("option", EFFECT_BLOCK),
	ELEMENT("output", EFFECT_INLINE),
	ELEMENT("p", EFFECT_BLOCK),
	ELEMENT("param", EFFECT_INLINE),
	ELEMENT("picture", EFFECT_INLINE),
	ELEMENT("plaintext", EFFECT_BLOCK),
	ELEMENT("pre", EFFECT_PRE),
	ELEMENT("progress", EFFECT_INLINE),
	ELEMENT("q", EFFECT_INLINE),
	ELEMENT("rp", EFFECT_INLINE),
	ELEMENT("rt", EFFECT_INLINE),
	ELEMENT("ruby", EFFECT_INLINE),
	ELEMENT("s", EFFECT_INLINE),
	ELEMENT("samp", EFFECT_INLINE),
	ELEMENT("script", EFFECT_RAW),
	ELEMENT("search", EFFECT_BLOCK),
	ELEMENT("section", EFFECT_BLOCK),
	ELEMENT("select", EFFECT_DROP),
	ELEMENT("slot", EFFECT_INLINE),
	ELEMENT("small", EFFECT_INLINE),
	ELEMENT("source", EFFECT_INLINE),
	ELEMENT("span", EFFECT_INLINE),
	ELEMENT("strike", EFFECT_INLINE),
	ELEMENT("strong", EFFECT_INLINE),
	ELEMENT("style", EFFECT_RAW),
	ELEMENT("sub", EFFECT_INLINE),
	ELEMENT("summary", EFFECT_BLOCK),
	ELEMENT("sup", EFFECT_INLINE),
	ELEMENT("svg", EFFECT_DROP),
	ELEMENT("table", EFFECT_BLOCK),
	ELEMENT("tbody", EFFECT_BLOCK),
	ELEMENT("td", EFFECT_CELL),
	ELEMENT("template", EFFECT_DROP),
	ELEMENT("textarea", EFFECT_DROP),
	ELEMENT("tfoot", EFFECT_BLOCK),
	ELEMENT("th", EFFECT_CELL),
	ELEMENT("thead", EFFECT_BLOCK),
	ELEMENT("time", EFFECT_INLINE),
	ELEMENT("title", EFFECT_DROP),
	ELEMENT("tr", EFFECT_BLOCK),
	ELEMENT("track", EFFECT_INLINE),
	ELEMENT("tt", EFFECT_INLINE),
	ELEMENT("u", EFFECT_INLINE),
	ELEMENT("ul", EFFECT_BLOCK),
	ELEMENT("var", EFFECT_INLINE),
	ELEMENT("video", EFFECT_DROP),
	ELEMENT("wbr", EFFECT_INLINE),
	ELEMENT("xmp", EFFECT_PRE),
#undef ELEMENT
};

/* What has to be written before the next character. */
enum gap { GAP_NONE, GAP_BLANK, GAP_LINE };

enum { RECENT = 16 };

struct writer {
	struct str *str;
	const struct html_options *options;
	size_t start; /* of what is ours in STR */
	enum gap gap;
	struct str decoded;                   /* a text whose references are replaced */
	unsigned int pre;                     /* open <pre> */
	bool lacks_end[ARRAY_SIZE(elements)]; /* has no end tag in the rest of the text */
	const struct element *recent[RECENT]; /* a text has few elements, again and again */
};

static int order_of(struct slice a, struct slice b)
{
	const size_t shorter = MIN(a.len, b.len);

	for (size_t i = 0; i < shorter; i++) {
		const int order = to_lower(a.ptr[i]) - b.ptr[i];

		if (order != 0)
			return order;
	}
	return (a.len > b.len) - (a.len < b.len);
}

static const struct element *find_element(struct slice name)
{
	size_t low = 0;
	size_t high = ARRAY_SIZE(elements);

	while (low < high) {
		const size_t middle = low + (high - low) / 2;
		const int order = order_of(name, elements[middle].name);

		if (order == 0)
			return &elements[middle];
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return NULL;
}

bool html_has_element(struct slice name)
{
	return find_element(name) != NULL;
}

static void widen(struct writer *writer, enum gap gap)
{
	writer->gap = MAX(writer->gap, gap);
}

static bool ends_with_space(const struct writer *writer)
{
	const struct slice ours = slice_skip(str_slice(writer->str), writer->start);

	return ours.len == 0 || is_space(ours.ptr[ours.len - 1]);
}

/* Cuts the white space, no-break spaces too, from the end of what we wrote. */
static void trim_end(struct writer *writer)
{
	struct slice ours = slice_skip(str_slice(writer->str), writer->start);

	for (;;) {
		if (ours.len > 0 && is_space(ours.ptr[ours.len - 1]))
			ours.len--;
		else if (slice_ends_with(ours, SLICE("\xC2\xA0")))
			ours.len -= 2;
		else
			break;
	}
	str_truncate(writer->str, writer->start + ours.len);
}

/* Writes what is due before the next character. */
static void close_gap(struct writer *writer)
{
	if (writer->gap == GAP_LINE) {
		trim_end(writer);
		if (!ends_with_space(writer))
			str_add_char(writer->str, '\n');
	} else if (writer->gap == GAP_BLANK && !ends_with_space(writer)) {
		str_add_char(writer->str, ' ');
	}
	writer->gap = GAP_NONE;
}

/* Whether the character C before NEXT has to be folded: all white space but a
 * blank within words. */
static bool is_folded(unsigned char c, unsigned char next)
{
	return (c < ' ') | ((c == ' ') & (next <= ' '));
}

/* Words with one blank between them, as long as they stand so in the text; in
 * steps that the compiler turns into vector instructions. */
static struct slice take_run(struct slice *rest)
{
	enum { STEP = 32 };
	const unsigned char *text = (const unsigned char *)rest->ptr;
	size_t len = 0;

	if (rest->len == 0 || text[0] <= ' ')
		return SLICE("");
	for (; len + STEP < rest->len; len += STEP) {
		unsigned char folded = 0;

		for (size_t i = 0; i < STEP; i++)
			folded |= is_folded(text[len + i], text[len + i + 1]);
		if (folded)
			break;
	}
	while (len < rest->len && !is_folded(text[len], len + 1 < rest->len ? text[len + 1] : ' '))
		len++;

	const struct slice run = slice_from(rest->ptr, len);

	*rest = slice_skip(*rest, len);
	return run;
}

static void add_folded(struct writer *writer, struct slice text)
{
	while (text.len > 0) {
		const struct slice run = take_run(&text);

		if (run.len > 0) {
			close_gap(writer);
			str_add(writer->str, run);
		}
		while (text.len > 0 && (unsigned char)text.ptr[0] <= ' ') {
			text = slice_skip(text, 1);
			widen(writer, GAP_BLANK);
		}
	}
}

/* Text of <pre>, line breaks as \n. */
static void add_lines(struct writer *writer, struct slice text)
{
	struct slice piece;

	while (slice_split(&text, '\r', &piece)) {
		str_add(writer->str, piece);
		if (text.len > 0 && text.ptr[0] != '\n')
			str_add_char(writer->str, '\n');
	}
}

static void add_text(struct writer *writer, struct slice text)
{
	if (text.len > 0 && memchr(text.ptr, '&', text.len)) {
		str_clear(&writer->decoded);
		reference_add_text(&writer->decoded, text, true);
		if (str_error(&writer->decoded) < 0)
			writer->str->error = str_error(&writer->decoded);
		text = str_slice(&writer->decoded);
	}
	if (writer->pre == 0) {
		add_folded(writer, text);
	} else if (text.len > 0) {
		close_gap(writer);
		add_lines(writer, text);
	}
}

/* Whether the anchor is what a network makes of a hashtag or handle, which
 * text/entities.h finds in the text. */
static bool is_network_link(const struct markup_token *token)
{
	struct slice value;

	if (markup_attribute(token, SLICE("class"), &value) &&
		(slice_find_nocase(value, SLICE("mention")) >= 0 ||
			slice_find_nocase(value, SLICE("hashtag")) >= 0))
		return true;

	return markup_attribute(token, SLICE("rel"), &value) &&
	       slice_equals_nocase(slice_trim(value), SLICE("tag"));
}

static void tell_address(struct writer *writer, const struct markup_token *token,
	void (*tell)(struct slice href, void *userdata))
{
	struct slice href;

	if (!tell || !markup_attribute(token, SLICE("href"), &href))
		return;

	str_clear(&writer->decoded);
	reference_add_text(&writer->decoded, href, true);
	if (str_error(&writer->decoded) == 0 && writer->decoded.len > 0)
		tell(str_slice(&writer->decoded), writer->options->userdata);
}

/* Whether attribute NAME says 0 or 1: a picture that counts readers. */
static bool is_tiny(const struct markup_token *token, struct slice name)
{
	struct slice value;

	if (!markup_attribute(token, name, &value))
		return false;

	value = slice_trim(value);
	if (slice_ends_with(value, SLICE("px")))
		value.len -= 2;
	return slice_equals(value, SLICE("0")) || slice_equals(value, SLICE("1"));
}

static void tell_image(struct writer *writer, const struct markup_token *token, struct slice alt)
{
	struct slice src = SLICE("");

	if (!writer->options->on_image || is_tiny(token, SLICE("width")) ||
		is_tiny(token, SLICE("height")))
		return;

	markup_attribute(token, SLICE("src"), &src);
	str_clear(&writer->decoded);
	reference_add_text(&writer->decoded, alt, true);
	if (str_error(&writer->decoded) == 0)
		writer->options->on_image(
			str_slice(&writer->decoded), src, writer->options->userdata);
}

/* Emoji are images to some sites; their characters are the alternative text. */
static void add_image(struct writer *writer, const struct markup_token *token)
{
	struct slice class;
	struct slice alt;

	if (!markup_attribute(token, SLICE("alt"), &alt) || slice_trim(alt).len == 0)
		return;

	if (markup_attribute(token, SLICE("class"), &class) &&
		(slice_find_nocase(class, SLICE("emoji")) >= 0 ||
			slice_find_nocase(class, SLICE("smiley")) >= 0))
		add_text(writer, alt);
	else
		tell_image(writer, token, alt);
}

static void drop(struct writer *writer, struct markup *markup, const struct element *element)
{
	bool *lacks_end = &writer->lacks_end[element - elements];
	bool found = false;

	if (!*lacks_end) {
		markup_skip(markup, element->name, &found);
		*lacks_end = !found;
	}
	/* Nothing may be lost to a broken <video>, but a script is no text. */
	if (!found && element->effect == EFFECT_RAW)
		while (markup_next(markup)->kind != MARKUP_EOF)
			continue;
}

static void open_element(struct writer *writer, struct markup *markup,
	const struct markup_token *token, const struct element *element)
{
	switch (element->effect) {
	case EFFECT_INLINE:
		break;
	case EFFECT_PRE:
		writer->pre++;
		FALLTHROUGH;
	case EFFECT_BLOCK:
		widen(writer, GAP_LINE);
		break;
	case EFFECT_CELL:
		widen(writer, GAP_BLANK);
		break;
	case EFFECT_DROP:
	case EFFECT_RAW:
		if (!slice_ends_with(token->source, SLICE("/>")))
			drop(writer, markup, element);
		break;
	case EFFECT_LINK:
		if (!is_network_link(token))
			tell_address(writer, token, writer->options->on_link);
		break;
	case EFFECT_BASE:
		tell_address(writer, token, writer->options->on_base);
		break;
	case EFFECT_IMAGE:
		add_image(writer, token);
		break;
	}
}

static void close_element(struct writer *writer, const struct element *element)
{
	if (element->effect == EFFECT_PRE && writer->pre > 0)
		writer->pre--;
	if (element->effect == EFFECT_BLOCK || element->effect == EFFECT_PRE)
		widen(writer, GAP_LINE);
}

static const struct element *recent_element(struct writer *writer, struct slice name)
{
	const size_t key = name.len > 0 ? name.len * 5 + (unsigned char)to_lower(name.ptr[0]) : 0;
	const struct element **recent = &writer->recent[key % RECENT];

	if (!*recent || !slice_equals_nocase((*recent)->name, name))
		*recent = find_element(name);
	return *recent;
}

static void add_tag(struct writer *writer, struct markup *markup, const struct markup_token *token)
{
	const struct element *element = recent_element(writer, token->local);

	if (!element) {
		if (writer->options->mode == HTML_LINE)
			add_text(writer, token->source);
	} else if (token->kind == MARKUP_START) {
		open_element(writer, markup, token, element);
	} else {
		close_element(writer, element);
	}
}

static void write_all(struct writer *writer, struct markup *markup)
{
	const struct markup_token *token;

	while ((token = markup_next(markup))->kind != MARKUP_EOF) {
		if (token->kind == MARKUP_TEXT || token->kind == MARKUP_CDATA)
			add_text(writer, token->text);
		else
			add_tag(writer, markup, token);
	}
}

static void writer_done(struct writer *writer)
{
	str_done(&writer->decoded);
}

/* A title has one line. */
static void join_lines(struct str *str, size_t start)
{
	for (size_t i = start; i < str->len; i++)
		if (is_space(str->ptr[i]))
			str->ptr[i] = ' ';
}

void html_to_text(struct slice html, const struct html_options *options, struct str *str)
{
	static const struct html_options plain = {0};
	static const struct markup_options reading = {.html = true};
	CLEANUP(writer_done)
	struct writer writer = {
		.str = str,
		.options = options ? options : &plain,
		.start = str->len,
		.decoded = STR_INIT(html.len * 2 + REFERENCE_MAX_BYTES),
	};
	CLEANUP(markup_freep) struct markup *markup = NULL;

	/* Most titles and many texts hold nothing to read. */
	if (html.len > 0 && !memchr(html.ptr, '<', html.len)) {
		add_text(&writer, html);
	} else if (html.len > 0) {
		if (markup_new(html, &reading, &markup) < 0) {
			str->error = str->error < 0 ? str->error : -ENOMEM;
			return;
		}
		write_all(&writer, markup);
	}

	trim_end(&writer);
	if (writer.options->mode == HTML_LINE)
		join_lines(str, writer.start);
}

/* Whether TAG, which starts behind a `<', is one that plain text does not have. */
static bool is_telling_tag(struct slice tag)
{
	static const struct slice alone[] = {SLICE_INIT("br"), SLICE_INIT("img"), SLICE_INIT("p")};
	const bool is_end = tag.len > 0 && tag.ptr[0] == '/';
	size_t len = 0;

	tag = slice_skip(tag, is_end);
	while (len < tag.len && is_alnum(tag.ptr[len]))
		len++;
	if (len == tag.len ||
		(tag.ptr[len] != '>' && tag.ptr[len] != '/' && !is_space(tag.ptr[len])))
		return false;

	tag.len = len;
	for (size_t i = 0; i < ARRAY_SIZE(alone); i++)
		if (slice_equals_nocase(tag, alone[i]))
			return true;

	return is_end && find_element(tag);
}

bool html_is_likely(struct slice text)
{
	ptrdiff_t at;

	while ((at = slice_find_char(text, '<')) >= 0) {
		text = slice_skip(text, (size_t)at + 1);
		if (is_telling_tag(text))
			return true;
	}
	return false;
}
