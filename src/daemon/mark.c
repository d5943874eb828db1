#include "daemon/mark.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/str.h"

enum { LINE_MAX_BYTES = 4096 };

struct mark {
	int fd;
	char source[LINE_MAX_BYTES]; /* that is set; "": none */
};

int mark_open(const char *path, struct mark **ret)
{
	struct mark *mark = calloc(1, sizeof(*mark));

	if (!mark)
		return -ENOMEM;
	mark->fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0640);
	if (mark->fd < 0) {
		const int error = -errno;

		free(mark);
		return error;
	}
	*ret = mark;
	return 0;
}

void mark_close(struct mark *mark)
{
	if (!mark)
		return;

	close(mark->fd);
	free(mark);
}

/* What stands behind the first line end is old, and does not count.  That it cannot be
 * written costs the advice of the next start, nothing else. */
static void write_line(const struct mark *mark, struct slice line)
{
	const ssize_t n = pwrite(mark->fd, line.ptr, line.len, 0);

	(void)n;
}

void mark_set(struct mark *mark, const char *source, size_t n_bytes)
{
	CLEANUP(str_done) struct str line = STR_INIT(LINE_MAX_BYTES);

	if (!mark || strcmp(mark->source, source) == 0)
		return;
	str_add_format(&line, "%zu %s\n", n_bytes, source);
	if (str_error(&line) < 0)
		return;

	write_line(mark, str_slice(&line));
	stpcpy(mark->source, source);
}

void mark_clear(struct mark *mark)
{
	if (!mark || mark->source[0] == '\0')
		return;

	write_line(mark, SLICE("\n"));
	mark->source[0] = '\0';
}

int mark_take(const struct mark *mark, char **ret_source, size_t *ret_n_bytes)
{
	char line[LINE_MAX_BYTES];
	const ssize_t n = pread(mark->fd, line, sizeof(line), 0);
	struct slice rest = slice_from(line, n > 0 ? (size_t)n : 0);
	const ptrdiff_t end = slice_find_char(rest, '\n');
	struct slice number;
	int64_t bytes;

	if (end <= 0)
		return 0;
	rest.len = (size_t)end;
	if (!slice_split(&rest, ' ', &number) || slice_to_int64(number, &bytes) == 0 ||
		rest.len == 0)
		return 0;

	*ret_source = strndup(rest.ptr, rest.len);
	*ret_n_bytes = (size_t)bytes;
	write_line(mark, SLICE("\n"));
	return *ret_source ? 1 : -ENOMEM;
}
