/* store/claim.h: the lock of the one daemon of a database.
 *
 * It is on a byte of the file that SQLite never touches, and goes with the
 * process: nobody has to clean up after a daemon that was killed.
 *
 * Inside of store/ only.
 */
#pragma once

/* Locks the database at PATH for *RET_FD, which the caller closes: after SQLite's
 * connections, for whoever closes any descriptor of a file gives up all of the
 * process's locks on it (fcntl(2)).  -EALREADY when another process has it. */
int claim_take(const char *path, int *ret_fd);
