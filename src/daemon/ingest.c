#include "daemon/ingest.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/harvest.h"
#include "daemon/pipeline_private.h"

/* A turn of the loop is kept below 50 ms: this, one post, and the commit. */
#define SLICE_US (15 * US_PER_MS)

enum {
	ARENA_BYTES = 64 << 20,
	/* What is read at a time: its posts are in memory together. */
	STEP_BYTES = 128 * 1024,
	STEP_POSTS = 100,
	IDENTITIES_FIRST = 64,
};

enum phase {
	PHASE_LOOK,  /* through the whole body, for what only all posts together tell */
	PHASE_STORE, /* slice by slice */
	PHASE_END,
};

struct ingest {
	struct pipeline *pipeline;
	const struct source_settings *source;
	struct arena *arena;      /* of the whole */
	struct arena *step_arena; /* of the posts that were read last */
	struct arena *work_arena; /* of the post at hand */
	struct str body;
	struct harvest harvest;
	struct source_state *before; /* of a poll */
	struct source_state state;   /* the same, and from the last slice on the new one */
	int64_t subscription_id;     /* of a push; 0: a poll */

	enum phase phase;
	struct post *posts; /* that were read last */
	size_t n_posts, next;
	bool is_read;                     /* no more follow */
	struct post_identity *identities; /* of all posts, in their order */
	size_t n_identities, identities_room;
	size_t n_steps; /* of the look through */
	size_t n_taken; /* posts, so far */
	struct ingest_result result;
};

static int open_arenas(struct ingest *ingest)
{
	int r = arena_new(ARENA_BYTES, &ingest->arena);

	if (r == 0)
		r = arena_new(DECODING_ARENA_BYTES(STEP_BYTES), &ingest->step_arena);
	if (r == 0)
		r = arena_new(PIPELINE_ARENA_BYTES, &ingest->work_arena);
	return r;
}

int ingest_poll(struct pipeline *pipeline, const struct source_settings *source,
	const struct fetch_answer *answer, const struct source_state *state, struct ingest **ret)
{
	CLEANUP(ingest_freep) struct ingest *ingest = calloc(1, sizeof(*ingest));
	struct fetch_answer kept;

	if (!ingest)
		return -ENOMEM;
	ingest->pipeline = pipeline;
	ingest->source = source;
	int r = open_arenas(ingest);
	if (r == 0)
		r = source_state_copy(state, &ingest->before);
	if (r == 0)
		r = fetch_answer_keep(answer, ingest->arena, &ingest->body, &kept);
	if (r == 0)
		r = harvest_open(pipeline->settings, source, &kept, &ingest->harvest);
	if (r < 0)
		return r;

	ingest->state = *ingest->before;
	*ret = TAKE(ingest);
	return 0;
}

int ingest_push(struct pipeline *pipeline, const struct pushed *pushed, struct ingest **ret)
{
	CLEANUP(ingest_freep) struct ingest *ingest = calloc(1, sizeof(*ingest));
	struct fetch_answer answer = {.status = 200,
		.error_text = "",
		.body = str_slice(pushed->body),
		.body_owner = pushed->body,
		.url = pushed->url ? pushed->url : pushed->source->url,
		.at = INSTANT(clock_now_us(pipeline->clock))};

	if (!ingest)
		return -ENOMEM;
	ingest->pipeline = pipeline;
	ingest->source = pushed->source;
	ingest->subscription_id = pushed->subscription_id;
	int r = open_arenas(ingest);
	if (r == 0)
		r = fetch_answer_set_type(&answer, slice_of(pushed->content_type), ingest->arena);
	if (r == 0)
		r = fetch_answer_keep(&answer, ingest->arena, &ingest->body, &answer);
	if (r == 0)
		r = harvest_open(pipeline->settings, pushed->source, &answer, &ingest->harvest);
	if (r < 0)
		return r;

	*ret = TAKE(ingest);
	return 0;
}

