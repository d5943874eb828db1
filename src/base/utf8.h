/* base/utf8.h: UTF-8 bytes and code points (RFC 3629).
 *
 * Nothing here fails: what is not well-formed reads as U+FFFD, a maximal
 * wrong sequence each (Unicode 15, § 3.9, "substitution of maximal subparts").
 */
#pragma once

#include "base/slice.h"

#define UTF8_MAX         4
#define UTF8_REPLACEMENT 0xFFFDu

/* Reads the code point at *POSITION of TEXT, which must lie before its end,
 * and advances *POSITION behind it. */
uint32_t utf8_next(struct slice text, size_t *position);

/* Writes CODE_POINT to BYTES (room for UTF8_MAX) and returns the number of
 * bytes; what is no scalar value is written as U+FFFD. */
size_t utf8_encode(uint32_t code_point, char *bytes);

bool utf8_is_valid(struct slice text);

/* Number of code points, wrong sequences counting one each. */
size_t utf8_length(struct slice text);

/* Number of code points before the byte OFFSET. */
size_t utf8_index(struct slice text, size_t offset);
/* Byte offset of the code point with number INDEX; the length if there are
 * fewer. */
size_t utf8_offset(struct slice text, size_t index);

/* The longest prefix of at most MAX_BYTES bytes that cuts no code point; it is
 * empty only when MAX_BYTES is less than the first one takes. */
struct slice utf8_prefix(struct slice text, size_t max_bytes);

/* Embeddings, overrides and isolates, and what ends them: one that is not ended
 * makes all behind it read as something else.  Marks (U+200E, U+200F, U+061C)
 * are none: they only help. */
bool utf8_is_bidi_control(uint32_t code_point);

struct str;

/* Appends TEXT as well-formed UTF-8 without NUL: wrong sequences and NUL
 * become U+FFFD. */
void utf8_add_valid(struct str *str, struct slice text);
