#include "daemon/ingest.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/harvest.h"
#include "daemon/mentioning.h"

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
	const struct turn_context *context;
	const struct source_settings *source;
	struct arena *arena;      /* of the whole */
	struct arena *step_arena; /* of the posts that were read last */
	struct http_body body;
	struct harvest harvest;
	struct source_state *before; /* of a poll */
	struct source_state state;   /* the same, and from the last slice on the new one */
	int64_t subscription_id;     /* of a push; 0: a poll */

	enum phase phase;
	struct post *posts; /* that were read last */
	size_t n_posts, next;
	struct arena *insight_arena;
	struct insight insight;           /* into the next post, when it is long */
	bool has_insight;                 /* and all that is to be found is found */
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
		r = arena_new(TURN_ARENA_BYTES, &ingest->insight_arena);
	return r;
}

int ingest_poll(const struct turn_context *context, const struct source_settings *source,
	const struct fetch_answer *answer, const struct source_state *state, struct ingest **ret)
{
	CLEANUP(ingest_freep) struct ingest *ingest = calloc(1, sizeof(*ingest));
	struct fetch_answer kept;

	if (!ingest)
		return -ENOMEM;
	ingest->context = context;
	ingest->source = source;
	int r = open_arenas(ingest);
	if (r == 0)
		r = source_state_copy(state, &ingest->before);
	if (r == 0)
		r = fetch_answer_keep(answer, ingest->arena, &ingest->body, &kept);
	if (r == 0)
		r = harvest_open(context->tools->settings, source, &kept, &ingest->harvest);
	if (r < 0)
		return r;

	ingest->state = *ingest->before;
	*ret = TAKE(ingest);
	return 0;
}

int ingest_push(
	const struct turn_context *context, const struct pushed *pushed, struct ingest **ret)
{
	CLEANUP(ingest_freep) struct ingest *ingest = calloc(1, sizeof(*ingest));
	struct http_body body = {.bytes = *pushed->body}; /* the listener counts its own */
	struct fetch_answer answer = {.status = 200,
		.error_text = "",
		.body = str_slice(pushed->body),
		.body_owner = &body,
		.url = pushed->url ? pushed->url : pushed->source->url,
		.at = INSTANT(clock_now_us(context->clock))};

	if (!ingest)
		return -ENOMEM;
	ingest->context = context;
	ingest->source = pushed->source;
	ingest->subscription_id = pushed->subscription_id;
	int r = open_arenas(ingest);
	if (r == 0)
		r = fetch_answer_set_type(&answer, slice_of(pushed->content_type), ingest->arena);
	if (r == 0)
		r = fetch_answer_keep(&answer, ingest->arena, &ingest->body, &answer);
	if (r == 0)
		*pushed->body = STR_INIT(0);
	if (r == 0)
		r = harvest_open(
			context->tools->settings, pushed->source, &answer, &ingest->harvest);
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
	http_body_done(&ingest->body);
	arena_free(ingest->insight_arena);
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
		.n_new = ingest->result.stored.n_new,
		.n_mentions = ingest->result.stored.n_mentions,
		.n_dropped = ingest->result.n_dropped};
}

/* What the feed says of a hub is a part of what it says. */
static int write_offer(struct ingest *ingest, const struct turn *turn)
{
	const struct harvest *harvest = &ingest->harvest;
	const struct subscription_offer offer = {.source = ingest->source->name,
		.kind = SUBSCRIPTION_HUB,
		.hub = harvest->hub,
		.topic = harvest->topic};

	if (!harvest->hints.parsed || ingest->source->stream)
		return 0;

	const int r = store_offer_subscription(turn->store, &offer);

	ingest->result.offer_changed = r > 0;
	return MIN(r, 0);
}

