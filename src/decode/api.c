#include "decode/api.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/diags.h"
#include "base/str.h"
#include "base/utf8.h"
#include "decode/facets.h"
#include "decode/json_list.h"
#include "decode/json_path.h"
#include "decode/json_place.h"
#include "text/html.h"
#include "text/markdown.h"
#include "text/reference.h"

enum {
	RANK = 90,
	MAX_JOINED = 1000, /* objects that an item may belong to */
	MAX_VALUE_BYTES = 1 << 20,
	MAX_WORDS_BYTES = 4096,
	SHOWN_BYTES = 200, /* of what the service says */
};

#define WAIT_MOST_US US_PER_DAY
#define EPOCH_MOST_S 253402300799.0 /* the year 9999 */

struct item {
	struct body *body;
	const json_t *json;
	struct draft *draft;
};

/* --- values --------------------------------------------------------------------- */

/* Networks say so instead of leaving out what is gone. */
static bool is_gone(struct slice text)
{
	return slice_equals(text, SLICE("[deleted]")) || slice_equals(text, SLICE("[removed]"));
}

static struct slice value_at(const json_t *json, struct slice path, char *number)
{
	const struct slice text = slice_trim(json_value_text(json_path_find(json, path), number));

	return is_gone(text) ? SLICE("") : text;
}

/* A name in a template: a path, behind which "|last" takes what follows the last
 * slash. */
static int find_value(struct slice name, struct str *str, void *userdata)
{
	const struct item *item = *(const struct item *const *)userdata;
	const ptrdiff_t bar = slice_find_char(name, '|');
	char number[JSON_NUMBER_SIZE];
	struct slice text =
		value_at(item->json, bar < 0 ? name : slice_from(name.ptr, (size_t)bar), number);
	struct slice part;

	if (text.len == 0)
		return 0;
	for (struct slice rest = text; bar >= 0 && slice_split(&rest, '/', &part);)
		text = part;
	str_add(str, text);
	return 1;
}

/* What PATH, which may be a template, gives of ITEM; BUFFER keeps it. */
static struct slice value_of(const struct item *item, const char *path, struct str *buffer)
{
	char number[JSON_NUMBER_SIZE];

	str_clear(buffer);
	if (template_is(path))
		template_expand(path, find_value, &item, buffer);
	else
		str_add(buffer, value_at(item->json, slice_of(path), number));
	return str_error(buffer) < 0 ? SLICE("") : str_slice(buffer);
}

/* --- fields --------------------------------------------------------------------- */

/* Whether TEXT is a time of which nothing was taken for granted; what is else to be
 * said of it is told. */
static bool set_date(const struct item *item, enum slot slot, struct slice text)
{
	CLEANUP(str_done) struct str message = STR_INIT(256);
	const char *complaint = draft_set_date(item->draft, slot, RANK, text);

	if (!complaint)
		return true;

	str_add_format(&message, "`%.*s' %s", (int)MIN(text.len, (size_t)60), text.ptr, complaint);
	diags_add(item->body->warnings,
		&(struct diag){.level = DIAG_WARNING, .message = str_text(&message)});
	return false;
}

/* Whether TEXT is a time. */
static bool set_time(
	const struct item *item, enum slot slot, enum value_form form, struct slice text)
{
	char time[TIME_TEXT_SIZE];
	double seconds;

	if (form == FORM_TIME)
		return set_date(item, slot, text);
	if (slice_to_double(text, &seconds) == 0)
		return false;
	if (form == FORM_EPOCH_MS)
		seconds /= 1000;
	if (!(seconds > 0) || seconds > EPOCH_MOST_S)
		return false;

	/* Through milliseconds: as a double, seconds have no exact microseconds. */
	const int64_t time_us = (int64_t)llround(seconds * 1000) * US_PER_MS;

	return set_date(item, slot, slice_of(time_format_rfc3339(time_us, time)));
}

