#include "match/engine.h"

#include <assert.h>
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/map.h"
#include "base/str.h"
#include "base/utf8.h"
#include "match/dictionary.h"
#include "match/evaluate.h"
#include "match/filters.h"
#include "match/necessity.h"
#include "match/node.h"
#include "match/query.h"
#include "match/reading.h"

enum {
	LABEL_MAX_BYTES = QUERY_MAX_BYTES + 64,
	SOURCE_MAX_BYTES = QUERY_MAX_BYTES * 8, /* implied operators and parentheses */
	GUESS_WEIGHT = 100,                     /* a guess counts as much as so many posts */
	FIRST_REFILING = 16,
};

struct stream {
	char *name; /* NULL for a query without one */
	struct query *query;
	uint64_t order;        /* of addition */
	uint64_t candidate;    /* number of the last post that it was tried on */
	uint64_t n_tried;      /* in vain */
	uint64_t n_exceeded;   /* posts on which it reached a limit, not told yet */
	struct term **anchors; /* under which it is filed; none: tried always */
	size_t n_anchors, room_anchors;
};

struct engine {
	struct dictionary *dictionary;
	struct map *names; /* to streams; the one without a name is "" */
	struct stream **always;
	size_t n_always, room_always;
	struct stream **candidates;
	size_t n_candidates, room_candidates;
	struct reading reading;
	struct evaluation evaluation;
	uint64_t n_added;
	uint64_t n_exceeded; /* of all streams */
};

int engine_new(struct engine **ret)
{
	CLEANUP(engine_freep) struct engine *engine = calloc(1, sizeof(*engine));
	if (!engine)
		return -ENOMEM;

	int r = dictionary_new(&engine->dictionary);
	if (r == 0)
		r = map_new(&engine->names);
	if (r == 0)
		r = reading_init(&engine->reading);
	if (r < 0)
		return r;

	engine->evaluation.reading = &engine->reading;
	*ret = TAKE(engine);
	return 0;
}

/* Visits all terms that the queries of the engine are bound to. */
static void release_terms(struct engine *engine, const struct query *query)
{
	for (size_t i = 0; i < query->n_nodes; i++)
		for (size_t j = 0; j < query->nodes[i]->n_wanted; j++)
			dictionary_release(engine->dictionary, query->nodes[i]->wanted[j].term);
}

static void remove_pointer(struct stream **streams, size_t *n, const struct stream *stream)
{
	size_t i = 0;

	while (i < *n && streams[i] != stream)
		i++;
	if (i < *n)
		streams[i] = streams[--*n];
}

/* Takes STREAM out of all lists. */
static void unfile_stream(struct engine *engine, struct stream *stream)
{
	for (size_t i = 0; i < stream->n_anchors; i++)
		dictionary_unfile(engine->dictionary, stream->anchors[i], stream);
	if (stream->n_anchors == 0)
		remove_pointer(engine->always, &engine->n_always, stream);
	stream->n_anchors = 0;
}

static void drop_stream(struct engine *engine, struct stream *stream)
{
	unfile_stream(engine, stream);
	engine->n_exceeded -= stream->n_exceeded;
	if (stream->query)
		release_terms(engine, stream->query);
	query_free(stream->query);
	free(stream->anchors);
	free(stream->name);
	free(stream);
}

void engine_free(struct engine *engine)
{
	if (!engine)
		return;

	union map_value value;
	struct slice name;

	for (size_t at = 0; engine->names && map_next(engine->names, &at, &name, &value);)
		drop_stream(engine, value.pointer);
	map_free(engine->names);
	dictionary_free(engine->dictionary);
	reading_done(&engine->reading);
	evaluation_done(&engine->evaluation);
	free(engine->always);
	free(engine->candidates);
	free(engine);
}

/* What the engine's dictionary knows WANTED of NODE as: false when it is not
 * in there. */
static bool filed_as(const struct node *node, const struct wanted *wanted, struct wanted *ret)
{
	*ret = *wanted;
	if (node->kind != NODE_WORDS || node->scope & SCOPE_FIELDS)
		return true;

	ret->kind = scope_term(node->scope);
	return wanted->kind == TERM_WORD;
}

