#include "daemon/scoring.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "match/engine.h"
#include "score/scorer.h"

enum { MOST_TERMS = 250 }; /* that are told of a mention */

int scoring_score_post(const struct turn *turn, struct passage *passage)
{
	const struct score_request whole = {.post = passage->post};

	return scorer_score(turn->tools->scorer, &whole, turn->arena, &passage->post_sentiment);
}

static bool share_a_hit(const struct match *a, const struct match *b)
{
	/* Both in the order of fields and places. */
	for (size_t i = 0, k = 0; i < a->n_hits && k < b->n_hits;) {
		const struct hit *hit = &a->hits[i], *other = &b->hits[k];

		if (hit->field == other->field && hit->start < other->end &&
			other->start < hit->end)
			return true;
		if (hit->field < other->field ||
			(hit->field == other->field && hit->end <= other->end))
			i++;
		else
			k++;
	}
	return false;
}

/* Whether what OTHER found is another subject than that of MATCH: a brand beside
 * a competitor.  A stream that shares a hit is about the same one ("acme" and
 * "acme AND refund"), and a topic is nobody's. */
static bool is_rival(const struct turn *turn, const struct match *match, const struct match *other)
{
	const struct stream_settings *stream = tools_find_stream(turn->tools, match->stream);
	const struct stream_settings *beside = tools_find_stream(turn->tools, other->stream);

	return stream != beside && stream->kind != STREAM_TOPIC && beside->kind != STREAM_TOPIC &&
	       !share_a_hit(match, other);
}

static int compare_hits(const void *a, const void *b)
{
	const struct hit *left = a, *right = b;

	if (left->field != right->field)
		return left->field < right->field ? -1 : 1;
	return (left->start > right->start) - (left->start < right->start);
}

/* The names of the rivals of MATCH in the same post. */
static int find_rivals(const struct turn *turn, const struct passage *passage,
	const struct match *match, struct score_request *request)
{
	struct hit *hits;
	size_t n = 0;

	for (size_t i = 0; i < passage->n_matches; i++)
		n += passage->matches[i].n_hits;

	hits = arena_array(turn->arena, n, sizeof(*hits));
	if (n > 0 && !hits)
		return -ENOMEM;

	request->rivals = hits;
	for (size_t i = 0; i < passage->n_matches; i++) {
		const struct match *other = &passage->matches[i];

		if (other->n_hits == 0 || !is_rival(turn, match, other))
			continue;
		memcpy(&hits[request->n_rivals], other->hits, other->n_hits * sizeof(*hits));
		request->n_rivals += other->n_hits;
	}
	if (request->n_rivals > 1)
		qsort(hits, request->n_rivals, sizeof(*hits), compare_hits);
	return 0;
}

static int compare_weights(const void *a, const void *b)
{
	const double *left = a, *right = b;

	return (*left < *right) - (*left > *right);
}

/* The weight of the last term that is kept, and how many of just that weight are. */
static int find_least(const struct sentiment *sentiment, struct arena *arena, double *ret_least,
	size_t *ret_n_of_least)
{
	double *weights = arena_array(arena, sentiment->n_terms, sizeof(*weights));
	size_t n_above = 0;

	if (!weights)
		return -ENOMEM;
	for (size_t i = 0; i < sentiment->n_terms; i++)
		weights[i] = sentiment_weight(&sentiment->terms[i]);
	qsort(weights, sentiment->n_terms, sizeof(*weights), compare_weights);
	*ret_least = weights[MOST_TERMS - 1];
	while (weights[n_above] > *ret_least)
		n_above++;
	*ret_n_of_least = MOST_TERMS - n_above;
	return 0;
}

/* The terms of most weight are told, in their order; all of them have counted. */
static int keep_weightiest(struct sentiment *sentiment, struct arena *arena)
{
	double least;
	size_t n_of_least, n = 0;

	if (sentiment->n_terms <= MOST_TERMS)
		return 0;

	const int r = find_least(sentiment, arena, &least, &n_of_least);
	for (size_t i = 0; i < sentiment->n_terms && r == 0; i++) {
		const double weight = sentiment_weight(&sentiment->terms[i]);

		if (weight < least || (weight == least && n_of_least == 0))
			continue;
		n_of_least -= weight == least;
		sentiment->terms[n++] = sentiment->terms[i];
	}
	if (r == 0)
		sentiment->n_terms = n;
	return r;
}

int scoring_score_mention(const struct turn *turn, const struct passage *passage,
	const struct match *match, struct sentiment *ret)
{
	struct score_request request = {.post = passage->post,
		.explain = true,
		.hits = match->hits,
		.n_hits = match->n_hits,
		.own = &tools_find_stream(turn->tools, match->stream)->own};
	int r = find_rivals(turn, passage, match, &request);
	if (r == 0)
		r = scorer_score(turn->tools->scorer, &request, turn->arena, ret);

	return r < 0 ? r : keep_weightiest(ret, turn->arena);
}
