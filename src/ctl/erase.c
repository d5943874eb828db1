#include "base/log.h"
#include "ctl/database.h"

static int run(struct ctl *ctl)
{
	CLEANUP(store_closep) struct store *store = NULL;
	size_t n;
	int r = database_open_named(ctl, STORE_WRITE, &store);

	if (r < 0)
		return r;

	r = store_erase_author(store, ctl_argument(ctl, 0), database_now_us(), &n);
	if (r < 0)
		return database_error(store, r, "Cannot erase the posts");

	printf("%zu post%s erased\n", n, n == 1 ? "" : "s");
	return 0;
}

static const struct ctl_option options[] = {CTL_OPTION_DATABASE};

const struct ctl_verb verb_erase = {
	.name = "erase",
	.group = "Database",
	.synopsis = "AUTHOR",
	.help = "Erase all posts of a person, for good",
	.description =
		"AUTHOR is a profile's address, a handle or a name, exactly as it stands in the\n"
		"posts.  They are not stored again when a source brings them again, and mails\n"
		"that quoted them are emptied.  Backups are not changed.",
	.example = "mentionctl erase https://social.example/@wanjiru",
	.options = options,
	.n_options = ARRAY_SIZE(options),
	.min_args = 1,
	.max_args = 1,
	.run = run,
};
