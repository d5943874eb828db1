#include "dedupe/stories.h"

#include <errno.h>
#include <stdlib.h>

#include "base/clock.h"
#include "dedupe/fingerprint.h"

enum { MAX_DISTANCE = 8, WINDOW_DAYS = 3 };

struct seen_story {
	uint64_t fingerprint;
	int64_t story_id;
	int64_t at_us;
};

struct stories {
	struct seen_story *list;
	size_t n, room;
};

int stories_new(struct stories **ret)
{
	struct stories *stories = calloc(1, sizeof(*stories));

	if (!stories)
		return -ENOMEM;

	*ret = stories;
	return 0;
}

void stories_free(struct stories *stories)
{
	if (!stories)
		return;

	free(stories->list);
	free(stories);
}

int stories_add(struct stories *stories, uint64_t fingerprint, int64_t story_id, int64_t at_us)
{
	if (fingerprint == 0)
		return 0;

	if (stories->n == stories->room) {
		const size_t room = MAX(stories->room * 2, (size_t)64);
		struct seen_story *grown = reallocarray(stories->list, room, sizeof(*grown));

		if (!grown)
			return -ENOMEM;
		stories->list = grown;
		stories->room = room;
	}

	stories->list[stories->n++] = (struct seen_story){fingerprint, story_id, at_us};
	return 0;
}

int64_t stories_find(const struct stories *stories, uint64_t fingerprint, int64_t at_us)
{
	const int64_t since_us = at_us - stories_window_us();
	unsigned int nearest = MAX_DISTANCE + 1;
	int64_t story_id = 0;

	if (fingerprint == 0)
		return 0;

	for (size_t i = 0; i < stories->n; i++) {
		const struct seen_story *seen = &stories->list[i];
		const unsigned int distance = fingerprint_distance(seen->fingerprint, fingerprint);

		if (distance < nearest && seen->at_us >= since_us) {
			nearest = distance;
			story_id = seen->story_id;
		}
	}
	return story_id;
}

bool stories_is_near(uint64_t a, uint64_t b)
{
	return a != 0 && b != 0 && fingerprint_distance(a, b) <= MAX_DISTANCE;
}

void stories_forget(struct stories *stories, int64_t until_us)
{
	size_t kept = 0;

	for (size_t i = 0; i < stories->n; i++)
		if (stories->list[i].at_us >= until_us)
			stories->list[kept++] = stories->list[i];

	stories->n = kept;
}

int64_t stories_window_us(void)
{
	return WINDOW_DAYS * US_PER_DAY;
}
