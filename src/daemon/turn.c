#include "daemon/turn.h"

#include <assert.h>

static int open_arenas(struct arena **ret_arena, struct arena **ret_scratch)
{
	const int r = arena_new(TURN_ARENA_BYTES, ret_arena);

	return r < 0 ? r : arena_new(TURN_ARENA_BYTES, ret_scratch);
}

/* A clock that was set back must not put a post before a digest that is sent. */
static int find_fetched(struct store *store, int64_t now_us, int64_t *ret)
{
	struct instant until = {0};
	const int r = store_last_digest(store, NULL, now_us, &until);

	*ret = until.known ? MAX(until.us, now_us) : now_us;
	return r;
}

int turn_run(const struct turn_context *context, enum turn_kind kind,
	int (*work)(struct turn *turn, void *userdata), void *userdata, struct turn_result *ret)
{
	assert(context->tools && context->store && context->clock);
	CLEANUP(arena_freep) struct arena *arena = NULL;
	CLEANUP(arena_freep) struct arena *scratch = NULL;
	int r = open_arenas(&arena, &scratch);

	if (r >= 0 && kind == TURN_WRITES)
		r = store_begin(context->store);
	if (r < 0)
		return r;

	struct turn turn = {.tools = context->tools,
		.store = context->store,
		.random = context->random,
		.now_us = clock_now_us(context->clock),
		.arena = arena,
		.scratch = scratch};

	r = find_fetched(turn.store, turn.now_us, &turn.fetched_us);
	if (r >= 0)
		r = work(&turn, userdata);
	if (kind == TURN_WRITES)
		r = store_end(turn.store, r);
	if (r >= 0 && ret)
		*ret = turn.result;
	return r;
}

void turn_result_add(struct turn_result *all, const struct turn_result *one)
{
	all->n_new += one->n_new;
	all->n_edited += one->n_edited;
	all->n_mentions += one->n_mentions;
	all->n_alerts += one->n_alerts;
	all->n_mails += one->n_mails;
}
