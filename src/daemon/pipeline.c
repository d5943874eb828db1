#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/diags.h"
#include "base/errors.h"
#include "base/file.h"
#include "base/map.h"
#include "daemon/check.h"
#include "daemon/harvest.h"
#include "daemon/pipeline_private.h"
#include "dedupe/identity.h"
#include "place/place.h"

static int add_streams(struct pipeline *pipeline, struct diags *diags)
{
	int r = map_new(&pipeline->streams);

	for (size_t i = 0; i < pipeline->settings->n_streams && r >= 0; i++) {
		struct stream_settings *stream = &pipeline->settings->streams[i];

		r = check_stream(stream, pipeline->engine, diags);
		if (r >= 0)
			r = map_set(pipeline->streams, slice_of(stream->name),
				(union map_value){.pointer = stream});
	}
	return r;
}

static int add_rules(struct pipeline *pipeline, struct diags *diags)
{
	const struct settings *settings = pipeline->settings;

	pipeline->rules = calloc(MAX(settings->n_alerts, (size_t)1), sizeof(*pipeline->rules));
	if (!pipeline->rules)
		return -ENOMEM;

	for (size_t i = 0; i < settings->n_alerts; i++) {
		pipeline->rules[i].settings = &settings->alerts[i];
		const int r = check_rule(&settings->alerts[i], &pipeline->rules[i].rule, diags);
		if (r < 0)
			return r;
	}
	return 0;
}

/* Mistakes inside of them are told already; that they are not there is not. */
static int cannot_read(const char *what, int error, struct diags *diags)
{
	CLEANUP(free_heapp) char *folder = NULL;

	if (error != -EINVAL && file_find_data(what, &folder) == 0)
		(void)diags_error(
			diags, folder, 0, 0, "the %s cannot be read: %s", what, error_text(error));

	return error;
}

static int open_parts(struct pipeline *pipeline, struct diags *diags)
{
	const struct scorer_options scoring = {.angry_at = pipeline->settings->angry_at};
	int r = words_new(&pipeline->words);

	if (r == 0)
		r = engine_new(&pipeline->engine);
	if (r == 0)
		r = arena_new(PIPELINE_ARENA_BYTES, &pipeline->scratch);
	if (r < 0)
		return r;

	r = scorer_open(&scoring, &pipeline->scorer, diags);
	if (r < 0)
		return cannot_read("lexicons", r, diags);

	r = reporter_open(NULL, &pipeline->reporter, diags);
	if (r < 0)
		return cannot_read("templates", r, diags);

	place_check(diags);
	return 0;
}

/* A clock that was set back must not put a post before a digest that is sent. */
static int find_told(struct pipeline *pipeline)
{
	struct instant until = {0};
	const int r =
		store_last_digest(pipeline->store, NULL, clock_now_us(pipeline->clock), &until);

	pipeline->told_until_us = until.known ? until.us : 0;
	return r;
}

int pipeline_new(const struct pipeline_options *options, struct pipeline **ret, struct diags *diags)
{
	CLEANUP(pipeline_freep) struct pipeline *pipeline = calloc(1, sizeof(*pipeline));
	if (!pipeline)
		return -ENOMEM;

	pipeline->settings = options->settings;
	pipeline->store = options->store;
	pipeline->clock = options->clock;
	pipeline->random = options->random;

	int r = open_parts(pipeline, diags);
	if (r >= 0)
		r = find_told(pipeline);
	if (r >= 0)
		r = add_streams(pipeline, diags);
	if (r >= 0)
		r = add_rules(pipeline, diags);
	if (r < 0)
		return r;

	*ret = TAKE(pipeline);
	return 0;
}

void pipeline_free(struct pipeline *pipeline)
{
	if (!pipeline)
		return;

	for (size_t i = 0; pipeline->rules && i < pipeline->settings->n_alerts; i++)
		rule_free(pipeline->rules[i].rule);
	free(pipeline->rules);
	map_free(pipeline->streams);
	reporter_close(pipeline->reporter);
	scorer_free(pipeline->scorer);
	arena_free(pipeline->scratch);
	engine_free(pipeline->engine);
	words_free(pipeline->words);
	free(pipeline);
}

const struct stream_settings *pipeline_find_stream(
	const struct pipeline *pipeline, const char *name)
{
	union map_value value;

	return map_find(pipeline->streams, slice_of(name), &value) ? value.pointer : NULL;
}

const struct recipient_settings *pipeline_find_recipient(
	const struct pipeline *pipeline, const char *name)
{
	const struct settings *settings = pipeline->settings;

	for (size_t i = 0; i < settings->n_recipients; i++)
		if (slice_equals(slice_of(settings->recipients[i].name), slice_of(name)))
			return &settings->recipients[i];

	return NULL;
}