/* Appends TEXT, written in FORM, as plain text. */
static void add_plain(
	const struct item *item, enum value_form form, struct slice text, struct str *str)
{
	const struct slice base = body_base(item->body);
	CLEANUP(str_done) struct str html = STR_INIT(text.len * 8 + 256);

	switch (form) {
	case FORM_ESCAPED:
		reference_add_text(str, text, true);
		break;
	case FORM_HTML:
		body_add_html(item->draft, base, text, str);
		break;
	case FORM_MARKDOWN:
		markdown_to_html(text, &html);
		body_add_html(item->draft, base, str_slice(&html), str);
		break;
	default:
		str_add(str, text);
	}
}

/* TEXT on one line. */
static void add_line(struct str *str, struct slice text)
{
	bool is_between = false;

	text = slice_trim(text);
	for (size_t i = 0; i < text.len; i++) {
		if (!is_space(text.ptr[i]))
			str_add_char(str, text.ptr[i]);
		else if (!is_between)
			str_add_char(str, ' ');
		is_between = is_space(text.ptr[i]);
	}
}

static void set_text(const struct item *item, const struct preset_field *field, enum slot slot,
	struct slice text)
{
	CLEANUP(str_done) struct str plain = STR_INIT(text.len * 4 + 256);
	CLEANUP(str_done) struct str line = STR_INIT(text.len * 4 + 256);

	add_plain(item, field->form, text, &plain);
	if (slot != SLOT_TEXT)
		add_line(&line, str_slice(&plain));
	if (str_error(&plain) == 0 && str_error(&line) == 0)
		draft_set_text(
			item->draft, slot, RANK, str_slice(slot == SLOT_TEXT ? &plain : &line));
}

/* The slots of targets that are one text or address. */
static const enum slot slots[TARGET_METRIC] = {
	[TARGET_ID] = SLOT_ID,
	[TARGET_URL] = SLOT_URL,
	[TARGET_TITLE] = SLOT_TITLE,
	[TARGET_TEXT] = SLOT_TEXT,
	[TARGET_AUTHOR] = SLOT_AUTHOR,
	[TARGET_AUTHOR_HANDLE] = SLOT_AUTHOR_HANDLE,
	[TARGET_AUTHOR_URL] = SLOT_AUTHOR_URL,
	[TARGET_PUBLISHED] = SLOT_PUBLISHED,
	[TARGET_UPDATED] = SLOT_UPDATED,
	[TARGET_LANG] = SLOT_LANG,
	[TARGET_REPLY_TO] = SLOT_REPLY_TO,
};

/* Whether TEXT is of use. */
static bool set_one(const struct item *item, const struct preset_field *field, struct slice text)
{
	struct draft *draft = item->draft;

	switch (field->target) {
	case TARGET_URL:
	case TARGET_AUTHOR_URL:
		draft_set_url(draft, slots[field->target], RANK, body_base(item->body), text);
		break;
	case TARGET_PUBLISHED:
	case TARGET_UPDATED:
		return set_time(item, slots[field->target], field->form, text);
	case TARGET_AUTHOR_HANDLE:
		draft_set_text(draft, SLOT_AUTHOR_HANDLE, RANK,
			slice_starts_with(text, SLICE("@")) ? slice_skip(text, 1) : text);
		break;
	default:
		if (field->target >= TARGET_METRIC)
			draft_set_metric(draft, (enum metric)(field->target - TARGET_METRIC), text);
		else
			set_text(item, field, slots[field->target], text);
	}
	return true;
}

struct addition {
	const struct item *item;
	enum preset_target target;
};

