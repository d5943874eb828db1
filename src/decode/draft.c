#include "decode/draft.h"

#include <errno.h>
#include <math.h>

#include "base/map.h"
#include "base/str.h"
#include "base/utf8.h"
#include "decode/caption.h"
#include "decode/date.h"
#include "decode/footer.h"
#include "decode/limits.h"
#include "text/charset.h"
#include "text/reference.h"
#include "text/url.h"
#include "text/wrapper.h"

enum {
	MAX_POST_BYTES = 8 << 20,
	MAX_CAPTIONS = 20,
	MAX_CAPTION_BYTES = 4096,
};

/* The most bytes that are kept of a text. */
static const size_t most_bytes[N_TEXT_SLOTS] = {
	[SLOT_ID] = POST_ID_BYTES,
	[SLOT_URL] = POST_URL_BYTES,
	[SLOT_TITLE] = POST_TITLE_BYTES,
	[SLOT_TEXT] = POST_TEXT_BYTES,
	[SLOT_LANG] = POST_NAME_BYTES,
	[SLOT_REPLY_TO] = POST_URL_BYTES,
	[SLOT_PLACE] = POST_NAME_BYTES,
	[SLOT_AUTHOR] = POST_NAME_BYTES,
	[SLOT_AUTHOR_URL] = POST_URL_BYTES,
	[SLOT_AUTHOR_HANDLE] = POST_NAME_BYTES,
	[SLOT_AUTHOR_MAIL] = POST_NAME_BYTES,
	[SLOT_HUB] = POST_URL_BYTES,
	[SLOT_SELF] = POST_URL_BYTES,
	[SLOT_NEXT] = POST_URL_BYTES,
};

enum { RANK_DOUBT = 1 }; /* of a date of which something was taken for granted */

void draft_init(struct draft *draft, struct arena *arena)
{
	*draft = (struct draft){.arena = arena};
}

bool draft_wants(const struct draft *draft, enum slot slot, unsigned char rank)
{
	return rank > draft->ranks[slot];
}

static const char *keep(struct draft *draft, struct slice text)
{
	const char *copy = arena_copy(draft->arena, text);

	if (!copy)
		draft->error = -ENOMEM;
	return copy;
}

static bool is_prose(enum slot slot)
{
	return slot == SLOT_TITLE || slot == SLOT_TEXT || slot == SLOT_AUTHOR || slot == SLOT_PLACE;
}

static const char *hash_id(struct arena *arena, const struct slice *parts, size_t n)
{
	uint64_t low = 1;
	uint64_t high = 2;

	for (size_t i = 0; i < n; i++) {
		low = hash_bytes(parts[i], low);
		high = hash_bytes(parts[i], high);
	}
	return arena_format(
		arena, "hash:%016llx%016llx", (unsigned long long)low, (unsigned long long)high);
}

/* What is kept of TEXT, which is too long for SLOT; NULL: nothing. */
static const char *keep_part(struct draft *draft, enum slot slot, struct slice text)
{
	const struct slice mark = SLICE("…");
	const char *part = NULL;

	draft->is_cut = true;
	if (is_prose(slot)) {
		text = utf8_prefix(text, most_bytes[slot] - mark.len);
		part = arena_format(draft->arena, "%.*s%s", SLICE_FMT(text), mark.ptr);
	} else if (slot == SLOT_ID) {
		part = hash_id(draft->arena, &text, 1);
	} else {
		return NULL;
	}
	if (!part)
		draft->error = -ENOMEM;
	return part;
}

void draft_set_text(struct draft *draft, enum slot slot, unsigned char rank, struct slice text)
{
	CLEANUP(str_done) struct str mended = STR_INIT(text.len + 1);

	text = slice_trim(text);
	if (!draft_wants(draft, slot, rank) || (text.len == 0 && slot != SLOT_LANG))
		return;

	if (is_prose(slot) && charset_mend_twice(text, &mended))
		text = str_slice(&mended);

	const char *kept =
		text.len <= most_bytes[slot] ? keep(draft, text) : keep_part(draft, slot, text);

	if (!kept)
		return;
	draft->texts[slot] = kept;
	draft->ranks[slot] = rank;
}

