/* Any bytes have a language that is a tag, or none; reading them twice gives
 * the same. */
#include <assert.h>
#include <string.h>

#include "base/slice.h"
#include "fuzz/fuzz.h"
#include "text/language.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct slice text = slice_from((const char *)data, size);
	const char *tag = language_detect(text);

	assert(!tag ||
		(strlen(tag) >= 2 && strspn(tag, "abcdefghijklmnopqrstuvwxyz"
						 "ABCDEFGHIJKLMNOPQRSTUVWXYZ-") == strlen(tag)));
	assert(tag == language_detect(text));
	return 0;
}
