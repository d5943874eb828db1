#include "source/poll.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "http/header.h"
#include "http/target.h"

enum { URL_MAX_BYTES = 8192, HEADER_MAX_BYTES = 8192, ID_MAX_BYTES = 2048 };

/* The newest post that is known. */
struct mark {
	struct instant time;
	struct slice id;
};

/* --- the cursor -------------------------------------------------------------------- */

static struct mark read_mark(const char *cursor)
{
	struct slice rest = slice_of(cursor);
	struct slice time = SLICE("");
	struct mark mark = {0};
	char text[TIME_TEXT_SIZE];

	if (!slice_split(&rest, ' ', &time))
		return mark;
	if (time.len < sizeof(text)) {
		memcpy(text, time.ptr, time.len);
		text[time.len] = '\0';
		mark.time.known = time_parse(text, &mark.time.us) == 1;
	}
	mark.id = rest;
	return mark;
}

static const char *write_mark(const struct mark *mark, struct arena *arena)
{
	char text[TIME_TEXT_SIZE] = "-";

	if (mark->time.known)
		time_format_rfc3339(mark->time.us, text);
	return arena_format(arena, "%s %.*s", text, SLICE_FMT(mark->id));
}

/* Before the poll, or on its earlier pages. */
static struct mark known_mark(const struct source_state *state)
{
	return read_mark(state->page.newest ? state->page.newest : state->cursor);
}

static int keep_id(struct str *str, const char *id)
{
	str_clear(str);
	str->max_bytes = ID_MAX_BYTES;
	str_add_text(str, id);
	return str_error(str);
}

/* Some people date their posts ahead: no mark is later than now, or nothing would
 * ever be new. */
static int note_newest(struct poll_notes *notes, const struct source_state *state,
	const struct post *post, struct instant at)
{
	struct mark mark = known_mark(state);
	struct instant time = post->published;

	if (notes->has_newest)
		mark = (struct mark){notes->newest_time, str_slice(&notes->newest_id)};
	time.us = MIN(time.us, at.us);
	if (mark.id.len > 0 && (!time.known || (mark.time.known && time.us <= mark.time.us)))
		return 0;

	notes->has_newest = true;
	notes->newest_time = time;
	return keep_id(&notes->newest_id, post->id);
}

int poll_note(struct poll_notes *notes, const struct source_state *state, const struct post *post,
	struct instant at)
{
	const struct mark since = read_mark(state->cursor);

	notes->n_posts++;
	notes->is_known = notes->is_known || slice_equals(slice_of(post->id), since.id);
	if (strlen(post->id) > ID_MAX_BYTES) {
		str_clear(&notes->last_id);
		return 0;
	}

	const int r = keep_id(&notes->last_id, post->id);

	return r < 0 ? r : note_newest(notes, state, post, at);
}

void poll_notes_done(struct poll_notes *notes)
{
	str_done(&notes->newest_id);
	str_done(&notes->last_id);
}

/* --- the request ------------------------------------------------------------------- */

struct asking {
	const struct source_settings *source;
	const struct source_state *state;
	struct mark since;
	poll_secret_fn *read_secret; /* NULL: secrets have no value */
	bool used_secret;
	const char *lost_secret; /* name of the parameter */
};

static int add_since(const struct asking *asking, struct slice form, struct str *str)
{
	char text[TIME_TEXT_SIZE];
	struct civil civil;

	if (slice_equals(form, SLICE("id"))) {
		str_add(str, asking->since.id);
		return asking->since.id.len > 0;
	}
	if (!asking->since.time.known)
		return 0;

	/* What appears late is asked for once more. */
	const int64_t since_us = asking->since.time.us - asking->source->service->pages.overlap_us;
	const int64_t whole_us = since_us - since_us % US_PER_S;

	civil_from_us(whole_us, &civil);
	if (slice_equals(form, SLICE("epoch")))
		str_add_format(str, "%lld", (long long)(whole_us / US_PER_S));
	else if (slice_equals(form, SLICE("iso")))
		str_add_text(str, time_format_rfc3339(whole_us, text));
	else if (slice_equals(form, SLICE("date")))
		str_add_format(str, "%04d-%02d-%02d", (int)civil.year, civil.month, civil.day);
	else
		str_add_format(str, "%04d%02d%02d%02d%02d%02d", (int)civil.year, civil.month,
			civil.day, civil.hour, civil.minute, civil.second);
	return 1;
}

