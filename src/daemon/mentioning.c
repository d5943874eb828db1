#include "daemon/mentioning.h"

#include <errno.h>

#include "daemon/alerting.h"
#include "daemon/grouping.h"
#include "daemon/harvest.h"
#include "daemon/scoring.h"

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

	int r = scoring_score_mention(turn, passage, match, &item.sentiment);
	if (r < 0)
		return r;

	const struct new_mention mention = {.post_id = passage->stored.id,
		.match = match,
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

static int add_matches(
	struct turn *turn, struct passage *passage, struct match *matches, size_t n_matches)
{
	int r = set_story(turn, passage, matches, n_matches);

	if (r < 0 || n_matches == 0)
		return r;

	passage->matches = matches;
	passage->n_matches = n_matches;
	r = scoring_score_post(turn, passage);
	for (size_t i = 0; i < n_matches && r >= 0; i++)
		r = mentioning_add(turn, passage, &matches[i]);

	return r;
}

static int add_post(struct turn *turn, const struct source_settings *source, struct post *post,
	const struct post_identity *keys, struct passage *passage)
{
	const struct identity identity = {.id_key = keys->id_key,
		.url_key = keys->url_key,
		.content_hash = keys->content_hash,
		.title_hash = keys->title_hash,
		.link = keys->link};

	/* Most of what a poll brings is known: that costs one look-up. */
	int r = store_has_post(turn->store, source->name, &identity);
	if (r == 0)
		r = harvest_complete(source, post, turn->arena);

	return r < 0 ? r
		     : store_add_post(
			       turn->store, post, &identity, passage->fetched_us, &passage->stored);
}

int mentioning_take_post(struct turn *turn, const struct arrival *arrival)
{
	struct passage passage = {.post = arrival->post, .fetched_us = turn->fetched_us};
	struct match *matches;
	size_t n_matches;

	int r = add_post(turn, arrival->source, arrival->post, arrival->keys, &passage);
	if (r < 0 || passage.stored.seen == POST_SEEN)
		return r;

	turn->result.n_new += passage.stored.seen == POST_NEW;
	turn->result.n_edited += passage.stored.seen == POST_EDITED;

	r = engine_match(turn->tools->engine, arrival->post, turn->arena, &matches, &n_matches);
	if (r < 0)
		return r;

	return add_matches(turn, &passage, matches, n_matches);
}
