#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { CHUNK_BYTES = 64 * 1024, LINE_PART_BYTES = 4096, PATH_MAX_BYTES = 4096 };

static void close_fdp(int *fd)
{
	if (*fd > STDERR_FILENO)
		close(*fd);
}

int file_read(const char *path, size_t max_bytes, char **ret, size_t *ret_len)
{
	CLEANUP(str_done) struct str content = STR_INIT(max_bytes);
	CLEANUP(free_heapp) char *chunk = malloc(CHUNK_BYTES);
	CLEANUP(close_fdp)
	int fd = strcmp(path, "-") == 0 ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n;

	if (fd < 0)
		return -errno;
	if (!chunk)
		return -ENOMEM;

	while ((n = read(fd, chunk, CHUNK_BYTES)) != 0) {
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		str_add(&content, slice_from(chunk, (size_t)n));
		if (str_error(&content) < 0)
			return str_error(&content);
	}

	if (ret_len)
		*ret_len = content.len;
	return str_take(&content, ret);
}

static int write_all(int fd, struct slice bytes)
{
	while (bytes.len > 0) {
		const ssize_t n = write(fd, bytes.ptr, bytes.len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		bytes = slice_skip(bytes, (size_t)n);
	}
	return fsync(fd) < 0 ? -errno : 0;
}

int file_replace(const char *path, struct slice bytes, unsigned int mode)
{
	CLEANUP(str_done) struct str temporary = STR_INIT(PATH_MAX_BYTES);

	str_add_format(&temporary, "%s.%ld.tmp", path, (long)getpid());
	if (str_error(&temporary) < 0)
		return -ENAMETOOLONG;

	CLEANUP(close_fdp)
	int fd = open(
		str_text(&temporary), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, mode);
	if (fd < 0)
		return -errno;

	int r = write_all(fd, bytes);
	if (r == 0 && rename(str_text(&temporary), path) < 0)
		r = -errno;
	if (r < 0)
		unlink(str_text(&temporary));
	return r;
}

int file_read_line(FILE *file, struct str *line)
{
	char part[LINE_PART_BYTES];
	bool any = false;
	size_t n = 0;
	int c;

	str_clear(line);
	while ((c = getc_unlocked(file)) != EOF && c != '\n') {
		any = true;
		part[n++] = (char)c;
		if (n == sizeof(part)) {
			str_add(line, slice_from(part, n));
			n = 0;
		}
	}
	str_add(line, slice_from(part, n));
	if (ferror(file))
		return -EIO;
	if (str_error(line) < 0)
		return str_error(line);
	if (line->len > 0 && line->ptr[line->len - 1] == '\r')
		str_truncate(line, line->len - 1);
	if (!line->ptr)
		str_add(line, SLICE(""));

	return c == '\n' || any;
}

/* A program that was not installed stands below the build tree, which is named
 * when it is built. */
static bool runs_in_build_tree(void)
{
	char path[PATH_MAX_BYTES];
	const ssize_t n = readlink("/proc/self/exe", path, sizeof(path) - 1);

	return n > 0 &&
	       slice_starts_with(slice_from(path, (size_t)n), SLICE(MENTIOND_BUILD_DIR "/"));
}

/* The build tree holds what was unpacked, the source tree all else. */
static const char *folder_of_build(const char *name)
{
	CLEANUP(str_done) struct str path = STR_INIT(PATH_MAX_BYTES);

	str_add_format(&path, "%s/config/%s", MENTIOND_BUILD_DIR, name);
	if (access(str_text(&path), F_OK) == 0)
		return MENTIOND_BUILD_DIR "/config";

	return MENTIOND_SOURCE_DIR "/config";
}

int file_find_data(const char *name, char **ret)
{
	CLEANUP(str_done) struct str path = STR_INIT(PATH_MAX_BYTES);
	const char *folder = getenv("MENTIOND_DATA");

	if (!folder || folder[0] == '\0')
		folder = runs_in_build_tree() ? folder_of_build(name) : MENTIOND_DATA_DIR;

	str_add_format(&path, "%s/%s", folder, name);
	return str_take(&path, ret);
}