/* What a poll as a whole changes. */
static int write_poll(struct ingest *ingest, const struct turn *turn, struct source_state *ret)
{
	struct harvest *harvest = &ingest->harvest;
	const struct policy_input input = {.source = ingest->source,
		.answer = &harvest->answer,
		.hints = &harvest->hints,
		.now_us = turn->now_us};
	struct source_state next = *ingest->before;
	struct fetch_entry entry = entry_of(ingest);
	int r = write_offer(ingest, turn);

	harvest->hints.n_new = ingest->result.stored.n_new;
	/* The rest of a poll that failed is asked for again from its first page. */
	next.page = harvest->step.page;
	if (r == 0)
		r = policy_apply(&input, turn->random, ingest->arena, &next);
	if (r == 0)
		r = store_set_source_state(turn->store, ingest->source->name, &next);
	if (r < 0)
		return r;

	entry.status = harvest->answer.status;
	entry.error = next.last_error;
	entry.elapsed_us = harvest->answer.elapsed_us;
	*ret = next;
	return store_log_fetch(turn->store, &entry);
}

/* What a push as a whole changes. */
static int write_push(struct ingest *ingest, const struct turn *turn)
{
	struct fetch_entry entry = entry_of(ingest);
	int r = store_note_push(turn->store, ingest->subscription_id, turn->now_us);

	entry.way = FETCH_PUSH;
	if (r == 0 && entry.n_new > 0)
		r = store_note_new_post(turn->store, entry.source, turn->now_us);
	return r < 0 ? r : store_log_fetch(turn->store, &entry);
}

static struct arrival next_arrival(const struct ingest *ingest)
{
	assert(ingest->next < ingest->n_posts && ingest->n_taken < ingest->n_identities);
	return (struct arrival){.source = ingest->source,
		.post = &ingest->posts[ingest->next],
		.keys = &ingest->identities[ingest->n_taken],
		.insight = ingest->has_insight ? &ingest->insight : NULL};
}

static int take_next(struct ingest *ingest, struct turn *turn)
{
	const struct arrival arrival = next_arrival(ingest);
	int r = 0;

	arena_reset(turn->arena);
	if (!arrival.keys->is_repeated)
		r = mentioning_take_post(turn, &arrival);
	ingest->n_taken++;
	ingest->next++;
	ingest->has_insight = false;
	ingest->insight = (struct insight){0};
	arena_reset(ingest->insight_arena);
	return r;
}

/* Whether the next post is one for which a turn has no time before it was looked at. */
static bool needs_insight(const struct ingest *ingest)
{
	return !ingest->has_insight && ingest->next < ingest->n_posts &&
	       !ingest->identities[ingest->n_taken].is_repeated &&
	       mentioning_is_long(&ingest->posts[ingest->next]);
}

/* Looks into the next post until the time is up, or all is found. */
static int look_ahead(struct ingest *ingest, int64_t until_us)
{
	const struct arrival arrival = next_arrival(ingest);
	int r = 1;

	while (r > 0 && clock_cpu_us() < until_us)
		r = mentioning_look_ahead(
			ingest->context, &arrival, ingest->insight_arena, &ingest->insight);
	if (r == 0)
		ingest->has_insight = true;
	return MIN(r, 0);
}

static bool is_at_end(const struct ingest *ingest)
{
	return ingest->is_read && ingest->next == ingest->n_posts;
}

/* One slice, of which STATE is what the source's state is after it. */
struct slice_turn {
	struct ingest *ingest;
	int64_t until_us;
	struct source_state state;
};

static int write_slice(struct turn *turn, void *userdata)
{
	struct slice_turn *slice = userdata;
	struct ingest *ingest = slice->ingest;
	int r = 0;

	while (r == 0 && !is_at_end(ingest) && !needs_insight(ingest)) {
		if (ingest->next == ingest->n_posts)
			r = read_posts(ingest);
		else
			r = take_next(ingest, turn);
		if (clock_cpu_us() >= slice->until_us)
			break;
	}
	turn_result_add(&ingest->result.stored, &turn->result);
	if (r < 0 || !is_at_end(ingest))
		return r;

	return ingest->subscription_id != 0 ? write_push(ingest, turn)
					    : write_poll(ingest, turn, &slice->state);
}

