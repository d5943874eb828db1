#include "daemon/mentioning.h"

#include <assert.h>
#include <errno.h>
#include <string.h>

#include "daemon/alerting.h"
#include "daemon/grouping.h"
#include "daemon/harvest.h"
#include "daemon/scoring.h"

/* A post that is shorter fits a turn beside others. */
enum { LONG_TEXT_BYTES = 16 * 1024, MOST_HITS = 250 /* that are told of a mention */ };

int mentioning_add(struct turn *turn, const struct passage *passage, const struct match *match)
{
	const struct stream_settings *stream = tools_find_stream(turn->tools, match->stream);
	struct item item = {.post_id = passage->stored.id,
		.stream = stream->name,
		.stream_label = stream->label,
		.post = *passage->post,
		.hits = match->hits,
		.n_hits = match->n_hits,
		.fetched = INSTANT(passage->fetched_us),
		.n_copies = 1};

	int r = 0;
	if (passage->scored)
		item.sentiment = passage->scored[match - passage->matches];
	else
		r = scoring_score_mention(turn, passage, match, &item.sentiment);
	if (r < 0)
		return r;

	const struct match told = {.stream = match->stream,
		.hits = match->hits,
		.n_hits = MIN(match->n_hits, (size_t)MOST_HITS)};
	const struct new_mention mention = {.post_id = passage->stored.id,
		.match = &told,
		.sentiment = &item.sentiment,
		.post_sentiment = &passage->post_sentiment,
		.now_us = turn->now_us};

	r = store_add_mention(turn->store, &mention, &item.mention_id);
	if (r < 0)
		return r;

	turn->result.n_mentions += r == 1;
	return alerting_check_mention(turn, passage, &item);
}

/* What the post, new or edited, means for the stories. */
static int set_story(struct turn *turn, const struct passage *passage, const struct match *matches,
	size_t n_matches)
{
	const int64_t id = passage->stored.id;
	int64_t before_id = 0;
	int64_t story_id = 0;
	int r = store_story_of(turn->store, id, &before_id);

	if (r >= 0 && passage->stored.seen == POST_EDITED)
		r = store_keep_mentions(turn->store, id, matches, n_matches);
	if (r >= 0)
		r = store_story_of(turn->store, id, &story_id);
	/* It has no mention of before any more. */
	if (r >= 0 && before_id != 0 && story_id == 0)
		r = grouping_split(turn, before_id);

	return r < 0 || n_matches == 0 ? r : grouping_move(turn, passage->post, id, story_id);
}

static int add_matches(struct turn *turn, struct passage *passage)
{
	int r = set_story(turn, passage, passage->matches, passage->n_matches);

	if (r >= 0 && passage->n_matches > 0 && !passage->scored)
		r = scoring_score_post(turn, passage);
	for (size_t i = 0; i < passage->n_matches && r >= 0; i++)
		r = mentioning_add(turn, passage, &passage->matches[i]);

	return r;
}

static struct identity identity_of_keys(const struct post_identity *keys)
{
	return (struct identity){.id_key = keys->id_key,
		.url_key = keys->url_key,
		.content_hash = keys->content_hash,
		.title_hash = keys->title_hash,
		.link = keys->link};
}

static int add_post(struct turn *turn, const struct arrival *arrival, struct passage *passage)
{
	const struct identity identity = identity_of_keys(arrival->keys);
	const bool is_completed = arrival->insight && arrival->insight->is_completed;

	/* Most of what a poll brings is known: that costs one look-up. */
	int r = store_has_post(turn->store, arrival->source->name, &identity);
	if (r == 0 && !is_completed)
		r = harvest_complete(arrival->source, arrival->post, turn->arena);

	return r < 0 ? r
		     : store_add_post(turn->store, arrival->post, &identity, passage->fetched_us,
			       &passage->stored);
}

