/* base/json.h: what Jansson needs around it.
 *
 * Adding to an object leaves out what is absent: no null, no empty string.
 * The first failure is reported by the setters as -ENOMEM; texts must be valid
 * UTF-8 (those of records are).
 */
#pragma once

#include <jansson.h>

#include "base/macro.h"
#include "base/slice.h"

void json_freep(json_t **json);

/* Parses one JSON text of any type.  Lone surrogates,
 * NUL and broken UTF-8 in strings are mended to U+FFFD: -EINVAL
 * only for what is no JSON (or holds an integer beyond 64 bits), with the position in *RET_BYTE and
 * words in MESSAGE (JSON_ERROR_TEXT_LENGTH), both of which may be NULL. */
int json_read(struct slice text, json_t **ret, size_t *ret_byte, char *message);

/* Length of the start of TEXT that stands in a string as it is; it may end early,
 * before a C2 or E2 that begins nothing that is escaped. */
size_t json_plain_length(struct slice text);

/* Member NAME as text, or NULL when it is absent, empty or of another type. */
const char *json_text(const json_t *object, const char *name);
/* As json_text(); a number becomes text too ("ids as numbers"), its place in
 * BUFFER of 32 bytes. */
const char *json_text_or_number(const json_t *object, const char *name, char *buffer);

/* VALUE NULL or "" sets nothing. */
int json_set_text(json_t *object, const char *name, const char *value);
int json_set_number(json_t *object, const char *name, double value);
int json_set_integer(json_t *object, const char *name, int64_t value);
/* Steals VALUE, also on failure; NULL is -ENOMEM. */
int json_set_take(json_t *object, const char *name, json_t *value);

struct str;

/* Appends JSON on one line (U+2028 and U+2029, which end one elsewhere, are
 * escaped), keys in the order in which they were added. */
void json_write(struct str *str, const json_t *json);