static int take_term(struct engine *engine, const struct wanted *wanted, struct term **ret)
{
	const int r = dictionary_take(engine->dictionary, wanted, ret);

	if (r == 0 && (*ret)->n_users == 1)
		(*ret)->since = engine->reading.n_counted;
	return r;
}

static int bind_terms(struct engine *engine, const struct query *query)
{
	for (size_t i = 0; i < query->n_nodes; i++) {
		const struct node *node = query->nodes[i];

		for (size_t j = 0; j < node->n_wanted; j++) {
			struct wanted wanted;
			int r = 0;

			if (filed_as(node, &node->wanted[j], &wanted))
				r = take_term(engine, &wanted, &node->wanted[j].term);
			if (r < 0)
				return r;
		}
	}
	return 0;
}

/* How often a term is expected in a post: guessed, then observed.  Short words
 * are common, languages more so. */
static double term_cost(const struct engine *engine, const struct term *term)
{
	static const double guesses[N_TERM_KINDS] = {
		[TERM_WORD] = 0.01,
		[TERM_PREFIX] = 0.03,
		[TERM_RUN] = 0.01,
		[TERM_RAW] = 0.02,
		[TERM_HASHTAG] = 0.001,
		[TERM_TAG_PREFIX] = 0.003,
		[TERM_HANDLE] = 0.001,
		[TERM_SITE] = 0.05,
		[TERM_LANG] = 0.5,
		[TERM_COUNTRY] = 0.3,
		[TERM_SOURCE] = 0.2,
		[TERM_AUTHOR] = 0.01,
		[TERM_TAG] = 0.05,
		[TERM_PLACE] = 0.1,
	};
	const double letters = (double)utf8_length(term->wanted.key);
	const double guess = guesses[term->wanted.kind] * 4 / (letters + 1);
	const double n_posts = (double)(engine->reading.n_counted - term->since);

	return ((double)term->n_counted + guess * GUESS_WEIGHT) / (n_posts + GUESS_WEIGHT);
}

/* The rarest term of NODE, or NULL. */
static struct term *rarest_term(const struct engine *engine, const struct node *node, double *cost)
{
	struct term *rarest = NULL;

	*cost = HUGE_VAL;
	for (size_t i = 0; i < node->n_wanted; i++) {
		struct term *term = node->wanted[i].term;
		const double next = term ? term_cost(engine, term) : HUGE_VAL;

		if (next < *cost) {
			*cost = next;
			rarest = term;
		}
	}
	return rarest;
}

/* A child of a node and what it costs. */
struct priced {
	const struct node *node;
	double cost;
};

static int compare_price(const void *a, const void *b)
{
	const double x = ((const struct priced *)a)->cost;
	const double y = ((const struct priced *)b)->cost;

	return (x > y) - (x < y);
}

/* The children of NODE, the cheapest first; COSTS are by number. */
static void price_children(const struct node *node, const double *costs, struct priced *ret)
{
	for (size_t i = 0; i < node->n_children; i++)
		ret[i] = (struct priced){node->children[i], costs[node->children[i]->number]};
	if (node->n_children > 1)
		qsort(ret, node->n_children, sizeof(*ret), compare_price);
}

/* At least one of how many of NODE's children, however picked, matches a post
 * that NODE matches. */
static size_t children_needed(const struct node *node)
{
	switch (node->kind) {
	case NODE_AND:
	case NODE_NEAR:
		return 1;
	case NODE_OR:
		return node->n_children;
	case NODE_ATLEAST:
		return node->n_children - node->count + 1;
	default:
		return 0;
	}
}

/* How a query is to be filed. */
struct filing {
	const struct engine *engine;
	struct stream *stream;
	double *costs;         /* of each node: how often it is expected to be tried
				* when it is filed under its cheapest terms; HUGE_VAL
				* when nothing anchors it */
	struct priced *priced; /* scratch, one for each node */
};

