/* decode/caption.h: the words that describe a picture.
 *
 * Authors write them for those who do not see it, so they are a part of what was
 * said; software writes them too, and then they say nothing.
 */
#pragma once

#include "base/slice.h"

/* Whether ALT, the description of the picture at SRC (empty: unknown), says something: it
 * is neither the word "image" in some language nor the name of a file. */
bool caption_is_telling(struct slice alt, struct slice src);

/* Whether A and B have the same letters in the same order; case, blanks and signs do not
 * count. */
bool caption_is_same(struct slice a, struct slice b);
