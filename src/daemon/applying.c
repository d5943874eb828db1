/* From a stream that is new or changed to the posts that were here before it.
 *
 * A turn takes the next posts, the latest first, and makes the mentions of the
 * streams in question what the queries say now.  How far it came stands in the
 * same transaction, so a crash repeats nothing and leaves nothing out; a command
 * that does the same beside the daemon finds its work done, or does it again
 * with the same result.
 *
 * A mention that matches no more goes, unless a person has touched it.
 */

#include <errno.h>
#include <string.h>

#include "base/map.h"
#include "daemon/pipeline_private.h"

/* What one turn takes: bounded, because the loop waits meanwhile. */
enum { TURN_POSTS = 100, TURN_BYTES = 128 * 1024 };

/* One turn. */
struct turn {
	struct pipeline *pipeline;
	struct applying *applying;
	struct map *streams; /* name -> the last post that it is applied to */
	size_t n_posts, n_bytes;
	int64_t last_id; /* that was judged */
};

static bool is_applied(const struct turn *turn, const char *stream, int64_t post_id)
{
	union map_value upto;

	return map_find(turn->streams, slice_of(stream), &upto) && upto.number >= post_id;
}

/* --- one post ------------------------------------------------------------------- */

/* One post, what the queries say of it and what is known of it. */
struct judgement {
	struct passage passage;
	struct match *matches;
	size_t n_matches;
	struct post_mention *known;
	size_t n_known;
	bool *is_written; /* by match, in this turn */
	bool is_scored, is_changed;
	bool has_news; /* a stream's mention came, changed or went */
};

static const struct post_mention *find_known(const struct judgement *judgement, const char *stream)
{
	for (size_t i = 0; i < judgement->n_known; i++)
		if (strcmp(judgement->known[i].stream, stream) == 0)
			return &judgement->known[i];

	return NULL;
}

static bool is_matched(const struct judgement *judgement, const char *stream)
{
	for (size_t i = 0; i < judgement->n_matches; i++)
		if (strcmp(judgement->matches[i].stream, stream) == 0)
			return true;

	return false;
}

static void tell(const struct turn *turn, const struct judgement *judgement,
	enum apply_change change, const char *stream)
{
	struct applying *applying = turn->applying;

	applying->n[change]++;
	if (applying->on_change)
		applying->on_change(change, stream, judgement->passage.post, applying->userdata);
}

static int write_match(
	const struct turn *turn, struct judgement *judgement, const struct match *match)
{
	struct pipeline *pipeline = turn->pipeline;
	struct ingest_result result = {0};
	int r = 0;

	if (!judgement->is_scored) {
		r = grouping_join(pipeline, judgement->passage.post, judgement->passage.stored.id);
		if (r >= 0)
			r = pipeline_score_post(pipeline, &judgement->passage);
	}
	if (r >= 0)
		r = pipeline_add_mention(pipeline, &judgement->passage, match, &result);

	judgement->is_scored = true;
	turn->applying->n_alerts += result.n_alerts;
	turn->applying->n_mails += result.n_mails;
	return r;
}

static int take_match(
	const struct turn *turn, struct judgement *judgement, const struct match *match)
{
	const struct post_mention *known = find_known(judgement, match->stream);
	const int same = known ? store_has_hits(turn->pipeline->store, known->id, match) : 0;

	if (same != 0)
		return MIN(same, 0);

	judgement->has_news = judgement->is_written[match - judgement->matches] = true;
	tell(turn, judgement, known ? APPLY_CHANGES : APPLY_COMES, match->stream);
	return turn->applying->dry_run ? 0 : write_match(turn, judgement, match);
}

static int drop_mention(
	const struct turn *turn, struct judgement *judgement, const struct post_mention *mention)
{
	tell(turn, judgement, mention->is_touched ? APPLY_STAYS : APPLY_GOES, mention->stream);
	if (mention->is_touched)
		return 0;

	judgement->is_changed = judgement->has_news = true;
	return turn->applying->dry_run ? 0
				       : store_remove_mention(turn->pipeline->store, mention->id,
						 judgement->passage.stored.id);
}

/* What is said of one stream's name is not said of another's (score/target.h):
 * who is new beside a mention changes what it says. */
static int score_others(const struct turn *turn, struct judgement *judgement)
{
	int r = 0;

	for (size_t i = 0; r >= 0 && i < judgement->n_matches; i++) {
		const struct match *match = &judgement->matches[i];

		if (!judgement->is_written[i] && find_known(judgement, match->stream))
			r = write_match(turn, judgement, match);
	}
	return r;
}

/* When the post is no mention any more, its story may fall apart. */
static int settle_story(const struct turn *turn, const struct judgement *judgement, int64_t old_id)
{
	int64_t story_id;
	const int r =
		store_story_of(turn->pipeline->store, judgement->passage.stored.id, &story_id);

	return r < 0 || story_id != 0 ? r : grouping_split(turn->pipeline, old_id);
}