void ingest_free(struct ingest *ingest)
{
	if (!ingest)
		return;

	harvest_done(&ingest->harvest);
	free(ingest->before);
	str_done(&ingest->body);
	arena_free(ingest->work_arena);
	arena_free(ingest->step_arena);
	arena_free(ingest->arena);
	free(ingest);
}

/* --- the look through ---------------------------------------------------------- */

static int read_posts(struct ingest *ingest)
{
	static const struct decoding_limit limit = {
		.max_bytes = STEP_BYTES, .max_posts = STEP_POSTS};

	arena_reset(ingest->step_arena);
	ingest->next = 0;

	const int r = harvest_read(
		&ingest->harvest, &limit, ingest->step_arena, &ingest->posts, &ingest->n_posts);

	ingest->is_read = r == 0;
	return MIN(r, 0);
}

static int add_identity(struct ingest *ingest, const struct post *post)
{
	if (ingest->n_identities == ingest->identities_room) {
		const size_t room = MAX(2 * ingest->identities_room, (size_t)IDENTITIES_FIRST);

		ingest->identities = arena_grow(ingest->arena, ingest->identities,
			ingest->identities_room, room, sizeof(*ingest->identities));
		if (!ingest->identities)
			return -ENOMEM;
		ingest->identities_room = room;
	}
	return identity_of(post, ingest->arena, &ingest->identities[ingest->n_identities++]);
}

/* All posts have been seen. */
static int end_look(struct ingest *ingest, bool is_one_step)
{
	const struct feed *feed = &ingest->harvest.feed;
	int r = harvest_conclude(&ingest->harvest, &ingest->state);

	if (r == 0 && ingest->n_identities > 0)
		r = identity_settle(ingest->identities, ingest->n_identities, ingest->arena);
	if (r < 0)
		return r;

	ingest->result = (struct ingest_result){
		.n_posts = ingest->harvest.refused < 0 ? 0 : ingest->n_identities,
		.n_dropped = feed->n_dropped,
		.n_cut = feed->n_cut,
		.dropped_line = feed->dropped_line,
		.is_cut = ingest->harvest.step.is_cut};
	ingest->phase = PHASE_STORE;
	if (is_one_step || !ingest->harvest.decoding)
		return 0;

	ingest->n_posts = 0;
	ingest->is_read = false;
	return decoding_rewind(ingest->harvest.decoding);
}

/* Until the time is up, or all posts have been seen. */
static int look(struct ingest *ingest, int64_t until_us)
{
	int r = 0;

	do {
		ingest->n_steps++;
		r = read_posts(ingest);
		for (size_t i = 0; i < ingest->n_posts && r == 0; i++) {
			r = add_identity(ingest, &ingest->posts[i]);
			if (r == 0)
				r = harvest_note(
					&ingest->harvest, &ingest->state, &ingest->posts[i]);
		}
		if (r == 0 && ingest->is_read)
			return end_look(ingest, ingest->n_steps == 1);
	} while (r == 0 && clock_cpu_us() < until_us);

	return r;
}

/* --- what is written ------------------------------------------------------------- */

/* The row of the fetch log, but for what its kind of fetch knows. */
static struct fetch_entry entry_of(const struct ingest *ingest)
{
	return (struct fetch_entry){.source = ingest->source->name,
		.at_us = ingest->harvest.answer.at.us,
		.n_bytes = ingest->harvest.answer.body.len,
		.n_posts = ingest->result.n_posts,
		.n_new = ingest->result.n_new,
		.n_mentions = ingest->result.n_mentions,
		.n_dropped = ingest->result.n_dropped};
}

/* What the feed says of a hub is a part of what it says. */
static int write_offer(struct ingest *ingest)
{
	const struct harvest *harvest = &ingest->harvest;
	const struct subscription_offer offer = {.source = ingest->source->name,
		.kind = SUBSCRIPTION_HUB,
		.hub = harvest->hub,
		.topic = harvest->topic};

	if (!harvest->hints.parsed || ingest->source->stream)
		return 0;

	const int r = store_offer_subscription(ingest->pipeline->store, &offer);

	ingest->result.offer_changed = r > 0;
	return MIN(r, 0);
}

