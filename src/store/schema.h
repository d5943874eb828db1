/* store/schema.h: what the file looks like, as texts of SQL.
 *
 * They stand in schema/ as .sql files and are built in.  Tables change only by
 * a new file N.sql, which leads from version N - 1 to N; the views and the
 * documentation are made anew whenever the version changes.
 */
#pragma once

#include <stddef.h>

enum { SCHEMA_APPLICATION_ID = 0x6d656e74 }; /* "ment" */

/* The version that this program writes and understands. */
int schema_version(void);
/* What leads from VERSION - 1 to VERSION, 1 <= VERSION <= schema_version(). */
const char *schema_migration(int version);
/* How many hundredths of the file it writes anew: what it costs. */
int schema_migration_percent(int version);
const char *schema_views(void);
const char *schema_docs(void);
