#include "daemon/harvest.h"

#include <errno.h>
#include <string.h>

#include "base/diags.h"
#include "base/errors.h"
#include "base/str.h"
#include "config/secret.h"
#include "daemon/pipeline.h"
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

static struct decode_options reading_options(
	const struct settings *settings, const struct source_settings *source)
{
	return (struct decode_options){.source = source->name,
		.max_posts = settings->fetch.max_posts,
		.preset = source->service,
		.presets = &settings->presets};
}

static int read_body(const struct settings *settings, const struct source_settings *source,
	struct harvest *harvest)
{
	CLEANUP(diags_freep) struct diags *warnings = NULL;
	const struct fetch_answer *answer = &harvest->answer;
	struct feed_hints *hints = &harvest->hints;
	struct decode_options options = reading_options(settings, source);

	options.charset = answer->charset;
	options.base_url = answer->url;
	int r = diags_new(&warnings);
	if (r < 0)
		return r;

	r = decode_feed(answer->body, &options, answer->arena, &harvest->feed, warnings);
	if (r == -ENOMEM)
		return r;
	if (r < 0) {
		hints->error = explain(warnings, r, answer->arena);
		return hints->error ? 0 : -ENOMEM;
	}

	hints->parsed = true;
	hints->is_cut = harvest->feed.is_cut;
	hints->ttl_us = harvest->feed.ttl_us;
	hints->skip_hours = harvest->feed.skip_hours;
	hints->skip_days = harvest->feed.skip_days;
	hints->expired = harvest->feed.expired;
	hints->n_posts = harvest->feed.n_posts;
	return 0;
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
	const struct poll_answer page = {.posts = feed->posts,
		.n_posts = feed->n_posts,
		.reach = feed->reach,
		.cursor = feed->cursor,
		.has_more = feed->has_more,
		.n_pages = feed->n_pages,
		.headers = answer->headers,
		.at = answer->at,
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

int harvest_pushed(const struct settings *settings, const struct pushed *pushed, struct feed *ret)
{
	struct decode_options options = reading_options(settings, pushed->source);

	options.base_url = pushed->url ? pushed->url : pushed->source->url;
	if (pushed->way == FETCH_STREAM)
		return decode_events(
			pushed->events, pushed->n_events, &options, pushed->arena, ret);

	options.charset = pushed->charset;
	return decode_feed(pushed->body, &options, pushed->arena, ret, NULL);
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

int harvest_make(const struct settings *settings, const struct source_settings *source,
	const struct fetch_answer *answer, const struct source_state *state, struct harvest *ret)
{
	struct harvest harvest = {.answer = *answer};
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
	if (has_body(answer))
		r = read_body(settings, source, &harvest);
	if (harvest.feed.wait_us > 0)
		harvest.answer.limit_until = later(
			harvest.answer.limit_until, INSTANT(answer->at.us + harvest.feed.wait_us));
	if (r == 0)
		r = mask_secrets(source, &harvest);
	if (r == 0 && harvest.hints.parsed && is_api(source))
		r = advance(source, state, &harvest);
	if (r == 0 && harvest.hints.parsed && !is_api(source))
		find_hub(&harvest);
	if (r < 0)
		return r;

	*ret = harvest;
	return 0;
}
