#include "base/str.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"

void free_heapp(void *pointer_to_pointer)
{
	void **pointer = pointer_to_pointer;

	free(*pointer);
	*pointer = NULL;
}

void str_done(struct str *str)
{
	free(str->ptr);
	*str = STR_INIT(str->max_bytes);
}

/* Room for EXTRA bytes and the NUL.  Growth doubles, so that appending a byte
 * at a time stays linear. */
static bool str_reserve(struct str *str, size_t extra)
{
	if (str->error < 0)
		return false;
	if (extra > str->max_bytes - str->len) {
		str->error = -EMSGSIZE;
		return false;
	}
	if (str->len + extra < str->capacity)
		return true;

	size_t wanted = MAX(str->capacity * 2, 64);
	wanted = MAX(wanted, str->len + extra + 1);
	wanted = MIN(wanted, str->max_bytes + 1);

	char *grown = realloc(str->ptr, wanted);
	if (!grown) {
		str->error = -ENOMEM;
		return false;
	}

	str->ptr = grown;
	str->capacity = wanted;
	return true;
}

void str_add(struct str *str, struct slice text)
{
	if (!str_reserve(str, text.len))
		return;
	if (text.len > 0)
		memcpy(str->ptr + str->len, text.ptr, text.len);
	str->len += text.len;
	str->ptr[str->len] = '\0';
}

void str_add_text(struct str *str, const char *text)
{
	str_add(str, slice_of(text));
}

void str_add_char(struct str *str, char c)
{
	if (!str_reserve(str, 1))
		return;
	str->ptr[str->len++] = c;
	str->ptr[str->len] = '\0';
}

void str_add_code_point(struct str *str, uint32_t code_point)
{
	char bytes[UTF8_MAX];

	str_add(str, slice_from(bytes, utf8_encode(code_point, bytes)));
}

void str_add_folded(struct str *str, struct slice text)
{
	for (size_t i = 0; i < text.len; i++) {
		if (!is_space(text.ptr[i]))
			str_add_char(str, text.ptr[i]);
		else if (str->len > 0 && str->ptr[str->len - 1] != ' ')
			str_add_char(str, ' ');
	}
}

void str_add_percent_encoded(struct str *str, struct slice text)
{
	for (size_t i = 0; i < text.len; i++) {
		const char c = text.ptr[i];

		if (is_alnum(c) || c == '-' || c == '.' || c == '_' || c == '~')
			str_add_char(str, c);
		else
			str_add_format(str, "%%%02X", (unsigned int)(unsigned char)c);
	}
}

void str_add_format(struct str *str, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	str_add_vformat(str, format, arguments);
	va_end(arguments);
}

void str_add_vformat(struct str *str, const char *format, va_list arguments)
{
	va_list again;

	va_copy(again, arguments);
	const int length = vsnprintf(NULL, 0, format, again);
	va_end(again);

	if (length < 0 || !str_reserve(str, (size_t)length)) {
		if (length < 0 && str->error == 0)
			str->error = -EINVAL;
		return;
	}

	vsnprintf(str->ptr + str->len, (size_t)length + 1, format, arguments);
	str->len += (size_t)length;
}

void str_truncate(struct str *str, size_t len)
{
	if (len >= str->len)
		return;
	str->len = len;
	str->ptr[len] = '\0';
}

void str_clear(struct str *str)
{
	str_truncate(str, 0);
	str->error = 0;
}

int str_error(const struct str *str)
{
	return str->error;
}

const char *str_text(const struct str *str)
{
	return str->ptr ? str->ptr : "";
}

struct slice str_slice(const struct str *str)
{
	return slice_from(str_text(str), str->len);
}

int str_take(struct str *str, char **ret)
{
	/* An empty string is a string too. */
	str_add(str, SLICE(""));

	const int r = str->error;
	if (r == 0)
		*ret = TAKE(str->ptr);
	str_done(str);
	return r;
}
