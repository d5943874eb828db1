#include <errno.h>
#include <sys/statvfs.h>

#include "base/log.h"
#include "config/load.h"
#include "config/settings.h"
#include "ctl/database.h"

enum {
	BATCH = 500,  /* posts a transaction: the daemon gets its turn between */
	PAGES = 1000, /* that are given back in one */
};

/* The option, else the configured time. */
static int64_t keep(const struct ctl *ctl, const char *option, int64_t configured_us)
{
	return ctl_has(ctl, option) ? ctl_duration_us(ctl, option) : configured_us;
}

static double megabytes(size_t n_bytes)
{
	return (double)n_bytes / 1e6;
}

/* Removes what is kept no longer. */
static int remove_old(const struct ctl *ctl, const struct settings *settings, struct store *store)
{
	const int64_t now_us = database_now_us();
	const int64_t unmatched_us = now_us - keep(ctl, "unmatched", settings->keep_unmatched_us);
	const int64_t mentions_us = now_us - keep(ctl, "mentions", settings->keep_mentions_us);
	size_t n = 0;
	int r;

	while ((r = store_prune(store, unmatched_us, mentions_us, BATCH)) > 0)
		n += (size_t)r;
	while (r == 0 && (r = store_prune_logs(store, unmatched_us, mentions_us, BATCH)) > 0)
		r = 0;
	/* A person has said that the clock is right. */
	if (r == 0)
		r = store_note_believed(store, now_us);
	if (r < 0)
		return database_error(store, r, "Cannot remove old posts");

	printf("%zu post%s removed\n", n, n == 1 ? "" : "s");
	return 0;
}

static int give_back(struct store *store)
{
	int r;

	while ((r = store_give_back(store, PAGES)) > 0)
		continue;
	return r < 0 ? database_error(store, r, "Cannot give free pages back") : 0;
}

/* Whether there is room for what COMPACTION takes. */
static int find_room(const struct compaction *compaction, const char *path)
{
	struct statvfs disk;

	if (statvfs(path, &disk) < 0)
		return log_error(-errno, "Cannot look at the disk of %s", path);

	const size_t n_left = (size_t)disk.f_bavail * (size_t)disk.f_frsize;

	printf("The file has %.1f MB, of which %.1f MB are free.  Writing it anew takes %.1f MB "
	       "more "
	       "until it is done (the disk has %.1f MB), and about %lld s\n",
		megabytes(compaction->n_bytes), megabytes(compaction->n_free_bytes),
		megabytes(compaction->n_disk_bytes), megabytes(n_left),
		(long long)(compaction->duration_us / US_PER_S));
	(void)fflush(stdout);
	if (n_left < compaction->n_disk_bytes)
		return log_error(-ENOSPC, "Cannot write the database anew");

	return 0;
}

static int compact(const struct ctl *ctl, struct store *store, const char *path)
{
	struct compaction compaction;
	int r = store_estimate_compaction(store, &compaction);

	if (r < 0)
		return database_error(store, r, "Cannot look at the database");

	r = find_room(&compaction, path);
	if (r < 0 || ctl_flag(ctl, "dry-run"))
		return r;

	/* The daemon could store nothing meanwhile. */
	r = store_claim(store);
	if (r == 0)
		r = store_compact(store);
	if (r == 0)
		r = store_estimate_compaction(store, &compaction);
	if (r < 0)
		return database_error(store, r, "Cannot write the database anew");

	printf("It has %.1f MB now\n", megabytes(compaction.n_bytes));
	return 0;
}

static int run(struct ctl *ctl)
{
	CLEANUP(settings_freep) struct settings *settings = NULL;
	CLEANUP(store_closep) struct store *store = NULL;
	int r = ctl_settings(ctl, &settings);

	if (r == 0 && ctl_flag(ctl, "dry-run") && !ctl_flag(ctl, "compact"))
		return ctl_usage(ctl, "--dry-run goes with --compact");
	if (r == 0)
		r = database_open_named(ctl, STORE_WRITE, &store);
	if (r == 0 && !ctl_flag(ctl, "dry-run"))
		r = remove_old(ctl, settings, store);
	if (r < 0)
		return r;

	const char *path =
		ctl_has(ctl, "database") ? ctl_text(ctl, "database") : settings->database;

	return ctl_flag(ctl, "compact") ? compact(ctl, store, path) : give_back(store);
}

static const struct ctl_option options[] = {
	CTL_OPTION_DATABASE,
	{.name = "compact", .help = "Write the file anew, without what is free in it"},
	{.name = "dry-run", .help = "With --compact: say what it takes, and do nothing"},
	{.name = "mentions",
		.type = OPTION_DURATION,
		.argument = "TIME",
		.help = "Keep mentions for this long instead of what is configured"},
	{.name = "unmatched",
		.type = OPTION_DURATION,
		.argument = "TIME",
		.help = "Keep other posts for this long instead of what is configured"},
};

const struct ctl_verb verb_prune = {
	.name = "prune",
	.group = "Database",
	.synopsis = "",
	.help = "Remove what is kept no longer, now",
	.description =
		"The daemon does so by itself when nothing else is to be done (keep: in the\n"
		"settings), and gives pages that become free back to the file system.  In a file\n"
		"that was made before it could they stay in it, to be used again: --compact\n"
		"writes it anew, once.  It says first what disk and time that takes, and wants\n"
		"mentiond stopped.",
	.example = "mentionctl prune --unmatched 3d\n"
		   "mentionctl prune --compact --dry-run",
	.options = options,
	.n_options = ARRAY_SIZE(options),
	.run = run,
};
