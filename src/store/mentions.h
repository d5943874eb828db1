/* store/mentions.h: mentions: what a stream found, and what was scored.
 *
 * A part of store/store.h, which others include. */
#pragma once

#include "record/item.h"
#include "record/mention.h"
#include "record/post.h"
#include "record/search.h"
#include "record/sentiment.h"

struct arena;
struct store;

struct new_mention {
	int64_t post_id;
	const struct match *match;
	const struct sentiment *sentiment;      /* of the sentences that matched */
	const struct sentiment *post_sentiment; /* of the whole post */
	int64_t now_us;
};

/* Adds the mention, or replaces what it says after an edit (it keeps its id).
 * Its time is that of the fetch of its post.  A post that store_set_story()
 * was not called for gets a story of its own.  1 new, 0 replaced. */
int store_add_mention(struct store *store, const struct new_mention *mention, int64_t *ret_id);
/* Mentions of the post by streams that are not among KEEP go away (an edit). */
int store_keep_mentions(
	struct store *store, int64_t post_id, const struct match *keep, size_t n_keep);

struct post_mention {
	int64_t id;
	const char *stream;
	bool is_touched; /* a person relabelled it, or it raised an alert */
};
int store_list_post_mentions(struct store *store, int64_t post_id, struct arena *arena,
	struct post_mention **ret, size_t *ret_n);
/* Whether the mention's hits are those of MATCH: 1 or 0. */
int store_has_hits(struct store *store, int64_t mention_id, const struct match *match);
/* A post that is no mention any more is in no story. */
int store_remove_mention(struct store *store, int64_t mention_id, int64_t post_id);

struct mention_filter {
	const char *stream;             /* NULL: any */
	const char *label;              /* "negative", ...; NULL: any */
	bool angry_only, labelled_only; /* labelled by a person */
	int64_t from_us, until_us;      /* fetched, half-open; until 0: no end */
	int64_t after_id;               /* only mentions with a larger id */
	const struct search *search;    /* NULL: any; leaves out posts that do not fulfil it, but
					 * not all of them */
	bool oldest_first;
	size_t limit; /* 0: no limit */
};
/* Calls FOUND for each mention, the latest first unless asked otherwise.  The
 * item lives in ARENA, which is emptied for each. */
int store_each_mention(struct store *store, const struct mention_filter *filter,
	struct arena *arena, int (*found)(const struct item *item, void *userdata), void *userdata);
/* What a person says of a mention. */
struct correction {
	int64_t mention_id;
	enum sentiment_label label;
	bool angry;
	const char *actor;
	int64_t now_us;
};
/* It counts more than the score, from now on, and is kept with who and when.
 * -ENOENT. */
int store_correct(struct store *store, const struct correction *correction);
/* -ENOENT. */
int store_get_post(struct store *store, int64_t id, struct arena *arena, struct post *ret);
int store_fetched_at(struct store *store, int64_t post_id, int64_t *ret_us);
/* Calls FOUND for each post fetched since SINCE_US, matched or not, the oldest
 * first: for backtest and rescore.  As above. */
int store_each_post(struct store *store, int64_t since_us, struct arena *arena,
	int (*found)(const struct post *post, int64_t id, int64_t fetched_us, void *userdata),
	void *userdata);

/* Posts by id, downwards. */
struct post_walk {
	int64_t upto_id;
	int64_t since_us; /* fetched */
	size_t most;
	const struct search *search; /* as that of a mention_filter */
};
/* Calls FOUND for each, as store_each_post(). */
int store_each_post_down(struct store *store, const struct post_walk *walk, struct arena *arena,
	int (*found)(const struct post *post, int64_t id, int64_t fetched_us, void *userdata),
	void *userdata);
/* The largest id of a post, 0 when there is none, and how many there are since
 * SINCE_US. */
int store_count_posts(struct store *store, int64_t since_us, int64_t *ret_last_id, size_t *ret_n);
