/* The first line as a header X-Hub-Signature, the rest as the body: what is signed
 * is no longer so when a byte is added to the body. */
#include <assert.h>

#include "base/str.h"
#include "fuzz/fuzz.h"
#include "push/key.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct slice body = slice_from((const char *)data, size);
	CLEANUP(str_done) struct str longer = STR_INIT(size + 2);
	struct slice header;

	if (!slice_split(&body, '\n', &header) || !key_is_signed(header, "Jefe", body))
		return 0;

	str_add(&longer, body);
	str_add_char(&longer, '.');
	assert(!key_is_signed(header, "Jefe", str_slice(&longer)));
	return 0;
}
