#include "daemon/check.h"

#include <stdlib.h>
#include <sysexits.h>

#include "base/diags.h"
#include "base/log.h"
#include "config/load.h"
#include "config/settings.h"
#include "ctl/ctl.h"

static void print_summary(const struct settings *settings)
{
	const struct {
		size_t n;
		const char *name;
	} lists[] = {
		{settings->n_sources, "source"},
		{settings->n_streams, "stream"},
		{settings->n_recipients, "recipient"},
		{settings->n_alerts, "alert"},
	};

	fputs("ok:", stdout);
	for (size_t i = 0; i < ARRAY_SIZE(lists); i++)
		printf("%s %zu %s%s", i > 0 ? "," : "", lists[i].n, lists[i].name,
			lists[i].n == 1 ? "" : "s");
	putchar('\n');
}

/* Credentials are the daemon's: who runs this without them is only told. */
static int check_credentials(const struct settings *settings, struct diags *diags)
{
	const bool has_them = getenv("CREDENTIALS_DIRECTORY") != NULL;
	const int r = check_secrets(settings, has_them ? DIAG_ERROR : DIAG_WARNING, diags);

	return MIN(r, 0);
}

/* What the reader says, then what only the stages can say. */
static int check(const char *path, struct settings **ret, struct diags *diags)
{
	const int r = settings_load_partly(path, ret, diags);
	const int r_stages = *ret ? check_settings(*ret, diags) : 0;
	const int r_secrets = *ret ? check_credentials(*ret, diags) : 0;
	const int r_data = check_data(diags);

	return r < 0 ? r : MIN(MIN(r_stages, r_secrets), r_data);
}

static int run(struct ctl *ctl)
{
	CLEANUP(settings_freep) struct settings *settings = NULL;
	CLEANUP(diags_freep) struct diags *diags = NULL;
	int r = diags_new(&diags);

	if (r == 0)
		r = check(ctl_config_path(ctl), &settings, diags);
	diags_print(diags, stderr);
	if (diags_count_errors(diags) > 0)
		return EX_CONFIG;
	if (r < 0 || !settings)
		return log_error(r, "Cannot check %s", ctl_config_path(ctl));

	print_summary(settings);
	return 0;
}

const struct ctl_verb verb_check = {
	.name = "check",
	.group = "Configuration",
	.synopsis = "",
	.help = "Check the configuration and say everything that is wrong with it",
	.description =
		"Reads the configuration with all files of mentiond.d, compiles the queries and\n"
		"rules, runs the examples of the streams, and reads the credentials.  Each\n"
		"mistake is printed with file, line, column and a hint.  The exit code is 78\n"
		"when there is one.  Credentials are handed to the daemon alone: where\n"
		"$CREDENTIALS_DIRECTORY is not set, one that cannot be read is a warning.",
	.example = "mentionctl --config /etc/mentiond/mentiond.yaml check",
	.run = run,
};
