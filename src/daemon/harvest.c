#include "daemon/harvest.h"

#include <errno.h>
#include <string.h>

#include "base/diags.h"
#include "base/errors.h"
#include "base/str.h"
#include "config/secret.h"
#include "decode/api.h"
#include "http/header.h"
#include "http/target.h"
#include "place/place.h"
#include "source/source.h"
#include "text/language.h"

/* Title and text together: a title alone is often too short to tell. */
static const char *detect_language(const struct post *post, struct arena *arena)
{
	const char *both = arena_format(
		arena, "%s\n%s", post->title ? post->title : "", post->text ? post->text : "");

	return both ? language_detect(slice_of(both)) : NULL;
}

/* The country is what the archive counts by; a point is kept as it was said, and
 * that of a city that is only named is never made up. */
static int resolve_country(struct location *location, struct arena *arena)
{
	struct position position;
	const int r = place_resolve(place_gazetteer(), location, &position);

	if (r < 0)
		return r;

	location->country = NULL;
	if (!position.country)
		return 0;
	location->country = arena_copy_text(arena, position.country);
	return location->country ? 0 : -ENOMEM;
}

int harvest_complete(const struct source_settings *source, struct post *post, struct arena *arena)
{
	source_apply_defaults(source, post);
	if (!post->lang)
		post->lang = detect_language(post, arena);

	return resolve_country(&post->location, arena);
}

static bool is_api(const struct source_settings *source)
{
	return source->service && source->service->format == FORMAT_API;
}

/* Why ERROR came, with the advice that goes with it; NULL when memory is out. */
static const char *explain(const struct diags *diags, int error, struct arena *arena)
{
	const struct diag *why = diags_count(diags) > 0 ? diags_get(diags, 0) : NULL;

	if (!why)
		return arena_copy_text(arena, error_text(error));
	if (!why->hint)
		return arena_copy_text(arena, why->message);
	return arena_format(arena, "%s; %s", why->message, why->hint);
}

/* What cannot be read is told in the hints, unless it is our own lack of memory. */
static int refuse(struct harvest *harvest, int error)
{
	if (error == -ENOMEM)
		return error;

	harvest->refused = error;
	harvest->hints.error = explain(harvest->warnings, error, harvest->answer.arena);
	return harvest->hints.error ? 0 : -ENOMEM;
}

static struct decode_options reading_options(
	const struct settings *settings, const struct source_settings *source)
{
	return (struct decode_options){.source = source->name,
		.spends_body = true,
		.max_posts = settings->fetch.max_posts,
		.preset = source->service,
		.presets = &settings->presets};
}

static int open_body(const struct settings *settings, const struct source_settings *source,
	struct harvest *harvest)
{
	const struct fetch_answer *answer = &harvest->answer;
	struct decode_options options = reading_options(settings, source);

	options.charset = answer->charset;
	options.base_url = answer->url;
	int r = diags_new(&harvest->warnings);
	if (r == 0)
		r = decoding_new(answer->body, &options, harvest->warnings, &harvest->decoding);
	return r < 0 ? refuse(harvest, r) : 0;
}

static struct instant later(struct instant a, struct instant b)
{
	return b.known && (!a.known || b.us > a.us) ? b : a;
}

/* Whether another page of an API follows, and what becomes of the cursor. */
static int advance(const struct source_settings *source, const struct source_state *state,
	struct harvest *harvest)
{
	const struct feed *feed = &harvest->feed;
	struct fetch_answer *answer = &harvest->answer;
	const struct poll_answer page = {.notes = &harvest->notes,
		.reach = feed->reach,
		.cursor = feed->cursor,
		.has_more = feed->has_more,
		.n_pages = feed->n_pages,
		.headers = answer->headers,
		.wait = later(answer->limit_until, answer->retry_after)};
	const int r = poll_advance(source, state, &page, answer->arena, &harvest->step);

	harvest->hints.cursor = harvest->step.cursor;
	return r;
}

/* Replaces SECRET in what a service says: some repeat the token that they do not
 * like. */
static int mask(const char *secret, struct arena *arena, const char **text)
{
	static const char shown[] = "(secret)";
	CLEANUP(str_done) struct str masked = STR_INIT(strlen(*text) * sizeof(shown) + 1);
	struct slice rest = slice_of(*text);
	ptrdiff_t at;

	if (secret[0] == '\0')
		return 0;
	while ((at = slice_find(rest, slice_of(secret))) >= 0) {
		str_add(&masked, slice_from(rest.ptr, (size_t)at));
		str_add_text(&masked, shown);
		rest = slice_skip(rest, (size_t)at + strlen(secret));
	}
	str_add(&masked, rest);
	*text = arena_copy(arena, str_slice(&masked));
	return *text ? str_error(&masked) : -ENOMEM;
}

