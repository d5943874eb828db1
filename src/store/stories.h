/* store/stories.h: stories: posts that say the same.
 *
 * A part of store/store.h, which others include. */
#pragma once

#include "record/search.h"

struct arena;
struct store;

/* By what the copies of a text are found, sorted; made by dedupe/. */
struct features {
	const uint32_t *list;
	size_t n;
};

/* Assigns the post to a story: STORY_ID, or a new one when that is 0.  From now
 * on it is found by FEATURES. */
int store_set_story(struct store *store, int64_t post_id, int64_t story_id,
	const struct features *features, int64_t *ret_story_id);
/* The story of the post; *RET is 0 when it has none. */
int store_story_of(struct store *store, int64_t post_id, int64_t *ret);
/* The post has no story any more, and is not found. */
int store_leave_story(struct store *store, int64_t post_id);
/* All posts of the story FROM are of INTO; FROM is gone. */
int store_merge_stories(struct store *store, int64_t into, int64_t from);
/* These posts of STORY_ID become a story of their own. */
int store_split_story(
	struct store *store, int64_t story_id, const int64_t *post_ids, size_t n_posts);

struct post_ids {
	int64_t *list;
	size_t n;
};
/* The posts of a story, the first ones first, at most MOST. */
int store_list_story(struct store *store, int64_t story_id, size_t most, struct arena *arena,
	struct post_ids *ret);

struct kin_search {
	int64_t post_id;
	int64_t window_us; /* between the fetches of the two */
	struct features features;
};
struct kin {
	int64_t post_id, story_id;
	size_t n_features, n_shared;
};
/* Posts in the window that have features in common, those with most first.  Few
 * for each feature, so a search costs the same however many posts there are. */
int store_find_kin(struct store *store, const struct kin_search *search, struct arena *arena,
	struct kin **ret, size_t *ret_n);
