/* base/map.h: a hash table from byte strings to pointers or numbers.
 *
 * Open addressing with linear probing; keys are copied into the table's own
 * memory.  The hash is seeded per process (SipHash would be the textbook
 * answer; keys from outside are bounded per fetch, so FNV-1a with a seed and a
 * final mix does).  Iteration is in order of insertion.
 */
#pragma once

#include "base/macro.h"
#include "base/slice.h"

struct map;

union map_value {
	void *pointer;
	int64_t number;
};

int map_new(struct map **ret);
/* Does not free the values. */
void map_free(struct map *map);
DEFINE_CLEANUP(struct map *, map_free);

/* Sets KEY to VALUE.  1 when KEY is new, 0 when its value was replaced,
 * -ENOMEM. */
int map_set(struct map *map, struct slice key, union map_value value);
/* 1 and *RET (which may be NULL) when KEY is there, 0 else. */
int map_find(const struct map *map, struct slice key, union map_value *ret);
/* 1 when KEY was there. */
int map_remove(struct map *map, struct slice key);

size_t map_count(const struct map *map);
/* The entry at or after *POSITION in order of insertion, *POSITION behind it;
 * false at the end.  Start with 0. */
bool map_next(const struct map *map, size_t *position, struct slice *ret_key, union map_value *ret);

uint64_t hash_bytes(struct slice bytes, uint64_t seed);
