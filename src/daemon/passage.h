/* daemon/passage.h: one post on its way through match, score, store and alert. */
#pragma once

#include "match/engine.h"
#include "record/sentiment.h"
#include "store/store.h"

struct passage {
	const struct post *post;
	struct stored_post stored;
	struct sentiment post_sentiment; /* by scoring_score_post() */
	const struct match *matches;     /* what the streams' queries found in it */
	size_t n_matches;
	const struct sentiment *scored; /* of each match; NULL: they are to be scored */
	int64_t fetched_us;
	bool is_late; /* a stream is applied to a post that was here before */
};
