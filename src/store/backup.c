#include "store/backup.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <libgen.h>
#include <sqlite3.h>

#include "base/slice.h"
#include "store/schema.h"
#include "store/sql.h"
#include "store/store.h"

enum {
	COPY_MODE = 0640,
	PATH_MAX_BYTES = 4096,
	HEADER_BYTES = 100, /* https://www.sqlite.org/fileformat.html */
	APPLICATION_AT = 68,
};

int store_is_ours(const char *path)
{
	unsigned char header[HEADER_BYTES];
	const int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return -errno;

	const ssize_t n = read(fd, header, sizeof(header));
	close(fd);
	if (n < (ssize_t)sizeof(header) || memcmp(header, "SQLite format 3", 16) != 0)
		return 0;

	const unsigned char *at = header + APPLICATION_AT;
	const uint32_t application = (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 |
				     (uint32_t)at[2] << 8 | (uint32_t)at[3];

	return application == SCHEMA_APPLICATION_ID;
}

int backup_sync(const char *path)
{
	const int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return -errno;

	const int r = fsync(fd) < 0 ? -errno : 0;
	close(fd);
	return r;
}

int backup_sync_folder(const char *path)
{
	CLEANUP(free_heapp) char *copy = strdup(path);

	return copy ? backup_sync(dirname(copy)) : -ENOMEM;
}

int backup_write(struct store *store, const char *path)
{
	static const char vacuum_sql[] = "VACUUM INTO ?";
	const int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, COPY_MODE);

	/* VACUUM takes a file that is still empty; this one has the right mode. */
	if (fd < 0)
		return sql_fail_text(store, -errno, "cannot make the copy's file");
	close(fd);

	/* It attaches the copy, which is otherwise forbidden. */
	sqlite3_limit(store->db, SQLITE_LIMIT_ATTACHED, 1);
	int r = sql_run(store, vacuum_sql, VALUES(value_text(path)));
	sqlite3_limit(store->db, SQLITE_LIMIT_ATTACHED, 0);
	if (r == 0)
		r = backup_sync(path);
	if (r < 0)
		unlink(path);

	return r;
}

/* Reads back what was written. */
static int verify(const char *path)
{
	CLEANUP(store_closep) struct store *copy = NULL;
	const int r = store_open(path, STORE_READ_COPY, &copy);

	return r < 0 ? r : store_check(copy);
}

/* The file appears under its name when it is whole, and takes no other's place. */
static int name_copy(const char *part, const char *path)
{
	if (renameat2(AT_FDCWD, part, AT_FDCWD, path, RENAME_NOREPLACE) == 0)
		return backup_sync_folder(path);
	/* Some file systems can't promise it. */
	if (errno == EINVAL && access(path, F_OK) < 0 && rename(part, path) == 0)
		return backup_sync_folder(path);

	return -errno;
}

int store_backup(struct store *store, const char *path)
{
	CLEANUP(str_done) struct str part = STR_INIT(PATH_MAX_BYTES);

	if (access(path, F_OK) == 0)
		return sql_fail_text(store, -EEXIST, "the copy's file is there already");

	str_add_format(&part, "%s.%ld.part", path, (long)getpid());
	int r = str_error(&part);
	if (r == 0)
		r = backup_write(store, str_text(&part));
	if (r < 0)
		return r;

	r = verify(str_text(&part));
	if (r < 0)
		r = sql_fail_text(
			store, r == -EUCLEAN ? -EIO : r, "the copy cannot be read back whole");
	else if ((r = name_copy(str_text(&part), path)) < 0)
		r = sql_fail_text(store, r, "cannot give the copy its name");
	if (r < 0)
		unlink(str_text(&part));
	return r;
}