/* What a poll as a whole changes. */
static int write_poll(struct ingest *ingest, int64_t now_us, struct source_state *ret)
{
	struct pipeline *pipeline = ingest->pipeline;
	struct harvest *harvest = &ingest->harvest;
	const struct policy_input input = {.source = ingest->source,
		.answer = &harvest->answer,
		.hints = &harvest->hints,
		.now_us = now_us};
	struct source_state next = *ingest->before;
	struct fetch_entry entry = entry_of(ingest);
	int r = write_offer(ingest);

	harvest->hints.n_new = ingest->result.n_new;
	/* The rest of a poll that failed is asked for again from its first page. */
	next.page = harvest->step.page;
	if (r == 0)
		r = policy_apply(&input, pipeline->random, ingest->arena, &next);
	if (r == 0)
		r = store_set_source_state(pipeline->store, ingest->source->name, &next);
	if (r < 0)
		return r;

	entry.status = harvest->answer.status;
	entry.error = next.last_error;
	entry.elapsed_us = harvest->answer.elapsed_us;
	*ret = next;
	return store_log_fetch(pipeline->store, &entry);
}

/* What a push as a whole changes. */
static int write_push(struct ingest *ingest, int64_t now_us)
{
	struct store *store = ingest->pipeline->store;
	struct fetch_entry entry = entry_of(ingest);
	int r = store_note_push(store, ingest->subscription_id, now_us);

	entry.way = FETCH_PUSH;
	if (r == 0 && entry.n_new > 0)
		r = store_note_new_post(store, entry.source, now_us);
	return r < 0 ? r : store_log_fetch(store, &entry);
}

static int take_next(struct ingest *ingest, int64_t now_us, struct ingest_result *result)
{
	assert(ingest->n_taken < ingest->n_identities);
	const struct post_identity *keys = &ingest->identities[ingest->n_taken];
	const struct arrival arrival = {.source = ingest->source,
		.post = &ingest->posts[ingest->next],
		.keys = keys,
		.now_us = now_us,
		.fetched_us = MAX(now_us, ingest->pipeline->told_until_us)};

	ingest->n_taken++;
	ingest->next++;
	arena_reset(ingest->work_arena);
	return keys->is_repeated ? 0 : pipeline_take_post(ingest->pipeline, &arrival, result);
}

static void count(struct ingest_result *all, const struct ingest_result *slice)
{
	all->n_new += slice->n_new;
	all->n_edited += slice->n_edited;
	all->n_mentions += slice->n_mentions;
	all->n_alerts += slice->n_alerts;
	all->n_mails += slice->n_mails;
}

static bool is_at_end(const struct ingest *ingest)
{
	return ingest->is_read && ingest->next == ingest->n_posts;
}

/* One slice; the caller has begun the transaction. */
static int write_slice(struct ingest *ingest, int64_t until_us, struct ingest_result *slice,
	struct source_state *state)
{
	const int64_t now_us = clock_now_us(ingest->pipeline->clock);
	int r = 0;

	while (r == 0 && !is_at_end(ingest)) {
		if (ingest->next == ingest->n_posts)
			r = read_posts(ingest);
		else
			r = take_next(ingest, now_us, slice);
		if (clock_cpu_us() >= until_us)
			break;
	}
	count(&ingest->result, slice);
	if (r < 0 || !is_at_end(ingest))
		return r;

	return ingest->subscription_id != 0 ? write_push(ingest, now_us)
					    : write_poll(ingest, now_us, state);
}

static int store_slice(struct ingest *ingest, int64_t until_us, struct ingest_result *slice)
{
	struct store *store = ingest->pipeline->store;
	struct source_state state = ingest->state;
	int r = store_begin(store);

	if (r < 0)
		return r;
	ingest->pipeline->arena = ingest->work_arena;
	r = store_end(store, write_slice(ingest, until_us, slice, &state));
	ingest->pipeline->arena = NULL;
	if (r < 0)
		return r;

	ingest->state = state;
	if (is_at_end(ingest))
		ingest->phase = PHASE_END;
	return 0;
}

