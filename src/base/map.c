#include "base/map.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { FIRST_SLOTS = 16 };

struct entry {
	char *key; /* NULL: removed */
	size_t key_len;
	uint64_t hash;
	union map_value value;
};

/* NUMBER is 1 + the index into the entries, 0 where free.  TAG is a part of the
 * key's hash: most other keys are told by it without a look at their entry,
 * which is far away in memory. */
struct slot {
	uint32_t number, tag;
};

/* A removed entry keeps its slot until the table is rebuilt. */
struct map {
	struct entry *entries;
	size_t n_entries;
	size_t n_live;
	struct slot *slots;
	size_t n_slots; /* a power of two */
	uint64_t seed;
};

uint64_t hash_bytes(struct slice bytes, uint64_t seed)
{
	uint64_t hash = UINT64_C(0xcbf29ce484222325) ^ seed;

	for (size_t i = 0; i < bytes.len; i++)
		hash = (hash ^ (unsigned char)bytes.ptr[i]) * UINT64_C(0x100000001b3);

	/* FNV leaves the high bits of the last byte weak: mix as murmur3 does. */
	hash ^= hash >> 33;
	hash *= UINT64_C(0xff51afd7ed558ccd);
	return hash ^ hash >> 33;
}

int map_new(struct map **ret)
{
	CLEANUP(map_freep) struct map *map = calloc(1, sizeof(*map));
	if (!map)
		return -ENOMEM;

	map->n_slots = FIRST_SLOTS;
	map->slots = calloc(map->n_slots, sizeof(*map->slots));
	map->entries = calloc(map->n_slots / 2, sizeof(*map->entries));
	map->seed = (uint64_t)(uintptr_t)map;
	if (!map->slots || !map->entries)
		return -ENOMEM;

	*ret = TAKE(map);
	return 0;
}

void map_free(struct map *map)
{
	if (!map)
		return;

	for (size_t i = 0; i < map->n_entries; i++)
		free(map->entries[i].key);
	free(map->entries);
	free(map->slots);
	free(map);
}

static struct slot make_slot(size_t number, uint64_t hash)
{
	return (struct slot){.number = (uint32_t)number, .tag = (uint32_t)(hash >> 32)};
}

/* Whether SLOT, which is not free, holds KEY. */
static bool holds(const struct map *map, struct slot slot, struct slice key, uint64_t hash)
{
	if (slot.tag != (uint32_t)(hash >> 32))
		return false;

	const struct entry *entry = &map->entries[slot.number - 1];
	return entry->key && entry->hash == hash &&
	       slice_equals(slice_from(entry->key, entry->key_len), key);
}

/* The slot that holds KEY, or the free one where it would go. */
static size_t slot_of(const struct map *map, struct slice key, uint64_t hash)
{
	size_t slot = hash & (map->n_slots - 1);

	while (map->slots[slot].number != 0 && !holds(map, map->slots[slot], key, hash))
		slot = (slot + 1) & (map->n_slots - 1);

	return slot;
}

/* Rebuilds both arrays without the removed entries. */
static int rebuild(struct map *map)
{
	const size_t n_slots =
		map->n_live * 2 >= map->n_slots / 2 ? map->n_slots * 2 : map->n_slots;
	struct slot *slots = calloc(n_slots, sizeof(*slots));
	struct entry *entries = calloc(n_slots / 2, sizeof(*entries));
	size_t n = 0;

	if (!slots || !entries) {
		free(slots);
		free(entries);
		return -ENOMEM;
	}

	for (size_t i = 0; i < map->n_entries; i++) {
		if (!map->entries[i].key)
			continue;

		size_t slot = map->entries[i].hash & (n_slots - 1);

		while (slots[slot].number != 0)
			slot = (slot + 1) & (n_slots - 1);
		entries[n++] = map->entries[i];
		slots[slot] = make_slot(n, map->entries[i].hash);
	}

	free(map->slots);
	free(map->entries);
	map->slots = slots;
	map->entries = entries;
	map->n_slots = n_slots;
	map->n_entries = n;
	return 0;
}

int map_set(struct map *map, struct slice key, union map_value value)
{
	const uint64_t hash = hash_bytes(key, map->seed);
	size_t slot = slot_of(map, key, hash);

	if (map->slots[slot].number != 0) {
		map->entries[map->slots[slot].number - 1].value = value;
		return 0;
	}
	if (map->n_entries == map->n_slots / 2) {
		const int r = rebuild(map);
		if (r < 0)
			return r;
		slot = slot_of(map, key, hash);
	}

	char *copy = malloc(key.len + 1);
	if (!copy)
		return -ENOMEM;
	if (key.len > 0)
		memcpy(copy, key.ptr, key.len);
	copy[key.len] = '\0';

	map->entries[map->n_entries++] = (struct entry){copy, key.len, hash, value};
	map->slots[slot] = make_slot(map->n_entries, hash);
	map->n_live++;
	return 1;
}

int map_find(const struct map *map, struct slice key, union map_value *ret)
{
	const uint32_t index = map->slots[slot_of(map, key, hash_bytes(key, map->seed))].number;

	if (index == 0)
		return 0;
	if (ret)
		*ret = map->entries[index - 1].value;
	return 1;
}

int map_remove(struct map *map, struct slice key)
{
	const uint32_t index = map->slots[slot_of(map, key, hash_bytes(key, map->seed))].number;

	if (index == 0)
		return 0;

	free(map->entries[index - 1].key);
	map->entries[index - 1].key = NULL;
	map->n_live--;
	return 1;
}

size_t map_count(const struct map *map)
{
	return map->n_live;
}

bool map_next(const struct map *map, size_t *position, struct slice *ret_key, union map_value *ret)
{
	while (*position < map->n_entries && !map->entries[*position].key)
		++*position;
	if (*position >= map->n_entries)
		return false;

	const struct entry *entry = &map->entries[(*position)++];

	*ret_key = slice_from(entry->key, entry->key_len);
	if (ret)
		*ret = entry->value;
	return true;
}
