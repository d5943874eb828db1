#include "notify/notice_key.h"

#include <string.h>

#include "base/sha256.h"
#include "base/str.h"

enum { KEY_MAX_BYTES = 64 * 1024 };

/* PARTS with a NUL behind each, so that no two lists are the same bytes. */
static void add_parts(struct str *str, const char *const *parts, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		str_add_text(str, parts[i] ? parts[i] : "");
		str_add_char(str, '\0');
	}
}

int notice_key_make(const struct notice_key *key, char ret[NOTICE_KEY_SIZE])
{
	const char *const frame[] = {key->instance, key->kind, key->target};
	CLEANUP(str_done) struct str told = STR_INIT(KEY_MAX_BYTES);
	char hash[SHA256_TEXT_SIZE];

	add_parts(&told, frame, ARRAY_SIZE(frame));
	add_parts(&told, key->parts, key->n_parts);
	int r = str_error(&told);
	if (r == 0)
		r = sha256_text(str_slice(&told), hash);
	if (r < 0)
		return r;

	memcpy(ret, hash, NOTICE_KEY_SIZE - 1);
	ret[NOTICE_KEY_SIZE - 1] = '\0';
	return 0;
}
