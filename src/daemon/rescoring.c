#include "daemon/rescoring.h"

#include <errno.h>
#include <math.h>
#include <string.h>

#include "daemon/mentioning.h"
#include "daemon/scoring.h"

enum { TURN_MENTIONS = 100 };

/* Scores are stored, and shown, to so many decimals. */
static const double least_difference = 0.00005;

/* One turn's way through the mentions. */
struct walk {
	struct turn *turn;
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
	const int r = scoring_score_post(turn, passage);

	return r < 0 ? r : mentioning_add(turn, passage, match);
}

/* The post as it is when it comes: with what all streams find in it today. */
static int make_passage(struct turn *turn, const struct item *item, struct passage *ret)
{
	struct match *matches = NULL;
	size_t n_matches = 0;
	const int r =
		engine_match(turn->tools->engine, &item->post, turn->arena, &matches, &n_matches);

	*ret = (struct passage){.post = &item->post,
		.stored = {item->post_id, POST_SEEN},
		.fetched_us = item->fetched.us,
		.is_late = true,
		.matches = matches,
		.n_matches = n_matches};
	return r;
}

/* What the stream of STORED finds today, as when a post comes; nothing any more: what is
 * stored stands until the stream is applied. */
static const struct match *find_match(const struct passage *passage, const struct match *stored)
{
	for (size_t i = 0; i < passage->n_matches; i++)
		if (strcmp(passage->matches[i].stream, stored->stream) == 0)
			return &passage->matches[i];

	return stored;
}

static int on_mention(const struct item *item, void *userdata)
{
	struct walk *walk = userdata;
	struct turn *turn = walk->turn;
	struct rescoring *rescoring = walk->rescoring;
	const struct match stored = {
		.stream = item->stream, .hits = item->hits, .n_hits = item->n_hits};
	struct passage passage;
	struct sentiment now;

	walk->n++;
	rescoring->after_id = item->mention_id;
	rescoring->n_mentions++;
	/* What a stream found that is not configured any more stays as it was. */
	if (!tools_find_stream(turn->tools, item->stream))
		return 0;

	int r = make_passage(turn, item, &passage);
	if (r < 0)
		return r;

	const struct match *match = find_match(&passage, &stored);
	r = scoring_score_mention(turn, &passage, match, &now);
	if (r < 0 || !is_changed(item, &now))
		return r;

	rescoring->n_changed++;
	if (rescoring->on_change)
		rescoring->on_change(item, &now, rescoring->userdata);
	return rescoring->dry_run ? 0 : write_score(turn, &passage, match);
}

/* 1: there may be more. */
static int rescore(struct turn *turn, void *userdata)
{
	struct walk *walk = userdata;
	const struct rescoring *rescoring = walk->rescoring;
	const struct mention_filter filter = {.stream = rescoring->stream,
		.from_us = rescoring->since_us,
		.after_id = rescoring->after_id,
		.oldest_first = true,
		.limit = TURN_MENTIONS};

	walk->turn = turn;
	const int r = store_each_mention(turn->store, &filter, turn->arena, on_mention, walk);

	return r < 0 ? r : walk->n == TURN_MENTIONS;
}

int rescoring_step(const struct turn_context *context, struct rescoring *rescoring)
{
	struct rescoring next = *rescoring;
	struct walk walk = {.rescoring = &next};
	const int r =
		turn_run(context, next.dry_run ? TURN_LOOKS : TURN_WRITES, rescore, &walk, NULL);

	if (r >= 0)
		*rescoring = next;
	return r;
}
