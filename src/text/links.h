/* text/links.h: where links begin and end in running text (twitter-text's
 * rules; public suffixes from libpsl).
 */
#pragma once

#include "base/slice.h"

/* The end of the link at byte AT of TEXT, AT itself when there is none: an
 * http(s) address whatever its host is, or a bare domain below a public suffix,
 * with what follows it.  BEFORE is the code point in front of it, 0 at the start
 * of the text. */
size_t links_end(struct slice text, size_t at, uint32_t before);

/* The same for http(s) addresses only. */
size_t links_address_end(struct slice text, size_t at);

/* Letters of Latin with and without accents, beyond ASCII, as twitter-text
 * counts them. */
bool links_is_accented(uint32_t c);
