/* match/regex.h: regular expressions (PCRE2, JIT where the system lets it).
 *
 * A pattern is written by a person, the text by anybody: both the size of a
 * compiled pattern and the work of a match are bounded.
 */
#pragma once

#include "base/macro.h"
#include "base/slice.h"

struct regex;

/* What is wrong with a pattern or its flags. */
struct regex_problem {
	char message[160];
	bool in_flags;
	size_t at; /* bytes into the pattern or the flags */
};

/* Compiles PATTERN with FLAGS, letters of "imsx".  -EINVAL and *PROBLEM. */
int regex_compile(struct slice pattern, struct slice flags, struct regex **ret,
	struct regex_problem *problem);
void regex_free(struct regex *regex);
DEFINE_CLEANUP(struct regex *, regex_free);

/* The first match in TEXT (UTF-8) at or behind *POSITION, which moves behind it
 * and always on: 1, 0 when there is none, -E2BIG when it would take more than
 * the limits to tell. */
int regex_find(const struct regex *regex, struct slice text, size_t *position, struct slice *ret);