/* The language that is known so far. */
static struct slice language_of(const struct draft *draft)
{
	const char *lang = draft->texts[SLOT_LANG];

	return slice_of(lang || !draft->feed ? lang : draft->feed->texts[SLOT_LANG]);
}

const char *draft_set_date(
	struct draft *draft, enum slot slot, unsigned char rank, struct slice text)
{
	struct instant time;
	const char *doubt;

	if (!date_parse(text, language_of(draft), &time, &doubt))
		return doubt ? doubt : "is no date";
	if (doubt && rank > RANK_DOUBT)
		rank = RANK_DOUBT;
	if (draft_wants(draft, slot, rank)) {
		draft->times[slot - SLOT_PUBLISHED] = time;
		draft->ranks[slot] = rank;
	}
	return doubt;
}

void draft_set_point(struct draft *draft, unsigned char rank, double lat, double lon)
{
	if (!draft_wants(draft, SLOT_POINT, rank) || !(fabs(lat) <= 90) || !(fabs(lon) <= 180))
		return;

	draft->lat = lat;
	draft->lon = lon;
	draft->ranks[SLOT_POINT] = rank;
}

void draft_set_metric(struct draft *draft, enum metric metric, struct slice number)
{
	double value;

	if (draft->metrics[metric].known || !slice_to_double(slice_trim(number), &value) ||
		!isfinite(value) || value < 0)
		return;

	draft->metrics[metric] = (struct metric_value){.value = value, .known = true};
}

/* What is wrapped counts, not who wraps it: it is another site's. */
static void unwrap(struct str *url)
{
	CLEANUP(str_done) struct str inner = STR_INIT(POST_URL_BYTES);

	if (!wrapper_open(str_slice(url), &inner))
		return;
	str_clear(url);
	str_add(url, str_slice(&inner));
}

/* Whether REFERENCE seen from BASE is a web address, then in URL.  No address
 * holds "&amp;": it was escaped once too often. */
static bool resolve(struct slice base, struct slice reference, struct str *url)
{
	CLEANUP(str_done) struct str decoded = STR_INIT(reference.len * 2 + 16);

	if (reference.len > (size_t)2 * POST_URL_BYTES)
		return false;
	if (slice_find_char(reference, '&') >= 0 && slice_find(reference, SLICE("&amp;")) >= 0) {
		reference_add_text(&decoded, reference, false);
		reference = str_slice(&decoded);
	}
	if (!url_resolve(base, reference, url) || str_error(url) < 0 || !url_is_web(str_slice(url)))
		return false;

	unwrap(url);
	return str_error(url) == 0;
}

void draft_set_url(struct draft *draft, enum slot slot, unsigned char rank, struct slice base,
	struct slice reference)
{
	CLEANUP(str_done) struct str url = STR_INIT(POST_URL_BYTES);

	reference = slice_trim(reference);
	if (!draft_wants(draft, slot, rank) || reference.len == 0)
		return;
	if (resolve(base, reference, &url))
		draft_set_text(draft, slot, rank, str_slice(&url));
	else if (reference.len > POST_URL_BYTES)
		draft->is_cut = true;
	else if (slot == SLOT_URL && !draft->raw_url)
		draft->raw_url = keep(draft, reference);
}

void draft_set_person(struct draft *draft, unsigned char rank, const struct person *person)
{
	const struct {
		enum slot slot;
		struct slice text;
	} parts[] = {
		{SLOT_AUTHOR, person->name},
		{SLOT_AUTHOR_URL, person->url},
		{SLOT_AUTHOR_HANDLE, person->handle},
		{SLOT_AUTHOR_MAIL, person->mail},
	};

	/* A person without a name can be told from others, but a name is better. */
	if (person->name.len == 0 && person->handle.len == 0)
		rank = person->mail.len > 0 || person->url.len > 0 ? 1 : 0;
	if (!draft_wants(draft, SLOT_AUTHOR, rank))
		return;

	for (size_t i = 0; i < ARRAY_SIZE(parts); i++) {
		draft->ranks[parts[i].slot] = 0;
		draft->texts[parts[i].slot] = NULL;
		draft_set_text(draft, parts[i].slot, rank, parts[i].text);
	}
	draft->ranks[SLOT_AUTHOR] = rank;
}

