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

#include "base/macro.h"
#include "base/slice.h"

struct str;

enum { DOCTYPE_MAX_GROWTH = 1 << 20 };

/* Length of the DOCTYPE at the start of TEXT, with what it has in brackets; 0
 * when it does not end. */
size_t doctype_length(struct slice text);

/* Reads a document in steps.  What it means goes to BUFFER, whose maximum has to be above
 * TEXT.len + DOCTYPE_MAX_GROWTH; both have to outlive *RET.  -ENOMEM. */
struct doctype_reader;

int doctype_open(struct slice text, struct str *buffer, struct doctype_reader **ret);
void doctype_free(struct doctype_reader *reader);
DEFINE_CLEANUP(struct doctype_reader *, doctype_free);

/* Reads on and takes the bytes that it went through from *BUDGET: 1 when that did not last,
 * 0 at the end; -ENOMEM. */
int doctype_step(struct doctype_reader *reader, size_t *budget);

/* How much of the text is in the buffer and not needed any more. */
size_t doctype_copied(const struct doctype_reader *reader);

/* At the end, the text as it was when it declares nothing, else what is in the buffer. */
struct slice doctype_text(const struct doctype_reader *reader);
