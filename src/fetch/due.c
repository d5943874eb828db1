#include "fetch/due.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>

int due_reserve(struct due_heap *heap, size_t n)
{
	if (n <= heap->capacity)
		return 0;

	struct due_entry **entries = reallocarray(heap->entries, n, sizeof(struct due_entry *));
	if (!entries)
		return -ENOMEM;

	heap->entries = entries;
	heap->capacity = n;
	return 0;
}

void due_done(struct due_heap *heap)
{
	free(heap->entries);
	*heap = (struct due_heap){0};
}

static void put(struct due_heap *heap, size_t place, struct due_entry *entry)
{
	heap->entries[place - 1] = entry;
	entry->place = place;
}

static uint64_t at(const struct due_heap *heap, size_t place)
{
	return heap->entries[place - 1]->at_us;
}

/* Moves ENTRY, whose place is free, to where it belongs. */
static void settle(struct due_heap *heap, size_t place, struct due_entry *entry)
{
	while (place > 1 && at(heap, place / 2) > entry->at_us) {
		put(heap, place, heap->entries[place / 2 - 1]);
		place /= 2;
	}
	for (;;) {
		size_t child = 2 * place;

		if (child < heap->n && at(heap, child + 1) < at(heap, child))
			child++;
		if (child > heap->n || at(heap, child) >= entry->at_us)
			break;
		put(heap, place, heap->entries[child - 1]);
		place = child;
	}
	put(heap, place, entry);
}

bool due_is_in(const struct due_entry *entry)
{
	return entry->place != 0;
}

void due_set(struct due_heap *heap, struct due_entry *entry, uint64_t at_us)
{
	size_t place = entry->place;

	entry->at_us = at_us;
	if (place == 0) {
		assert(heap->n < heap->capacity);
		place = ++heap->n;
		put(heap, place, entry);
	}
	settle(heap, place, entry);
}

void due_remove(struct due_heap *heap, struct due_entry *entry)
{
	const size_t place = entry->place;

	if (place == 0)
		return;

	struct due_entry *last = heap->entries[--heap->n];

	entry->place = 0;
	if (last != entry)
		settle(heap, place, last);
}

struct due_entry *due_first(const struct due_heap *heap)
{
	return heap->n > 0 ? heap->entries[0] : NULL;
}
