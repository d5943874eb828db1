/* match/window.h: several words in any order, close together: "a b c"~n. */
#pragma once

#include "match/evaluate.h"

enum { WINDOW_WORDS_MAX = 16 };

/* Pushes the stretches that hold each of NODE's terms once, none twice, and no
 * more than its count of other words, the shortest at each start.  The spans
 * of term I are those from BOUNDS[I] to BOUNDS[n_wanted + I].  -ENOMEM. */
int window_find(struct evaluation *evaluation, const struct node *node, const uint32_t *bounds);