static int mask_secrets(const struct source_settings *source, struct harvest *harvest)
{
	int r = 0;

	for (size_t i = 0; i < source->with.n && harvest->hints.error && r == 0; i++) {
		CLEANUP(free_heapp) char *secret = NULL;

		if (!source->with.items[i].value &&
			secret_read(&source->with.items[i].secret, &secret, NULL) == 0)
			r = mask(secret, harvest->answer.arena, &harvest->hints.error);
	}
	return r;
}

/* The address in the headers that has the relation REL, else the one in the feed,
 * FOUND; NULL when there is none. */
static const char *find_relation(
	const struct fetch_answer *answer, const char *rel, const char *found)
{
	CLEANUP(target_done) struct target target = {0};
	struct slice link;

	if (header_find_link(answer->headers, rel, &link) == 0)
		return found;

	const char *text = arena_copy(answer->arena, link);

	if (!text || target_parse(text, answer->url, &target) < 0)
		return found;
	return arena_copy_text(answer->arena, target.text);
}

/* Headers count more than what stands in the feed (WebSub, 4). */
static void find_hub(struct harvest *harvest)
{
	const struct fetch_answer *answer = &harvest->answer;
	const struct feed *feed = &harvest->feed;

	harvest->hub = find_relation(answer, "hub", feed->hub);
	harvest->topic = find_relation(answer, "self", feed->self);
	if (!harvest->topic)
		harvest->topic = answer->url;
}

static bool has_body(const struct fetch_answer *answer)
{
	return answer->error == 0 && answer->status >= 200 && answer->status < 300 &&
	       answer->status != 204;
}

int harvest_open(const struct settings *settings, const struct source_settings *source,
	const struct fetch_answer *answer, struct harvest *ret)
{
	CLEANUP(harvest_done) struct harvest harvest = {.source = source, .answer = *answer};
	int r = 0;

	if (is_api(source)) {
		/* They belong to one page, not to the source. */
		harvest.answer.etag = NULL;
		harvest.answer.last_modified = NULL;
		harvest.answer.permanent_url = NULL;
	}
	if (source->service && answer->error == 0 && answer->status >= 400) {
		harvest.hints.error =
			api_explain(source->service, answer->status, answer->body, answer->arena);
		r = harvest.hints.error ? 0 : -ENOMEM;
	}
	if (r == 0 && has_body(answer))
		r = open_body(settings, source, &harvest);
	if (r < 0)
		return r;

	*ret = harvest;
	harvest = (struct harvest){0};
	return 0;
}

int harvest_read(struct harvest *harvest, const struct decoding_limit *limit, struct arena *arena,
	struct post **ret, size_t *ret_n)
{
	*ret = NULL;
	*ret_n = 0;
	if (!harvest->decoding)
		return 0;

	const int r = decoding_step(harvest->decoding, limit, arena, ret, ret_n);
	if (r < 0) {
		decoding_free(TAKE(harvest->decoding));
		return refuse(harvest, r);
	}
	harvest->hints.parsed = r == 0;
	return r;
}

int harvest_note(struct harvest *harvest, const struct source_state *state, const struct post *post)
{
	harvest->hints.n_posts++;
	return is_api(harvest->source) ? poll_note(&harvest->notes, state, post, harvest->answer.at)
				       : 0;
}

static void keep_facts(struct harvest *harvest)
{
	struct feed_hints *hints = &harvest->hints;
	struct fetch_answer *answer = &harvest->answer;

	harvest->feed = *decoding_feed(harvest->decoding);
	hints->is_cut = harvest->feed.is_cut;
	hints->ttl_us = harvest->feed.ttl_us;
	hints->skip_hours = harvest->feed.skip_hours;
	hints->skip_days = harvest->feed.skip_days;
	hints->expired = harvest->feed.expired;
	if (harvest->feed.wait_us > 0)
		answer->limit_until =
			later(answer->limit_until, INSTANT(answer->at.us + harvest->feed.wait_us));
}

int harvest_conclude(struct harvest *harvest, const struct source_state *state)
{
	int r = 0;

	if (harvest->hints.parsed)
		keep_facts(harvest);
	r = mask_secrets(harvest->source, harvest);
	if (r == 0 && harvest->hints.parsed && is_api(harvest->source))
		r = advance(harvest->source, state, harvest);
	if (r == 0 && harvest->hints.parsed && !is_api(harvest->source))
		find_hub(harvest);
	return r;
}

void harvest_done(struct harvest *harvest)
{
	decoding_free(harvest->decoding);
	diags_free(harvest->warnings);
	poll_notes_done(&harvest->notes);
	*harvest = (struct harvest){0};
}