static void add_one(const json_t *value, void *userdata)
{
	const struct addition *addition = userdata;
	struct draft *draft = addition->item->draft;
	char number[JSON_NUMBER_SIZE];
	const struct slice text = json_value_text(value, number);

	if (addition->target == TARGET_TAGS)
		draft_add_tag(draft, text);
	else if (addition->target == TARGET_HASHTAGS)
		draft_add_hashtag(draft, text);
	else if (addition->target == TARGET_HANDLES)
		draft_add_handle(draft, text);
	else if (addition->target == TARGET_DESCRIPTIONS)
		draft_add_caption(draft, text, SLICE(""));
	else
		draft_add_link(draft, body_base(addition->item->body), text);
}

static void add_facets(const struct item *item, const struct preset_field *field)
{
	const json_t *text = json_path_find(item->json, slice_of(field->text));

	for (size_t i = 0; i < field->paths.n; i++)
		facets_add(item->draft, json_path_find(item->json, slice_of(field->paths.items[i])),
			slice_of(json_string_value(text)));
}

static void read_field(const struct item *item, const struct preset_field *field)
{
	struct addition addition = {.item = item, .target = field->target};
	CLEANUP(str_done) struct str value = STR_INIT(MAX_VALUE_BYTES);

	if (field->target == TARGET_FACETS) {
		add_facets(item, field);
		return;
	}
	for (size_t i = 0; i < field->paths.n; i++) {
		const char *path = field->paths.items[i];

		if (field->target >= TARGET_TAGS && field->target <= TARGET_DESCRIPTIONS) {
			json_path_each(item->json, slice_of(path), add_one, &addition);
			continue;
		}

		const struct slice text = value_of(item, path, &value);

		if (text.len > 0 && set_one(item, field, text))
			return;
	}
}

/* --- lists ---------------------------------------------------------------------- */

/* Gives ITEM the object of ROOT that belongs to it, under the name of the join. */
static void join(const json_t *root, const struct preset_list *list, json_t *item)
{
	const struct preset_join *join = &list->join;
	const json_t *others = join->path ? json_path_find(root, slice_of(join->path)) : NULL;
	char wanted_number[JSON_NUMBER_SIZE];
	char number[JSON_NUMBER_SIZE];
	json_t *other;
	size_t i;

	if (!others || !join->id || !join->key || !join->as)
		return;

	const struct slice wanted =
		json_value_text(json_path_find(item, slice_of(join->key)), wanted_number);

	json_array_foreach (others, i, other) {
		const json_t *id = json_path_find(other, slice_of(join->id));

		if (i >= MAX_JOINED || other == item || wanted.len == 0)
			return;
		if (!slice_equals(json_value_text(id, number), wanted))
			continue;
		json_object_set(item, join->as, other);
		return;
	}
}

/* A part of an item that IS_CUT was left out when it was read. */
static int add_item(
	struct body *body, const struct preset_list *list, const json_t *json, bool is_cut)
{
	struct draft draft;
	const struct item item = {.body = body, .json = json, .draft = &draft};

	if (!json_is_object(json) || (list->needs && !json_path_find(json, slice_of(list->needs))))
		return 0;

	body_start(body, &draft);
	draft.is_cut = is_cut;
	for (size_t i = 0; i < list->n_fields; i++)
		read_field(&item, &list->fields[i]);
	json_place_read(json, &draft);

	const int r = body_add(body, &draft);

	if (r == 0)
		body_lose_empty(body, 0);
	if (r > 0 && draft.is_cut)
		body_tell_cut(body, 0);
	return MIN(r, 0);
}

/* The list's value in ROOT; NULL when there is none. */
static const json_t *find_list(const struct preset_list *list, const json_t *root)
{
	const json_t *found = json_path_find(root, slice_of(list->path));

	if (json_is_array(found) || (list->path[0] != '\0' && json_is_object(found)))
		return found;

	return NULL;
}

/* --- errors --------------------------------------------------------------------- */

static int fail(struct body *body, int error, const struct str *message)
{
	diags_add(
		body->warnings, &(struct diag){.level = DIAG_ERROR, .message = str_text(message)});
	return error;
}