int pipeline_run_turn(struct pipeline *pipeline, bool dry_run, int (*walk)(void *turn), void *turn)
{
	if (dry_run)
		return walk(turn);

	const int r = store_begin(pipeline->store);

	return r < 0 ? r : store_end(pipeline->store, walk(turn));
}

int pipeline_add_mention(struct pipeline *pipeline, const struct passage *passage,
	const struct match *match, struct ingest_result *result)
{
	const struct stream_settings *stream = pipeline_find_stream(pipeline, match->stream);
	struct item item = {.post_id = passage->stored.id,
		.stream = stream->name,
		.stream_label = stream->label,
		.post = *passage->post,
		.hits = match->hits,
		.n_hits = match->n_hits,
		.fetched = INSTANT(passage->fetched_us),
		.n_copies = 1};

	int r = pipeline_score_mention(pipeline, passage, match, &item.sentiment);
	if (r < 0)
		return r;

	const struct new_mention mention = {.post_id = passage->stored.id,
		.match = match,
		.sentiment = &item.sentiment,
		.post_sentiment = &passage->post_sentiment,
		.now_us = passage->now_us};

	r = store_add_mention(pipeline->store, &mention, &item.mention_id);
	if (r < 0)
		return r;

	result->n_mentions += r == 1;
	return alerting_check_mention(pipeline, passage, &item, result);
}

/* What the post, new or edited, means for the stories. */
static int set_story(struct pipeline *pipeline, const struct passage *passage,
	const struct match *matches, size_t n_matches)
{
	const int64_t id = passage->stored.id;
	int64_t before_id = 0;
	int64_t story_id = 0;
	int r = store_story_of(pipeline->store, id, &before_id);

	if (r >= 0 && passage->stored.seen == POST_EDITED)
		r = store_keep_mentions(pipeline->store, id, matches, n_matches);
	if (r >= 0)
		r = store_story_of(pipeline->store, id, &story_id);
	/* It has no mention of before any more. */
	if (r >= 0 && before_id != 0 && story_id == 0)
		r = grouping_split(pipeline, before_id);

	return r < 0 || n_matches == 0 ? r : grouping_move(pipeline, passage->post, id, story_id);
}

static int add_matches(struct pipeline *pipeline, struct passage *passage, struct match *matches,
	size_t n_matches, struct ingest_result *result)
{
	int r = set_story(pipeline, passage, matches, n_matches);

	if (r < 0 || n_matches == 0)
		return r;

	passage->matches = matches;
	passage->n_matches = n_matches;
	r = pipeline_score_post(pipeline, passage);
	for (size_t i = 0; i < n_matches && r >= 0; i++)
		r = pipeline_add_mention(pipeline, passage, &matches[i], result);

	return r;
}

static int add_post(struct pipeline *pipeline, const struct source_settings *source,
	struct post *post, const struct post_identity *keys, struct passage *passage)
{
	const struct identity identity = {.id_key = keys->id_key,
		.url_key = keys->url_key,
		.content_hash = keys->content_hash,
		.title_hash = keys->title_hash,
		.link = keys->link};

	/* Most of what a poll brings is known: that costs one look-up. */
	int r = store_has_post(pipeline->store, source->name, &identity);
	if (r == 0)
		r = harvest_complete(source, post, pipeline->arena);

	return r < 0 ? r
		     : store_add_post(pipeline->store, post, &identity, passage->fetched_us,
			       &passage->stored);
}

int pipeline_take_post(
	struct pipeline *pipeline, const struct arrival *arrival, struct ingest_result *result)
{
	struct passage passage = {.post = arrival->post,
		.fetched_us = arrival->fetched_us,
		.now_us = arrival->now_us};
	struct match *matches;
	size_t n_matches;

	int r = add_post(pipeline, arrival->source, arrival->post, arrival->keys, &passage);
	if (r < 0 || passage.stored.seen == POST_SEEN)
		return r;

	result->n_new += passage.stored.seen == POST_NEW;
	result->n_edited += passage.stored.seen == POST_EDITED;

	r = engine_match(pipeline->engine, arrival->post, pipeline->arena, &matches, &n_matches);
	if (r < 0)
		return r;

	return add_matches(pipeline, &passage, matches, n_matches, result);
}

bool pipeline_take_exceeded(struct pipeline *pipeline, const char **ret_stream, uint64_t *ret_n)
{
	return engine_take_exceeded(pipeline->engine, ret_stream, ret_n);
}
