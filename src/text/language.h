/* text/language.h: which language a text is written in.
 *
 * The script decides, and letters that tell languages of a script apart; Latin
 * ones are weighed by a table (language_latin.h), with Google's CLD2 as second
 * opinion, which is C++ and stays in cld2.cc.  docs/scoring.md has the rules
 * and how often they are right.
 */
#pragma once

#include "base/slice.h"

/* The language of TEXT as a BCP 47 tag in static memory, or NULL when unsure:
 * fewer than two letters, too mixed, too short to tell.  Hindi in Latin letters
 * is "hi-Latn".  Handles, links and hashtags do not count as text.  Reads at
 * most the first 4 KiB of it. */
const char *language_detect(struct slice text);
