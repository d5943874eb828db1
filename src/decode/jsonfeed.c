#include "decode/jsonfeed.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/diags.h"
#include "base/str.h"
#include "decode/json_list.h"
#include "decode/json_place.h"
#include "text/html.h"
#include "text/reference.h"
#include "text/url.h"

bool jsonfeed_is_json(struct slice text)
{
	text = slice_trim(text);
	return text.len > 0 && (text.ptr[0] == '{' || text.ptr[0] == '[');
}

static struct slice text_of(const json_t *object, const char *name)
{
	return slice_of(json_text(object, name));
}

static void set_author(struct draft *draft, const json_t *author)
{
	struct person person;

	if (json_is_string(author)) {
		person_parse(slice_of(json_string_value(author)), &person);
	} else {
		person_parse(text_of(author, "name"), &person);
		if (url_is_web(text_of(author, "url")))
			person.url = text_of(author, "url");
	}
	draft_set_person(draft, 90, &person);
}

/* 1.1's authors, of whom the first with a name counts, else 1.0's author. */
static void set_authors(struct draft *draft, const json_t *object)
{
	const json_t *authors = json_object_get(object, "authors");
	const json_t *author;
	size_t i;

	json_array_foreach (authors, i, author)
		set_author(draft, author);
	if (json_is_object(authors) || json_is_string(authors))
		set_author(draft, authors);
	set_author(draft, json_object_get(object, "author"));
}

/* A title is plain and on one line, but many publishers escape it. */
static void set_title(struct draft *draft, struct slice title)
{
	CLEANUP(str_done) struct str decoded = STR_INIT(title.len * 2 + 16);
	CLEANUP(str_done) struct str text = STR_INIT(title.len * 2 + 16);

	reference_add_text(&decoded, title, false);
	str_add_folded(&text, str_slice(&decoded));
	if (str_error(&text) == 0)
		draft_set_text(draft, SLOT_TITLE, 90, str_slice(&text));
}

static void set_html(struct draft *draft, struct slice base, struct slice html)
{
	CLEANUP(str_done) struct str text = STR_INIT(html.len * 2 + 64);

	if (html.len == 0)
		return;
	body_add_html(draft, base, html, &text);
	if (str_error(&text) < 0)
		draft->error = str_error(&text);
	else
		draft_set_text(draft, SLOT_TEXT, 90, str_slice(&text));
}

static void add_lists(struct draft *draft, struct slice base, const json_t *item)
{
	struct slice words = text_of(item, "tags"); /* a list all the same */
	const json_t *value;
	struct slice tag;
	size_t i;

	while (slice_split(&words, ',', &tag))
		draft_add_tag(draft, tag);
	json_array_foreach (json_object_get(item, "tags"), i, value)
		draft_add_tag(draft, slice_of(json_string_value(value)));
	json_array_foreach (json_object_get(item, "attachments"), i, value)
		draft_add_link(draft, base, text_of(value, "url"));
}

static void set_date(struct body *body, struct draft *draft, enum slot slot, const json_t *item,
	const char *name)
{
	char number[32];
	const char *text = json_text_or_number(item, name, number);
	CLEANUP(str_done) struct str message = STR_INIT(256);

	const char *complaint = text ? draft_set_date(draft, slot, 90, slice_of(text)) : NULL;

	if (!complaint)
		return;
	str_add_format(&message, "%s: `%.60s' %s", name, text, complaint);
	diags_add(body->warnings,
		&(struct diag){.level = DIAG_WARNING, .message = str_text(&message)});
}

