/* report/wrap.h: plain text of bounded width. */
#pragma once

#include "base/str.h"

/* Appends TEXT with lines of more than COLUMNS columns broken at spaces.  What a
 * line begins with (spaces, "|", "-") goes before what follows of it: a quote
 * stays a quote, the words of a list stay below each other.  A word that is
 * longer, mostly a link, is left whole. */
void wrap_text(struct str *str, struct slice text, size_t columns);
