/* base/str.h: the one growable string.
 *
 * A struct str is NUL-terminated, owns its bytes and is created with a
 * maximum.  Appending returns nothing: the first failure (-ENOMEM, -EMSGSIZE)
 * sticks, further appends do nothing, and str_error() or str_take() reports it
 * once at the end.  So a writer is a run of appends without a branch.
 */
#pragma once

#include <stdarg.h>

#include "base/macro.h"
#include "base/slice.h"

struct str {
	char *ptr;
	size_t len;
	size_t capacity;
	size_t max_bytes;
	int error;
};

/* A string in place that may grow to MAX bytes; released by str_done(). */
#define STR_INIT(max) ((struct str){.max_bytes = (max)})

void str_done(struct str *str);

void str_add(struct str *str, struct slice text);
void str_add_text(struct str *str, const char *text);
void str_add_char(struct str *str, char c);
/* CODE_POINT as UTF-8; what is no Unicode scalar value becomes U+FFFD. */
void str_add_code_point(struct str *str, uint32_t code_point);
/* All but RFC 3986's unreserved characters as %XX: for a value in an address or form. */
void str_add_percent_encoded(struct str *str, struct slice text);
/* TEXT with each run of white space as one blank, none at the start of STR. */
void str_add_folded(struct str *str, struct slice text);
void str_add_format(struct str *str, const char *format, ...) PRINTF_LIKE(2, 3);
void str_add_vformat(struct str *str, const char *format, va_list arguments) PRINTF_LIKE(2, 0);

/* Cuts to LEN bytes, which must not be more than there are. */
void str_truncate(struct str *str, size_t len);
/* Empties the string and forgets its error; the memory stays. */
void str_clear(struct str *str);

/* 0, or what the first failed append met. */
int str_error(const struct str *str);
/* Never NULL; valid until the next append. */
const char *str_text(const struct str *str);
struct slice str_slice(const struct str *str);

/* Moves the bytes out into *RET, which the caller frees, and leaves STR empty;
 * or returns its error and frees them. */
int str_take(struct str *str, char **ret);
