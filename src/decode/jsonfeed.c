#include "decode/jsonfeed.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/diags.h"
#include "base/str.h"
#include "decode/json_place.h"
#include "decode/salvage.h"
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

	if (!text || draft_set_date(draft, slot, 90, slice_of(text)))
		return;
	str_add_format(&message, "%s: `%.60s' is no date", name, text);
	diags_add(body->warnings,
		&(struct diag){.level = DIAG_WARNING, .message = str_text(&message)});
}

static int add_item(struct body *body, const json_t *item)
{
	const struct slice base = body_base(body);
	struct draft draft;
	char number[32];

	body_start(body, &draft);
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
		body_lose_empty(body, 0);
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

/* Reads all of the text, or what is whole of it. */
static int read_json(struct body *body, json_t **ret)
{
	CLEANUP(str_done) struct str words = STR_INIT(512);
	char message[JSON_ERROR_TEXT_LENGTH];
	struct salvaged salvaged = {0};
	size_t at = 0;
	unsigned int line = 1;

	int r = json_read(body->text, ret, &at, message);
	if (r != -EINVAL)
		return r;

	for (size_t i = 0; i < at && i < body->text.len; i++)
		line += body->text.ptr[i] == '\n';
	r = salvage_list(body->text, "items", ret, &salvaged);
	body->feed.is_cut = salvaged.is_cut;
	str_add_format(&words, "broken JSON at byte %zu: %s; ", at, message);
	if (r == 0)
		str_add_format(&words, "%zu item%s kept, %zu lost",
			json_array_size(json_object_get(*ret, "items")),
			json_array_size(json_object_get(*ret, "items")) == 1 ? "" : "s",
			salvaged.n_lost);
	else
		str_add_text(&words, "nothing can be kept");
	body_lose(body, r == 0 ? salvaged.n_lost : 0, line, str_text(&words));
	return r;
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
	json_t *json;
	const json_t *items;
	size_t at; /* the next of them */
};

static void jsonfeed_free(void *userdata)
{
	struct jsonfeed *reader = userdata;

	json_decref(reader->json);
	free(reader);
}

static void jsonfeed_freep(struct jsonfeed **reader)
{
	if (*reader)
		jsonfeed_free(*reader);
}

static int jsonfeed_open(struct body *body, struct slice root, void **ret)
{
	CLEANUP(jsonfeed_freep) struct jsonfeed *reader = calloc(1, sizeof(*reader));

	(void)root;
	if (!reader)
		return -ENOMEM;
	reader->body = body;

	int r = read_json(body, &reader->json);
	if (r < 0)
		return r;

	reader->items = json_object_get(reader->json, "items");
	if (!is_feed(reader->json, reader->items))
		return -EPROTONOSUPPORT;

	set_feed(body, reader->json);
	if (!json_is_object(reader->items) && !json_is_array(reader->items))
		diags_add(body->warnings, &(struct diag){.level = DIAG_WARNING,
						  .message = "the JSON Feed has no items"});
	*ret = TAKE(reader);
	return 0;
}

static int jsonfeed_step(void *userdata, const struct decoding_limit *limit)
{
	struct jsonfeed *reader = userdata;
	struct body *body = reader->body;
	const bool is_one = json_is_object(reader->items); /* a list of one */
	const size_t n = is_one ? 1 : json_array_size(reader->items);

	while (reader->at < n && !body_is_at(body, limit)) {
		const json_t *item =
			is_one ? reader->items : json_array_get(reader->items, reader->at);

		reader->at++;
		if (!body_has_room(body)) {
			body_refuse(body, 0);
			continue;
		}

		const int r = add_item(body, item);

		if (r < 0)
			return r;
	}
	return reader->at < n;
}

const struct reader_class jsonfeed_reader = {
	.open = jsonfeed_open, .step = jsonfeed_step, .free = jsonfeed_free};
