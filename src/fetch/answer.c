#include "fetch/answer.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "http/client.h"
#include "http/header.h"
#include "record/preset.h"

/* A server that names a later time is asked again after this all the same. */
#define WAIT_MOST_US (2 * US_PER_DAY)

enum { VALIDATOR_MAX_BYTES = 4096, STATUS_TOO_MANY = 429 };

/* Reset of a rate limit is an epoch above this, seconds to go below. */
#define EPOCH_FROM_S 1e9

static int copy_header(
	struct slice headers, const char *name, struct arena *arena, const char **ret)
{
	struct slice value;

	*ret = NULL;
	if (header_find(headers, name, &value) == 0 || value.len == 0 ||
		value.len > VALIDATOR_MAX_BYTES)
		return 0;

	*ret = arena_copy(arena, value);
	return *ret ? 0 : -ENOMEM;
}

static struct slice unquoted(struct slice text)
{
	text = slice_trim(text);
	if (text.len >= 2 && text.ptr[0] == '"' && text.ptr[text.len - 1] == '"')
		return slice_from(text.ptr + 1, text.len - 2);

	return text;
}

static bool find_parameter(struct slice rest, char separator, const char *name, struct slice *ret)
{
	struct slice part;

	while (slice_split(&rest, separator, &part)) {
		const ptrdiff_t equals = slice_find_char(part, '=');

		if (equals < 0 ||
			!slice_equals_nocase(
				slice_trim(slice_from(part.ptr, (size_t)equals)), slice_of(name)))
			continue;
		*ret = unquoted(slice_skip(part, (size_t)equals + 1));
		return true;
	}

	return false;
}

int fetch_answer_set_type(struct fetch_answer *answer, struct slice header, struct arena *arena)
{
	struct slice rest = header;
	struct slice type = SLICE("");
	struct slice charset;

	slice_split(&rest, ';', &type);
	type = slice_trim(type);
	if (type.len > 0) {
		char *copy = arena_copy(arena, type);

		if (!copy)
			return -ENOMEM;
		for (char *c = copy; *c != '\0'; c++)
			*c = to_lower(*c);
		answer->content_type = copy;
	}
	if (rest.ptr && find_parameter(rest, ';', "charset", &charset) && charset.len > 0) {
		answer->charset = arena_copy(arena, charset);
		if (!answer->charset)
			return -ENOMEM;
	}
	return 0;
}

/* NOW and SECONDS more, at most WAIT_MOST_US; what lies in the past is unknown. */
static struct instant after(int64_t now_us, double seconds)
{
	if (!(seconds > 0))
		return (struct instant){0};

	const double wait_us = MIN(seconds * (double)US_PER_S, (double)WAIT_MOST_US);

	return INSTANT(now_us + (int64_t)wait_us);
}

static struct instant at_date(int64_t now_us, int64_t date_us)
{
	return after(now_us, (double)(date_us - now_us) / (double)US_PER_S);
}

static struct instant read_retry_after(struct slice headers, int64_t now_us)
{
	struct slice value;
	double seconds;
	int64_t date_us;

	if (header_find(headers, "retry-after", &value) == 0)
		return (struct instant){0};
	if (slice_to_double(value, &seconds) == 1)
		return after(now_us, seconds);
	if (header_parse_date(value, &date_us) == 1)
		return at_date(now_us, date_us);

	return (struct instant){0};
}

static double age_of(struct slice headers)
{
	struct slice value;
	double seconds;

	if (header_find(headers, "age", &value) == 1 && slice_to_double(value, &seconds) == 1 &&
		seconds > 0)
		return seconds;

	return 0;
}

/* Expires, measured by the server's own clock (RFC 9111, 4.2.1). */
static struct instant read_expires(struct slice headers, int64_t now_us)
{
	struct slice value;
	int64_t expires_us;
	int64_t date_us;

	if (header_find(headers, "expires", &value) == 0 ||
		header_parse_date(value, &expires_us) == 0)
		return (struct instant){0};
	if (header_find(headers, "date", &value) == 0 || header_parse_date(value, &date_us) == 0)
		date_us = now_us;

	return after(now_us, (double)(expires_us - date_us) / (double)US_PER_S - age_of(headers));
}

static bool forbids_caching(struct slice cache_control)
{
	return slice_find_nocase(cache_control, SLICE("no-cache")) >= 0 ||
	       slice_find_nocase(cache_control, SLICE("no-store")) >= 0;
}

static struct instant read_freshness(struct slice headers, int64_t now_us)
{
	struct slice rest = headers;
	struct slice control;
	struct slice max_age = SLICE("");
	double seconds;