/* What the service says of an error in ROOT: 1 and added to STR, or 0. */
static int add_message(const struct preset *preset, const json_t *root, struct str *str)
{
	static const char *const usual[] = {"error.message", "error_description", "error",
		"errors.0.message", "errors.0", "message", "detail"};
	const struct texts *own = &preset->errors.message;

	for (size_t i = 0; i < own->n + ARRAY_SIZE(usual); i++) {
		const char *path = i < own->n ? own->items[i] : usual[i - own->n];
		const json_t *found = json_path_find(root, slice_of(path));
		char number[JSON_NUMBER_SIZE];

		if (json_is_array(found))
			found = json_array_get(found, 0);

		const struct slice text = slice_trim(json_value_text(found, number));

		if (text.len > 0) {
			str_add(str, utf8_prefix(text, SHOWN_BYTES));
			return 1;
		}
	}
	return 0;
}

static bool looks_like_html(struct slice text)
{
	return slice_starts_with(slice_trim(text), SLICE("<"));
}

static int refuse_text(struct body *body)
{
	CLEANUP(str_done) struct str words = STR_INIT(MAX_WORDS_BYTES);
	const struct slice text = slice_trim(body->text);

	if (text.len == 0)
		str_add_text(&words, "the answer is empty, where JSON should be");
	else if (looks_like_html(text))
		str_add_text(&words,
			"an HTML page came instead of JSON: a log-in, a check for robots, or no "
			"such service at this address; open the address in a browser");
	else
		str_add_format(&words, "the service refuses in plain text: %.*s",
			SLICE_FMT(utf8_prefix(text, SHOWN_BYTES)));
	return fail(body, -EPROTONOSUPPORT, &words);
}

/* Why ROOT has no LIST. */
static int refuse_json(struct body *body, const struct preset *preset,
	const struct preset_list *list, const json_t *root)
{
	CLEANUP(str_done) struct str words = STR_INIT(MAX_WORDS_BYTES);

	str_add_text(&words, "the service answers with an error: ");
	if (add_message(preset, root, &words) == 1)
		return fail(body, -EBADMSG, &words);
	if (list->optional)
		return 0;

	str_clear(&words);
	if (list->path[0] == '\0')
		str_add_text(&words, "the answer is no list, as the preset says");
	else
		str_add_format(
			&words, "the answer has no list `%s', as the preset says", list->path);
	return fail(body, -EBADMSG, &words);
}

/* --- the answer ------------------------------------------------------------------- */

static void read_next(struct feed *feed, const struct preset_pages *pages, const json_t *root)
{
	const json_t *found = pages->path ? json_path_find(root, slice_of(pages->path)) : NULL;
	const json_int_t n = json_integer_value(found);

	if (pages->kind == PAGING_NUMBER && pages->path) {
		feed->has_more = json_is_true(found) || n > 0;
		feed->n_pages = (unsigned int)MIN(MAX(n, 0), UINT16_MAX);
	}
}

static int read_cursor(struct body *body, const struct preset_pages *pages, const json_t *root)
{
	char number[JSON_NUMBER_SIZE];
	struct slice cursor;

	if (pages->kind != PAGING_CURSOR || !pages->path)
		return 0;
	cursor = value_at(root, slice_of(pages->path), number);
	if (cursor.len == 0)
		return 0;

	body->feed.cursor = arena_copy(body->own, cursor);
	return body->feed.cursor ? 0 : -ENOMEM;
}

static void read_wait(struct feed *feed, const struct preset_limits *limits, const json_t *root)
{
	char number[JSON_NUMBER_SIZE];
	double seconds;

	if (limits->backoff &&
		slice_to_double(value_at(root, slice_of(limits->backoff), number), &seconds) == 1 &&
		seconds > 0)
		feed->wait_us = (int64_t)MIN(seconds * (double)US_PER_S, (double)WAIT_MOST_US);
}