/* --- Author lines --- */

static bool is_mail(struct slice text)
{
	const ptrdiff_t at = slice_find_char(text, '@');

	return at > 0 && (size_t)at + 1 < text.len && slice_find_char(text, ' ') < 0 &&
	       slice_find_char(text, '/') < 0;
}

/* "@jane", "/u/jane", "u/jane": a name that only a network gives. */
static struct slice handle_of(struct slice name)
{
	static const struct slice prefixes[] = {
		SLICE_INIT("@"), SLICE_INIT("/u/"), SLICE_INIT("u/")};

	for (size_t i = 0; i < ARRAY_SIZE(prefixes); i++)
		if (slice_starts_with(name, prefixes[i]) && slice_find_char(name, ' ') < 0)
			return slice_skip(name, prefixes[i].len);

	return SLICE("");
}

/* Whether C may stand between a name and an address or around them. */
static bool is_between(char c)
{
	return is_space(c) || slice_find_char(SLICE("()<>[],;:|-"), c) >= 0;
}

/* The first address of mail in TEXT, a part of it; empty when there is none. */
static struct slice find_mail(struct slice text)
{
	size_t start = 0;

	for (size_t i = 0; text.len > 0 && i <= text.len; i++) {
		if (i < text.len && !is_space(text.ptr[i]) &&
			slice_find_char(SLICE("()<>[],;\""), text.ptr[i]) < 0)
			continue;

		const struct slice word = slice_from(text.ptr + start, i - start);

		if (is_mail(word))
			return word;
		start = i + 1;
	}
	return SLICE("");
}

/* A name without the quotes or brackets around it, and without empty brackets
 * behind it. */
static struct slice bare_name(struct slice name)
{
	static const char *const pairs[] = {"()", "<>", "\"\""};

	name = slice_trim(name);
	for (size_t i = 0; i < ARRAY_SIZE(pairs); i++) {
		if (slice_ends_with(name, slice_of(pairs[i])))
			name = slice_trim(slice_from(name.ptr, name.len - 2));
		if (name.len >= 2 && name.ptr[0] == pairs[i][0] &&
			name.ptr[name.len - 1] == pairs[i][1])
			name = slice_trim(slice_from(name.ptr + 1, name.len - 2));
	}
	return name;
}

/* What TEXT says besides MAIL, a part of it: before it or behind it. */
static struct slice name_beside(struct slice text, struct slice mail)
{
	struct slice before = slice_from(text.ptr, (size_t)(mail.ptr - text.ptr));
	struct slice behind = slice_skip(text, before.len + mail.len);

	while (before.len > 0 && is_between(before.ptr[before.len - 1]))
		before.len--;
	while (behind.len > 0 && behind.ptr[0] != '(' && is_between(behind.ptr[0]))
		behind = slice_skip(behind, 1);

	return before.len > 0 ? before : behind;
}

void person_parse(struct slice text, struct person *ret)
{
	text = slice_trim(text);
	if (slice_starts_with_nocase(text, SLICE("mailto:")))
		text = slice_skip(text, 7);

	const struct slice mail = find_mail(text);

	*ret = (struct person){.mail = mail};
	ret->name = bare_name(mail.len > 0 ? name_beside(text, mail) : text);
	ret->handle = handle_of(ret->name);
	if (ret->handle.len > 0)
		ret->name = SLICE("");
}

/* --- Lists --- */

