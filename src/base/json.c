#include "base/json.h"

#include <errno.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/str.h"

void json_freep(json_t **json)
{
	json_decref(*json);
	*json = NULL;
}

const char *json_text(const json_t *object, const char *name)
{
	const char *text = json_string_value(json_object_get(object, name));

	return text && text[0] != '\0' ? text : NULL;
}

const char *json_text_or_number(const json_t *object, const char *name, char *buffer)
{
	const json_t *value = json_object_get(object, name);

	if (json_is_integer(value)) {
		snprintf(buffer, 32, "%lld", (long long)json_integer_value(value));
		return buffer;
	}
	if (json_is_real(value)) {
		snprintf(buffer, 32, "%.17g", json_real_value(value));
		return buffer;
	}
	return json_text(object, name);
}

int json_set_take(json_t *object, const char *name, json_t *value)
{
	return json_object_set_new(object, name, value) < 0 ? -ENOMEM : 0;
}

int json_set_text(json_t *object, const char *name, const char *value)
{
	if (!value || value[0] == '\0')
		return 0;

	return json_set_take(object, name, json_string(value));
}

int json_set_integer(json_t *object, const char *name, int64_t value)
{
	return json_set_take(object, name, json_integer(value));
}

int json_set_number(json_t *object, const char *name, double value)
{
	if (!isfinite(value))
		return 0;
	if (value == floor(value) && fabs(value) < 0x1p53)
		return json_set_integer(object, name, (int64_t)value);

	return json_set_take(object, name, json_real(value));
}

/* 0 for a byte that a string may hold as it is, as far as one byte tells; C2 begins
 * the controls of C1, E2 U+2028 and U+2029.  In a form that the compiler turns into
 * vector instructions. */
static unsigned char needs_look(unsigned char c)
{
	const unsigned char marks = MIN((unsigned char)(c ^ '"'), (unsigned char)(c ^ '\\'));
	const unsigned char leads = MIN((unsigned char)(c ^ 0xC2), (unsigned char)(c ^ 0xE2));
	const unsigned char least = MIN(MIN(marks, leads), (unsigned char)(c ^ 0x7F));

	return (unsigned char)((least == 0) | (c < ' '));
}

size_t json_plain_length(struct slice text)
{
	enum { STEP = 16 };
	const unsigned char *bytes = (const unsigned char *)text.ptr;
	size_t len = 0;

	for (; len + STEP <= text.len; len += STEP) {
		unsigned char found = 0;

		for (size_t i = 0; i < STEP; i++)
			found |= needs_look(bytes[len + i]);
		if (found)
			break;
	}
	while (len < text.len && !needs_look(bytes[len]))
		len++;
	return len;
}

/* Length of the character of several bytes at the start of TEXT and its code if it is
 * escaped: the controls of C1, which a terminal may obey, and U+2028 and U+2029, which
 * end a line for many a reader of lines.  0: none. */
static size_t escaped_length(struct slice text, unsigned int *ret_code)
{
	const unsigned char *bytes = (const unsigned char *)text.ptr;

	if (text.len >= 2 && bytes[0] == 0xC2 && bytes[1] < 0xA0) {
		*ret_code = bytes[1];
		return 2;
	}
	if (text.len >= 3 && bytes[0] == 0xE2 && bytes[1] == 0x80 &&
		(bytes[2] == 0xA8 || bytes[2] == 0xA9)) {
		*ret_code = 0x2000U | (bytes[2] & 0x3FU);
		return 3;
	}
	return 0;
}

/* Appends the character at the start of TEXT, escaped if need be; returns what it
 * took. */
static size_t add_character(struct str *str, struct slice text)
{
	static const char letters[] = {
		['\b'] = 'b', ['\t'] = 't', ['\n'] = 'n', ['\f'] = 'f', ['\r'] = 'r'};
	const unsigned char c = (unsigned char)text.ptr[0];
	unsigned int code = c;
	const size_t len = escaped_length(text, &code);

	if (c > 0x7F && len == 0)
		str_add_char(str, text.ptr[0]);
	else if (c == '"' || c == '\\')
		str_add_format(str, "\\%c", c);
	else if (c < sizeof(letters) && letters[c] != '\0')
		str_add_format(str, "\\%c", letters[c]);
	else
		str_add_format(str, "\\u%04X", code);
	return MAX(len, (size_t)1);
}

static void add_string(struct str *str, struct slice text)
{
	str_add_char(str, '"');
	while (text.len > 0) {
		const size_t len = json_plain_length(text);

		str_add(str, slice_from(text.ptr, len));
		text = slice_skip(text, len);
		if (text.len > 0)
			text = slice_skip(text, add_character(str, text));
	}
	str_add_char(str, '"');
}

static void add_array(struct str *str, const json_t *array)
{
	const json_t *value;
	size_t i;

	str_add_char(str, '[');
	json_array_foreach (array, i, value) {
		if (i > 0)
			str_add_char(str, ',');
		json_write(str, value);
	}
	str_add_char(str, ']');
}

static void add_object(struct str *str, json_t *object)
{
	const json_t *value;
	const char *key;
	bool is_first = true;

	str_add_char(str, '{');
	json_object_foreach (object, key, value) {
		if (!is_first)
			str_add_char(str, ',');
		is_first = false;
		add_string(str, slice_of(key));
		str_add_char(str, ':');
		json_write(str, value);
	}
	str_add_char(str, '}');
}

/* Numbers and the like are left to Jansson; 15 digits print a decimal as it was
 * written (0.1, not 0.1000...01). */
static void add_scalar(struct str *str, const json_t *json)
{
	char text[64];
	const size_t len =
		json_dumpb(json, text, sizeof(text), JSON_ENCODE_ANY | JSON_REAL_PRECISION(15));

	if (len == 0 || len > sizeof(text))
		str->error = str->error < 0 ? str->error : -EINVAL;
	else
		str_add(str, slice_from(text, len));
}

void json_write(struct str *str, const json_t *json)
{
	/* Depth is that of what Jansson read or we made, which is bounded. */
	if (json_is_string(json))
		add_string(str, slice_from(json_string_value(json), json_string_length(json)));
	else if (json_is_array(json))
		add_array(str, json);
	else if (json_is_object(json))
		add_object(str, (json_t *)(uintptr_t)json); /* only its iterator is not const */
	else
		add_scalar(str, json);
}
