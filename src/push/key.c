#include "push/key.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "base/file.h"
#include "base/macro.h"

enum { MESSAGE_MAX_BYTES = 64 << 10 };

/* --- the file ---------------------------------------------------------------------- */

static int make(const char *path, struct push_key *ret)
{
	struct push_key key;

	if (getentropy(key.bytes, sizeof(key.bytes)) < 0)
		return -errno;

	const int r = file_replace(
		path, slice_from((const char *)key.bytes, sizeof(key.bytes)), S_IRUSR | S_IWUSR);
	if (r < 0)
		return r;

	*ret = key;
	return 0;
}

int key_open(const char *path, struct push_key *ret)
{
	CLEANUP(free_heapp) char *bytes = NULL;
	struct stat status;
	size_t len;

	if (stat(path, &status) < 0)
		return errno == ENOENT ? make(path, ret) : -errno;
	if (status.st_mode & (S_IRWXG | S_IRWXO))
		return -EPERM;

	const int r = file_read(path, KEY_BYTES, &bytes, &len);
	if (r < 0)
		return r == -EMSGSIZE ? -EBADMSG : r;
	if (len != KEY_BYTES)
		return -EBADMSG;

	memcpy(ret->bytes, bytes, KEY_BYTES);
	return 0;
}

/* --- what is made from it ------------------------------------------------------------ */

static void write_hex(const uint8_t *bytes, size_t n, char *text)
{
	for (size_t i = 0; i < n; i++)
		snprintf(text + 2 * i, 3, "%02x", bytes[i]);
}

/* The first N_BYTES of an HMAC over PARTS, which a NUL ends, so that no two lists
 * are the same bytes. */
static int derive(const struct push_key *key, const char *const *parts, size_t n_parts,
	size_t n_bytes, char *text)
{
	CLEANUP(str_done) struct str message = STR_INIT(MESSAGE_MAX_BYTES);
	uint8_t digest[EVP_MAX_MD_SIZE];

	for (size_t i = 0; i < n_parts; i++)
		str_add(&message, slice_from(parts[i], strlen(parts[i]) + 1));
	if (str_error(&message) < 0)
		return str_error(&message);
	if (!HMAC(EVP_sha256(), key->bytes, sizeof(key->bytes), (const uint8_t *)message.ptr,
		    message.len, digest, NULL))
		return -ENOMEM;

	write_hex(digest, n_bytes, text);
	return 0;
}

int key_make_token(
	const struct push_key *key, const struct key_subject *subject, char text[TOKEN_TEXT_SIZE])
{
	const char *const parts[] = {"callback", subject->source, subject->hub, subject->topic};

	return derive(key, parts, ARRAY_SIZE(parts), TOKEN_BYTES, text);
}

int key_make_secret(
	const struct push_key *key, const struct key_subject *subject, char text[SECRET_TEXT_SIZE])
{
	const char *const parts[] = {"secret", subject->source, subject->hub, subject->topic};

	return derive(key, parts, ARRAY_SIZE(parts), SECRET_BYTES, text);
}

int key_make_mark(const struct push_key *key, const char *address, char text[MARK_TEXT_SIZE])
{
	const char *const parts[] = {"mark", address};

	return derive(key, parts, ARRAY_SIZE(parts), MARK_BYTES, text);
}

/* --- signatures ------------------------------------------------------------------------ */

static const EVP_MD *find_method(struct slice name)
{
	static const struct {
		struct slice name;
		const EVP_MD *(*method)(void);
	} methods[] = {
		{SLICE_INIT("sha1"), EVP_sha1},
		{SLICE_INIT("sha256"), EVP_sha256},
		{SLICE_INIT("sha384"), EVP_sha384},
		{SLICE_INIT("sha512"), EVP_sha512},
	};

	for (size_t i = 0; i < ARRAY_SIZE(methods); i++)
		if (slice_equals_nocase(name, methods[i].name))
			return methods[i].method();

	return NULL;
}

static int hex_value(char c)
{
	c = to_lower(c);
	if (is_digit(c))
		return c - '0';
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Whether TEXT is exactly N bytes in hexadecimal. */
static bool read_hex(struct slice text, size_t n, uint8_t *ret)
{
	if (text.len != 2 * n)
		return false;

	for (size_t i = 0; i < n; i++) {
		const int high = hex_value(text.ptr[2 * i]);
		const int low = hex_value(text.ptr[2 * i + 1]);

		if (high < 0 || low < 0)
			return false;
		ret[i] = (uint8_t)(high << 4 | low);
	}
	return true;
}

bool key_is_signed(struct slice header, const char *secret, struct slice body)
{
	const ptrdiff_t equals = slice_find_char(header, '=');
	const EVP_MD *method =
		equals < 0 ? NULL : find_method(slice_trim(slice_from(header.ptr, (size_t)equals)));
	uint8_t claimed[EVP_MAX_MD_SIZE];
	uint8_t digest[EVP_MAX_MD_SIZE];
	unsigned int n = 0;

	if (!method || !HMAC(method, secret, (int)strlen(secret), (const uint8_t *)body.ptr,
			       body.len, digest, &n))
		return false;

	return read_hex(slice_trim(slice_skip(header, (size_t)equals + 1)), n, claimed) &&
	       CRYPTO_memcmp(claimed, digest, n) == 0;
}