/* What was found ahead, or is found now. */
static int find_matches(struct turn *turn, const struct arrival *arrival, struct passage *passage)
{
	const struct insight *insight = arrival->insight;
	struct match *matches;

	if (!insight || !insight->is_matched) {
		const int r = engine_match(turn->tools->engine, arrival->post, turn->arena,
			&matches, &passage->n_matches);
		passage->matches = matches;
		return r;
	}

	passage->matches = insight->matches;
	passage->n_matches = insight->n_matches;
	if (insight->n_matches > 0) {
		assert(insight->n_sentiments == insight->n_matches + 1);
		passage->post_sentiment = insight->sentiments[0];
		passage->scored = insight->sentiments + 1;
	}
	return 0;
}

int mentioning_take_post(struct turn *turn, const struct arrival *arrival)
{
	struct passage passage = {.post = arrival->post, .fetched_us = turn->fetched_us};

	int r = add_post(turn, arrival, &passage);
	if (r < 0 || passage.stored.seen == POST_SEEN)
		return r;

	turn->result.n_new += passage.stored.seen == POST_NEW;
	turn->result.n_edited += passage.stored.seen == POST_EDITED;

	r = find_matches(turn, arrival, &passage);
	return r < 0 ? r : add_matches(turn, &passage);
}

/* --- ahead ------------------------------------------------------------------------- */

bool mentioning_is_long(const struct post *post)
{
	return post->text && strnlen(post->text, LONG_TEXT_BYTES) == LONG_TEXT_BYTES;
}

/* A look ahead, and where it puts what it finds. */
struct looking {
	const struct arrival *arrival;
	struct insight *insight;
	struct arena *arena;
};

/* The post as a whole, then match by match. */
static int score_next(const struct turn *turn, const struct post *post, struct insight *insight)
{
	struct passage passage = {
		.post = post, .matches = insight->matches, .n_matches = insight->n_matches};
	const size_t i = insight->n_sentiments;
	int r;

	if (i > 0)
		r = scoring_score_mention(
			turn, &passage, &passage.matches[i - 1], &insight->sentiments[i]);
	else
		r = scoring_score_post(turn, &passage);
	if (i == 0)
		insight->sentiments[0] = passage.post_sentiment;
	insight->n_sentiments++;
	return r;
}

static int match_ahead(const struct turn *turn, const struct post *post, struct insight *insight)
{
	const int r = engine_match(
		turn->tools->engine, post, turn->arena, &insight->matches, &insight->n_matches);
	if (r < 0)
		return r;

	insight->sentiments =
		arena_array(turn->arena, insight->n_matches + 1, sizeof(*insight->sentiments));
	insight->is_matched = true;
	return insight->sentiments ? 0 : -ENOMEM;
}

static int complete_ahead(
	const struct turn *turn, const struct arrival *arrival, struct insight *insight)
{
	const struct identity identity = identity_of_keys(arrival->keys);
	const int r = store_has_post(turn->store, arrival->source->name, &identity);

	if (r != 0) {
		insight->is_known = true;
		return MIN(r, 0);
	}
	insight->is_completed = true;
	return harvest_complete(arrival->source, arrival->post, turn->arena);
}

static int look(struct turn *turn, void *userdata)
{
	const struct looking *looking = userdata;
	struct insight *insight = looking->insight;
	struct turn longer = *turn;

	/* What is found outlives the turn. */
	longer.arena = looking->arena;
	if (!insight->is_completed)
		return complete_ahead(&longer, looking->arrival, insight);
	if (!insight->is_matched)
		return match_ahead(&longer, looking->arrival->post, insight);

	return score_next(&longer, looking->arrival->post, insight);
}

static bool is_complete(const struct insight *insight)
{
	return insight->is_known ||
	       (insight->is_matched &&
		       (insight->n_matches == 0 || insight->n_sentiments > insight->n_matches));
}

int mentioning_look_ahead(const struct turn_context *context, const struct arrival *arrival,
	struct arena *arena, struct insight *insight)
{
	struct looking looking = {.arrival = arrival, .insight = insight, .arena = arena};

	if (is_complete(insight))
		return 0;

	const int r = turn_run(context, TURN_LOOKS, look, &looking, NULL);
	return r < 0 ? r : !is_complete(insight);
}
