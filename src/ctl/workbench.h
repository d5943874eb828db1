/* ctl/workbench.h: for the commands that work as the daemon does. */
#pragma once

#include "base/random.h"
#include "ctl/database.h"
#include "daemon/turn.h"

struct workbench {
	struct settings *settings;
	struct store *store;
	struct random random;
	struct tools *tools;
	struct turn_context context;
};

/* From the configuration and its database; what is wrong is told here.  A negative
 * errno, or the exit code. */
int workbench_open(struct workbench *bench, struct ctl *ctl, enum store_access access);
/* For CLEANUP(). */
void workbench_done(struct workbench *bench);
