/* decode/jsonfeed.h: JSON Feed 1.0 and 1.1 (jsonfeed.org), with their usual
 * deviations: null members, numbers for ids, 1.0's single author.
 */
#pragma once

#include "decode/body.h"

/* Whether TEXT is JSON, from its first character. */
bool jsonfeed_is_json(struct slice text);

/* A text that breaks off or has a broken item gives the items that are whole.
 * -EPROTONOSUPPORT when it is JSON of another kind, -EBADMSG. */
extern const struct reader_class jsonfeed_reader;
