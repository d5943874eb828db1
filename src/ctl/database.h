/* ctl/database.h: the database that the configuration names. */
#pragma once

#include "store/store.h"

struct ctl;
struct settings;

/* Reads the configuration and opens its database; the caller frees both, the
 * store first.  What is wrong is told here. */
int database_open(struct ctl *ctl, enum store_access access, struct settings **ret_settings,
	struct store **ret);
