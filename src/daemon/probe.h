/* daemon/probe.h: asks one source once, and stores nothing: for
 * `mentionctl sources test'.
 */
#pragma once

#include "daemon/harvest.h"
#include "fetch/fetcher.h"

struct probe_result {
	struct fetch_request request; /* as it was sent; its secrets are for no eye */
	struct harvest harvest;       /* what was read in the answer, which is in it too */
};

/* Asks SOURCE of SETTINGS, enabled or not, for its first page, and calls ON_RESULT
 * with what came; all of it lives until ON_RESULT returns, which may change the
 * posts.  What ON_RESULT returns, or a negative errno. */
int probe_source(const struct settings *settings, const struct source_settings *source,
	int (*on_result)(struct probe_result *result, void *userdata), void *userdata);
