/* base/sha256.h: a name for what is too long or too private to stand as it is.
 *
 * libcrypto's, in hexadecimal.
 */
#pragma once

#include "base/slice.h"

enum { SHA256_TEXT_SIZE = 65 };

/* -ENOMEM. */
int sha256_text(struct slice bytes, char ret[SHA256_TEXT_SIZE]);
