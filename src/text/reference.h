/* text/reference.h: character references, `&eacute;' `&#8217;' `&#x2019;'.
 *
 * All names of HTML are known, in XML too.  Numbers 128 to 159 are read as
 * windows-1252 (as browsers do), two surrogates as the character that they mean;
 * one alone and what is beyond Unicode become U+FFFD, control characters
 * nothing.  Names that a DTD declares are never looked up.
 */
#pragma once

#include "base/slice.h"

struct str;

enum { REFERENCE_MAX_BYTES = 8 };

struct reference {
	size_t len;    /* what it takes in the text, `&' and `;' included */
	size_t n_utf8; /* 0 for a control character: it vanishes */
	char utf8[REFERENCE_MAX_BYTES];
};

/* Reads the reference at the start of TEXT, which begins with `&'.  With
 * IS_HTML some names need no `;', unless a letter, digit or `=' follows.  1 and
 * *RET, or 0: the `&' is text. */
int reference_read(struct slice text, bool is_html, struct reference *ret);

/* The character that a control character from 128 to 159 stands for in
 * windows-1252; others stay. */
uint32_t reference_of_control(uint32_t number);
/* The other way round: the byte that CODE_POINT has in windows-1252, -1 when it
 * has none. */
int reference_byte_of(uint32_t code_point);

/* Appends TEXT with all its references replaced.  Returns how many `&' were
 * none. */
size_t reference_add_text(struct str *str, struct slice text, bool is_html);
