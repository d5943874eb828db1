/* config/load.h: the configuration, from files to struct settings.
 *
 * Uses base/ and libyaml.  What a setting is called, its type, default and
 * bounds stand in the table of config/schema.h; queries, rules and examples
 * are checked later by those who know them, with the origins in the records.
 */
#pragma once

#include "base/macro.h"
#include "base/slice.h"

struct diags;
struct settings;

/* Reads the file PATH and the *.yaml of the folder mentiond.d beside it (by name) into *RET, which
 * the caller frees.  All mistakes go to DIAGS, which may be NULL.  -EINVAL when
 * there was any error, then *RET is untouched. */
int settings_load(const char *path, struct settings **ret, struct diags *diags);

/* As settings_load(), for who looks for more mistakes: with -EINVAL *RET is what
 * could be read, without what was wrong, so that required parts may be NULL; or
 * it is untouched.  DIAGS must not be NULL. */
int settings_load_partly(const char *path, struct settings **ret, struct diags *diags);

/* As settings_load() for the one TEXT, which messages call NAME; no file is
 * opened. */
int settings_parse(const char *name, struct slice text, struct settings **ret, struct diags *diags);

void settings_free(struct settings *settings);
DEFINE_CLEANUP(struct settings *, settings_free);

/* By name; NULL: there is none. */
const struct source_settings *settings_find_source(
	const struct settings *settings, const char *name);
