/* ctl/source_lines.h: lines of YAML for sources that a person is about to have.
 *
 * Whatever a feed calls itself, what comes out can be read by config/: names
 * are one line of at most 64 characters, and each is given once.
 */
#pragma once

#include "record/post.h"

struct map;
struct str;

struct source_line {
	const char *title; /* NULL: the name comes from the address */
	const char *url;
	struct texts tags;
	bool allow_private;
};

/* A name for LINE that is not among the keys of TAKEN (their values are 1 to
 * begin with), where it is added; *RET lives in ARENA.  -ENOMEM. */
int source_lines_name(
	const struct source_line *line, struct map *taken, struct arena *arena, const char **ret);

/* Appends LINE under NAME as an element of the list `sources:'. */
void source_lines_add(struct str *str, const struct source_line *line, const char *name);
