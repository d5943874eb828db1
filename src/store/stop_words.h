/* store/stop_words.h: words that carry no topic.
 *
 * The commonest function words of three letters and more of the languages that
 * come most often; in the others a word that is always there does not rise.
 */
#pragma once

#include "base/slice.h"

/* BASE as text/words.h gives it. */
bool stop_words_has(struct slice base);
