/* store/short_key.h: keys that come from outside, short enough for an index.
 *
 * A key has up to 512 bytes; one that is longer is "#" and its SHA-256.  Inside
 * of store/ only.
 */
#pragma once

#include "store/sql.h"

enum { KEY_MAX_BYTES = 512, SHORT_KEY_SIZE = 66 };

/* *RET is KEY, or BUFFER with what stands for it.  -ENOMEM. */
int short_key(const char *key, char buffer[SHORT_KEY_SIZE], const char **ret);

/* Lets statements of STORE say short_key(text). */
int short_key_register(struct store *store);
