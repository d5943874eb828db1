#include "decode/decoding.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/diags.h"
#include "base/str.h"
#include "decode/api.h"
#include "decode/body.h"
#include "decode/jsonfeed.h"
#include "decode/limits.h"
#include "decode/unknown.h"
#include "decode/xml.h"
#include "text/charset.h"
#include "text/doctype.h"
#include "text/markup.h"

enum {
	MAX_START_TAGS = 50,
	MAX_OWN_BYTES = 8 << 20,      /* what a feed says of itself */
	MAX_SCRATCH_BYTES = 16 << 20, /* an entry with all its values */
};

/* What is done with a body, in steps; only the last two once more when it is read again. */
enum stage {
	STAGE_CHARSET, /* its text is made */
	STAGE_DOCTYPE,
	STAGE_RECOGNISE,
	STAGE_PREPARE, /* its reader reads what it has to know first */
	STAGE_READ,
	STAGE_END,
};

struct decoding {
	struct body body;
	struct decode_options options;
	enum stage stage;
	struct charset_reader *charset;
	size_t spent; /* bytes of the body that were given back */
	struct doctype_reader *doctype;
	struct str clean, expanded; /* what the body's text is in, when it had to change */
	size_t given_back;          /* of the first, while the second is made */
	const struct format *format;
	struct slice root;
	void *reader;      /* of the format */
	struct feed whole; /* as the first reading found it */
	bool is_again;
};

/* What the text begins with. */
struct beginning {
	struct slice text;
	struct slice root; /* local name of the feed's first element, a part of the text */
};

