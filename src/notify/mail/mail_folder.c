#include "notify/mail/mail_folder.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"

enum { PATH_MAX_BYTES = 4096, NAME_MAX_BYTES = 200, FOLDER_MODE = 0750, FILE_MODE = 0640 };

bool mail_folder_is_url(const char *url, const char **ret_folder)
{
	struct slice rest = slice_of(url);

	if (!slice_starts_with_nocase(rest, SLICE("file:")))
		return false;

	rest = slice_skip(rest, strlen("file:"));
	if (slice_starts_with(rest, SLICE("///")))
		rest = slice_skip(rest, 2);
	if (ret_folder)
		*ret_folder = rest.ptr;
	return rest.len > 0;
}

/* An id may hold "/" and begin with "..". */
static void add_safe(struct str *path, const char *message_id)
{
	const struct slice id = slice_from(message_id, strnlen(message_id, NAME_MAX_BYTES));

	for (size_t i = 0; i < id.len; i++) {
		const char c = id.ptr[i];
		const bool safe = is_alnum(c) || strchr("-_@+", c) || (c == '.' && i > 0);

		str_add_char(path, safe ? c : '_');
	}
}

int mail_folder_write(const char *folder, const char *message_id, struct slice message)
{
	CLEANUP(str_done) struct str path = STR_INIT(PATH_MAX_BYTES);

	if (mkdir(folder, FOLDER_MODE) < 0 && errno != EEXIST)
		return -errno;

	str_add_format(&path, "%s/", folder);
	add_safe(&path, message_id);
	str_add_text(&path, ".eml");
	if (str_error(&path) < 0)
		return -ENAMETOOLONG;

	return file_replace(str_text(&path), message, FILE_MODE);
}
