#include "daemon/scoring.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "match/engine.h"
#include "score/scorer.h"

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

int scoring_score_mention(const struct turn *turn, const struct passage *passage,
	const struct match *match, struct sentiment *ret)
{
	struct score_request request = {.post = passage->post,
		.explain = true,
		.hits = match->hits,
		.n_hits = match->n_hits,
		.own = &tools_find_stream(turn->tools, match->stream)->own};
	const int r = find_rivals(turn, passage, match, &request);

	return r < 0 ? r : scorer_score(turn->tools->scorer, &request, turn->arena, ret);
}
