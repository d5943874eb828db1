#include "fetch/slots.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/map.h"
#include "http/target.h"

struct host {
	char *name;
	unsigned int n_used; /* ready or taken */
	struct slot_list waiting;
};

int slots_init(struct slots *slots)
{
	*slots = (struct slots){0};
	TAILQ_INIT(&slots->ready);
	return map_new(&slots->hosts);
}

void slots_done(struct slots *slots)
{
	map_free(slots->hosts);
	*slots = (struct slots){0};
}

static int host_new(struct slots *slots, const char *name, struct host **ret)
{
	struct host *host = calloc(1, sizeof(*host));
	char *copy = strdup(name);
	int r = host && copy ? 0 : -ENOMEM;

	if (r >= 0)
		r = map_set(slots->hosts, slice_of(name), (union map_value){.pointer = host});
	if (r < 0) {
		free(host);
		free(copy);
		return r;
	}

	host->name = copy;
	TAILQ_INIT(&host->waiting);
	*ret = host;
	return 0;
}

static int host_of(struct slots *slots, const char *url_text, struct host **ret)
{
	CLEANUP(target_done) struct target url = {0};
	union map_value value;
	int r;

	r = target_parse(url_text, NULL, &url);
	if (r == -ENOMEM)
		return r;

	const char *name = r >= 0 ? url.host : "";

	if (map_find(slots->hosts, slice_of(name), &value) == 0)
		return host_new(slots, name, ret);

	*ret = value.pointer;
	return 0;
}

static void host_free_unused(struct slots *slots, struct host *host)
{
	if (host->n_used > 0 || !TAILQ_EMPTY(&host->waiting))
		return;

	map_remove(slots->hosts, slice_of(host->name));
	free(host->name);
	free(host);
}

static void make_ready(struct slots *slots, struct slot *slot)
{
	slot->host->n_used++;
	slot->place = SLOT_READY;
	TAILQ_INSERT_TAIL(&slots->ready, slot, entry);
}

int slots_want(struct slots *slots, struct slot *slot, const char *url)
{
	int r;

	if (slot->place != SLOT_NONE)
		return 0;
	r = host_of(slots, url, &slot->host);
	if (r < 0)
		return r;

	slots->n_waiting++;
	if (slot->host->n_used < slots->max_per_host) {
		make_ready(slots, slot);
		return 0;
	}
	slot->place = SLOT_WAITING;
	TAILQ_INSERT_TAIL(&slot->host->waiting, slot, entry);
	return 0;
}

struct slot *slots_take(struct slots *slots)
{
	struct slot *slot = TAILQ_FIRST(&slots->ready);

	if (!slot || slots->n_taken >= slots->max_parallel)
		return NULL;

	TAILQ_REMOVE(&slots->ready, slot, entry);
	slots->n_waiting--;
	slots->n_taken++;
	slot->place = SLOT_TAKEN;
	return slot;
}

/* A place at HOST is free: the first that waits there gets it. */
static void pass_on(struct slots *slots, struct host *host)
{
	struct slot *next = TAILQ_FIRST(&host->waiting);

	host->n_used--;
	if (!next)
		return;

	TAILQ_REMOVE(&host->waiting, next, entry);
	make_ready(slots, next);
}

void slots_leave(struct slots *slots, struct slot *slot)
{
	struct host *host = slot->host;

	switch (slot->place) {
	case SLOT_NONE:
		return;
	case SLOT_WAITING:
		TAILQ_REMOVE(&host->waiting, slot, entry);
		slots->n_waiting--;
		break;
	case SLOT_READY:
		TAILQ_REMOVE(&slots->ready, slot, entry);
		slots->n_waiting--;
		pass_on(slots, host);
		break;
	case SLOT_TAKEN:
		slots->n_taken--;
		pass_on(slots, host);
		break;
	}
	slot->place = SLOT_NONE;
	slot->host = NULL;
	host_free_unused(slots, host);
}