/* A service's answer on its way. */
struct api {
	struct body *body;
	const struct preset *preset;            /* NULL: not yet found */
	const char *paths[JSON_MOST_LISTS];     /* of its lists */
	struct json_frame_reader *frame_reader; /* until the frame is read */
	struct json_frame frame;
	size_t list; /* the number of the one that is being read */
	struct json_list items;
	size_t n_items;      /* of the list, so far */
	struct instant last; /* when its last post was published */
};

static void api_free(void *userdata)
{
	struct api *api = userdata;

	json_frame_free(api->frame_reader);
	json_frame_done(&api->frame);
	json_list_done(&api->items);
	free(api);
}

static void api_freep(struct api **api)
{
	if (*api)
		api_free(*api);
}

static void start_list(struct api *api)
{
	const bool has_place = api->list < MIN(api->preset->n_lists, (size_t)JSON_MOST_LISTS);

	api->items = (struct json_list){
		.text = api->body->text, .at = has_place ? api->frame.copy.lists[api->list] : 0};
	api->n_items = 0;
	api->last = (struct instant){0};
}

/* How far back the page goes is how far its shortest list does. */
static void end_list(struct api *api)
{
	struct feed *feed = &api->body->feed;

	feed->has_more |= api->n_items > 0;
	if (api->last.known && (!feed->reach.known || api->last.us > feed->reach.us))
		feed->reach = api->last;
	api->list++;
	start_list(api);
}

/* What the answer says beside its lists. */
static int end_answer(struct api *api)
{
	read_next(&api->body->feed, &api->preset->pages, api->frame.json);
	read_wait(&api->body->feed, &api->preset->limits, api->frame.json);
	return read_cursor(api->body, &api->preset->pages, api->frame.json);
}

/* Half a page would move the cursor past what was in the other half. */
static int refuse_broken(struct body *body, const char *why)
{
	CLEANUP(str_done) struct str words = STR_INIT(MAX_WORDS_BYTES);

	str_add_format(&words, "the JSON is broken or breaks off: %s", why);
	return fail(body, -EBADMSG, &words);
}

static int take_post(struct api *api, const struct preset_list *list, json_t *item, bool is_cut)
{
	struct body *body = api->body;
	const size_t n_before = body->n_posts;

	if (json_is_object(item))
		join(api->frame.json, list, item);

	const int r = add_item(body, list, item, is_cut);

	if (body->n_posts > n_before)
		api->last = body->posts[n_before].published;
	return r;
}

/* Reads on in a list whose items stand in the text: 1, 0 behind the last. */
static int read_item(struct api *api, const struct preset_list *list, size_t budget)
{
	struct body *body = api->body;
	struct json_item item;
	int r = json_list_next(&api->items, body_has_room(body), &budget, &item);

	if (r < 0 || item.state == JSON_END)
		return r;
	if (item.state == JSON_MORE)
		return 1;

	api->n_items++;
	if (item.state == JSON_CUT || item.state == JSON_LOST)
		r = refuse_broken(body, item.state == JSON_CUT ? "it ends within a list"
							       : "an item of a list is no JSON");
	else if (item.state == JSON_SKIPPED)
		body_refuse(body, 0);
	else
		r = take_post(api, list, item.json, item.state == JSON_BOUNDED);
	json_freep(&item.json);
	return r < 0 ? r : 1;
}

/* The same for what the frame holds whole: one entry alone, which is no array in
 * what was made of XML, or a list that a path with `*' leads to. */
static int read_found(struct api *api, const struct preset_list *list, const json_t *found)
{
	const size_t n = json_is_array(found) ? json_array_size(found) : 1;
	json_t *item = json_array_get(found, api->n_items);

	if (api->n_items >= n)
		return 0;
	api->n_items++;
	if (!body_has_room(api->body)) {
		body_refuse(api->body, 0);
		return 1;
	}

	const int r =
		item ? take_post(api, list, item, false) : add_item(api->body, list, found, false);

	return r < 0 ? r : 1;
}

