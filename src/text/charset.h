/* text/charset.h: bytes to clean UTF-8.
 *
 * The charset is that of the byte order mark, else the one that the HTTP header
 * names, else the one that the text declares (XML declaration, <meta>), else
 * UTF-8 if the bytes are mostly that, else windows-1252.  Names that nobody
 * knows are ignored, and so are a false UTF-16 and a text that declares to be
 * iso-8859-1 but is nothing but UTF-8.  As on the web, iso-8859-1 and us-ascii
 * are read as windows-1252, gb2312 as gb18030.
 */
#pragma once

#include "base/macro.h"
#include "base/slice.h"

struct str;

/* Turns BYTES into well-formed UTF-8 without byte order mark and without the
 * control characters that XML forbids: vertical tab and form feed become a
 * space, the others vanish; those from 128 to 159 are read as windows-1252.  What cannot be decoded
 * becomes U+FFFD.
 *
 * NAME is the charset of the HTTP header, NULL when there is none.  *RET is
 * (the end of) BYTES when nothing had to change, else it stands in BUFFER,
 * whose maximum bounds the work: 3 * BYTES.len is always enough.  -EMSGSIZE,
 * -ENOMEM. */
int charset_decode(struct slice bytes, const char *name, struct str *buffer, struct slice *ret);

/* The same in steps, for a text of megabytes: charset_open() takes what charset_decode()
 * does, which all has to outlive *RET. */
struct charset_reader;

int charset_open(
	struct slice bytes, const char *name, struct str *buffer, struct charset_reader **ret);
void charset_free(struct charset_reader *reader);
DEFINE_CLEANUP(struct charset_reader *, charset_free);

/* Reads on and takes the bytes that it went through, some of them twice or three times, from
 * *BUDGET: 1 when that did not last, 0 at the end; errors as charset_decode(). */
int charset_step(struct charset_reader *reader, size_t *budget);

/* How many of the first BYTES are not needed any more: what they mean stands in BUFFER. */
size_t charset_used(const struct charset_reader *reader);

/* At the end, what came out. */
struct slice charset_text(const struct charset_reader *reader);

/* The charset that BYTES declare at their beginning, the empty slice when they
 * do not. */
struct slice charset_declared(struct slice bytes);

/* Whether TEXT, which is UTF-8, was encoded twice: all of its characters beyond
 * ASCII together are UTF-8 that somebody took for windows-1252 ("cafÃ©").
 * What it was goes to STR then, whose maximum has to be above TEXT.len. */
bool charset_mend_twice(struct slice text, struct str *str);
