/* score/spaced.h: a post as what stands between white space.
 *
 * The reader of VADER's rules: no word is looked into, punctuation is stripped
 * from the ends only, an emoji is read as the words of its description.  The
 * whole post is one sentence.
 */
#pragma once

#include "score/rules.h"

read_units_fn spaced_read;