/* Whether a list of N has room for TEXT, one of at most MOST of at most MAX_BYTES. */
static bool has_room(struct draft *draft, const struct texts *texts, size_t most, struct slice text,
	size_t max_bytes)
{
	const bool has = texts->n < most && text.len <= max_bytes;

	draft->is_cut |= !has;
	return has;
}

static void add_once(struct draft *draft, struct texts *texts, struct slice text)
{
	text = slice_trim(text);
	if (text.len == 0 || !has_room(draft, texts, POST_TAGS, text, POST_NAME_BYTES) ||
		texts_has(texts, text))
		return;
	if (texts_add(texts, draft->arena, text) < 0)
		draft->error = -ENOMEM;
}

void draft_add_tag(struct draft *draft, struct slice tag)
{
	CLEANUP(str_done) struct str mended = STR_INIT(tag.len + 1);

	if (draft->tags.n < POST_TAGS && charset_mend_twice(tag, &mended))
		tag = str_slice(&mended);
	add_once(draft, &draft->tags, tag);
}

void draft_add_hashtag(struct draft *draft, struct slice hashtag)
{
	hashtag = slice_trim(hashtag);
	add_once(draft, &draft->hashtags,
		slice_starts_with(hashtag, SLICE("#")) ? slice_skip(hashtag, 1) : hashtag);
}

void draft_add_handle(struct draft *draft, struct slice handle)
{
	handle = slice_trim(handle);
	add_once(draft, &draft->handles,
		slice_starts_with(handle, SLICE("@")) ? slice_skip(handle, 1) : handle);
}

void draft_add_link(struct draft *draft, struct slice base, struct slice reference)
{
	CLEANUP(str_done) struct str url = STR_INIT(POST_URL_BYTES);

	/* A place on the same page is no link. */
	reference = slice_trim(reference);
	if (reference.len == 0 || reference.ptr[0] == '#')
		return;
	if (!has_room(draft, &draft->links, POST_LINKS, reference, POST_URL_BYTES) ||
		!resolve(base, reference, &url) || texts_has(&draft->links, str_slice(&url)))
		return;
	if (texts_add(&draft->links, draft->arena, str_slice(&url)) < 0)
		draft->error = -ENOMEM;
}

void draft_add_caption(struct draft *draft, struct slice alt, struct slice src)
{
	CLEANUP(str_done) struct str line = STR_INIT(alt.len + 1);

	if (draft->captions.n >= MAX_CAPTIONS || !caption_is_telling(alt, src))
		return;
	str_add_folded(&line, alt);
	add_once(draft, &draft->captions, utf8_prefix(str_slice(&line), MAX_CAPTION_BYTES));
}

/* --- The post --- */

/* Appends all that is known of POST. */
static void add_all(const struct post *post, struct str *str)
{
	CLEANUP(json_freep) json_t *json = NULL;

	if (post_to_json(post, &json) < 0)
		str->error = -ENOMEM;
	else
		json_write(str, json);
}

/* Whether POST is more than an empty element. */
static bool says_something(const struct post *post)
{
	bool says = post->title || post->text || post->author || post->author_url ||
		    post->reply_to || post->published.known || post->tags.n > 0 ||
		    post->links.n > 0 || post->location.has_point || post->location.name;

	for (size_t i = 0; i < N_METRICS; i++)
		says |= post->metrics[i].known;

	return says;
}

/* An id that is a function of what was said. */
static const char *id_of_content(const struct post *post, struct arena *arena)
{
	CLEANUP(str_done) struct str all = STR_INIT(MAX_POST_BYTES);
	const bool has_words = post->title || post->text || post->author;

	if (!has_words)
		add_all(post, &all);

	const struct slice parts[] = {slice_of(has_words ? post->title : str_text(&all)),
		slice_of(post->text), slice_of(post->author)};

	if (str_error(&all) == -ENOMEM)
		return NULL;
	return hash_id(arena, parts, ARRAY_SIZE(parts));
}