	/* It may come in several lines (RFC 9110, 5.3). */
	while (header_next(&rest, "cache-control", &control) == 1) {
		if (forbids_caching(control))
			return (struct instant){0};
		(void)find_parameter(control, ',', "max-age", &max_age);
	}
	if (slice_to_double(max_age, &seconds) == 1)
		return after(now_us, seconds - age_of(headers));

	return read_expires(headers, now_us);
}

/* The header "...-WHAT", or OWN when a preset names it. */
static bool find_limit(struct slice headers, const char *own, const char *what, struct slice *ret)
{
	static const char *const prefixes[] = {"x-ratelimit-", "ratelimit-", "x-rate-limit-"};
	char name[40];

	if (own && header_find(headers, own, ret) == 1)
		return true;
	for (size_t i = 0; i < ARRAY_SIZE(prefixes); i++) {
		snprintf(name, sizeof(name), "%s%s", prefixes[i], what);
		if (header_find(headers, name, ret) == 1)
			return true;
	}

	return false;
}

/* Whether nothing remains, which may be a fraction (Reddit). */
static bool is_used_up(struct slice headers, const char *own)
{
	struct slice value;
	double number;

	return find_limit(headers, own, "remaining", &value) &&
	       slice_to_double(value, &number) == 1 && number < 1;
}

/* A refusal (429) says by itself that the limit is used up.  Reset is an epoch
 * (GitHub), seconds to go (Reddit) or an ISO 8601 time (Mastodon). */
static struct instant read_limit(const struct http_answer *answer,
	const struct preset_limits *limits, int64_t now_us, struct arena *arena)
{
	static const struct preset_limits usual;
	struct slice value;
	double number;
	int64_t reset_us;

	limits = limits ? limits : &usual;
	if (answer->status != STATUS_TOO_MANY && !is_used_up(answer->headers, limits->remaining))
		return (struct instant){0};
	if (!find_limit(answer->headers, limits->reset, "reset", &value))
		return (struct instant){0};
	if (slice_to_double(value, &number) == 1)
		return number > EPOCH_FROM_S
			       ? after(now_us, number - (double)now_us / (double)US_PER_S)
			       : after(now_us, number);

	const char *text = arena_copy(arena, value);
	if (text && time_parse(text, &reset_us) == 1)
		return at_date(now_us, reset_us);

	return (struct instant){0};
}

int fetch_answer_read(const struct http_answer *answer, const struct preset_limits *limits,
	int64_t now_us, struct arena *arena, struct fetch_answer *ret)
{
	const struct slice headers = answer->headers;
	struct fetch_answer read = {
		.error = answer->error,
		.error_text = answer->error_text,
		.status = answer->status,
		.body = answer->body,
		.body_owner = answer->body_owner,
		.url = answer->url,
		.permanent_url = answer->permanent_url,
		.retry_after = read_retry_after(headers, now_us),
		.fresh_until = read_freshness(headers, now_us),
		.limit_until = read_limit(answer, limits, now_us, arena),
		.at = INSTANT(now_us),
		.elapsed_us = answer->elapsed_us,
		.headers = headers,
		.arena = arena,
	};
	struct slice type = SLICE("");
	int r;

	(void)header_find(headers, "content-type", &type);
	r = fetch_answer_set_type(&read, type, arena);
	if (r >= 0)
		r = copy_header(headers, "etag", arena, &read.etag);
	if (r >= 0)
		r = copy_header(headers, "last-modified", arena, &read.last_modified);
	if (r < 0)
		return r;

	*ret = read;
	return 0;
}

int fetch_answer_keep(const struct fetch_answer *answer, struct arena *arena,
	struct http_body *body, struct fetch_answer *ret)
{
	struct fetch_answer kept = *answer;
	const char **const texts[] = {&kept.error_text, &kept.content_type, &kept.charset,
		&kept.url, &kept.permanent_url, &kept.etag, &kept.last_modified};

	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		if (!*texts[i])
			continue;
		*texts[i] = arena_copy_text(arena, *texts[i]);
		if (!*texts[i])
			return -ENOMEM;
	}
	if (kept.headers.len > 0) {
		kept.headers.ptr = arena_copy(arena, answer->headers);
		if (!kept.headers.ptr)
			return -ENOMEM;
	}
	if (answer->body_owner)
		http_body_move(answer->body_owner, body);
	kept.body_owner = NULL;
	kept.arena = arena;
	*ret = kept;
	return 0;
}
