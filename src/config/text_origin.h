/* config/text_origin.h: where the content of a YAML text stands in its file.
 *
 * YAML says where a value begins, which is its quote or block indicator, and
 * what came out after unquoting and folding.  A query's mistake is at a
 * character of what came out: so both are walked side by side.
 */
#pragma once

#include "config/yaml.h"

/* The place of the first character of the text NODE of FILE, with the parts
 * that let config/origin.h find a place within it.  Strings and parts are made
 * in ARENA.  -ENOMEM. */
int text_origin_find(const struct yaml_file *file, const struct yaml_node *node,
	struct arena *arena, struct origin *ret);
