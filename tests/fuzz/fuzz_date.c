/* Any text through date_parse(): a date is one of these years, and its RFC 3339
 * form is the same date. */
#include <assert.h>

#include "base/macro.h"
#include "decode/date.h"
#include "fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct instant time;
	struct instant again;
	struct civil civil;
	char text[TIME_TEXT_SIZE];
	const char *doubt;

	if (!date_parse(slice_from((const char *)data, size), SLICE("hr"), &time, &doubt))
		return 0;

	assert(time.known);
	civil_from_us(time.us, &civil);
	assert(civil.year >= 999 && civil.year <= 10000);
	if (civil.year < 1000 || civil.year > 9999)
		return 0;
	assert(date_parse(slice_of(time_format_rfc3339(time.us, text)), SLICE(""), &again, &doubt));
	assert(again.us == time.us && !doubt);
	return 0;
}
