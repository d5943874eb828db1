/* daemon/mark.h: which body is being read, for whoever comes after us.
 *
 * A body that ends the daemon (by the memory that it takes, or by a mistake of ours)
 * would do so again at each start.  So its source is named in a small file before it
 * is read; a start that finds a name there knows whom to ask later.  The file is
 * written without being synced: it has to outlive the process, not the power.
 */
#pragma once

#include <stddef.h>

#include "base/macro.h"

struct mark;

/* Opens, or makes, the file PATH.  Negative errno. */
int mark_open(const char *path, struct mark **ret);
/* A mark that is set stays. */
void mark_close(struct mark *mark);
DEFINE_CLEANUP(struct mark *, mark_close);

/* N_BYTES of SOURCE are being read.  MARK may be NULL: then there is none. */
void mark_set(struct mark *mark, const char *source, size_t n_bytes);
void mark_clear(struct mark *mark);

/* What the file says, and no more from now on: 1 with *RET_SOURCE, which the caller
 * frees, or 0. */
int mark_take(const struct mark *mark, char **ret_source, size_t *ret_n_bytes);
