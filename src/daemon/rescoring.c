/* Mentions, scored again by the lexicons and rules of today.
 *
 * A turn takes the next mentions by number; what it writes is committed with it.
 * What a person has said stays, and what is old alerts nobody
 * (daemon/applying.c has the same rule).
 */

#include <errno.h>
#include <math.h>

#include "daemon/pipeline_private.h"

enum { TURN_MENTIONS = 100 };

/* Scores are stored, and shown, to so many decimals. */
static const double least_difference = 0.00005;

struct turn {
	struct pipeline *pipeline;
	struct rescoring *rescoring;
	size_t n;
};

static bool differ(double a, double b)
{
	return fabs(a - b) > least_difference;
}

static bool is_changed(const struct item *was, const struct sentiment *now)
{
	const struct sentiment *before = &was->sentiment;
	const bool is_ours = !was->labelled_by;

	return differ(before->compound, now->compound) || differ(before->anger, now->anger) ||
	       differ(before->coverage, now->coverage) || before->flags != now->flags ||
	       (is_ours && (before->label != now->label || before->angry != now->angry));
}

static int write_score(struct turn *turn, struct passage *passage, const struct match *match)
{
	struct ingest_result result = {0};
	const int r = pipeline_score_post(turn->pipeline, passage);

	return r < 0 ? r : pipeline_add_mention(turn->pipeline, passage, match, &result);
}

/* The post as it is when it comes: with what all streams find in it today. */
static int make_passage(struct turn *turn, const struct item *item, struct passage *ret)
{
	struct pipeline *pipeline = turn->pipeline;
	struct match *matches = NULL;
	size_t n_matches = 0;
	const int r =
		engine_match(pipeline->engine, &item->post, pipeline->arena, &matches, &n_matches);

	*ret = (struct passage){.post = &item->post,
		.stored = {item->post_id, POST_SEEN},
		.fetched_us = item->fetched.us,
		.now_us = clock_now_us(pipeline->clock),
		.is_late = true,
		.matches = matches,
		.n_matches = n_matches};
	return r;
}

static int on_mention(const struct item *item, void *userdata)
{
	struct turn *turn = userdata;
	struct rescoring *rescoring = turn->rescoring;
	const struct match match = {
		.stream = item->stream, .hits = item->hits, .n_hits = item->n_hits};
	struct passage passage;
	struct sentiment now;

	turn->n++;
	rescoring->after_id = item->mention_id;
	rescoring->n_mentions++;
	/* What a stream found that is not configured any more stays as it was. */
	if (!pipeline_find_stream(turn->pipeline, item->stream))
		return 0;

	int r = make_passage(turn, item, &passage);
	if (r >= 0)
		r = pipeline_score_mention(turn->pipeline, &passage, &match, &now);
	if (r < 0 || !is_changed(item, &now))
		return r;

	rescoring->n_changed++;
	if (rescoring->on_change)
		rescoring->on_change(item, &now, rescoring->userdata);
	return rescoring->dry_run ? 0 : write_score(turn, &passage, &match);
}

/* 1: there may be more. */
static int walk(void *userdata)
{
	struct turn *turn = userdata;
	const struct rescoring *rescoring = turn->rescoring;
	const struct mention_filter filter = {.stream = rescoring->stream,
		.from_us = rescoring->since_us,
		.after_id = rescoring->after_id,
		.oldest_first = true,
		.limit = TURN_MENTIONS};
	const int r = store_each_mention(
		turn->pipeline->store, &filter, turn->pipeline->arena, on_mention, turn);

	return r < 0 ? r : turn->n == TURN_MENTIONS;
}

int pipeline_rescore_some(struct pipeline *pipeline, struct rescoring *rescoring)
{
	CLEANUP(arena_freep) struct arena *arena = NULL;
	struct rescoring next = *rescoring;
	struct turn turn = {.pipeline = pipeline, .rescoring = &next};
	int r = arena_new(PIPELINE_ARENA_BYTES, &arena);

	if (r < 0)
		return r;

	pipeline->arena = arena;
	r = pipeline_run_turn(pipeline, next.dry_run, walk, &turn);
	if (r >= 0)
		*rescoring = next;
	return r;
}
