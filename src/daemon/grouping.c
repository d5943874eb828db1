#include "daemon/grouping.h"

#include <errno.h>
#include <stdlib.h>

#include "dedupe/sketch.h"
#include "text/words.h"

enum {
	MOST_COMPARED = 48, /* posts that share a feature, those with most first */
	MOST_SPLIT = 200,   /* a larger story stays together when a post leaves it */
};

/* The sketch of a stored post; what was read goes, the sketch is in ARENA. */
static int sketch_stored(
	struct turn *turn, int64_t post_id, struct arena *arena, struct sketch *ret)
{
	struct post post;

	arena_reset(turn->scratch);
	const int r = store_get_post(turn->store, post_id, turn->scratch, &post);

	return r < 0 ? r
		     : sketch_of(&post, &turn->tools->settings->stories, turn->tools->words, arena,
			       ret);
}

/* 1 when the post KIN says what SKETCH says. */
static int is_near(struct turn *turn, const struct sketch *sketch, const struct kin *kin)
{
	struct sketch other;
	const int r = sketch_stored(turn, kin->post_id, turn->scratch, &other);

	return r < 0 ? r : sketch_is_near(sketch, &other, &turn->tools->settings->stories);
}

/* Texts that say the same have most of the shorter one's features in common; a
 * third is what chance does not give. */
static bool may_be_near(const struct kin_search *search, const struct kin *kin)
{
	return 3 * kin->n_shared >= MIN(search->features.n, kin->n_features);
}

/* Makes FOUND and *STORY_ID one story, the older of them, also in what is known
 * of the N KIN. */
static int unite(struct turn *turn, int64_t found, int64_t *story_id, struct kin *kin, size_t n)
{
	const int64_t into = *story_id == 0 ? found : MIN(*story_id, found);
	const int64_t from = *story_id == 0 ? found : MAX(*story_id, found);

	*story_id = into;
	if (into == from)
		return 0;
	for (size_t i = 0; i < n; i++)
		if (kin[i].story_id == from)
			kin[i].story_id = into;

	return store_merge_stories(turn->store, into, from);
}

/* The story of those near SKETCH; *STORY_ID is the one that the post has, or 0. */
static int find_story(struct turn *turn, const struct sketch *sketch,
	const struct kin_search *search, int64_t *story_id)
{
	struct kin *kin;
	size_t n;
	size_t n_compared = 0;
	int r = store_find_kin(turn->store, search, turn->arena, &kin, &n);

	for (size_t i = 0; r >= 0 && i < n && n_compared < MOST_COMPARED; i++) {
		if (kin[i].story_id == *story_id || !may_be_near(search, &kin[i]))
			continue;
		n_compared++;
		r = is_near(turn, sketch, &kin[i]);
		if (r > 0)
			r = unite(turn, kin[i].story_id, story_id, kin, n);
	}
	return r;
}

/* Finds the post's story, which is STORY_ID unless others say the same. */
static int settle(struct turn *turn, const struct post *post, int64_t post_id, int64_t story_id)
{
	struct sketch sketch;
	int r = sketch_of(
		post, &turn->tools->settings->stories, turn->tools->words, turn->arena, &sketch);
	if (r < 0)
		return r;

	const struct kin_search search = {.post_id = post_id,
		.window_us = turn->tools->settings->stories.window_us,
		.features = {sketch.features, sketch.n_features}};

	if (sketch.n_features > 0)
		r = find_story(turn, &sketch, &search, &story_id);

	return r < 0 ? r
		     : store_set_story(turn->store, post_id, story_id, &search.features, &story_id);
}

int grouping_join(struct turn *turn, const struct post *post, int64_t post_id)
{
	int64_t story_id;
	const int r = store_story_of(turn->store, post_id, &story_id);

	return r < 0 || story_id != 0 ? r : settle(turn, post, post_id, 0);
}

int grouping_move(struct turn *turn, const struct post *post, int64_t post_id, int64_t old_id)
{
	struct post_ids left = {0};
	int r = 0;

	if (old_id != 0)
		r = store_list_story(turn->store, old_id, 2, turn->arena, &left);
	/* Alone in its story it takes that along: incidents know it. */
	if (r < 0 || left.n < 2)
		return r < 0 ? r : settle(turn, post, post_id, old_id);

	r = store_leave_story(turn->store, post_id);
	if (r >= 0)
		r = grouping_split(turn, old_id);
	return r < 0 ? r : settle(turn, post, post_id, 0);
}

/* --- falling apart -------------------------------------------------------------- */

struct member {
	int64_t post_id;
	int64_t fetched_us;
	struct sketch sketch;
	size_t part; /* the first member that it hangs together with */
};

static int read_members(struct turn *turn, const struct post_ids *ids, struct member *members)
{
	int r = 0;

	for (size_t i = 0; r >= 0 && i < ids->n; i++) {
		members[i].post_id = ids->list[i];
		members[i].part = i;
		r = store_fetched_at(turn->store, ids->list[i], &members[i].fetched_us);
		if (r >= 0)
			r = sketch_stored(turn, ids->list[i], turn->arena, &members[i].sketch);
	}
	return r;
}

static void rename_part(struct member *members, size_t n, size_t from, size_t into)
{
	for (size_t i = 0; i < n; i++)
		if (members[i].part == from)
			members[i].part = into;
}

static void find_parts(struct member *members, size_t n, const struct story_settings *settings)
{
	for (size_t i = 1; i < n; i++)
		for (size_t j = 0; j < i; j++)
			if (members[i].part != members[j].part &&
				members[i].fetched_us - members[j].fetched_us <=
					settings->window_us &&
				sketch_is_near(&members[i].sketch, &members[j].sketch, settings))
				rename_part(members, i + 1, MAX(members[i].part, members[j].part),
					MIN(members[i].part, members[j].part));
}

/* The part that begins with the first post keeps the story. */
static int split_parts(struct turn *turn, int64_t story_id, const struct member *members, size_t n)
{
	int64_t *ids = arena_array(turn->arena, n, sizeof(*ids));
	int r = ids ? 0 : -ENOMEM;

	for (size_t part = 1; r >= 0 && part < n; part++) {
		size_t n_ids = 0;

		for (size_t i = part; i < n; i++)
			if (members[i].part == part)
				ids[n_ids++] = members[i].post_id;
		if (n_ids > 0)
			r = store_split_story(turn->store, story_id, ids, n_ids);
	}
	return r;
}

int grouping_split(struct turn *turn, int64_t story_id)
{
	struct post_ids ids = {0};
	int r = store_list_story(turn->store, story_id, MOST_SPLIT + 1, turn->arena, &ids);

	if (r < 0 || ids.n < 2 || ids.n > MOST_SPLIT)
		return r;

	struct member *members = arena_array(turn->arena, ids.n, sizeof(*members));

	r = members ? read_members(turn, &ids, members) : -ENOMEM;
	if (r < 0)
		return r;

	find_parts(members, ids.n, &turn->tools->settings->stories);
	return split_parts(turn, story_id, members, ids.n);
}
