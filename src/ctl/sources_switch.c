#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#include "base/arena.h"
#include "base/log.h"
#include "base/nearest.h"
#include "ctl/database.h"
#include "ctl/sources.h"

enum { ARENA_MAX_BYTES = 1 << 30 };

static const struct source_row *find(const struct source_row *list, size_t n, const char *name)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(list[i].name, name) == 0)
			return &list[i];

	return NULL;
}

static int refuse_name(const struct source_row *list, size_t n, const char *name)
{
	struct nearest nearest = nearest_start(slice_of(name));

	for (size_t i = 0; i < n; i++)
		nearest_offer(&nearest, list[i].name);
	if (nearest.name)
		log_error(0, "There is no source %s (did you mean %s?)", name, nearest.name);
	else
		log_error(0, "There is no source %s among those that mentiond has loaded", name);
	return -ENOENT;
}

/* The source that the first argument names, in ARENA. */
static int find_source(
	struct ctl *ctl, struct store *store, struct arena *arena, const struct source_row **ret)
{
	const char *name = ctl_argument(ctl, 0);
	struct source_row *list = NULL;
	size_t n = 0;
	const int r = store_list_sources(store, database_now_us(), arena, &list, &n);

	if (r < 0)
		return database_error(store, r, "Cannot read the sources");

	*ret = find(list, n, name);
	return *ret ? 0 : refuse_name(list, n, name);
}

static int open_and_find(struct ctl *ctl, struct arena **ret_arena, struct store **ret_store,
	const struct source_row **ret)
{
	int r = database_open_named(ctl, STORE_WRITE, ret_store);

	if (r < 0)
		return r;

	r = arena_new(ARENA_MAX_BYTES, ret_arena);
	return r < 0 ? log_error(r, "Cannot start") : find_source(ctl, *ret_store, *ret_arena, ret);
}

int sources_disable(struct ctl *ctl)
{
	CLEANUP(store_closep) struct store *store = NULL;
	CLEANUP(arena_freep) struct arena *arena = NULL;
	const struct source_row *row = NULL;
	int r = open_and_find(ctl, &arena, &store, &row);

	if (!row)
		return r;

	const struct source_switch wanted = {.source = row->name,
		.actor = database_actor(ctl),
		.why = ctl_text(ctl, "why"),
		.now_us = database_now_us()};

	r = store_switch_source_off(store, &wanted);
	if (r < 0)
		return database_error(store, r, "Cannot disable the source");
	if (r == 0)
		log_warning(0, "%s is disabled already, by %s", row->name, row->switched_off_by);
	else
		printf("%s is disabled: mentiond stops asking it within a minute\n", row->name);
	return 0;
}

int sources_enable(struct ctl *ctl)
{
	CLEANUP(store_closep) struct store *store = NULL;
	CLEANUP(arena_freep) struct arena *arena = NULL;
	const struct source_row *row = NULL;
	int r = open_and_find(ctl, &arena, &store, &row);

	if (!row)
		return r;

	r = store_switch_source_on(store, row->name);
	if (r < 0)
		return database_error(store, r, "Cannot enable the source");
	if (!row->configured)
		log_error(0, "%s is no longer in the settings, and not asked", row->name);
	else if (!row->enabled)
		log_error(0, "%s is disabled in the settings: remove its `enabled: false' there",
			row->name);
	else if (r == 0)
		log_warning(0, "%s is enabled already", row->name);
	else
		printf("%s is enabled: mentiond asks it again within a minute\n", row->name);
	return row->configured && row->enabled ? 0 : EX_CONFIG;
}
