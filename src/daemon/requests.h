/* daemon/requests.h: what the fetcher asks the wiring for: requests and
 * passwords, whose secrets are read here (fetch/fetcher.h says more).
 */
#pragma once

#include "fetch/fetcher.h"

int requests_make(const struct source_settings *source, const struct source_state *state,
	struct arena *arena, struct fetch_request *ret, void *userdata);

int requests_find_password(const struct source_settings *source, char **ret, void *userdata);
