/* decode/json_path.h: values in JSON by their path.
 *
 * A path (record/preset.h) leads by names of members and numbers of elements,
 * separated by dots; `*' is each element.  What is not there is no mistake.
 */
#pragma once

#include "base/json.h"

/* Bytes of a number as text. */
enum { JSON_NUMBER_SIZE = 32 };

/* The first value at PATH that is not null; NULL: none. */
const json_t *json_path_find(const json_t *json, struct slice path);

/* Calls FN for each value at PATH; an array at its end counts as its elements. */
void json_path_each(const json_t *json, struct slice path,
	void (*fn)(const json_t *value, void *userdata), void *userdata);

/* VALUE, a text or a number, as text; empty for anything else.  BUFFER has
 * JSON_NUMBER_SIZE bytes. */
struct slice json_value_text(const json_t *value, char *buffer);
