#include "daemon/check.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "alert/rule.h"
#include "base/diags.h"
#include "base/str.h"
#include "config/origin.h"
#include "config/secret.h"
#include "daemon/check_values.h"
#include "match/engine.h"
#include "match/query.h"
#include "notify/channel.h"
#include "place/place.h"
#include "report/report.h"
#include "score/scorer.h"
#include "text/countries.h"
#include "text/localtime.h"

enum { EXAMPLE_ARENA_BYTES = 4 << 20, MESSAGE_MAX_BYTES = 4096 };

/* What is said of one example: a post that holds nothing but this text. */
struct examples {
	const struct texts *texts;
	const struct origin *origins;
	bool must_match;
};

static int check_example(struct engine *engine, const char *text, struct arena *arena)
{
	const struct post post = {.text = text};
	struct match *matches;
	size_t n;

	arena_reset(arena);
	const int r = engine_match(engine, &post, arena, &matches, &n);

	return r < 0 ? r : n > 0;
}

static int check_examples(const struct stream_settings *stream, struct engine *engine,
	const struct examples *examples, struct diags *diags)
{
	CLEANUP(arena_freep) struct arena *arena = NULL;
	int failed = 0;
	int r = arena_new(EXAMPLE_ARENA_BYTES, &arena);

	for (size_t i = 0; i < examples->texts->n && r >= 0; i++) {
		const char *text = examples->texts->items[i];

		r = check_example(engine, text, arena);
		if (r < 0 || r == examples->must_match)
			continue;
		failed = diags_error(diags, examples->origins[i].file, examples->origins[i].line,
			examples->origins[i].column, "stream `%s': its query %s this example: %s",
			stream->name, r ? "matches" : "does not match", text);
	}
	return r < 0 ? r : failed;
}

/* A query alone in an engine of its own: the examples say nothing of others. */
static int check_query_examples(const struct stream_settings *stream, struct diags *diags)
{
	CLEANUP(engine_freep) struct engine *engine = NULL;
	CLEANUP(query_freep) struct query *query = NULL;
	const struct examples match = {&stream->must_match, stream->match_origins, true};
	const struct examples ignore = {&stream->must_ignore, stream->ignore_origins, false};

	if (stream->must_match.n + stream->must_ignore.n == 0)
		return 0;

	int r = query_compile(slice_of(stream->query), &query, NULL);
	if (r >= 0)
		r = engine_new(&engine);
	if (r >= 0)
		r = engine_add(engine, NULL, TAKE(query));
	if (r < 0)
		return r;

	const int r_match = check_examples(stream, engine, &match, diags);
	const int r_ignore = check_examples(stream, engine, &ignore, diags);

	return r_match < 0 ? r_match : r_ignore;
}

int check_stream(const struct stream_settings *stream, struct engine *engine, struct diags *diags)
{
	CLEANUP(diags_freep) struct diags *found = NULL;
	CLEANUP(query_freep) struct query *query = NULL;
	CLEANUP(str_done) struct str owner = STR_INIT(MESSAGE_MAX_BYTES);

	int r = diags_new(&found);
	if (r < 0)
		return r;

	/* An empty one is told already, by the reader. */
	if (stream->query[0] == '\0')
		return -EINVAL;

	r = query_compile(slice_of(stream->query), &query, found);
	str_add_format(&owner, "query of stream `%s'", stream->name);
	origin_add_diags(&stream->query_origin, stream->query, str_text(&owner), found, diags);
	if (r >= 0)
		r = check_query_examples(stream, diags);
	if (r < 0 || !engine)
		return r;

	return engine_add(engine, stream->name, TAKE(query));
}

int check_rule(const struct alert_settings *alert, struct rule **ret, struct diags *diags)
{
	CLEANUP(diags_freep) struct diags *found = NULL;
	CLEANUP(rule_freep) struct rule *rule = NULL;
	CLEANUP(str_done) struct str owner = STR_INIT(MESSAGE_MAX_BYTES);

	int r = diags_new(&found);
	if (r < 0)
		return r;

	r = rule_compile(slice_of(alert->when), &rule, found);
	str_add_format(&owner, "rule of alert `%s'", alert->name);
	origin_add_diags(&alert->when_origin, alert->when, str_text(&owner), found, diags);
	if (r < 0)
		return r;

	if (ret)
		*ret = TAKE(rule);
	return 0;
}

