#include "daemon/applying.h"

#include <errno.h>
#include <string.h>

#include "base/map.h"
#include "daemon/grouping.h"
#include "daemon/mentioning.h"
#include "daemon/scoring.h"
#include "match/engine.h"

/* What one turn takes: bounded, because the loop waits meanwhile. */
enum { TURN_POSTS = 100, TURN_BYTES = 128 * 1024 };

/* One turn's way through the posts. */
struct walk {
	struct turn *turn;
	struct applying *applying;
	struct map *streams; /* name -> the last post that it is applied to */
	size_t n_posts, n_bytes;
	int64_t last_id; /* that was judged */
};

static bool is_applied(const struct walk *walk, const char *stream, int64_t post_id)
{
	union map_value upto;

	return map_find(walk->streams, slice_of(stream), &upto) && upto.number >= post_id;
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

static void tell(const struct walk *walk, const struct judgement *judgement,
	enum apply_change change, const char *stream)
{
	struct applying *applying = walk->applying;

	applying->n[change]++;
	if (applying->on_change)
		applying->on_change(change, stream, judgement->passage.post, applying->userdata);
}

static int write_match(
	const struct walk *walk, struct judgement *judgement, const struct match *match)
{
	int r = 0;

	if (!judgement->is_scored) {
		r = grouping_join(
			walk->turn, judgement->passage.post, judgement->passage.stored.id);
		if (r >= 0)
			r = scoring_score_post(walk->turn, &judgement->passage);
	}
	if (r >= 0)
		r = mentioning_add(walk->turn, &judgement->passage, match);

	judgement->is_scored = true;
	return r;
}

static int take_match(
	const struct walk *walk, struct judgement *judgement, const struct match *match)
{
	const struct post_mention *known = find_known(judgement, match->stream);
	const int same = known ? store_has_hits(walk->turn->store, known->id, match) : 0;

	if (same != 0)
		return MIN(same, 0);

	judgement->has_news = judgement->is_written[match - judgement->matches] = true;
	tell(walk, judgement, known ? APPLY_CHANGES : APPLY_COMES, match->stream);
	return walk->applying->dry_run ? 0 : write_match(walk, judgement, match);
}

static int drop_mention(
	const struct walk *walk, struct judgement *judgement, const struct post_mention *mention)
{
	tell(walk, judgement, mention->is_touched ? APPLY_STAYS : APPLY_GOES, mention->stream);
	if (mention->is_touched)
		return 0;

	judgement->is_changed = judgement->has_news = true;
	return walk->applying->dry_run ? 0
				       : store_remove_mention(walk->turn->store, mention->id,
						 judgement->passage.stored.id);
}

/* What is said of one stream's name is not said of another's (score/target.h):
 * who is new beside a mention changes what it says. */
static int score_others(const struct walk *walk, struct judgement *judgement)
{
	int r = 0;

	for (size_t i = 0; r >= 0 && i < judgement->n_matches; i++) {
		const struct match *match = &judgement->matches[i];

		if (!judgement->is_written[i] && find_known(judgement, match->stream))
			r = write_match(walk, judgement, match);
	}
	return r;
}

/* When the post is no mention any more, its story may fall apart. */
static int settle_story(const struct walk *walk, const struct judgement *judgement, int64_t old_id)
{
	int64_t story_id;
	const int r = store_story_of(walk->turn->store, judgement->passage.stored.id, &story_id);

	return r < 0 || story_id != 0 ? r : grouping_split(walk->turn, old_id);
}

static int write_judgement(const struct walk *walk, struct judgement *judgement)
{
	const int64_t id = judgement->passage.stored.id;
	int64_t old_id = 0;
	int r = store_story_of(walk->turn->store, id, &old_id);

	for (size_t i = 0; r >= 0 && i < judgement->n_matches; i++)
		if (is_applied(walk, judgement->matches[i].stream, id))
			r = take_match(walk, judgement, &judgement->matches[i]);

	for (size_t i = 0; r >= 0 && i < judgement->n_known; i++) {
		const struct post_mention *mention = &judgement->known[i];

		if (is_applied(walk, mention->stream, id) &&
			!is_matched(judgement, mention->stream))
			r = drop_mention(walk, judgement, mention);
	}
	if (r >= 0 && judgement->has_news && !walk->applying->dry_run)
		r = score_others(walk, judgement);
	if (r >= 0 && judgement->is_changed && !walk->applying->dry_run)
		r = settle_story(walk, judgement, old_id);
	return r;
}

/* Ends the walk with -ECANCELED when the turn is long enough. */
static int on_post(const struct post *post, int64_t id, int64_t fetched_us, void *userdata)
{
	struct walk *walk = userdata;
	struct judgement judgement = {.passage = {.post = post,
					      .stored = {id, POST_SEEN},
					      .fetched_us = fetched_us,
					      .is_late = true}};
	int r = engine_match(walk->turn->tools->engine, post, walk->turn->arena, &judgement.matches,
		&judgement.n_matches);

	judgement.passage.matches = judgement.matches;
	judgement.passage.n_matches = judgement.n_matches;
	if (r >= 0)
		r = store_list_post_mentions(walk->turn->store, id, walk->turn->arena,
			&judgement.known, &judgement.n_known);
	if (r >= 0)
		judgement.is_written = arena_array(
			walk->turn->arena, judgement.n_matches, sizeof(*judgement.is_written));
	if (r >= 0 && !judgement.is_written)
		r = -ENOMEM;
	if (r >= 0)
		r = write_judgement(walk, &judgement);
	if (r < 0)
		return r;

	walk->last_id = id;
	walk->n_posts++;
	walk->n_bytes += slice_of(post->title).len + slice_of(post->text).len;
	return walk->n_bytes >= TURN_BYTES ? -ECANCELED : 0;
}

/* --- one turn ------------------------------------------------------------------- */

static int add_stream(struct walk *walk, const char *stream, int64_t upto)
{
	return map_set(walk->streams, slice_of(stream), (union map_value){.number = upto});
}

static int add_chosen(struct walk *walk)
{
	const struct texts *streams = walk->applying->streams;
	int r = 0;

	for (size_t i = 0; r >= 0 && i < streams->n; i++)
		r = add_stream(walk, streams->items[i], INT64_MAX);
	return r;
}

/* Also sets where to go on: what another reload has added comes first. */
static int add_unapplied(struct walk *walk)
{
	struct unapplied *list;
	size_t n;
	int r = store_list_unapplied(walk->turn->store, walk->turn->arena, &list, &n);

	walk->applying->upto_id = 0;
	for (size_t i = 0; r >= 0 && i < n; i++) {
		r = add_stream(walk, list[i].stream, list[i].upto);
		walk->applying->upto_id = MAX(walk->applying->upto_id, list[i].upto);
	}
	return r;
}

/* Which streams are to be applied, and up to which post. */
static int choose(struct turn *turn, void *userdata)
{
	struct walk *walk = userdata;

	walk->turn = turn;
	return walk->applying->streams ? add_chosen(walk) : add_unapplied(walk);
}

/* 1: there may be more. */
static int apply(struct turn *turn, void *userdata)
{
	struct walk *walk = userdata;
	struct applying *applying = walk->applying;
	const struct post_walk posts = {
		.upto_id = applying->upto_id, .since_us = applying->since_us, .most = TURN_POSTS};

	walk->turn = turn;
	int r = store_each_post_down(turn->store, &posts, turn->arena, on_post, walk);
	if (r < 0 && r != -ECANCELED)
		return r;

	const bool has_more = r == -ECANCELED || walk->n_posts == TURN_POSTS;

	applying->upto_id = walk->last_id - 1;
	r = applying->streams ? 0 : store_mark_applied(turn->store, has_more ? walk->last_id : 0);
	return r < 0 ? r : has_more;
}

int applying_step(const struct turn_context *context, struct applying *applying)
{
	CLEANUP(map_freep) struct map *streams = NULL;
	struct applying next = *applying;
	struct walk walk = {.applying = &next};
	struct turn_result result = {0};
	int r = map_new(&streams);

	if (r < 0)
		return r;

	walk.streams = streams;
	/* Mostly there are none, and then nothing needs to be written. */
	r = turn_run(context, TURN_LOOKS, choose, &walk, NULL);
	if (r >= 0 && map_count(streams) > 0)
		r = turn_run(
			context, next.dry_run ? TURN_LOOKS : TURN_WRITES, apply, &walk, &result);
	if (r < 0)
		return r;

	next.n_posts += walk.n_posts;
	next.n_alerts += result.n_alerts;
	next.n_mails += result.n_mails;
	*applying = next;
	return r;
}
