#include "base/arena.h"

#include <assert.h>
#include <errno.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BLOCK_BYTES = 1024 }; /* the first: queries have one of their own, by the thousand */

struct block {
	struct block *previous;
	size_t size;
	size_t used;
	_Alignas(max_align_t) char bytes[];
};

struct arena {
	struct block *block;
	size_t max_bytes;
	size_t used;
};

int arena_new(size_t max_bytes, struct arena **ret)
{
	struct arena *arena = calloc(1, sizeof(*arena));

	if (!arena)
		return -ENOMEM;

	arena->max_bytes = max_bytes;
	*ret = arena;
	return 0;
}

void arena_free(struct arena *arena)
{
	if (!arena)
		return;

	while (arena->block) {
		struct block *block = arena->block;

		arena->block = block->previous;
		free(block);
	}
	free(arena);
}

static struct block *add_block(struct arena *arena, size_t bytes)
{
	/* Blocks grow with what is in use, so that a large fetch needs few. */
	const size_t size = MAX(bytes, MAX((size_t)BLOCK_BYTES, MIN(arena->used, (size_t)1 << 20)));
	struct block *block = malloc(sizeof(*block) + size);

	if (!block)
		return NULL;

	block->previous = arena->block;
	block->size = size;
	block->used = 0;
	arena->block = block;
	return block;
}

void *arena_alloc(struct arena *arena, size_t bytes)
{
	const size_t alignment = _Alignof(max_align_t);

	assert(arena);
	if (bytes > arena->max_bytes - arena->used)
		return NULL;

	const size_t rounded = (MAX(bytes, (size_t)1) + alignment - 1) & ~(alignment - 1);
	struct block *block = arena->block;

	if (!block || block->size - block->used < rounded) {
		block = add_block(arena, rounded);
		if (!block)
			return NULL;
	}

	void *place = block->bytes + block->used;

	block->used += rounded;
	arena->used += bytes;
	return memset(place, 0, rounded);
}

void *arena_array(struct arena *arena, size_t count, size_t size)
{
	size_t bytes;

	if (__builtin_mul_overflow(count, size, &bytes))
		return NULL;

	return arena_alloc(arena, bytes);
}

void *arena_grow(struct arena *arena, const void *ptr, size_t old_count, size_t count, size_t size)
{
	assert(count >= old_count);

	void *grown = arena_array(arena, count, size);
	if (grown && old_count > 0)
		memcpy(grown, ptr, old_count * size);

	return grown;
}

char *arena_copy(struct arena *arena, struct slice text)
{
	char *copy = text.len < SIZE_MAX ? arena_alloc(arena, text.len + 1) : NULL;

	if (copy && text.len > 0)
		memcpy(copy, text.ptr, text.len);

	return copy;
}

char *arena_copy_text(struct arena *arena, const char *text)
{
	return arena_copy(arena, slice_of(text));
}

char *arena_format(struct arena *arena, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	const int length = vsnprintf(NULL, 0, format, arguments);
	va_end(arguments);

	char *text = length >= 0 ? arena_alloc(arena, (size_t)length + 1) : NULL;
	if (!text)
		return NULL;

	va_start(arguments, format);
	vsnprintf(text, (size_t)length + 1, format, arguments);
	va_end(arguments);
	return text;
}

size_t arena_used(const struct arena *arena)
{
	return arena->used;
}

void arena_reset(struct arena *arena)
{
	struct block *block = arena->block;

	while (block && block->previous) {
		struct block *previous = block->previous;

		free(block);
		block = previous;
	}
	if (block)
		block->used = 0;
	arena->block = block;
	arena->used = 0;
}
