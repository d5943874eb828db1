#include "base/log.h"
#include "ctl/database.h"

static int run(struct ctl *ctl)
{
	CLEANUP(store_closep) struct store *store = NULL;
	const char *path = ctl_argument(ctl, 0);
	int r = database_open_named(ctl, STORE_READ, &store);

	if (r < 0)
		return r;

	r = store_backup(store, path);
	if (r < 0)
		log_error(r, "Cannot copy the database to %s", path);
	return r;
}

static const struct ctl_option options[] = {CTL_OPTION_DATABASE};

const struct ctl_verb verb_backup = {
	.name = "backup",
	.group = "Database",
	.synopsis = "FILE",
	.help = "Copy the database, also while the daemon runs",
	.description =
		"FILE must not exist.  It is whole at one moment, small, and readable by itself.",
	.example = "mentionctl backup /var/backups/mentions-$(date +%F).db",
	.options = options,
	.n_options = ARRAY_SIZE(options),
	.min_args = 1,
	.max_args = 1,
	.run = run,
};
