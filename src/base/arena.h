/* base/arena.h: memory that goes together.
 *
 * Each fetch has one arena: its posts, mentions, alerts and all their strings
 * live there and are released at once.  An arena has a maximum; asking for
 * more gives NULL, which callers report as -ENOMEM.  Nothing in an arena is
 * freed alone.
 */
#pragma once

#include "base/macro.h"
#include "base/slice.h"

struct arena;

/* MAX_BYTES bounds all that the arena will ever hand out. */
int arena_new(size_t max_bytes, struct arena **ret);
void arena_free(struct arena *arena);
DEFINE_CLEANUP(struct arena *, arena_free);

/* Zeroed memory, aligned for any type; NULL when the maximum is reached or
 * memory is out. */
void *arena_alloc(struct arena *arena, size_t bytes);
/* Zeroed room for COUNT elements of SIZE bytes; NULL also on overflow. */
void *arena_array(struct arena *arena, size_t count, size_t size);
/* Grows the array at PTR (of OLD_COUNT elements, NULL for none) to COUNT
 * elements and returns its new place; the old one stays valid until the
 * arena goes. */
void *arena_grow(struct arena *arena, const void *ptr, size_t old_count, size_t count, size_t size);

/* A NUL-terminated copy. */
char *arena_copy(struct arena *arena, struct slice text);
char *arena_copy_text(struct arena *arena, const char *text);
char *arena_format(struct arena *arena, const char *format, ...) PRINTF_LIKE(2, 3);

/* Bytes handed out so far. */
size_t arena_used(const struct arena *arena);
/* Empties the arena for the next round; its first block is kept. */
void arena_reset(struct arena *arena);
