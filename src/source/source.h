/* source/source.h: what a source is beyond its settings. */
#pragma once

#include "config/settings.h"

/* Gives POST what its source says of posts that don't say it themselves: name
 * of the source, language, location (via is VIA_SOURCE).  The strings stay
 * those of SOURCE. */
void source_apply_defaults(const struct source_settings *source, struct post *post);
