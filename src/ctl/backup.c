/* mentionctl backup: a copy of the database, looked at, and older ones removed. */
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <libgen.h>

#include "base/log.h"
#include "base/str.h"
#include "ctl/database.h"

enum { PATH_MAX_BYTES = 4096 };

/* A copy that is there already. */
struct copy {
	char *path;
	struct timespec made;
};

struct copies {
	struct copy *list;
	size_t n;
};

static void copies_done(struct copies *copies)
{
	for (size_t i = 0; i < copies->n; i++)
		free(copies->list[i].path);
	free(copies->list);
}

/* Whether two names differ in numbers only: copies of one series do, by their dates. */
static bool is_of_series(const char *a, const char *b)
{
	while (*a != '\0' && *b != '\0') {
		if (isdigit((unsigned char)*a) && isdigit((unsigned char)*b)) {
			while (isdigit((unsigned char)*a))
				a++;
			while (isdigit((unsigned char)*b))
				b++;
		} else if (*a++ != *b++) {
			return false;
		}
	}
	return *a == *b;
}

static int add_copy(struct copies *copies, const char *path)
{
	struct stat status;

	/* What only has such a name is not ours to remove. */
	if (lstat(path, &status) < 0 || !S_ISREG(status.st_mode) || store_is_ours(path) <= 0)
		return 0;

	struct copy *list = reallocarray(copies->list, copies->n + 1, sizeof(*list));
	if (!list)
		return -ENOMEM;

	copies->list = list;
	list[copies->n] = (struct copy){strdup(path), status.st_mtim};
	if (!list[copies->n].path)
		return -ENOMEM;

	copies->n++;
	return 0;
}

static int find_copies(const char *folder, const char *name, struct copies *ret)
{
	CLEANUP(str_done) struct str path = STR_INIT(PATH_MAX_BYTES);
	DIR *entries = opendir(folder);
	const struct dirent *entry;
	int r = 0;

	if (!entries)
		return -errno;

	while (r == 0 && (entry = readdir(entries))) {
		str_clear(&path);
		str_add_format(&path, "%s/%s", folder, entry->d_name);
		if (is_of_series(entry->d_name, name))
			r = str_error(&path) < 0 ? -ENAMETOOLONG : add_copy(ret, str_text(&path));
	}
	closedir(entries);
	return r;
}

static int latest_first(const void *a, const void *b)
{
	const struct copy *first = a;
	const struct copy *second = b;

	if (first->made.tv_sec != second->made.tv_sec)
		return first->made.tv_sec > second->made.tv_sec ? -1 : 1;
	if (first->made.tv_nsec != second->made.tv_nsec)
		return first->made.tv_nsec > second->made.tv_nsec ? -1 : 1;

	return -strcmp(first->path, second->path);
}

/* Removes all but the KEEP latest copies of the series of PATH. */
static int remove_older(const char *path, size_t keep)
{
	CLEANUP(copies_done) struct copies copies = {0};
	CLEANUP(free_heapp) char *for_folder = strdup(path);
	CLEANUP(free_heapp) char *for_name = strdup(path);

	if (!for_folder || !for_name)
		return log_error(-ENOMEM, "Cannot look for older copies");

	const char *folder = dirname(for_folder);
	const int r = find_copies(folder, basename(for_name), &copies);

	if (r < 0)
		return log_error(r, "Cannot look for older copies in %s", folder);

	if (copies.n <= keep)
		return 0;

	qsort(copies.list, copies.n, sizeof(*copies.list), latest_first);
	for (size_t i = keep; i < copies.n; i++) {
		if (unlink(copies.list[i].path) < 0)
			return log_error(-errno, "Cannot remove %s", copies.list[i].path);
		printf("Removed %s\n", copies.list[i].path);
	}
	return 0;
}

/* The argument, or in a folder a name that says when. */
static int find_path(const char *argument, struct str *ret)
{
	char time[TIME_TEXT_SIZE];
	struct stat status;

	if (stat(argument, &status) < 0 || !S_ISDIR(status.st_mode)) {
		str_add_text(ret, argument);
		return str_error(ret);
	}

	time_format_rfc3339(database_now_us(), time);
	for (char *c = time; *c != '\0'; c++)
		if (*c == ':')
			*c = '-';
	str_add_format(ret, "%s/mentions-%s.db", argument, time);
	return str_error(ret);
}

static int run(struct ctl *ctl)
{
	CLEANUP(str_done) struct str path = STR_INIT(PATH_MAX_BYTES);
	CLEANUP(store_closep) struct store *store = NULL;

	if (ctl_has(ctl, "keep") && ctl_count(ctl, "keep") < 1)
		return ctl_usage(ctl, "--keep wants 1 or more: the copy that is made counts");

	int r = database_open_named(ctl, STORE_READ, &store);
	if (r < 0)
		return r;

	r = find_path(ctl_argument(ctl, 0), &path);
	if (r == 0)
		r = store_backup(store, str_text(&path));
	if (r < 0) {
		(void)database_error(store, r, "Cannot copy the database");
		return log_error(r, "There is no copy at %s", str_text(&path));
	}

	return ctl_has(ctl, "keep") ? remove_older(str_text(&path), (size_t)ctl_count(ctl, "keep"))
				    : 0;
}

static const struct ctl_option options[] = {
	CTL_OPTION_DATABASE,
	{.name = "keep",
		.type = OPTION_COUNT,
		.argument = "N",
		.help = "Remove older copies, so that N stay"},
};

const struct ctl_verb verb_backup = {
	.name = "backup",
	.group = "Database",
	.synopsis = "FILE|FOLDER",
	.help = "Copy the database, also while the daemon runs",
	.description =
		"FILE must not exist; in a FOLDER the copy's name is the time.  It is whole at\n"
		"one moment, small, and readable by itself; it is looked at after it was\n"
		"written, and has its name only then.  With --keep older copies are removed:\n"
		"those whose names differ from this one's in their digits only.  See mentionctl\n"
		"restore for the way back, and mentiond-backup.timer, which makes a copy every\n"
		"night when it is enabled.",
	.example = "mentionctl backup /var/backups/mentions-$(date +%F).db --keep 7",
	.options = options,
	.n_options = ARRAY_SIZE(options),
	.min_args = 1,
	.max_args = 1,
	.run = run,
};