struct format {
	const char *name;
	bool (*sniff)(const struct beginning *beginning);
	const struct reader_class *reader;
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

static const struct format formats[] = {
	/* The first: JSON of other kinds is looked at again. */
	{"jsonfeed", is_jsonfeed, &jsonfeed_reader},
	{"rss", is_rss, &xml_reader},
	{"rdf", is_rdf, &xml_reader},
	{"atom", is_atom, &atom_reader},
};

/* Of a service's answer: by the preset that names it, and by whichever looks like it. */
static const struct format api = {.reader = &api_reader};
static const struct format any_api = {.reader = &any_api_reader};

/* Whether TOKEN may be a feed's root.  Some feeds stand in an HTML page; there a
 * root has to look like one, with a version or a namespace. */
static bool is_root(const struct markup_token *token, bool is_in_html)
{
	static const struct slice roots[] = {SLICE_INIT("rss"), SLICE_INIT("rdf"),
		SLICE_INIT("feed"), SLICE_INIT("channel"), SLICE_INIT("item"), SLICE_INIT("entry")};

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

static void close_reader(struct decoding *decoding)
{
	if (decoding->reader)
		decoding->format->reader->free(decoding->reader);
	decoding->reader = NULL;
}

static int open_reader(struct decoding *decoding, const struct format *format)
{
	const int r = format->reader->open(&decoding->body, decoding->root, &decoding->reader);

	if (r < 0)
		return r;
	decoding->format = format;
	decoding->stage = STAGE_PREPARE;
	return 0;
}

/* What is tried when the text is not of FORMAT after all: R, which tells that, or another
 * format is open. */
static int try_other(struct decoding *decoding, const struct format *format, int r)
{
	const struct body *body = &decoding->body;

	close_reader(decoding);
	if (format == &formats[0] && body->options->presets)
		r = open_reader(decoding, &any_api);
	if (r == -EPROTONOSUPPORT)
		unknown_explain(body->bytes, body->text, body->options->base_url, body->warnings);
	return r;
}

/* --- The stages --- */

/* Gives the whole pages of the first LEN bytes at START back to the system, but those that
 * *GIVEN_BACK were already: both texts of a body in memory would be too much. */
static void give_back(const char *start, size_t len, size_t *given_back)
{
	const uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
	const uintptr_t first = ((uintptr_t)start + *given_back + page - 1) / page * page;
	const uintptr_t end = ((uintptr_t)start + len) / page * page;

	if (!start || end <= first)
		return;
	/* It is only the const that goes: nobody reads them again. */
	madvise((void *)first, end - first, MADV_DONTNEED);
	*given_back = end - (uintptr_t)start;
}

static void tell_unconverted(struct body *body)
{
	body->feed.is_cut = true;
	diags_add(body->warnings,
		&(struct diag){.level = DIAG_WARNING,
			.message = "the text is not UTF-8, and is too long as such: its end is "
				   "not read"});
}

static int make_text(struct decoding *decoding, size_t *budget)
{
	const struct preset *preset = decoding->options.preset;
	struct body *body = &decoding->body;
	const int r = charset_step(decoding->charset, budget);

	if (decoding->options.spends_body)
		give_back(body->bytes.ptr, charset_used(decoding->charset), &decoding->spent);
	if (r != 0 && r != -EMSGSIZE)
		return r;

	body->text = r == 0 ? charset_text(decoding->charset) : str_slice(&decoding->clean);
	if (r == -EMSGSIZE)
		tell_unconverted(body);
	if (decoding->spent > 0)
		body->bytes = body->text;
	charset_free(TAKE(decoding->charset));
	if (preset && preset->format == FORMAT_API)
		return open_reader(decoding, &api);

	decoding->stage = STAGE_DOCTYPE;
	decoding->expanded = STR_INIT(body->text.len + DOCTYPE_MAX_GROWTH + 1);
	return doctype_open(body->text, &decoding->expanded, &decoding->doctype);
}

static int expand_text(struct decoding *decoding, size_t *budget)
{
	struct body *body = &decoding->body;
	const int r = doctype_step(decoding->doctype, budget);

	if (decoding->clean.len > 0)
		give_back(decoding->clean.ptr, doctype_copied(decoding->doctype),
			&decoding->given_back);
	if (r != 0)
		return r;

	body->text = doctype_text(decoding->doctype);
	doctype_free(TAKE(decoding->doctype));
	if (decoding->expanded.len > 0)
		str_done(&decoding->clean);
	decoding->stage = STAGE_RECOGNISE;
	return 0;
}

/* Finds the format of the text. */
static int recognise(struct decoding *decoding, size_t *budget)
{
	struct beginning beginning = {.text = decoding->body.text};
	int r = find_root(beginning.text, &beginning.root);

	if (r < 0)
		return r;
	decoding->root = beginning.root;
	if (beginning.root.len > 0)
		*budget -= MIN(*budget, (size_t)(beginning.root.ptr - beginning.text.ptr));

	const struct format *format = find_format(&beginning);

	r = format ? open_reader(decoding, format) : -EPROTONOSUPPORT;
	return r == -EPROTONOSUPPORT ? try_other(decoding, format, r) : r;
}

static int prepare(struct decoding *decoding, size_t *budget)
{
	const struct format *format = decoding->format;
	const int r =
		format->reader->prepare ? format->reader->prepare(decoding->reader, budget) : 0;

	if (r == -EPROTONOSUPPORT && format != &api)
		return try_other(decoding, format, r);
	if (r != 0)
		return r;

	decoding->stage = STAGE_READ;
	if (format->name)
		decoding->body.feed.format = format->name;
	return 0;
}

/* All that comes before posts do: 1 when *BUDGET did not last. */
static int get_ready(struct decoding *decoding, size_t *budget)
{
	static int (*const stages[])(struct decoding * decoding, size_t * budget) = {
		[STAGE_CHARSET] = make_text,
		[STAGE_DOCTYPE] = expand_text,
		[STAGE_RECOGNISE] = recognise,
		[STAGE_PREPARE] = prepare,
	};
	int r = 0;

	while (decoding->stage < STAGE_READ && r == 0)
		r = *budget > 0 ? stages[decoding->stage](decoding, budget) : 1;
	return r;
}

/* --- The way through --- */

static int start(struct decoding *decoding)
{
	struct body *body = &decoding->body;

	int r = arena_new(MAX_OWN_BYTES, &body->own);
	if (r == 0)
		r = arena_new(MAX_SCRATCH_BYTES, &body->scratch);
	if (r == 0)
		r = charset_open(
			body->bytes, body->options->charset, &decoding->clean, &decoding->charset);
	if (r < 0)
		return r;

	draft_init(&body->about, body->own);
	draft_init(&body->known, body->own);
	return 0;
}

int decoding_new(struct slice body, const struct decode_options *options, struct diags *warnings,
	struct decoding **ret)
{
	CLEANUP(decoding_freep) struct decoding *decoding = calloc(1, sizeof(*decoding));

	if (!decoding)
		return -ENOMEM;
	decoding->clean =
		STR_INIT(body.len + MIN(body.len * 2 + 16, (size_t)CONVERTED_GROWTH_BYTES));
	decoding->options = *options;
	decoding->body =
		(struct body){.bytes = body, .options = &decoding->options, .warnings = warnings};

	const int r = start(decoding);

	if (r == 0)
		*ret = TAKE(decoding);
	return r;
}

void decoding_free(struct decoding *decoding)
{
	if (!decoding)
		return;

	close_reader(decoding);
	charset_free(decoding->charset);
	doctype_free(decoding->doctype);
	arena_free(decoding->body.own);
	arena_free(decoding->body.scratch);
	str_done(&decoding->clean);
	str_done(&decoding->expanded);
	free(decoding);
}

int decoding_step(struct decoding *decoding, const struct decoding_limit *limit,
	struct arena *arena, struct post **ret, size_t *ret_n)
{
	struct body *body = &decoding->body;
	size_t budget = body_budget(limit);

	body->arena = arena;
	body->used_before = arena_used(arena);
	body->posts = NULL;
	body->n_posts = 0;
	body->n_entries = 0;
	body->room_posts = 0;

	int more = get_ready(decoding, &budget);
	if (more == 0 && decoding->stage == STAGE_READ)
		more = decoding->format->reader->step(decoding->reader, limit);

	const int r = more < 0 ? more : body_finish(body);

	if (r < 0)
		return r;
	if (more == 0) {
		close_reader(decoding);
		decoding->stage = STAGE_END;
	}
	*ret = body->posts;
	*ret_n = body->n_posts;
	return more;
}

const struct feed *decoding_feed(const struct decoding *decoding)
{
	return decoding->is_again ? &decoding->whole : &decoding->body.feed;
}

int decoding_rewind(struct decoding *decoding)
{
	struct body *body = &decoding->body;

	close_reader(decoding);
	if (!decoding->is_again) {
		decoding->whole = body->feed;
		body->known = body->about;
	}
	decoding->is_again = true;
	body->warnings = NULL;
	body->is_full = false;
	body->n_read = 0;
	body->lang = NULL;
	body->feed = (struct feed){0};
	draft_init(&body->about, body->own);
	/* Of one that was not even recognised, nothing was read. */
	return decoding->format ? open_reader(decoding, decoding->format) : 0;
}
