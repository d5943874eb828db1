/* record/score_request.h: what is to be scored: a post, and what a stream found in it. */
#pragma once

#include "record/mention.h"

struct score_request {
	const struct post *post;
	/* What a stream matched: the sentences that speak of it are scored.
	 * None: the whole post. */
	const struct hit *hits;
	size_t n_hits;
	/* What streams with other subjects matched in the same post, in the order of
	 * hits; what is said of them alone does not count. */
	const struct hit *rivals;
	size_t n_rivals;
	bool explain; /* fill the sentiment's terms */
	/* Own handles, hosts and names: they carry no sentiment, and an author
	 * among them is no customer.  May be NULL. */
	const struct texts *own;
};
