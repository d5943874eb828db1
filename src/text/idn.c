#include "text/idn.h"

#include <unicode/uidna.h>

#include "base/str.h"

enum { HOST_MAX_BYTES = 1024 };

/* The length of the ASCII form in NAME, or 0. */
static size_t convert(struct slice host, char *name)
{
	UErrorCode code = U_ZERO_ERROR;
	UIDNAInfo problems = UIDNA_INFO_INITIALIZER;
	UIDNA *idna = uidna_openUTS46(UIDNA_NONTRANSITIONAL_TO_ASCII, &code);

	if (U_FAILURE(code))
		return 0;

	const int32_t len = uidna_nameToASCII_UTF8(
		idna, host.ptr, (int32_t)host.len, name, HOST_MAX_BYTES, &problems, &code);

	uidna_close(idna);
	return U_FAILURE(code) || problems.errors != 0 || len < 0 ? 0 : (size_t)len;
}

void idn_to_ascii(struct slice host, struct str *str)
{
	char name[HOST_MAX_BYTES];

	if (host.len > 0 && host.ptr[host.len - 1] == '.')
		host.len--;
	if (!slice_is_ascii(host) && host.len < HOST_MAX_BYTES) {
		const size_t len = convert(host, name);

		if (len > 0)
			host = slice_from(name, len);
	}
	for (size_t i = 0; i < host.len; i++)
		str_add_char(str, to_lower(host.ptr[i]));
}
