/* fetch/due.h: what is due next, out of many (a binary heap).
 *
 * Each entry is part of its owner's struct and knows its place, so that moving
 * or removing it costs no search.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct due_entry {
	uint64_t at_us;
	size_t place; /* from 1; 0: not in a heap */
};

struct due_heap {
	struct due_entry **entries;
	size_t n;
	size_t capacity;
};

/* Room for N entries in all, so that due_set() cannot fail.  -ENOMEM. */
int due_reserve(struct due_heap *heap, size_t n);
void due_done(struct due_heap *heap);

bool due_is_in(const struct due_entry *entry);
/* Puts ENTRY at AT_US, or moves it there. */
void due_set(struct due_heap *heap, struct due_entry *entry, uint64_t at_us);
/* Takes ENTRY out; no harm when it isn't in. */
void due_remove(struct due_heap *heap, struct due_entry *entry);
/* The earliest, or NULL. */
struct due_entry *due_first(const struct due_heap *heap);