/* A part of an item that IS_CUT was left out when it was read. */
static int add_item(struct body *body, const json_t *item, bool is_cut, unsigned int line)
{
	const struct slice base = body_base(body);
	struct draft draft;
	char number[32];

	body_start(body, &draft);
	draft.is_cut = is_cut;
	draft_set_text(&draft, SLOT_ID, 90, slice_of(json_text_or_number(item, "id", number)));
	draft_set_url(&draft, SLOT_URL, 90, base, text_of(item, "url"));
	set_title(&draft, text_of(item, "title"));
	set_html(&draft, base, text_of(item, "content_html"));
	draft_set_text(&draft, SLOT_TEXT, 80, text_of(item, "content_text"));
	draft_set_text(&draft, SLOT_TEXT, 70, text_of(item, "summary"));
	draft_set_text(
		&draft, SLOT_LANG, json_text(item, "language") ? 90 : 0, text_of(item, "language"));
	set_date(body, &draft, SLOT_PUBLISHED, item, "date_published");
	set_date(body, &draft, SLOT_UPDATED, item, "date_modified");
	set_authors(&draft, item);
	draft_add_link(&draft, base, text_of(item, "external_url"));
	/* An item of a link blog may have no page of its own. */
	draft_set_url(&draft, SLOT_URL, 50, base, text_of(item, "external_url"));
	if (url_is_web(slice_of(json_text(item, "id"))))
		draft_set_url(&draft, SLOT_URL, 40, base, text_of(item, "id"));
	add_lists(&draft, base, item);
	json_place_read(item, &draft);

	const int r = body_add(body, &draft);

	if (r == 0)
		body_lose_empty(body, line);
	if (r > 0 && draft.is_cut)
		body_tell_cut(body, line);
	return MIN(r, 0);
}

static void set_feed(struct body *body, const json_t *json)
{
	struct draft *about = &body->about;
	const json_t *hub = json_array_get(json_object_get(json, "hubs"), 0);
	const char *own = body->options->base_url;

	draft_set_url(about, SLOT_SELF, 90, slice_of(own), text_of(json, "feed_url"));
	draft_set_url(about, SLOT_URL, 90, body_base(body), text_of(json, "home_page_url"));
	draft_set_url(about, SLOT_NEXT, 90, body_base(body), text_of(json, "next_url"));
	draft_set_url(about, SLOT_HUB, 90, body_base(body), text_of(hub, "url"));
	draft_set_text(
		about, SLOT_LANG, json_text(json, "language") ? 90 : 0, text_of(json, "language"));
	set_title(about, text_of(json, "title"));
	set_authors(about, json);
	body->feed.expired = json_is_true(json_object_get(json, "expired"));
}

/* Other APIs have "items" too: a feed says its version, or is one that lost no
 * more than that.  One that says so well may have no items. */
static bool is_feed(const json_t *json, const json_t *items)
{
	const struct slice version = text_of(json, "version");

	if (slice_find(version, SLICE("jsonfeed.org/version/")) >= 0)
		return true;

	return json_is_array(items) &&
	       (json_object_get(json, "version") || json_text(json, "title"));
}

struct jsonfeed {
	struct body *body;
	struct json_frame_reader *frame_reader; /* until the frame is read */
	struct json_frame frame;
	struct json_list list;
	size_t n_kept;
	bool is_broken;    /* JSON does not allow the frame or an item */
	unsigned int line; /* of the place up to which line breaks were counted */
	size_t counted_to;
};

static void jsonfeed_free(void *userdata)
{
	struct jsonfeed *reader = userdata;

	json_frame_free(reader->frame_reader);
	json_frame_done(&reader->frame);
	json_list_done(&reader->list);
	free(reader);
}

static void jsonfeed_freep(struct jsonfeed **reader)
{
	if (*reader)
		jsonfeed_free(*reader);
}

/* The line of AT, which is asked for in order. */
static unsigned int line_at(struct jsonfeed *reader, size_t at)
{
	for (; reader->counted_to < at; reader->counted_to++)
		reader->line += reader->list.text.ptr[reader->counted_to] == '\n';

	return reader->line;
}

/* Tells that the frame is no JSON. */
static void tell_broken(struct jsonfeed *reader, const char *outcome)
{
	CLEANUP(str_done) struct str words = STR_INIT(512);

	str_add_format(&words, "broken JSON: %s; %s", reader->frame.error, outcome);
	diags_add(reader->body->warnings,
		&(struct diag){.level = DIAG_WARNING, .message = str_text(&words)});
}

static int read_frame(struct jsonfeed *reader, size_t *budget)
{
	struct json_frame *frame = &reader->frame;
	const struct slice text = reader->body->text;
	const int r = json_frame_step(reader->frame_reader, budget, frame);

	if (r > 0)
		return r;
	reader->list = (struct json_list){.text = text, .at = frame->copy.lists[0], .mend = true};
	reader->is_broken = frame->is_mended;
	if (r == 0 && (!frame->is_mended || json_is_object(frame->json)))
		return 0;
	if (r == -ENOMEM)
		return r;

	tell_broken(reader, "nothing can be kept");
	return -EBADMSG;
}

