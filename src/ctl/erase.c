#include <sysexits.h>

#include "base/log.h"
#include "ctl/database.h"

static const char *plural(size_t n)
{
	return n == 1 ? "" : "s";
}

/* 66, and a hint when it is a name. */
static int tell_nobody(struct store *store, const struct erasing *erasing)
{
	const struct erasing by_name = {
		.author = erasing->author, .by_name = !erasing->by_name, .dry_run = true};
	struct erased others = {0};

	log_error(0, "Nobody is known as %s", erasing->author);
	if (store_erase_author(store, &by_name, &others) == 0 && others.n_posts > 0)
		fprintf(stderr,
			by_name.by_name
				? "%zu post%s bear it as a name, which several people may have: "
				  "--author-name erases them\n"
				: "%zu post%s have it as a handle or address: leave --author-name "
				  "out\n",
			others.n_posts, plural(others.n_posts));
	return EX_NOINPUT;
}

/* "2 posts, 2 mentions, 1 incident erased; 1 mail emptied, 0 queued mails withdrawn". */
static void tell(const struct erased *erased, bool dry_run)
{
	const char *would = dry_run ? "would be " : "";

	printf("%zu post%s, %zu mention%s, %zu incident%s %serased; %zu mail%s %semptied,"
	       " %zu queued mail%s %swithdrawn\n",
		erased->n_posts, plural(erased->n_posts), erased->n_mentions,
		plural(erased->n_mentions), erased->n_incidents, plural(erased->n_incidents), would,
		erased->n_mails, plural(erased->n_mails), would, erased->n_withdrawn,
		plural(erased->n_withdrawn), would);
}

static int run(struct ctl *ctl)
{
	CLEANUP(store_closep) struct store *store = NULL;
	const struct erasing erasing = {.author = ctl_argument(ctl, 0),
		.by_name = ctl_flag(ctl, "author-name"),
		.dry_run = ctl_flag(ctl, "dry-run"),
		.now_us = database_now_us()};
	struct erased erased = {0};
	int r = database_open_named(ctl, STORE_WRITE, &store);

	if (r < 0)
		return r;

	r = store_erase_author(store, &erasing, &erased);
	if (r < 0)
		return database_error(store, r, "Cannot erase the posts");
	if (erased.n_posts == 0)
		return tell_nobody(store, &erasing);

	tell(&erased, erasing.dry_run);
	return 0;
}

static const struct ctl_option options[] = {
	CTL_OPTION_DATABASE,
	{.name = "author-name", .help = "AUTHOR is a name, which several people may have"},
	{.name = "dry-run", .help = "Count, and change nothing"},
};

const struct ctl_verb verb_erase = {
	.name = "erase",
	.group = "Database",
	.synopsis = "AUTHOR",
	.help = "Erase all posts of a person, for good",
	.description =
		"AUTHOR is a profile's address or a handle, exactly as it stands in the posts;\n"
		"with --author-name it is a name, and all who bear it are erased.  Their posts\n"
		"go with the mentions and with the incidents that are about nothing else; they\n"
		"are not stored again when a source brings them again.  Mails that quoted them\n"
		"are emptied, and those that wait to be sent are withdrawn: each is a mail that\n"
		"has failed, with that as its reason.  Backups are not changed.  The exit code is\n"
		"66 when nobody is known so.",
	.example = "mentionctl erase --dry-run https://social.example/@wanjiru",
	.options = options,
	.n_options = ARRAY_SIZE(options),
	.min_args = 1,
	.max_args = 1,
	.run = run,
};
