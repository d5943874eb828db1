/* daemon/check.h: what only the stages can say about settings.
 *
 * Queries, rules and the examples of streams, compiled as a start of the
 * daemon would compile them.  Positions inside a query are told as positions
 * in the file where the YAML text allows it.
 */
#pragma once

#include "base/diags.h"
#include "config/settings.h"

struct engine;
struct rule;

/* Compiles STREAM's query, runs its examples, and adds it to ENGINE (NULL: only
 * checks).  -EINVAL with DIAGS. */
int check_stream(const struct stream_settings *stream, struct engine *engine, struct diags *diags);

/* Compiles ALERT's rule into *RET, which the caller frees; RET may be NULL.
 * -EINVAL with DIAGS. */
int check_rule(const struct alert_settings *alert, struct rule **ret, struct diags *diags);

/* Both for all of SETTINGS, which may be what settings_load_partly() could read.
 * -EINVAL when there was any error. */
int check_settings(const struct settings *settings, struct diags *diags);

/* Reads every secret that SETTINGS name, those of sources that are switched off
 * left out, and forgets it.  What cannot be read is told in DIAGS, as LEVEL: only
 * the daemon, and who sees its credentials, knows that it is an error.  Returns
 * how many are named, -EINVAL when an error was told. */
int check_secrets(const struct settings *settings, enum diag_level level, struct diags *diags);

/* What comes with the program: lexicons, templates, the table of places.
 * -EINVAL when there was any error; what the program can do without is a
 * warning. */
int check_data(struct diags *diags);