static int jsonfeed_open(struct body *body, struct slice root, void **ret)
{
	static const char *const lists[] = {"items"};
	static const struct json_bounds bounds = {.mend = true, .lists = lists, .n_lists = 1};
	CLEANUP(jsonfeed_freep) struct jsonfeed *reader = calloc(1, sizeof(*reader));

	(void)root;
	if (slice_starts_with(json_skip_space(body->text), SLICE("[")))
		return -EPROTONOSUPPORT;
	if (!reader)
		return -ENOMEM;
	reader->body = body;
	reader->line = 1;

	const int r = json_frame_open(body->text, &bounds, &reader->frame_reader);

	if (r == 0)
		*ret = TAKE(reader);
	return r;
}

static int jsonfeed_prepare(void *userdata, size_t *budget)
{
	struct jsonfeed *reader = userdata;
	struct body *body = reader->body;
	const int r = read_frame(reader, budget);

	if (r != 0)
		return r;

	const json_t *json = reader->frame.json;
	const json_t *items = json_object_get(json, "items");

	/* One that breaks off before its items may be of any kind. */
	if (reader->is_broken && !items) {
		tell_broken(reader, "nothing can be kept");
		return -EBADMSG;
	}
	if (!is_feed(json, items))
		return -EPROTONOSUPPORT;

	set_feed(body, json);
	if (reader->is_broken)
		tell_broken(reader, "its items are read one by one");
	if (!json_is_object(items) && !json_is_array(items))
		diags_add(body->warnings, &(struct diag){.level = DIAG_WARNING,
						  .message = "the JSON Feed has no items"});
	return 0;
}

static void tell_mended(struct jsonfeed *reader, const struct json_item *item)
{
	reader->is_broken = true;
	diags_add(reader->body->warnings,
		&(struct diag){.level = DIAG_WARNING,
			.line = line_at(reader, item->start),
			.message = "an item is broken JSON and was mended"});
}

static void lose(struct jsonfeed *reader, const struct json_item *item, const char *why)
{
	reader->is_broken = true;
	reader->body->n_entries++;
	reader->body->n_read++;
	body_lose(reader->body, 1, line_at(reader, item->start), why);
}

/* Reads ITEM, whichever way it came: 1, 0 behind the last. */
static int take_item(struct jsonfeed *reader, const struct json_item *item)
{
	struct body *body = reader->body;

	switch (item->state) {
	case JSON_END:
		return 0;
	case JSON_MORE:
		return 1;
	case JSON_CUT:
		body->feed.is_cut = true;
		lose(reader, item, "the JSON breaks off here");
		return 0;
	case JSON_LOST:
		lose(reader, item, "an item that is no JSON is left out");
		return 1;
	case JSON_SKIPPED:
		body_refuse(body, 0);
		return 1;
	case JSON_MENDED:
		tell_mended(reader, item);
		break;
	case JSON_BOUNDED:
	case JSON_ITEM:
		break;
	}
	reader->n_kept++;

	const bool is_cut = item->state == JSON_BOUNDED;
	const int r = add_item(body, item->json, is_cut, is_cut ? line_at(reader, item->start) : 0);

	return r < 0 ? r : 1;
}

/* The next of the items, or the one that stands for itself: as take_item(). */
static int read_next(struct jsonfeed *reader, size_t budget)
{
	const json_t *items = json_object_get(reader->frame.json, "items");
	struct json_item item;

	if (json_is_object(items)) {
		reader->n_kept++;
		return add_item(reader->body, items, false, 0);
	}

	int r = json_list_next(&reader->list, body_has_room(reader->body), &budget, &item);
	if (r == 0)
		r = take_item(reader, &item);
	json_freep(&item.json);
	return r;
}

static int jsonfeed_step(void *userdata, const struct decoding_limit *limit)
{
	struct jsonfeed *reader = userdata;
	const size_t start = reader->list.at;
	int r;

	do
		r = read_next(reader, body_budget(limit));
	while (r == 1 && !reader->list.is_within &&
		!body_is_at(reader->body, limit, reader->list.at - start));
	if (r == 0 && reader->is_broken && reader->n_kept == 0)
		return -EBADMSG;
	return r;
}

const struct reader_class jsonfeed_reader = {.open = jsonfeed_open,
	.prepare = jsonfeed_prepare,
	.step = jsonfeed_step,
	.free = jsonfeed_free};
