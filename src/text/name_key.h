/* text/name_key.h: what names of places are compared by.
 *
 * A name is its words, one space between them; punctuation does not count, so
 * "Saint-Denis" is "saint denis".
 */
#pragma once

#include "base/str.h"
#include "text/words.h"

/* Replaces KEY by the keys of NAME's words and BASE (may be NULL) by their
 * bases.  -ENOMEM, -EMSGSIZE beyond their maxima. */
int name_key(struct words *words, struct slice name, struct str *key, struct str *base);

/* Whether the name called KEY and BASE means the one whose key is NAME and whose
 * base is the same BASE: a word without accents stands for one with them, one
 * with accents for itself only. */
bool name_key_means(struct slice key, struct slice base, struct slice name);
