/* config/presets.h: the presets that are installed, and the sources that use
 * them.
 *
 * A preset is a file NAME.yaml in the folder presets/ beside the configuration,
 * else in that of the data (base/file.h).
 */
#pragma once

#include "base/arena.h"
#include "config/settings.h"

struct diags;

/* Reads all presets into *RET, made in ARENA: those beside the configuration
 * CONFIG_PATH, which may be NULL, hide installed ones of the same name.
 * Mistakes go to DIAGS and leave their preset out.  -ENOMEM. */
int presets_load(
	const char *config_path, struct arena *arena, struct presets *ret, struct diags *diags);

/* Gives each source of SETTINGS with a preset its service, its parameters and
 * its address.  What the preset does not know or misses goes to DIAGS.
 * -ENOMEM. */
int presets_apply(struct settings *settings, struct arena *arena, struct diags *diags);
