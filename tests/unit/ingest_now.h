/* tests/unit/ingest_now.h: a whole answer, without a loop. */
#pragma once

#include "daemon/ingest.h"

/* Ingests ANSWER to a poll of SOURCE, whose state STATE becomes what was stored (its texts
 * in the answer's arena).  As ingest_step(). */
static inline int ingest_now(const struct turn_context *context,
	const struct source_settings *source, const struct fetch_answer *answer,
	struct source_state *state, struct ingest_result *ret)
{
	CLEANUP(ingest_freep) struct ingest *ingest = NULL;
	const char **const texts[] = {&state->url, &state->etag, &state->last_modified,
		&state->cursor, &state->last_error, &state->page.next, &state->page.newest,
		&state->page.last_id};
	struct turn_result slice;
	int r = ingest_poll(context, source, answer, state, &ingest);

	for (int more = 1; r == 0 && more > 0;) {
		more = ingest_step(ingest, &slice);
		r = more < 0 ? more : 0;
	}
	if (r < 0)
		return r;

	*ret = *ingest_result(ingest);
	*state = *ingest_state(ingest);
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++)
		*texts[i] = *texts[i] ? arena_copy_text(answer->arena, *texts[i]) : NULL;
	return 0;
}
