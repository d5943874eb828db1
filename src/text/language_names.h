/* text/language_names.h: languages by code, and by name (ICU's).
 *
 * For what a person writes: a tag that no post can have is told with the one that was
 * meant.
 */
#pragma once

#include "base/slice.h"

/* Whether TAG begins with the code of a language (ISO 639, the short form where there
 * is one), as en, en-GB and haw do, and eng, english and en_GB do not. */
bool language_is_tag(struct slice tag);

/* The code of the language that WORD names in English or in the language itself, or by
 * its other code: "english", "Deutsch", "eng", "en_GB".  In static memory; NULL: none. */
const char *language_meant(struct slice word);
