/* notify/mail/quoted_printable.h: a body's text for the wire (RFC 2045, 6.7). */
#pragma once

#include "base/str.h"

/* Appends TEXT: well-formed UTF-8, each line break as CRLF, control characters
 * (but tabs) left out, lines of at most 76 characters that cut no code point;
 * it ends in CRLF.  No line begins with "." or "From ". */
void quoted_printable_add(struct str *str, struct slice text);
