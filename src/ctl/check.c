#include <sysexits.h>

#include "config/load.h"
#include "config/settings.h"
#include "ctl/ctl.h"

static const char *plural(size_t n)
{
	return n == 1 ? "" : "s";
}

static int run(struct ctl *ctl)
{
	CLEANUP(settings_freep) struct settings *settings = NULL;
	const int r = ctl_settings(ctl, &settings);

	if (r < 0)
		return r;

	printf("ok: %zu source%s, %zu stream%s, %zu recipient%s, %zu alert%s\n",
		settings->n_sources, plural(settings->n_sources), settings->n_streams,
		plural(settings->n_streams), settings->n_recipients, plural(settings->n_recipients),
		settings->n_alerts, plural(settings->n_alerts));
	return 0;
}

const struct ctl_verb verb_check = {
	.name = "check",
	.group = "Configuration",
	.synopsis = "",
	.help = "Check the configuration and say everything that is wrong with it",
	.description =
		"Reads the configuration with all files of mentiond.d, compiles the queries and\n"
		"rules, and runs the examples of the streams.  Each mistake is printed with\n"
		"file, line, column and a hint.  The exit code is 78 when there is one.",
	.example = "mentionctl --config /etc/mentiond/mentiond.yaml check",
	.run = run,
};
