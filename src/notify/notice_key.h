/* notify/notice_key.h: what names a notice at its target.
 *
 * Made of what is told, and to whom.  The same notice has the same key for ever, also
 * when a database that was put back comes to tell it again; another has another one.
 */
#pragma once

#include <stddef.h>

struct notice_key {
	const char *instance; /* UUID of the database */
	const char *kind;     /* of the notice */
	const char *target;
	const char *const *parts; /* what it tells; NULL counts as "" */
	size_t n_parts;
};

enum { NOTICE_KEY_SIZE = 33 }; /* 128 bits of SHA-256 in hexadecimal digits, and NUL */

/* 0; -EMSGSIZE, -ENOMEM. */
int notice_key_make(const struct notice_key *key, char ret[NOTICE_KEY_SIZE]);
