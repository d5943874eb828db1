#include "http/header.h"

#include <string.h>

#include <curl/curl.h>

#define YEAR_9999_S INT64_C(253402300799)

int header_next(struct slice *headers, const char *name, struct slice *ret)
{
	const struct slice wanted = slice_of(name);
	struct slice line;

	while (slice_split(headers, '\n', &line)) {
		const ptrdiff_t colon = slice_find_char(line, ':');

		if (colon < 0 || !slice_equals_nocase(slice_from(line.ptr, (size_t)colon), wanted))
			continue;
		*ret = slice_trim(slice_skip(line, (size_t)colon + 1));
		return 1;
	}

	return 0;
}

int header_find(struct slice headers, const char *name, struct slice *ret)
{
	return header_next(&headers, name, ret);
}

int header_parse_date(struct slice text, int64_t *ret_us)
{
	char date[64];

	/* The longest form, "Wednesday, 09-Nov-94 08:49:37 GMT", has 33 bytes; a
	 * bare number, which curl_getdate() reads as a year, is none. */
	text = slice_trim(text);
	if (text.len >= sizeof(date) || text.len < 20 || memchr(text.ptr, '\0', text.len))
		return 0;

	memcpy(date, text.ptr, text.len);
	date[text.len] = '\0';
	const time_t seconds = curl_getdate(date, NULL);
	if (seconds < 0 || seconds > YEAR_9999_S)
		return 0;

	*ret_us = seconds * US_PER_S;
	return 1;
}
