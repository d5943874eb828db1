/* fetch/slots.h: who may ask now: bounds in all and per host.
 *
 * What waits for its host stands in that host's line, so a slow host delays no
 * other; what has a place at its host stands in one line for all.  All steps
 * take the same time, however many wait.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <sys/queue.h>

enum slot_place {
	SLOT_NONE,
	SLOT_WAITING, /* for a place at its host */
	SLOT_READY,   /* has that one, and waits for a place among all */
	SLOT_TAKEN,
};

/* Part of its owner's struct; {0} with OWNER set. */
struct slot {
	void *owner;
	TAILQ_ENTRY(slot) entry;
	struct host *host; /* NULL: SLOT_NONE */
	enum slot_place place;
};

TAILQ_HEAD(slot_list, slot);

struct slots {
	unsigned int max_parallel;
	unsigned int max_per_host;
	size_t n_waiting; /* also those that are ready */
	size_t n_taken;
	struct map *hosts; /* those that are in use */
	struct slot_list ready;
};

/* -ENOMEM. */
int slots_init(struct slots *slots);
/* All slots must have left. */
void slots_done(struct slots *slots);

/* Puts SLOT in line for the host of URL, unless it is in line already.  What is
 * no URL has a line of its own.  -ENOMEM. */
int slots_want(struct slots *slots, struct slot *slot, const char *url);
/* The next that may ask, which is then taken; NULL when there is no room or
 * nobody. */
struct slot *slots_take(struct slots *slots);
/* Gives back what SLOT has, wherever it stands. */
void slots_leave(struct slots *slots, struct slot *slot);