static int check_alert(
	const struct settings *settings, const struct alert_settings *alert, struct diags *diags)
{
	CLEANUP(rule_freep) struct rule *rule = NULL;
	const int r = check_rule(alert, &rule, diags);

	return r < 0 ? r : check_values(settings, alert, rule, diags);
}

static int check_zone(const struct recipient_settings *recipient, struct diags *diags)
{
	const char *zone = recipient->digest.timezone;

	/* One that the reader refused is told already. */
	if (!recipient->digest.wanted || !zone || zone[0] == '\0' || localtime_is_zone(zone))
		return 0;

	return diags_error(diags, recipient->origin.file, recipient->origin.line,
		recipient->origin.column, "recipient `%s': unknown timezone %s", recipient->name,
		zone);
}

static int check_country(const struct source_settings *source, struct diags *diags)
{
	const char *country = source->location.country;

	if (!country || country_by_code(slice_of(country)))
		return 0;

	return diags_error(diags, source->origin.file, source->origin.line, source->origin.column,
		"source `%s': %s is no country's code (ISO 3166-1)",
		source->name ? source->name : "", country);
}

/* Goes on after a person's mistake, so that all are told; other errors end. */
static bool goes_on(int r, int *ret_worst)
{
	if (r < 0)
		*ret_worst = r;

	return r >= 0 || r == -EINVAL;
}

int check_settings(const struct settings *settings, struct diags *diags)
{
	int worst = 0;
	bool on = true;

	for (size_t i = 0; i < settings->n_sources && on; i++)
		on = goes_on(check_country(&settings->sources[i], diags), &worst);
	for (size_t i = 0; i < settings->n_streams && on; i++)
		if (settings->streams[i].name && settings->streams[i].query)
			on = goes_on(check_stream(&settings->streams[i], NULL, diags), &worst);
	for (size_t i = 0; i < settings->n_alerts && on; i++)
		if (settings->alerts[i].name && settings->alerts[i].when)
			on = goes_on(check_alert(settings, &settings->alerts[i], diags), &worst);
	for (size_t i = 0; i < settings->n_recipients && on; i++)
		on = goes_on(check_zone(&settings->recipients[i], diags), &worst);

	return worst;
}

static int check_channels(const struct settings *settings, size_t *n, struct diags *diags)
{
	size_t n_channels;
	const struct channel *const *channels = channels_all(&n_channels);
	int r = 0;

	for (size_t i = 0; i < n_channels && r >= 0; i++)
		r = channels[i]->check(settings, n, diags);
	return r;
}

/* Reads SECRET and forgets it; counts those that there are. */
static void check_secret(const struct secret *secret, size_t *n, struct diags *diags)
{
	CLEANUP(free_heapp) char *text = NULL;

	if (secret->kind == SECRET_NONE)
		return;

	++*n;
	if (secret_read(secret, &text, diags) == 0)
		explicit_bzero(text, strlen(text));
}

static void check_source_secrets(
	const struct source_settings *source, size_t *n, struct diags *diags)
{
	if (!source->enabled)
		return;

	check_secret(&source->password, n, diags);
	for (size_t i = 0; i < source->with.n; i++)
		if (!source->with.items[i].value)
			check_secret(&source->with.items[i].secret, n, diags);
}

int check_secrets(const struct settings *settings, enum diag_level level, struct diags *diags)
{
	CLEANUP(diags_freep) struct diags *found = NULL;
	size_t n = 0;
	int r = diags_new(&found);

	if (r >= 0)
		r = check_channels(settings, &n, found);
	if (r < 0)
		return r;

	for (size_t i = 0; i < settings->n_sources; i++)
		check_source_secrets(&settings->sources[i], &n, found);
	for (size_t i = 0; i < diags_count(found); i++) {
		struct diag diag = *diags_get(found, i);

		diag.level = level;
		r = diags_add(diags, &diag);
	}
	return r < 0 ? r : (int)n;
}

int check_data(struct diags *diags)
{
	CLEANUP(scorer_freep) struct scorer *scorer = NULL;
	CLEANUP(reporter_closep) struct reporter *reporter = NULL;
	int worst = 0;

	if (goes_on(scorer_open(&(struct scorer_options){0}, &scorer, diags), &worst))
		goes_on(reporter_open(NULL, &reporter, diags), &worst);
	place_check(diags);

	return worst;
}