static int add_page(const struct asking *asking, struct slice name, struct str *str)
{
	const struct source_page *page = &asking->state->page;

	if (slice_equals(name, SLICE("page")))
		str_add_format(str, "%u", asking->source->service->pages.first + page->n);
	else if (slice_equals(name, SLICE("offset")) && page->n > 0)
		str_add_format(str, "%zu", page->n_posts);
	else if (slice_equals(name, SLICE("cursor")) && page->n > 0 && page->next)
		str_add_text(str, page->next);
	else
		return 0;
	return 1;
}

static int add_secret(struct asking *asking, const struct parameter *parameter, struct str *str)
{
	CLEANUP(free_heapp) char *secret = NULL;

	asking->used_secret = true;
	if (!asking->read_secret || asking->read_secret(&parameter->secret, &secret) < 0) {
		asking->lost_secret = parameter->name;
		return 0;
	}
	str_add_text(str, secret);
	return 1;
}

static int find_value(struct slice name, struct str *str, void *userdata)
{
	struct asking *asking = userdata;
	const struct parameters *with = &asking->source->with;

	for (size_t i = 0; i < with->n; i++) {
		if (!slice_equals(name, slice_of(with->items[i].name)))
			continue;
		if (!with->items[i].value)
			return add_secret(asking, &with->items[i], str);
		str_add_text(str, with->items[i].value);
		return 1;
	}
	if (slice_starts_with(name, SLICE("since_")))
		return add_since(asking, slice_skip(name, 6), str);

	return add_page(asking, name, str);
}

static int make_url(struct asking *asking, struct arena *arena, const char **ret)
{
	CLEANUP(str_done) struct str url = STR_INIT(URL_MAX_BYTES);
	const struct source_page *page = &asking->state->page;
	const struct preset *service = asking->source->service;

	if (service->pages.kind == PAGING_LINK && page->n > 0) {
		*ret = page->next;
		return 0;
	}
	if (preset_add_url(service, &service->request, find_value, asking, &url) == 0)
		return -EINVAL;
	if (str_error(&url) < 0)
		return str_error(&url);

	*ret = arena_copy(arena, str_slice(&url));
	return *ret ? 0 : -ENOMEM;
}

/* The preset's headers that have all their values, those with a secret apart. */
static int make_headers(struct asking *asking, struct arena *arena, struct poll_request *ret)
{
	const struct preset_pairs *headers = &asking->source->service->request.headers;
	const char **plain = arena_array(arena, headers->n + 1, sizeof(*plain));
	const char **secret = arena_array(arena, headers->n + 1, sizeof(*secret));
	size_t n_plain = 0;
	size_t n_secret = 0;

	if (!plain || !secret)
		return -ENOMEM;
	for (size_t i = 0; i < headers->n; i++) {
		CLEANUP(str_done) struct str value = STR_INIT(HEADER_MAX_BYTES);

		asking->used_secret = false;
		if (template_expand_first(
			    &headers->items[i].templates, find_value, asking, &value) == 0)
			continue;

		const char *line =
			arena_format(arena, "%s: %s", headers->items[i].name, str_text(&value));

		if (!line || str_error(&value) < 0)
			return line ? str_error(&value) : -ENOMEM;
		*(asking->used_secret ? &secret[n_secret++] : &plain[n_plain++]) = line;
	}
	ret->headers = plain;
	ret->secret_headers = secret;
	return 0;
}

static int explain_lost_secret(
	const struct asking *asking, struct arena *arena, struct poll_request *request)
{
	if (!asking->lost_secret)
		return 0;

	request->problem = arena_format(arena,
		"the secret of `%s' cannot be read: is it in the unit's LoadCredential=?",
		asking->lost_secret);
	return -ENOENT;
}

int poll_stream_request(const struct source_settings *source, poll_secret_fn *read_secret,
	struct arena *arena, struct poll_request *ret)
{
	static const struct source_state nothing;
	struct asking asking = {.source = source, .state = &nothing, .read_secret = read_secret};
	struct poll_request request = {.url = source->stream_url};
	int r = make_headers(&asking, arena, &request);

	if (r == 0)
		r = explain_lost_secret(&asking, arena, &request);
	*ret = request;
	return r;
}

int poll_request(const struct source_settings *source, const struct source_state *state,
	poll_secret_fn *read_secret, struct arena *arena, struct poll_request *ret)
{
	static const char *const none[] = {NULL};
	struct asking asking = {.source = source,
		.state = state,
		.since = read_mark(state->cursor),
		.read_secret = read_secret};
	struct poll_request request = {
		.url = state->url, .headers = none, .secret_headers = none, .is_feed = true};
	int r = 0;

	if (source->service) {
		r = make_headers(&asking, arena, &request);
		request.is_feed = source->service->format == FORMAT_FEED;
	}
	if (r == 0 && !request.is_feed)
		r = make_url(&asking, arena, &request.url);
	if (r == 0)
		r = explain_lost_secret(&asking, arena, &request);
	*ret = request;
	return r;
}

