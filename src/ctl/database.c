#include "ctl/database.h"

#include "base/log.h"
#include "config/load.h"
#include "ctl/ctl.h"

int database_open(struct ctl *ctl, enum store_access access, struct settings **ret_settings,
	struct store **ret)
{
	CLEANUP(settings_freep) struct settings *settings = NULL;
	int r;

	r = ctl_settings(ctl, &settings);
	if (r != 0)
		return r;

	r = store_open(settings->database, access, ret);
	if (r < 0)
		return log_error(r, "Cannot open the database %s (%s)", settings->database,
			store_error_text(NULL));

	*ret_settings = TAKE(settings);
	return 0;
}
