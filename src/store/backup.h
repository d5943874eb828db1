/* store/backup.h: a database as a whole file, for those in store/ who make one.
 *
 * Inside of store/ only.
 */
#pragma once

struct store;

/* Writes all of STORE to the new file PATH, synced; nothing stays of it after a
 * failure. */
int backup_write(struct store *store, const char *path);

/* Has the file, or the folder of the file, written to the disk. */
int backup_sync(const char *path);
int backup_sync_folder(const char *path);