static int store_slice(struct ingest *ingest, int64_t until_us, struct turn_result *ret)
{
	struct slice_turn slice = {.ingest = ingest, .until_us = until_us, .state = ingest->state};
	const int r = turn_run(ingest->context, TURN_WRITES, write_slice, &slice, ret);

	if (r < 0)
		return r;

	ingest->state = slice.state;
	if (is_at_end(ingest))
		ingest->phase = PHASE_END;
	return 0;
}

int ingest_step(struct ingest *ingest, struct turn_result *ret)
{
	const int64_t until_us = clock_cpu_us() + SLICE_US;
	int r = 0;

	assert(ingest->phase != PHASE_END);
	*ret = (struct turn_result){0};
	if (ingest->phase == PHASE_LOOK)
		r = look(ingest, until_us);
	if (r == 0 && ingest->subscription_id != 0 && ingest->harvest.refused < 0)
		return ingest->harvest.refused;
	if (r == 0 && ingest->phase == PHASE_STORE && needs_insight(ingest))
		r = look_ahead(ingest, until_us);
	if (r == 0 && ingest->phase == PHASE_STORE && !needs_insight(ingest) &&
		clock_cpu_us() < until_us)
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

/* What is stored of a stream's events. */
struct events_turn {
	const struct streamed *streamed;
	const struct feed *feed;
};

static int take_posts(
	struct turn *turn, const struct source_settings *source, const struct feed *feed)
{
	struct post_identity *identities =
		arena_array(turn->arena, feed->n_posts + 1, sizeof(*identities));
	int r = identities ? 0 : -ENOMEM;

	for (size_t i = 0; i < feed->n_posts && r == 0; i++)
		r = identity_of(&feed->posts[i], turn->arena, &identities[i]);
	if (r == 0)
		r = identity_settle(identities, feed->n_posts, turn->arena);
	for (size_t i = 0; i < feed->n_posts && r == 0; i++) {
		const struct arrival arrival = {
			.source = source, .post = &feed->posts[i], .keys = &identities[i]};

		if (!identities[i].is_repeated)
			r = mentioning_take_post(turn, &arrival);
	}
	return r;
}

static int write_events(struct turn *turn, void *userdata)
{
	const struct events_turn *events = userdata;
	const struct streamed *streamed = events->streamed;
	struct fetch_entry entry = {.source = streamed->source->name,
		.way = FETCH_STREAM,
		.at_us = turn->now_us,
		.n_posts = events->feed->n_posts,
		.n_dropped = events->feed->n_dropped};
	int r = take_posts(turn, streamed->source, events->feed);

	for (size_t i = 0; i < streamed->n_events; i++)
		entry.n_bytes += streamed->events[i].len;
	entry.n_new = turn->result.n_new;
	entry.n_mentions = turn->result.n_mentions;
	if (r == 0 && entry.n_new > 0)
		r = store_note_new_post(turn->store, entry.source, turn->now_us);
	if (r == 0)
		r = store_set_subscription(turn->store, streamed->after);
	return r < 0 ? r : store_log_fetch(turn->store, &entry);
}

int ingest_events(const struct turn_context *context, const struct streamed *streamed,
	struct ingest_result *ret)
{
	CLEANUP(arena_freep) struct arena *arena = NULL;
	const struct decode_options options = {.source = streamed->source->name,
		.base_url = streamed->source->url,
		.preset = streamed->source->service,
		.max_posts = context->tools->settings->fetch.max_posts};
	struct feed feed = {0};
	struct events_turn events = {.streamed = streamed, .feed = &feed};
	struct ingest_result result = {0};
	int r = arena_new(TURN_ARENA_BYTES, &arena);

	if (r == 0)
		r = decode_events(streamed->events, streamed->n_events, &options, arena, &feed);
	if (r == 0)
		r = turn_run(context, TURN_WRITES, write_events, &events, &result.stored);
	if (r < 0)
		return r;

	result.n_posts = feed.n_posts;
	result.n_dropped = feed.n_dropped;
	result.dropped_line = feed.dropped_line;
	*ret = result;
	return 0;
}
