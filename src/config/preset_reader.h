/* config/preset_reader.h: one preset, from its YAML file to struct preset.
 *
 * What may stand in a file is told by one table: a new key is a row there, a
 * member of record/preset.h and a line of docs/sources.md.
 */
#pragma once

#include "config/yaml.h"
#include "record/preset.h"

struct diags;

/* Reads FILE's text as the preset NAME into *RET, everything made in ARENA.
 * Mistakes go to DIAGS with their places.  1, or 0 when there was any: *RET is
 * then of no use; -ENOMEM. */
int preset_read(struct yaml_file *file, const char *name, struct arena *arena, struct preset *ret,
	struct diags *diags);
