#include "base/log.h"
#include "config/load.h"
#include "config/settings.h"
#include "ctl/database.h"

enum { BATCH = 500 }; /* posts a transaction: the daemon gets its turn between */

/* The option, else the configured time. */
static int64_t keep(const struct ctl *ctl, const char *option, int64_t configured_us)
{
	return ctl_has(ctl, option) ? ctl_duration_us(ctl, option) : configured_us;
}

static int run(struct ctl *ctl)
{
	CLEANUP(settings_freep) struct settings *settings = NULL;
	CLEANUP(store_closep) struct store *store = NULL;
	const int64_t now_us = database_now_us();
	size_t n = 0;
	int r = ctl_settings(ctl, &settings);

	if (r == 0)
		r = database_open_named(ctl, STORE_WRITE, &store);
	if (r < 0)
		return r;

	const int64_t unmatched_us = now_us - keep(ctl, "unmatched", settings->keep_unmatched_us);
	const int64_t mentions_us = now_us - keep(ctl, "mentions", settings->keep_mentions_us);

	while ((r = store_prune(store, unmatched_us, mentions_us, BATCH)) > 0)
		n += (size_t)r;
	if (r < 0)
		return database_error(store, r, "Cannot remove old posts");

	printf("%zu post%s removed\n", n, n == 1 ? "" : "s");
	return 0;
}

static const struct ctl_option options[] = {
	CTL_OPTION_DATABASE,
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
		"The daemon does so by itself, a little every minute (keep: in the settings).",
	.example = "mentionctl prune --unmatched 3d",
	.options = options,
	.n_options = ARRAY_SIZE(options),
	.run = run,
};
