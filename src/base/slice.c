#include "base/slice.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct slice slice_of(const char *text)
{
	return text ? (struct slice){text, strlen(text)} : (struct slice)SLICE_INIT("");
}

struct slice slice_from(const char *ptr, size_t len)
{
	return (struct slice){ptr, len};
}

bool slice_equals(struct slice a, struct slice b)
{
	return a.len == b.len && (a.len == 0 || memcmp(a.ptr, b.ptr, a.len) == 0);
}

bool slice_equals_nocase(struct slice a, struct slice b)
{
	return a.len == b.len && slice_starts_with_nocase(a, b);
}

bool slice_starts_with(struct slice text, struct slice prefix)
{
	return text.len >= prefix.len && slice_equals((struct slice){text.ptr, prefix.len}, prefix);
}

bool slice_starts_with_nocase(struct slice text, struct slice prefix)
{
	if (text.len < prefix.len)
		return false;

	for (size_t i = 0; i < prefix.len; i++)
		if (to_lower(text.ptr[i]) != to_lower(prefix.ptr[i]))
			return false;

	return true;
}

bool slice_ends_with(struct slice text, struct slice suffix)
{
	return text.len >= suffix.len &&
	       slice_equals(slice_skip(text, text.len - suffix.len), suffix);
}

bool slice_is_ascii(struct slice text)
{
	for (size_t i = 0; i < text.len; i++)
		if ((unsigned char)text.ptr[i] >= 0x80)
			return false;

	return true;
}

int slice_compare(struct slice a, struct slice b)
{
	const size_t shorter = a.len < b.len ? a.len : b.len;
	const int order = shorter > 0 ? memcmp(a.ptr, b.ptr, shorter) : 0;

	if (order != 0)
		return order;

	return (a.len > b.len) - (a.len < b.len);
}

ptrdiff_t slice_find(struct slice text, struct slice needle)
{
	if (needle.len == 0)
		return 0;
	if (text.len < needle.len)
		return -1;

	const char *found = memmem(text.ptr, text.len, needle.ptr, needle.len);

	return found ? found - text.ptr : -1;
}

ptrdiff_t slice_find_char(struct slice text, char c)
{
	const char *found = text.len > 0 ? memchr(text.ptr, c, text.len) : NULL;

	return found ? found - text.ptr : -1;
}

ptrdiff_t slice_find_nocase(struct slice text, struct slice needle)
{
	for (size_t i = 0; i + needle.len <= text.len; i++)
		if (slice_starts_with_nocase(slice_skip(text, i), needle))
			return (ptrdiff_t)i;

	return -1;
}

struct slice slice_skip(struct slice text, size_t start)
{
	if (start >= text.len)
		return (struct slice){text.ptr ? text.ptr + text.len : "", 0};

	return (struct slice){text.ptr + start, text.len - start};
}

struct slice slice_trim(struct slice text)
{
	while (text.len > 0 && is_space(text.ptr[0]))
		text = slice_skip(text, 1);
	while (text.len > 0 && is_space(text.ptr[text.len - 1]))
		text.len--;

	return text;
}

bool slice_split(struct slice *rest, char separator, struct slice *ret)
{
	if (!rest->ptr)
		return false;

	const ptrdiff_t end = slice_find_char(*rest, separator);

	if (end < 0) {
		*ret = *rest;
		*rest = (struct slice){NULL, 0};
		return true;
	}

	*ret = (struct slice){rest->ptr, (size_t)end};
	*rest = slice_skip(*rest, (size_t)end + 1);
	return true;
}

int slice_to_int64(struct slice text, int64_t *ret)
{
	char copy[32];
	char *end;

	if (text.len == 0 || text.len >= sizeof(copy))
		return 0;
	if (!is_digit(text.ptr[0]) &&
		!(text.len > 1 && (text.ptr[0] == '-' || text.ptr[0] == '+') &&
			is_digit(text.ptr[1])))
		return 0;

	memcpy(copy, text.ptr, text.len);
	copy[text.len] = '\0';
	errno = 0;
	const long long value = strtoll(copy, &end, 10);
	if (errno != 0 || end != copy + text.len)
		return 0;

	*ret = value;
	return 1;
}

int slice_to_double(struct slice text, double *ret)
{
	char copy[64];
	char *end;

	if (text.len == 0 || text.len >= sizeof(copy))
		return 0;
	/* strtod() also reads "inf", "nan" and hexadecimal, which no feed means. */
	for (size_t i = 0; i < text.len; i++)
		if (!is_digit(text.ptr[i]) && !strchr("+-.eE", text.ptr[i]))
			return 0;

	memcpy(copy, text.ptr, text.len);
	copy[text.len] = '\0';
	errno = 0;
	const double value = strtod(copy, &end);
	if (errno != 0 || end != copy + text.len)
		return 0;

	*ret = value;
	return 1;
}