/* --- the next page ------------------------------------------------------------------ */

/* An answer must not send us, and the token, to another host. */
static int take_link(const struct source_settings *source, const struct poll_answer *answer,
	struct arena *arena, const char **ret)
{
	CLEANUP(target_done) struct target own = {0};
	CLEANUP(target_done) struct target next = {0};
	struct slice found;

	if (header_find_link(answer->headers, "next", &found) == 0)
		return 0;

	const char *text = arena_copy(arena, found);

	if (!text)
		return -ENOMEM;
	if (target_parse(source->url, NULL, &own) < 0 ||
		target_parse(text, source->url, &next) < 0 || !target_same_origin(&own, &next))
		return 0;

	*ret = arena_copy_text(arena, next.text);
	return *ret ? 1 : -ENOMEM;
}

/* Whether the service has a further page, and how it is asked for. */
static int find_next(const struct source_settings *source, const struct source_state *state,
	const struct poll_answer *answer, struct arena *arena, const char **ret)
{
	const unsigned int n = state->page.n + 1;

	*ret = NULL;
	switch (source->service->pages.kind) {
	case PAGING_LINK:
		return take_link(source, answer, arena, ret);
	case PAGING_CURSOR:
		*ret = answer->cursor;
		return answer->cursor != NULL;
	case PAGING_NUMBER:
		return answer->has_more && (answer->n_pages == 0 || n < answer->n_pages);
	default:
		return 0;
	}
}

/* Whether the page goes back to what was known before the poll. */
static bool is_reached(
	const struct preset *service, const struct mark *since, const struct poll_answer *answer)
{
	if (since->time.known && answer->reach.known &&
		answer->reach.us < since->time.us - service->pages.overlap_us)
		return true;
	if (service->pages.overlap_us > 0 || service->n_lists > 1)
		return false;

	return answer->notes->is_known;
}

/* Some services ignore what they don't know, and send the same page again. */
static bool is_same_page(const struct source_page *page, const struct poll_notes *notes)
{
	return page->last_id && slice_equals(slice_of(page->last_id), str_slice(&notes->last_id));
}

/* Whether a poll ends here though there may be more.  Some services end by
 * themselves: GitHub and Hacker News give a thousand posts and then say nothing
 * of a next page, GDELT has one page. */
static bool is_last_page(const struct preset *service, const struct source_page *page,
	const struct poll_answer *answer)
{
	const struct preset_pages *pages = &service->pages;

	if (pages->kind == PAGING_NONE)
		return pages->size > 0 && answer->notes->n_posts >= pages->size;

	return page->n + 1 >= pages->most;
}

int poll_advance(const struct source_settings *source, const struct source_state *state,
	const struct poll_answer *answer, struct arena *arena, struct poll_step *ret)
{
	const struct preset *service = source->service;
	const struct poll_notes *notes = answer->notes;
	const struct source_page *page = &state->page;
	const struct mark since = read_mark(state->cursor);
	struct mark newest = known_mark(state);
	struct poll_step step = {0};
	const char *next = NULL;
	int has_next = 0;

	if (notes->has_newest)
		newest = (struct mark){notes->newest_time, str_slice(&notes->newest_id)};
	if (newest.id.len > 0) {
		step.cursor = write_mark(&newest, arena);
		if (!step.cursor)
			return -ENOMEM;
	}
	/* A first poll takes the newest page: there is nothing to go back to. */
	const bool wants_more = since.id.len > 0 && notes->n_posts > 0 &&
				!is_reached(service, &since, answer) && !is_same_page(page, notes);

	if (wants_more)
		has_next = find_next(source, state, answer, arena, &next);
	if (has_next < 0)
		return has_next;

	step.is_cut = wants_more && is_last_page(service, page, answer);
	if (has_next > 0 && !step.is_cut) {
		step.page = (struct source_page){
			.n = page->n + 1,
			.n_posts = page->n_posts + notes->n_posts,
			.next = next,
			.newest = step.cursor,
			.last_id = arena_copy(arena, str_slice(&notes->last_id)),
			.not_before = answer->wait,
		};
		if (!step.page.last_id)
			return -ENOMEM;
		step.cursor = NULL;
	}
	*ret = step;
	return 0;
}
