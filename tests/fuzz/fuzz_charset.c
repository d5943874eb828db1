/* Any bytes, whose first up to NUL name a charset, through charset_decode():
 * UTF-8 without forbidden controls, in no more than three times the room. */
#include <assert.h>
#include <errno.h>
#include <string.h>

#include "base/str.h"
#include "base/utf8.h"
#include "fuzz/fuzz.h"
#include "text/charset.h"

static void check(struct slice bytes, const char *name)
{
	CLEANUP(str_done) struct str buffer = STR_INIT(bytes.len * 3 + 16);
	struct slice got;
	const int r = charset_decode(bytes, name, &buffer, &got);

	if (r < 0) {
		/* Some charsets have characters of several code points. */
		assert(r == -EMSGSIZE || r == -ENOMEM || r == -EINVAL);
		return;
	}
	assert(utf8_is_valid(got));
	for (size_t i = 0; i < got.len; i++)
		assert((unsigned char)got.ptr[i] >= ' ' || strchr("\t\n\r", got.ptr[i]));
	assert(got.len == 0 || !memchr(got.ptr, '\0', got.len));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct slice bytes = slice_from((const char *)data, size);
	const ptrdiff_t name_len = slice_find_char(bytes, '\0');

	check(bytes, NULL);
	if (name_len > 0)
		check(slice_skip(bytes, (size_t)name_len + 1), bytes.ptr);
	return 0;
}
