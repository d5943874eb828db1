/* text/doctype.h: the entities that a document declares for itself.
 *
 * A DOCTYPE may say `<!ENTITY brand "Acme & Sons">`, and `&brand;` is legal XML
 * then.  What stands for plain text is put in its place.  Nothing is ever
 * fetched (SYSTEM, PUBLIC); parameter entities, those with tags and those that
 * refer to others are left alone, so a bomb has nothing to burn.  A value has at
 * most 1 KiB and a document grows by at most 1 MiB, behind which references stay
 * as they are.
 */
#pragma once

#include "base/slice.h"

struct str;

enum { DOCTYPE_MAX_GROWTH = 1 << 20 };

/* Length of the DOCTYPE at the start of TEXT, with what it has in brackets; 0
 * when it does not end. */
size_t doctype_length(struct slice text);

/* *RET is TEXT when it declares nothing, else what it means, in BUFFER, whose
 * maximum has to be above TEXT.len + DOCTYPE_MAX_GROWTH.  -ENOMEM. */
int doctype_expand(struct slice text, struct str *buffer, struct slice *ret);
