#include "base/sha256.h"

#include <errno.h>
#include <stdio.h>

#include <openssl/evp.h>

enum { SHA256_BYTES = 32 };

int sha256_text(struct slice bytes, char ret[SHA256_TEXT_SIZE])
{
	unsigned char digest[EVP_MAX_MD_SIZE];

	if (!EVP_Digest(bytes.ptr, bytes.len, digest, NULL, EVP_sha256(), NULL))
		return -ENOMEM;

	for (size_t i = 0; i < SHA256_BYTES; i++)
		snprintf(ret + 2 * i, 3, "%02x", digest[i]);
	return 0;
}