int ingest_step(struct ingest *ingest, struct ingest_result *ret)
{
	const int64_t until_us = clock_cpu_us() + SLICE_US;
	int r = 0;

	assert(ingest->phase != PHASE_END);
	*ret = (struct ingest_result){0};
	if (ingest->phase == PHASE_LOOK)
		r = look(ingest, until_us);
	if (r == 0 && ingest->subscription_id != 0 && ingest->harvest.refused < 0)
		return ingest->harvest.refused;
	if (r == 0 && ingest->phase == PHASE_STORE && clock_cpu_us() < until_us)
		r = store_slice(ingest, until_us, ret);
	return r < 0 ? r : ingest->phase != PHASE_END;
}

const struct source_settings *ingest_source(const struct ingest *ingest)
{
	return ingest->source;
}

size_t ingest_n_bytes(const struct ingest *ingest)
{
	return ingest->harvest.answer.body.len;
}

const struct ingest_result *ingest_result(const struct ingest *ingest)
{
	return &ingest->result;
}

const struct source_state *ingest_before(const struct ingest *ingest)
{
	return ingest->before;
}

const struct source_state *ingest_state(const struct ingest *ingest)
{
	return &ingest->state;
}

/* --- events ------------------------------------------------------------------------- */

static int take_events(struct pipeline *pipeline, const struct streamed *streamed,
	const struct feed *feed, struct ingest_result *result)
{
	const int64_t now_us = clock_now_us(pipeline->clock);
	struct post_identity *identities =
		arena_array(pipeline->arena, feed->n_posts + 1, sizeof(*identities));
	struct fetch_entry entry = {.source = streamed->source->name,
		.way = FETCH_STREAM,
		.at_us = now_us,
		.n_posts = feed->n_posts,
		.n_dropped = feed->n_dropped};
	int r = identities ? 0 : -ENOMEM;

	for (size_t i = 0; i < feed->n_posts && r == 0; i++)
		r = identity_of(&feed->posts[i], pipeline->arena, &identities[i]);
	if (r == 0)
		r = identity_settle(identities, feed->n_posts, pipeline->arena);
	for (size_t i = 0; i < feed->n_posts && r == 0; i++) {
		const struct arrival arrival = {.source = streamed->source,
			.post = &feed->posts[i],
			.keys = &identities[i],
			.now_us = now_us,
			.fetched_us = MAX(now_us, pipeline->told_until_us)};

		if (!identities[i].is_repeated)
			r = pipeline_take_post(pipeline, &arrival, result);
	}
	if (r < 0)
		return r;

	for (size_t i = 0; i < streamed->n_events; i++)
		entry.n_bytes += streamed->events[i].len;
	entry.n_new = result->n_new;
	entry.n_mentions = result->n_mentions;
	if (entry.n_new > 0)
		r = store_note_new_post(pipeline->store, entry.source, now_us);
	if (r == 0)
		r = store_set_subscription(pipeline->store, streamed->after);
	return r < 0 ? r : store_log_fetch(pipeline->store, &entry);
}

int ingest_events(
	struct pipeline *pipeline, const struct streamed *streamed, struct ingest_result *ret)
{
	CLEANUP(arena_freep) struct arena *arena = NULL;
	const struct decode_options options = {.source = streamed->source->name,
		.base_url = streamed->source->url,
		.preset = streamed->source->service,
		.max_posts = pipeline->settings->fetch.max_posts};
	struct ingest_result result = {0};
	struct feed feed = {0};
	int r = arena_new(PIPELINE_ARENA_BYTES, &arena);

	if (r == 0)
		r = decode_events(streamed->events, streamed->n_events, &options, arena, &feed);
	if (r == 0)
		r = store_begin(pipeline->store);
	if (r < 0)
		return r;

	result.n_posts = feed.n_posts;
	result.n_dropped = feed.n_dropped;
	result.dropped_line = feed.dropped_line;
	pipeline->arena = arena;
	r = store_end(pipeline->store, take_events(pipeline, streamed, &feed, &result));
	pipeline->arena = NULL;
	if (r < 0)
		return r;

	*ret = result;
	return 0;
}