/* Reads on in the list that is being read: as read_item(). */
static int read_on(struct api *api, size_t budget)
{
	const struct preset_list *list = &api->preset->lists[api->list];
	const json_t *found = find_list(list, api->frame.json);

	if (api->items.at > 0)
		return read_item(api, list, budget);
	return found ? read_found(api, list, found) : 0;
}

static int api_step(void *userdata, const struct decoding_limit *limit)
{
	struct api *api = userdata;
	size_t n_bytes = 0;

	while (api->list < api->preset->n_lists && !body_is_at(api->body, limit, n_bytes)) {
		const size_t start = api->items.at;
		const int r = read_on(api, body_budget(limit));

		if (r < 0)
			return r;
		if (api->items.is_within)
			return 1;
		n_bytes += api->items.at - start;
		if (r == 0)
			end_list(api);
	}
	return api->list < api->preset->n_lists ? 1 : end_answer(api);
}

/* Whether ROOT has all lists of PRESET that it must. */
static int check_lists(struct body *body, const struct preset *preset, const json_t *root)
{
	int r = 0;

	for (size_t i = 0; i < preset->n_lists && r == 0; i++)
		if (!find_list(&preset->lists[i], root))
			r = refuse_json(body, preset, &preset->lists[i], root);

	return r;
}

/* Begins to read the frame of an answer of PRESET. */
static int start_answer(struct api *api, const struct preset *preset)
{
	const struct json_bounds bounds = {
		.lists = api->paths, .n_lists = MIN(preset->n_lists, (size_t)JSON_MOST_LISTS)};

	for (size_t i = 0; i < bounds.n_lists; i++)
		api->paths[i] = preset->lists[i].path;
	api->preset = preset;
	json_frame_free(api->frame_reader);
	api->frame_reader = NULL;
	return json_frame_open(api->body->text, &bounds, &api->frame_reader);
}

static int prepare_answer(struct api *api, size_t *budget)
{
	struct body *body = api->body;

	int r = json_frame_step(api->frame_reader, budget, &api->frame);
	if (r == -EINVAL)
		return refuse_broken(body, api->frame.error);
	if (r == 0)
		r = check_lists(body, api->preset, api->frame.json);
	if (r != 0)
		return r;

	start_list(api);
	body->feed.format = api->preset->name;
	return 0;
}

static int api_open(struct body *body, struct slice root, void **ret)
{
	const struct slice text = slice_trim(body->text);
	CLEANUP(api_freep) struct api *api = calloc(1, sizeof(*api));

	(void)root;
	if (!api)
		return -ENOMEM;
	if (text.len == 0 || !strchr("{[", text.ptr[0]))
		return refuse_text(body);
	api->body = body;

	const int r = start_answer(api, body->options->preset);

	if (r == 0)
		*ret = TAKE(api);
	return r;
}

static int api_prepare(void *userdata, size_t *budget)
{
	return prepare_answer(userdata, budget);
}

const struct reader_class api_reader = {
	.open = api_open, .prepare = api_prepare, .step = api_step, .free = api_free};

static bool is_known_shape(const struct preset *preset, const json_t *root)
{
	for (size_t i = 0; i < preset->sniff.n; i++)
		if (!json_path_find(root, slice_of(preset->sniff.items[i])))
			return false;

	return preset->sniff.n > 0;
}

static int api_open_any(struct body *body, struct slice root, void **ret)
{
	/* Shapes are told by what the first of each kind looks like. */
	static const struct json_bounds bounds = {.max_elements = 1};
	CLEANUP(api_freep) struct api *api = calloc(1, sizeof(*api));

	(void)root;
	if (!api)
		return -ENOMEM;
	api->body = body;

	const int r = json_frame_open(body->text, &bounds, &api->frame_reader);

	if (r == 0)
		*ret = TAKE(api);
	return r;
}

