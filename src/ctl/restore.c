/* mentionctl restore: a copy of the database takes its place. */
#include <inttypes.h>

#include "base/log.h"
#include "config/load.h"
#include "config/settings.h"
#include "ctl/database.h"

static void print_backup(const char *path, const struct restored *restored)
{
	const struct store_stats *stats = &restored->stats;
	char last[TIME_TEXT_SIZE];

	printf("%s is whole: format %d, %zu post%s, %zu mention%s", path, restored->version,
		stats->n_posts, stats->n_posts == 1 ? "" : "s", stats->n_mentions,
		stats->n_mentions == 1 ? "" : "s");
	if (stats->last_fetched.known)
		printf(", until %s UTC", time_format_sql(stats->last_fetched.us, last));
	putchar('\n');
}

static void print_result(const char *path, const struct restored *restored, bool dry_run)
{
	const struct store_stats *stats = &restored->stats;

	if (restored->replaces)
		printf("%s: %s as %s\n", path, dry_run ? "would be kept" : "is kept",
			restored->aside);
	if (restored->replaces && !restored->old_is_read)
		printf("It cannot be read: how many incidents it opened since the copy is "
		       "guessed\n");
	printf("Incidents get numbers from %" PRId64 " on\n", restored->last_incident + 1);
	if (stats->n_queued > 0)
		printf("%zu mail%s waited when the copy was made: mentiond sends what waits, "
		       "under the same Message-ID\n",
			stats->n_queued, stats->n_queued == 1 ? "" : "s");
	if (dry_run)
		printf("Nothing was changed\n");
	else
		printf("Restored; start mentiond: systemctl start mentiond\n");
}

static int run(struct ctl *ctl)
{
	CLEANUP(settings_freep) struct settings *settings = NULL;
	const char *path = ctl_text(ctl, "database");
	struct restored restored;
	int r = path ? 0 : ctl_settings(ctl, &settings);

	if (r < 0)
		return r;

	const struct restoring restoring = {.backup = ctl_argument(ctl, 0),
		.path = path ? path : settings->database,
		.now_us = database_now_us(),
		.dry_run = ctl_flag(ctl, "dry-run")};

	r = store_restore(&restoring, &restored);
	if (r < 0) {
		log_error(0, "Cannot restore: %s", restored.problem);
		return r;
	}

	print_backup(restoring.backup, &restored);
	print_result(restoring.path, &restored, restoring.dry_run);
	return 0;
}

static const struct ctl_option options[] = {
	CTL_OPTION_DATABASE,
	{.name = "dry-run", .help = "Look at all that is needed, and change nothing"},
};

const struct ctl_verb verb_restore = {
	.name = "restore",
	.group = "Database",
	.synopsis = "FILE",
	.help = "Put a copy that backup made in the place of the database",
	.description =
		"Stop mentiond first.  FILE is read to its last page; a damaged one, or one of a\n"
		"newer mentiond, is refused.  The database, with its log beside it, goes aside\n"
		"(NAME.replaced-TIME) and the copy takes its place whole, owned as the old one\n"
		"was.  Numbers of incidents that may stand in mails are not given again.  What\n"
		"was fetched after the copy was made is fetched again as far as its feed still\n"
		"has it.",
	.example = "mentionctl restore --dry-run /var/backups/mentions-2026-11-21.db",
	.options = options,
	.n_options = ARRAY_SIZE(options),
	.min_args = 1,
	.max_args = 1,
	.run = run,
};
