#include "base/utf8.h"

#include <string.h>

#include "base/str.h"

/* Smallest second byte, largest second byte and length by first byte, for
 * 0xC2 to 0xF4 (Unicode 15, table 3-7). */
static bool sequence_of(unsigned char lead, size_t *len, unsigned char *low, unsigned char *high)
{
	*low = 0x80;
	*high = 0xBF;

	if (lead < 0xC2 || lead > 0xF4)
		return false;
	if (lead < 0xE0) {
		*len = 2;
	} else if (lead < 0xF0) {
		*len = 3;
		if (lead == 0xE0)
			*low = 0xA0;
		if (lead == 0xED)
			*high = 0x9F;
	} else {
		*len = 4;
		if (lead == 0xF0)
			*low = 0x90;
		if (lead == 0xF4)
			*high = 0x8F;
	}
	return true;
}

uint32_t utf8_next(struct slice text, size_t *position)
{
	const unsigned char *bytes = (const unsigned char *)text.ptr;
	const unsigned char lead = bytes[(*position)++];
	unsigned char low;
	unsigned char high;
	size_t len;

	if (lead < 0x80)
		return lead;
	if (!sequence_of(lead, &len, &low, &high))
		return UTF8_REPLACEMENT;

	uint32_t code_point = lead & (0x7Fu >> len);

	for (size_t i = 1; i < len; i++) {
		if (*position >= text.len || bytes[*position] < low || bytes[*position] > high)
			return UTF8_REPLACEMENT;
		code_point = code_point << 6 | (bytes[(*position)++] & 0x3F);
		low = 0x80;
		high = 0xBF;
	}
	return code_point;
}

size_t utf8_encode(uint32_t code_point, char *bytes)
{
	if (code_point > 0x10FFFF || (code_point >= 0xD800 && code_point <= 0xDFFF))
		code_point = UTF8_REPLACEMENT;

	if (code_point < 0x80) {
		bytes[0] = (char)code_point;
		return 1;
	}
	if (code_point < 0x800) {
		bytes[0] = (char)(0xC0 | code_point >> 6);
		bytes[1] = (char)(0x80 | (code_point & 0x3F));
		return 2;
	}
	if (code_point < 0x10000) {
		bytes[0] = (char)(0xE0 | code_point >> 12);
		bytes[1] = (char)(0x80 | (code_point >> 6 & 0x3F));
		bytes[2] = (char)(0x80 | (code_point & 0x3F));
		return 3;
	}
	bytes[0] = (char)(0xF0 | code_point >> 18);
	bytes[1] = (char)(0x80 | (code_point >> 12 & 0x3F));
	bytes[2] = (char)(0x80 | (code_point >> 6 & 0x3F));
	bytes[3] = (char)(0x80 | (code_point & 0x3F));
	return 4;
}

/* Steps behind one code point; false when it was not well-formed.  A genuine
 * U+FFFD is three bytes long and starts with 0xEF. */
static bool step(struct slice text, size_t *position)
{
	const size_t start = *position;

	if (utf8_next(text, position) != UTF8_REPLACEMENT)
		return true;

	return *position - start == 3 && memcmp(text.ptr + start, "\xEF\xBF\xBD", 3) == 0;
}

/* Length of the well-formed sequence that BYTES (LEFT of them, not 0) start with,
 * or 0. */
static size_t well_formed_length(const unsigned char *bytes, size_t left)
{
	unsigned char low;
	unsigned char high;
	size_t len;

	if (bytes[0] < 0x80)
		return 1;
	if (!sequence_of(bytes[0], &len, &low, &high) || len > left || bytes[1] < low ||
		bytes[1] > high)
		return 0;
	for (size_t i = 2; i < len; i++)
		if ((bytes[i] & 0xC0) != 0x80)
			return 0;

	return len;
}

bool utf8_is_valid(struct slice text)
{
	const unsigned char *bytes = (const unsigned char *)text.ptr;

	for (size_t i = 0; i < text.len;) {
		const size_t len = well_formed_length(bytes + i, text.len - i);

		if (len == 0)
			return false;
		i += len;
	}
	return true;
}

size_t utf8_length(struct slice text)
{
	return utf8_index(text, text.len);
}

size_t utf8_index(struct slice text, size_t offset)
{
	size_t index = 0;

	for (size_t i = 0; i < text.len && i < offset; index++)
		step(text, &i);

	return index;
}

size_t utf8_offset(struct slice text, size_t index)
{
	size_t i = 0;

	while (i < text.len && index-- > 0)
		step(text, &i);

	return i;
}

bool utf8_is_bidi_control(uint32_t code_point)
{
	return (code_point >= 0x202A && code_point <= 0x202E) ||
	       (code_point >= 0x2066 && code_point <= 0x2069);
}

struct slice utf8_prefix(struct slice text, size_t max_bytes)
{
	if (text.len <= max_bytes)
		return text;

	/* A code point reaches back three bytes at most; what does not is no text
	 * and may be cut anywhere. */
	for (size_t back = 0; back < UTF8_MAX && back <= max_bytes; back++)
		if (((unsigned char)text.ptr[max_bytes - back] & 0xC0) != 0x80)
			return slice_from(text.ptr, max_bytes - back);

	return slice_from(text.ptr, max_bytes);
}

void utf8_add_valid(struct str *str, struct slice text)
{
	size_t done = 0;

	for (size_t i = 0; i < text.len;) {
		const size_t start = i;

		if (step(text, &i) && text.ptr[start] != '\0')
			continue;
		str_add(str, slice_from(text.ptr + done, start - done));
		str_add_code_point(str, UTF8_REPLACEMENT);
		done = i;
	}
	str_add(str, slice_skip(text, done));
}