static int write_judgement(const struct turn *turn, struct judgement *judgement)
{
	const int64_t id = judgement->passage.stored.id;
	int64_t old_id = 0;
	int r = store_story_of(turn->pipeline->store, id, &old_id);

	for (size_t i = 0; r >= 0 && i < judgement->n_matches; i++)
		if (is_applied(turn, judgement->matches[i].stream, id))
			r = take_match(turn, judgement, &judgement->matches[i]);

	for (size_t i = 0; r >= 0 && i < judgement->n_known; i++) {
		const struct post_mention *mention = &judgement->known[i];

		if (is_applied(turn, mention->stream, id) &&
			!is_matched(judgement, mention->stream))
			r = drop_mention(turn, judgement, mention);
	}
	if (r >= 0 && judgement->has_news && !turn->applying->dry_run)
		r = score_others(turn, judgement);
	if (r >= 0 && judgement->is_changed && !turn->applying->dry_run)
		r = settle_story(turn, judgement, old_id);
	return r;
}

/* Ends the walk with -ECANCELED when the turn is long enough. */
static int on_post(const struct post *post, int64_t id, int64_t fetched_us, void *userdata)
{
	struct turn *turn = userdata;
	struct pipeline *pipeline = turn->pipeline;
	struct judgement judgement = {.passage = {.post = post,
					      .stored = {id, POST_SEEN},
					      .fetched_us = fetched_us,
					      .now_us = clock_now_us(pipeline->clock),
					      .is_late = true}};
	int r = engine_match(
		pipeline->engine, post, pipeline->arena, &judgement.matches, &judgement.n_matches);

	judgement.passage.matches = judgement.matches;
	judgement.passage.n_matches = judgement.n_matches;
	if (r >= 0)
		r = store_list_post_mentions(
			pipeline->store, id, pipeline->arena, &judgement.known, &judgement.n_known);
	if (r >= 0)
		judgement.is_written = arena_array(
			pipeline->arena, judgement.n_matches, sizeof(*judgement.is_written));
	if (r >= 0 && !judgement.is_written)
		r = -ENOMEM;
	if (r >= 0)
		r = write_judgement(turn, &judgement);
	if (r < 0)
		return r;

	turn->last_id = id;
	turn->n_posts++;
	turn->n_bytes += slice_of(post->title).len + slice_of(post->text).len;
	return turn->n_bytes >= TURN_BYTES ? -ECANCELED : 0;
}

/* --- one turn ------------------------------------------------------------------- */

static int add_stream(struct turn *turn, const char *stream, int64_t upto)
{
	return map_set(turn->streams, slice_of(stream), (union map_value){.number = upto});
}

static int add_chosen(struct turn *turn)
{
	const struct texts *streams = turn->applying->streams;
	int r = 0;

	for (size_t i = 0; r >= 0 && i < streams->n; i++)
		r = add_stream(turn, streams->items[i], INT64_MAX);
	return r;
}

/* Also sets where to go on: what another reload has added comes first. */
static int add_unapplied(struct turn *turn)
{
	struct unapplied *list;
	size_t n;
	int r = store_list_unapplied(turn->pipeline->store, turn->pipeline->arena, &list, &n);

	turn->applying->upto_id = 0;
	for (size_t i = 0; r >= 0 && i < n; i++) {
		r = add_stream(turn, list[i].stream, list[i].upto);
		turn->applying->upto_id = MAX(turn->applying->upto_id, list[i].upto);
	}
	return r;
}

/* 1: there may be more. */
static int walk(void *userdata)
{
	struct turn *turn = userdata;
	struct applying *applying = turn->applying;
	struct pipeline *pipeline = turn->pipeline;
	const struct post_walk posts = {
		.upto_id = applying->upto_id, .since_us = applying->since_us, .most = TURN_POSTS};

	int r = store_each_post_down(pipeline->store, &posts, pipeline->arena, on_post, turn);
	if (r < 0 && r != -ECANCELED)
		return r;

	const bool has_more = r == -ECANCELED || turn->n_posts == TURN_POSTS;

	applying->upto_id = turn->last_id - 1;
	r = applying->streams ? 0
			      : store_mark_applied(pipeline->store, has_more ? turn->last_id : 0);
	return r < 0 ? r : has_more;
}

int pipeline_apply_some(struct pipeline *pipeline, struct applying *applying)
{
	CLEANUP(arena_freep) struct arena *arena = NULL;
	CLEANUP(map_freep) struct map *streams = NULL;
	struct applying next = *applying;
	struct turn turn = {.pipeline = pipeline, .applying = &next};
	int r = arena_new(PIPELINE_ARENA_BYTES, &arena);

	if (r >= 0)
		r = map_new(&streams);
	if (r < 0)
		return r;

	pipeline->arena = arena;
	turn.streams = streams;
	r = next.streams ? add_chosen(&turn) : add_unapplied(&turn);
	if (r >= 0 && map_count(streams) > 0)
		r = pipeline_run_turn(pipeline, next.dry_run, walk, &turn);
	if (r < 0)
		return r;

	next.n_posts += turn.n_posts;
	*applying = next;
	return r;
}
