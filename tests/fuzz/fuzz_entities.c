/* Any bytes through the finder of hashtags, handles and links: what is found
 * comes in order and lies inside the text. */
#include <assert.h>

#include "fuzz/fuzz.h"
#include "text/entities.h"

enum { ARENA_BYTES = 16 << 20 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	CLEANUP(arena_freep) struct arena *arena = NULL;
	const struct slice text = slice_from((const char *)data, size);
	struct entities found;
	struct entity entity;
	size_t end = 0;
	size_t n = 0;

	for (size_t at = 0; entities_next(text, &at, &entity); n++) {
		assert(entity.start >= end && entity.end > entity.start);
		end = entity.end;
		assert(end <= size && at == end);
	}
	if (arena_new(ARENA_BYTES, &arena) < 0 || entities_find(text, arena, &found) < 0)
		return 0;

	assert(found.hashtags.n + found.handles.n + found.links.n == n);

	struct post post = {.text = arena_copy(arena, text)};

	if (post.text)
		entities_add(&post, arena);
	return 0;
}