static double node_cost(const struct filing *filing, const struct node *node)
{
	const size_t needed = children_needed(node);
	double cost = 0;

	if (node->kind == NODE_NOT)
		return HUGE_VAL;
	if (needed == 0) {
		rarest_term(filing->engine, node, &cost);
		return cost;
	}

	price_children(node, filing->costs, filing->priced);
	for (size_t i = 0; i < needed; i++)
		cost += filing->priced[i].cost;
	return cost;
}

static int add_anchor(const struct filing *filing, struct term *term)
{
	struct stream *stream = filing->stream;
	int r = array_make_room(&stream->anchors, &stream->room_anchors, stream->n_anchors + 1,
		sizeof(struct term *));

	if (r == 0)
		r = dictionary_file(filing->engine->dictionary, term, stream);
	if (r == 0)
		stream->anchors[stream->n_anchors++] = term;
	return r;
}

/* Files the stream under the cheapest terms of NODE, which has some.  SCRATCH
 * is what the nodes above left over. */
static int file_under(const struct filing *filing, const struct node *node, struct priced *scratch)
{
	const size_t needed = children_needed(node);
	double cost;
	int r = 0;

	if (needed == 0)
		return add_anchor(filing, rarest_term(filing->engine, node, &cost));

	price_children(node, filing->costs, scratch);
	for (size_t i = 0; i < needed && r == 0; i++) {
		assert(scratch[i].node);
		r = file_under(filing, scratch[i].node, scratch + node->n_children);
	}
	return r;
}

static int file_always(struct engine *engine, struct stream *stream)
{
	const int r = array_make_room(&engine->always, &engine->room_always, engine->n_always + 1,
		sizeof(struct stream *));

	if (r == 0)
		engine->always[engine->n_always++] = stream;
	return r;
}

static int file_stream(struct engine *engine, struct stream *stream)
{
	const struct query *query = stream->query;
	CLEANUP(free_heapp) double *costs = calloc(query->n_nodes, sizeof(*costs));
	CLEANUP(free_heapp) struct priced *priced = calloc(query->n_nodes, sizeof(*priced));
	const struct filing filing = {engine, stream, costs, priced};

	if (!costs || !priced)
		return -ENOMEM;

	/* Children have higher numbers than their parents. */
	for (size_t i = query->n_nodes; i > 0; i--)
		costs[i - 1] = node_cost(&filing, query->nodes[i - 1]);

	return costs[0] < HUGE_VAL ? file_under(&filing, query->root, priced)
				   : file_always(engine, stream);
}

/* A stream that was tried in vain may be filed under a term that turned out to
 * be common.  After 16 times, 32, 64, ... it is filed anew, by what was
 * observed: so the guesses at the start do not matter for long. */
static int refile_stream(struct engine *engine, struct stream *stream)
{
	const uint64_t n = ++stream->n_tried;

	if (n < FIRST_REFILING || (n & (n - 1)) != 0 || stream->n_anchors == 0)
		return 0;

	unfile_stream(engine, stream);

	const int r = file_stream(engine, stream);
	if (r < 0) {
		/* Half filed is wrong; tried always is only slow. */
		unfile_stream(engine, stream);
		engine->always[engine->n_always++] = stream;
	}
	return r;
}

static int add_stream(struct engine *engine, struct stream *stream, struct slice name)
{
	int r = bind_terms(engine, stream->query);

	if (r == 0)
		r = file_stream(engine, stream);
	/* Neither matching nor filing anew may fail for want of room. */
	if (r == 0)
		r = array_make_room(&engine->candidates, &engine->room_candidates,
			map_count(engine->names) + 1, sizeof(struct stream *));
	if (r == 0)
		r = array_make_room(&engine->always, &engine->room_always,
			map_count(engine->names) + 1, sizeof(struct stream *));
	if (r == 0)
		r = map_set(engine->names, name, (union map_value){.pointer = stream});
	return MIN(r, 0);
}

