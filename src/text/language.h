/* text/language.h: which language a text is written in.
 *
 * A script that one language of ours has for itself (Khmer, Armenian,
 * Gujarati, Cyrillic with the letters of Mongolian) decides at once; for the
 * rest Google's CLD2 is asked, which is C++ and stays in cld2.cc.
 */
#pragma once

#include "base/slice.h"

/* The language of TEXT as a BCP 47 tag in static memory, or NULL when unsure:
 * fewer than two letters, too mixed, too short to tell.  Handles, links and
 * hashtags do not count as text.  Reads at most the first 4 KiB of it. */
const char *language_detect(struct slice text);
