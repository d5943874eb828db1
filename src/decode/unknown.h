/* decode/unknown.h: what a body that is no feed seems to be. */
#pragma once

#include "base/slice.h"

struct diags;

/* Adds an error that says what BYTES, which are TEXT as clean UTF-8, look like,
 * and for an HTML page at BASE_URL (which may be NULL) which feeds it names. */
void unknown_explain(
	struct slice bytes, struct slice text, const char *base_url, struct diags *diags);
