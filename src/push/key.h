/* push/key.h: the key that makes callback addresses and secrets of hubs.
 *
 * Whoever reads the database must not be able to post in a hub's name, so nothing
 * of them is stored: both are made, each time anew, from the key in a file of
 * mode 0600 and from what the subscription is about.
 */
#pragma once

#include <stdint.h>

#include "base/slice.h"

enum {
	KEY_BYTES = 32,
	TOKEN_BYTES = 16, /* of a callback address: 128 bits cannot be guessed */
	SECRET_BYTES = 32,
	MARK_BYTES = 8,
	TOKEN_TEXT_SIZE = 2 * TOKEN_BYTES + 1,
	SECRET_TEXT_SIZE = 2 * SECRET_BYTES + 1,
	MARK_TEXT_SIZE = 2 * MARK_BYTES + 1,
};

struct push_key {
	uint8_t bytes[KEY_BYTES];
};

/* Reads the key in the file PATH, which is made when it is not there.  -EPERM when
 * others than its owner may read it, -EBADMSG when it is no key, else what the
 * system says. */
int key_open(const char *path, struct push_key *ret);

/* What a subscription is about. */
struct key_subject {
	const char *source, *hub, *topic;
};
/* The last part of the callback's address, hexadecimal. */
int key_make_token(
	const struct push_key *key, const struct key_subject *subject, char text[TOKEN_TEXT_SIZE]);
/* What the hub signs with. */
int key_make_secret(
	const struct push_key *key, const struct key_subject *subject, char text[SECRET_TEXT_SIZE]);
/* Tells one key and ADDRESS from others, and nothing of them. */
int key_make_mark(const struct push_key *key, const char *address, char text[MARK_TEXT_SIZE]);

/* Whether HEADER, "METHOD=HEX" (X-Hub-Signature), is the signature of BODY with
 * SECRET: by sha1, sha256, sha384 or sha512, compared in constant time. */
bool key_is_signed(struct slice header, const char *secret, struct slice body);