static void set_dates(const struct draft *draft, struct post *post)
{
	post->published = draft->times[0];
	post->updated = draft->times[1];

	/* "Where the source gives one date only it is published." */
	if (!post->published.known) {
		post->published = post->updated;
		post->updated = (struct instant){0};
	}
}

void draft_author(const struct draft *draft, struct post *post)
{
	const char *const names[] = {draft->texts[SLOT_AUTHOR], draft->texts[SLOT_AUTHOR_HANDLE],
		draft->texts[SLOT_AUTHOR_MAIL]};

	for (size_t i = 0; i < ARRAY_SIZE(names) && !post->author; i++)
		post->author = names[i];
	post->author_handle = draft->texts[SLOT_AUTHOR_HANDLE];
	post->author_url = draft->texts[SLOT_AUTHOR_URL];
}

static void set_location(const struct draft *draft, struct post *post)
{
	const bool has_point = draft->ranks[SLOT_POINT] > 0;

	if (!has_point && !draft->texts[SLOT_PLACE])
		return;
	post->location = (struct location){
		.name = draft->texts[SLOT_PLACE],
		.lat = draft->lat,
		.lon = draft->lon,
		.has_point = has_point,
		.via = VIA_GEOTAG,
	};
}

/* Without the title, of which most captions are a copy, and what the text says itself. */
static void add_captions(const struct draft *draft, struct str *text)
{
	CLEANUP(str_done) struct str line = STR_INIT(text->len + 1);

	if (draft->captions.n > 0)
		str_add_folded(&line, str_slice(text));
	for (size_t i = 0; i < draft->captions.n; i++) {
		const struct slice caption = slice_of(draft->captions.items[i]);

		if (caption_is_same(caption, slice_of(draft->texts[SLOT_TITLE])) ||
			slice_find(str_slice(&line), caption) >= 0)
			continue;
		if (text->len > 0)
			str_add_char(text, '\n');
		str_add(text, caption);
	}
}

/* What was said: NULL and 0 when that is nothing, -ENOMEM. */
static int finish_text(const struct draft *draft, const char **ret)
{
	const struct slice text = slice_of(draft->texts[SLOT_TEXT]);
	const struct footer_evidence evidence = {.title = slice_of(draft->texts[SLOT_TITLE])};
	const size_t len = footer_find(text, &evidence);
	CLEANUP(str_done)
	struct str said = STR_INIT(text.len + (size_t)MAX_CAPTIONS * MAX_CAPTION_BYTES);

	*ret = draft->texts[SLOT_TEXT];
	if (len == text.len && draft->captions.n == 0)
		return 0;

	str_add(&said, slice_from(text.ptr, len));
	add_captions(draft, &said);
	if (str_error(&said) < 0)
		return str_error(&said);

	*ret = said.len > 0 ? arena_copy(draft->arena, str_slice(&said)) : NULL;
	return said.len > 0 && !*ret ? -ENOMEM : 0;
}

int draft_finish(const struct draft *draft, struct post *ret)
{
	struct post post = {
		.id = draft->texts[SLOT_ID],
		.url = draft->texts[SLOT_URL],
		.title = draft->texts[SLOT_TITLE],
		.lang = draft->texts[SLOT_LANG],
		.tags = draft->tags,
		.links = draft->links,
		.hashtags = draft->hashtags,
		.handles = draft->handles,
		.reply_to = draft->texts[SLOT_REPLY_TO],
	};

	int r = draft->error;
	if (r >= 0)
		r = finish_text(draft, &post.text);
	if (r < 0)
		return r;

	draft_author(draft, &post);
	post.id_is_url = !post.id && post.url;
	if (!post.id)
		post.id = post.url ? post.url : draft->raw_url;
	set_dates(draft, &post);
	set_location(draft, &post);
	for (size_t i = 0; i < N_METRICS; i++)
		post.metrics[i] = draft->metrics[i];

	if (!post.id && !says_something(&post))
		return 0;
	if (!post.id)
		post.id = id_of_content(&post, draft->arena);
	if (!post.id)
		return -ENOMEM;
	*ret = post;
	return 1;
}
