/* config/reader.h: a tree of YAML nodes into the records of the settings, by
 * the table of config/schema.h.
 */
#pragma once

#include "config/settings.h"
#include "config/yaml.h"

struct diags;

/* Sets every default of the top level. */
int reader_set_defaults(struct settings *settings, struct arena *arena);

/* Reads the tree ROOT of FILE into SETTINGS: a text replaces what an earlier
 * file said, records are added to those of earlier files.  Mistakes go to
 * DIAGS, and what is wrong keeps its default.  Everything kept is made in
 * ARENA.  0, also after mistakes; -ENOMEM. */
int reader_read(const struct yaml_file *file, const struct yaml_node *root, struct arena *arena,
	struct settings *settings, struct diags *diags);
