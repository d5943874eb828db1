#include "ctl/workbench.h"

#include <errno.h>
#include <sysexits.h>

#include "base/diags.h"
#include "base/log.h"
#include "config/load.h"

void workbench_done(struct workbench *bench)
{
	tools_free(bench->tools);
	store_close(bench->store);
	settings_free(bench->settings);
}

int workbench_open(struct workbench *bench, struct ctl *ctl, enum store_access access)
{
	CLEANUP(diags_freep) struct diags *diags = NULL;
	int r;

	r = database_open(ctl, access, &bench->settings, &bench->store);
	if (r != 0)
		return r;

	random_init(&bench->random);
	r = diags_new(&diags);
	if (r == 0)
		r = tools_new(bench->settings, &bench->tools, diags);
	bench->context = (struct turn_context){.tools = bench->tools,
		.store = bench->store,
		.clock = clock_system(),
		.random = &bench->random};
	diags_print(diags, stderr);
	if (r == -EINVAL)
		return EX_CONFIG;
	if (r < 0 && diags_count_errors(diags) > 0)
		return r;

	return r < 0 ? log_error(r, "Cannot use the configuration %s", ctl_config_path(ctl)) : 0;
}
