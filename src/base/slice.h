/* base/slice.h: borrowed text, a pointer and a length.
 *
 * All parsers read slices.  A slice owns nothing and may hold any bytes, also
 * NUL; it lives as long as what it points into.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct slice {
	const char *ptr;
	size_t len;
};

/* A slice of a string literal, for tables and initialisers. */
#define SLICE(literal) ((struct slice){("" literal), sizeof(literal) - 1})
/* The same where a constant is initialised. */
#define SLICE_INIT(literal)                                                                        \
	{                                                                                          \
		("" literal), sizeof(literal) - 1                                                  \
	}

/* For printf's "%.*s". */
#define SLICE_FMT(slice) (int)(slice).len, (slice).ptr

/* TEXT may be NULL, which gives the empty slice. */
struct slice slice_of(const char *text);
struct slice slice_from(const char *ptr, size_t len);

bool slice_equals(struct slice a, struct slice b);
/* ASCII case only; every other byte must be the same. */
bool slice_equals_nocase(struct slice a, struct slice b);
bool slice_starts_with(struct slice text, struct slice prefix);
bool slice_starts_with_nocase(struct slice text, struct slice prefix);
bool slice_ends_with(struct slice text, struct slice suffix);
bool slice_is_ascii(struct slice text);
/* Order of bytes, the shorter first. */
int slice_compare(struct slice a, struct slice b);

/* Position of the first occurrence, or -1. */
ptrdiff_t slice_find(struct slice text, struct slice needle);
ptrdiff_t slice_find_char(struct slice text, char c);
/* As slice_find(), without regard to ASCII case. */
ptrdiff_t slice_find_nocase(struct slice text, struct slice needle);

/* From START to the end; past the end gives the empty slice. */
struct slice slice_skip(struct slice text, size_t start);
/* Without ASCII white space at both ends. */
struct slice slice_trim(struct slice text);

/* Takes what stands before the first SEPARATOR out of *REST, separator
 * included; false when *REST is exhausted (its ptr is then NULL).  "a,,b"
 * gives a, the empty slice, b. */
bool slice_split(struct slice *rest, char separator, struct slice *ret);

/* Reads the whole slice as a number.  1 when it is one and fits, else 0. */
int slice_to_int64(struct slice text, int64_t *ret);
int slice_to_double(struct slice text, double *ret);

/* ASCII only, independent of the locale. */
static inline bool is_space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}
static inline bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}
static inline bool is_alpha(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
static inline bool is_alnum(char c)
{
	return is_alpha(c) || is_digit(c);
}
static inline char to_lower(char c)
{
	if (c >= 'A' && c <= 'Z')
		c = (char)(c + ('a' - 'A'));

	return c;
}
