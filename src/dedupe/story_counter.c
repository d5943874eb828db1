#include "dedupe/story_counter.h"

#include <errno.h>
#include <stdlib.h>

#include "base/array.h"
#include "base/map.h"

enum { ARENA_BYTES = 1 << 30, MOST_COMPARED = 16 };

/* A post, and the one before it that has the feature too. */
struct seen {
	struct sketch sketch;
	int64_t at_us;
	size_t story; /* the number of another post of it, down to the first */
};

struct link {
	size_t post;
	size_t before; /* another link of the feature, from 1; 0: none */
};

struct story_counter {
	const struct story_settings *settings;
	struct arena *arena;
	struct map *features; /* -> the last link */
	struct seen *posts;
	size_t n_posts, room_posts;
	struct link *links;
	size_t n_links, room_links;
	size_t n_stories;
};

int story_counter_new(const struct story_settings *settings, struct story_counter **ret)
{
	CLEANUP(story_counter_freep) struct story_counter *counter = calloc(1, sizeof(*counter));
	int r = counter ? arena_new(ARENA_BYTES, &counter->arena) : -ENOMEM;

	if (r == 0)
		r = map_new(&counter->features);
	if (r < 0)
		return r;

	counter->settings = settings;
	*ret = TAKE(counter);
	return 0;
}

void story_counter_free(struct story_counter *counter)
{
	if (!counter)
		return;

	free(counter->posts);
	free(counter->links);
	map_free(counter->features);
	arena_free(counter->arena);
	free(counter);
}

static size_t story_of(struct story_counter *counter, size_t post)
{
	while (counter->posts[post].story != post)
		post = counter->posts[post].story =
			counter->posts[counter->posts[post].story].story;

	return post;
}

static void compare(struct story_counter *counter, size_t one, size_t other)
{
	const struct seen *a = &counter->posts[one];
	const struct seen *b = &counter->posts[other];
	const size_t first = story_of(counter, one);
	const size_t second = story_of(counter, other);
	const int64_t apart_us = a->at_us > b->at_us ? a->at_us - b->at_us : b->at_us - a->at_us;

	if (first == second || apart_us > counter->settings->window_us ||
		!sketch_is_near(&a->sketch, &b->sketch, counter->settings))
		return;

	counter->posts[MAX(first, second)].story = MIN(first, second);
	counter->n_stories--;
}

/* Compares POST with the last ones that have FEATURE, and adds it to them. */
static int link_feature(struct story_counter *counter, uint32_t feature, size_t post)
{
	const struct slice key = slice_from((const char *)&feature, sizeof(feature));
	union map_value last = {.number = 0};
	size_t n = 0;

	(void)map_find(counter->features, key, &last);
	for (size_t at = (size_t)last.number; at != 0 && n < MOST_COMPARED; n++) {
		compare(counter, post, counter->links[at - 1].post);
		at = counter->links[at - 1].before;
	}

	int r = array_make_room(&counter->links, &counter->room_links, counter->n_links + 1,
		sizeof(*counter->links));
	if (r < 0)
		return r;

	counter->links[counter->n_links++] = (struct link){post, (size_t)last.number};
	last.number = (int64_t)counter->n_links;
	r = map_set(counter->features, key, last);
	return MIN(r, 0);
}

int story_counter_add(
	struct story_counter *counter, const struct post *post, struct words *words, int64_t at_us)
{
	const size_t number = counter->n_posts;
	struct seen seen = {.at_us = at_us, .story = number};
	int r = sketch_of(post, counter->settings, words, counter->arena, &seen.sketch);

	if (r == 0)
		r = array_make_room(
			&counter->posts, &counter->room_posts, number + 1, sizeof(seen));
	if (r < 0)
		return r;

	counter->posts[counter->n_posts++] = seen;
	counter->n_stories++;
	for (size_t i = 0; i < seen.sketch.n_features && r >= 0; i++)
		r = link_feature(counter, seen.sketch.features[i], number);
	return r;
}

size_t story_counter_count(const struct story_counter *counter)
{
	return counter->n_stories;
}