int engine_add(struct engine *engine, const char *name, struct query *query)
{
	CLEANUP(query_freep) struct query *owned = query;
	struct stream *stream;
	int r;

	if (map_find(engine->names, slice_of(name), NULL))
		return -EEXIST;

	stream = calloc(1, sizeof(*stream));
	if (!stream)
		return -ENOMEM;

	stream->query = TAKE(owned);
	stream->order = engine->n_added++;
	stream->name = name ? strdup(name) : NULL;
	r = name && !stream->name ? -ENOMEM : add_stream(engine, stream, slice_of(name));
	if (r < 0)
		drop_stream(engine, stream);
	return r;
}

int engine_remove(struct engine *engine, const char *name)
{
	union map_value value;

	if (!map_find(engine->names, slice_of(name), &value))
		return -ENOENT;

	map_remove(engine->names, slice_of(name));
	drop_stream(engine, value.pointer);
	return 0;
}

static void add_candidates(struct engine *engine, struct stream *const *streams, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (streams[i]->candidate == engine->reading.epoch)
			continue;
		streams[i]->candidate = engine->reading.epoch;
		engine->candidates[engine->n_candidates++] = streams[i];
	}
}

static int compare_order(const void *a, const void *b)
{
	const struct stream *x = *(const struct stream *const *)a;
	const struct stream *y = *(const struct stream *const *)b;

	return (x->order > y->order) - (x->order < y->order);
}

/* Finds where the post that was read holds the terms of the candidates. */
static int complete(struct engine *engine)
{
	for (size_t i = 0; i < engine->n_candidates; i++) {
		const struct query *query = engine->candidates[i]->query;

		for (size_t j = 0; j < query->n_nodes; j++)
			for (size_t k = 0; k < query->nodes[j]->n_wanted; k++)
				reading_want(&engine->reading, query->nodes[j]->wanted[k].term);
	}
	return reading_complete(&engine->reading, engine->dictionary);
}

/* The streams that POST may match, in order of addition. */
static int find_candidates(struct engine *engine, const struct post *post)
{
	const int r = reading_take(&engine->reading, engine->dictionary, post);

	engine->n_candidates = 0;
	if (r < 0)
		return r;

	for (size_t i = 0; i < engine->reading.n_found; i++) {
		const struct term *term = engine->reading.found[i];

		add_candidates(engine, term->streams, term->n_streams);
	}
	add_candidates(engine, engine->always, engine->n_always);
	if (engine->n_candidates == 0 && !reading_is_counted(&engine->reading))
		return 0;
	if (engine->n_candidates > 1)
		qsort(engine->candidates, engine->n_candidates, sizeof(struct stream *),
			compare_order);
	return complete(engine);
}

static int make_match(
	struct engine *engine, const struct stream *stream, struct arena *arena, struct match *ret)
{
	struct hits hits;
	const int r = evaluation_hits(
		&engine->evaluation, stream->query, stream->query->root, arena, &hits);

	if (r < 0)
		return r;

	*ret = (struct match){.hits = hits.items, .n_hits = hits.n};
	if (stream->name) {
		ret->stream = arena_copy_text(arena, stream->name);
		return ret->stream ? 0 : -ENOMEM;
	}
	return 0;
}

struct matches {
	struct match *items;
	size_t n;
};

static int add_match(struct engine *engine, const struct stream *stream, struct arena *arena,
	struct matches *matches)
{
	const size_t n = matches->n;

	/* Room is a power of two, so the count says when it is full. */
	if ((n & (n - 1)) == 0) {
		struct match *grown =
			arena_grow(arena, matches->items, n, MAX(n * 2, (size_t)1), sizeof(*grown));

		if (!grown)
			return -ENOMEM;
		matches->items = grown;
	}
	return make_match(engine, stream, arena, &matches->items[matches->n++]);
}

/* Counts the limits that the evaluation of STREAM reached. */
static void count_exceeded(struct engine *engine, struct stream *stream)
{
	if (engine->evaluation.n_exceeded == 0)
		return;

	engine->evaluation.n_exceeded = 0;
	engine->n_exceeded++;
	stream->n_exceeded++;
}

