#include "store/schema.h"

#include <assert.h>

#include "base/macro.h"

extern const char schema_1[];
extern const char schema_2[];
extern const char schema_3[];
extern const char schema_4[];
extern const char schema_5[];
extern const char schema_6[];
extern const char schema_7[];
extern const char schema_views_sql[];
extern const char schema_docs_sql[];

/* Index + 1 is the version (user_version) that the text leads to.  What it
 * writes anew of the file, in hundredths: a column that is dropped is the whole
 * table, one that is added is nothing, an index or an UPDATE its share. */
static const struct {
	const char *sql;
	int percent;
} migrations[] = {
	{schema_1, 0},
	{schema_2, 0},
	{schema_3, 70},
	{schema_4, 0},
	{schema_5, 20},
	{schema_6, 5},
	{schema_7, 1},
};

int schema_version(void)
{
	return ARRAY_SIZE(migrations);
}

const char *schema_migration(int version)
{
	assert(version >= 1 && version <= schema_version());
	return migrations[version - 1].sql;
}

int schema_migration_percent(int version)
{
	assert(version >= 1 && version <= schema_version());
	return migrations[version - 1].percent;
}

const char *schema_views(void)
{
	return schema_views_sql;
}

const char *schema_docs(void)
{
	return schema_docs_sql;
}