/* Finds the preset whose answers look like this one. */
static int find_preset(struct api *api, size_t *budget)
{
	const struct presets *presets = api->body->options->presets;
	CLEANUP(json_frame_done) struct json_frame frame = {0};
	const int r = json_frame_step(api->frame_reader, budget, &frame);

	if (r != 0)
		return r == -EINVAL ? -EPROTONOSUPPORT : r;

	for (size_t i = 0; i < presets->n; i++)
		if (is_known_shape(&presets->items[i], frame.json))
			return start_answer(api, &presets->items[i]);

	return -EPROTONOSUPPORT;
}

static int api_prepare_any(void *userdata, size_t *budget)
{
	struct api *api = userdata;
	const int r = api->preset ? 0 : find_preset(api, budget);

	return r == 0 ? prepare_answer(api, budget) : r;
}

const struct reader_class any_api_reader = {
	.open = api_open_any, .prepare = api_prepare_any, .step = api_step, .free = api_free};

int api_decode_event(struct body *body, const struct preset *preset)
{
	CLEANUP(json_freep) json_t *root = NULL;
	const struct feed *feed = &body->feed;
	const struct json_extent extent = json_scan(body->text);
	const size_t n_before = feed->n_posts + feed->n_dropped;
	bool is_bounded = false;
	int r = extent.len == 0 ? -EINVAL
				: json_read_item(body->text, &extent, false, &root, &is_bounded);

	if (r >= 0 && body_has_room(body))
		r = add_item(body, &preset->lists[0],
			json_path_find(root, slice_of(preset->stream.path)), is_bounded);
	if (r != -ENOMEM && feed->n_posts + feed->n_dropped == n_before)
		body_lose(body, 1, 0, "an event without a post is left out");
	return r == -ENOMEM ? r : 0;
}

static const char *words_for(const struct preset *preset, int status)
{
	static const struct {
		int status;
		const char *words;
	} usual[] = {
		{400, "the service does not understand the request: check what stands in `with'"},
		{401, "it wants a token, or the one it was given is wrong or expired: see `with'"},
		{403, "access is denied: the token lacks a right, or the service refuses us"},
		{404, "nothing is there: check what stands in `with'"},
		{422, "the service does not understand the query: check what stands in `with'"},
		{429, "too many requests: ask less often (every: ...)"},
	};
	const struct preset_pairs *own = &preset->errors.words;

	for (size_t i = 0; i < own->n; i++) {
		int64_t number;

		if (slice_to_int64(slice_of(own->items[i].name), &number) == 1 &&
			number == status && own->items[i].templates.n > 0)
			return own->items[i].templates.items[0];
	}
	for (size_t i = 0; i < ARRAY_SIZE(usual); i++)
		if (usual[i].status == status)
			return usual[i].words;

	return status >= 500 ? "the service is in trouble" : "the service refuses";
}

const char *api_explain(
	const struct preset *preset, int status, struct slice bytes, struct arena *arena)
{
	CLEANUP(str_done) struct str words = STR_INIT(MAX_WORDS_BYTES);
	CLEANUP(str_done) struct str message = STR_INIT(MAX_WORDS_BYTES);
	const struct json_bounds bounds = {.max_elements = 100};
	CLEANUP(json_frame_done) struct json_frame frame;

	str_add_format(&words, "HTTP %d: %s", status, words_for(preset, status));
	if (json_frame_read(bytes, &bounds, &frame) == 0) {
		add_message(preset, frame.json, &message);
	} else if (!looks_like_html(bytes)) {
		const struct slice text = slice_trim(bytes);

		utf8_add_valid(&message, slice_from(text.ptr, MIN(text.len, (size_t)SHOWN_BYTES)));
	}
	if (message.len > 0)
		str_add_format(&words, " (it says: %s)", str_text(&message));
	return arena_copy(arena, str_slice(&words));
}
