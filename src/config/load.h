/* config/load.h: the configuration, from files to struct settings.
 *
 * Uses base/ and libyaml.  What a setting is called, its type, default and
 * bounds stand in the table of config/schema.h; queries, rules and examples
 * are checked later by those who know them, with the origins in the records.
 */
#pragma once

#include "base/macro.h"

struct diags;
struct settings;

/* Reads FILE and FILE's mentiond.d/ *.yaml beside it (sorted) into *RET, which
 * the caller frees.  All mistakes go to DIAGS, which may be NULL.  -EINVAL when
 * there was any error, then *RET is untouched. */
int settings_load(const char *path, struct settings **ret, struct diags *diags);

void settings_free(struct settings *settings);
DEFINE_CLEANUP(struct settings *, settings_free);
