/* config/yaml.h: a YAML text as a tree of nodes with their places.
 *
 * libyaml reads the syntax; what is composed here is bounded in depth, keys
 * and nodes, also where aliases repeat a part, so that no text grows beyond
 * its own size by much.  Nodes live in the caller's arena and refer to the
 * text, which must outlive them.
 */
#pragma once

#include "base/arena.h"
#include "config/settings.h"

struct diags;

enum yaml_kind { YAML_KIND_TEXT, YAML_KIND_LIST, YAML_KIND_MAP };

enum yaml_style { YAML_PLAIN, YAML_SINGLE_QUOTED, YAML_DOUBLE_QUOTED, YAML_LITERAL, YAML_FOLDED };

struct yaml_node {
	enum yaml_kind kind;
	enum yaml_style style;     /* of a text */
	unsigned int line, column; /* of its first character, quote or indicator; from 1 */
	struct slice text;         /* NUL-terminated; may also hold NUL */
	size_t size;               /* nodes in it, itself included, aliases counted again */

	/* Of a list, or the values of a map, whose keys (all texts) stand beside
	 * them. */
	struct yaml_node **items;
	struct yaml_node **keys;
	size_t n_items;
};

enum {
	YAML_MAX_BYTES = 32 << 20, /* 100,000 sources have room */
	YAML_MAX_DEPTH = 32,
	YAML_MAX_KEYS = 256,      /* in one map */
	YAML_MAX_NODES = 2 << 20, /* in one text */
};

struct yaml_file {
	const char *path; /* for messages */
	struct slice text;
	struct arena *arena;
	size_t *lines; /* byte offset of each line; set by yaml_parse() */
	size_t n_lines;
};

/* Reads FILE's text into *RET: NULL for an empty document.  What is no YAML,
 * or beyond a bound, is -EINVAL with its place in DIAGS.  A key that is given
 * twice is an error in DIAGS as well, but the tree comes out, so that the
 * reader finds the other mistakes too. */
int yaml_parse(struct yaml_file *file, struct yaml_node **ret, struct diags *diags);

/* Byte offset of a place (from 1, in code points) in the text of a FILE that
 * was parsed; its end for a place that is not there. */
size_t yaml_offset(const struct yaml_file *file, size_t line, size_t column);
/* Bytes of the line break at OFFSET of TEXT, 0 when there is none.  libyaml
 * reads YAML 1.1, where NEL, LS and PS are breaks too. */
size_t yaml_break_length(struct slice text, size_t offset);