bool engine_take_exceeded(struct engine *engine, const char **ret_stream, uint64_t *ret_n)
{
	union map_value value;
	struct slice name;
	size_t at = 0;

	while (engine->n_exceeded > 0 && map_next(engine->names, &at, &name, &value)) {
		struct stream *stream = value.pointer;

		if (stream->n_exceeded == 0)
			continue;
		*ret_stream = stream->name;
		*ret_n = stream->n_exceeded;
		engine->n_exceeded -= stream->n_exceeded;
		stream->n_exceeded = 0;
		return true;
	}
	return false;
}

int engine_match(struct engine *engine, const struct post *post, struct arena *arena,
	struct match **ret, size_t *ret_n)
{
	struct matches matches = {0};
	int r = find_candidates(engine, post);

	engine->evaluation.whole = false;
	engine->evaluation.n_exceeded = 0;
	for (size_t i = 0; i < engine->n_candidates && r >= 0; i++) {
		struct stream *stream = engine->candidates[i];

		r = evaluate(&engine->evaluation, stream->query);
		count_exceeded(engine, stream);
		if (r > 0)
			r = add_match(engine, stream, arena, &matches);
		else if (r == 0)
			r = refile_stream(engine, stream);
	}
	if (r < 0)
		return r;

	*ret = matches.items;
	*ret_n = matches.n;
	return 0;
}

static int make_verdict(struct engine *engine, const struct query *query, const struct node *node,
	struct arena *arena, struct verdict *ret)
{
	CLEANUP(str_done) struct str label = STR_INIT(LABEL_MAX_BYTES);
	CLEANUP(str_done) struct str source = STR_INIT(SOURCE_MAX_BYTES);
	struct hits hits = {0};
	const struct result *result = &engine->evaluation.results[node->number];
	int r = 0;

	node_add_label(&label, node);
	node_format(&source, node);
	if (node->n_children == 0 || node->kind == NODE_NEAR)
		r = evaluation_hits(&engine->evaluation, query, node, arena, &hits);
	if (r == 0)
		r = str_error(&label);
	if (r == 0)
		r = str_error(&source);
	if (r < 0)
		return r;

	ret->label = arena_copy(arena, str_slice(&label));
	ret->source = arena_copy(arena, str_slice(&source));
	ret->matched = result->matched;
	ret->is_needed = necessity_of(query, engine->evaluation.results, node);
	ret->hits = hits.items;
	ret->n_hits = hits.n;
	return ret->label && ret->source ? 0 : -ENOMEM;
}

static void set_depths(struct verdict *verdicts, const struct node *node, unsigned int depth)
{
	verdicts[node->number].depth = depth;
	for (size_t i = 0; i < node->n_children; i++)
		set_depths(verdicts, node->children[i], depth + 1);
}

int engine_explain(struct engine *engine, const char *name, const struct post *post,
	struct arena *arena, struct verdicts *ret)
{
	union map_value value;

	if (!map_find(engine->names, slice_of(name), &value))
		return -ENOENT;

	struct stream *stream = value.pointer;
	const struct query *query = stream->query;
	struct verdict *verdicts = arena_array(arena, query->n_nodes, sizeof(*verdicts));
	int r = verdicts ? reading_take(&engine->reading, engine->dictionary, post) : -ENOMEM;

	engine->evaluation.whole = true;
	engine->evaluation.n_exceeded = 0;
	engine->candidates[0] = stream;
	engine->n_candidates = 1;
	if (r == 0)
		r = complete(engine);
	if (r == 0)
		r = evaluate(&engine->evaluation, query);
	count_exceeded(engine, stream);
	for (size_t i = 0; i < query->n_nodes && r >= 0; i++)
		r = make_verdict(engine, query, query->nodes[i], arena, &verdicts[i]);
	if (r < 0)
		return r;

	set_depths(verdicts, query->root, 0);
	*ret = (struct verdicts){verdicts, query->n_nodes};
	return 0;
}
