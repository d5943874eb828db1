#include "base/json.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/str.h"
#include "base/utf8.h"

void json_freep(json_t **json)
{
	json_decref(*json);
	*json = NULL;
}

static int hex4(struct slice text, size_t at, uint32_t *ret)
{
	uint32_t value = 0;

	if (at + 4 > text.len)
		return 0;
	for (size_t i = at; i < at + 4; i++) {
		const char c = to_lower(text.ptr[i]);

		if (is_digit(c))
			value = value * 16 + (uint32_t)(c - '0');
		else if (c >= 'a' && c <= 'f')
			value = value * 16 + (uint32_t)(c - 'a' + 10);
		else
			return 0;
	}
	*ret = value;
	return 1;
}

/* Whether the "\uXXXX" at AT is a surrogate without its partner, or NUL;
 * *RET_LEN is what a valid escape takes. */
static bool is_bad_escape(struct slice text, size_t at, size_t *ret_len)
{
	uint32_t first;
	uint32_t second;

	*ret_len = 2;
	if (at + 1 >= text.len || text.ptr[at + 1] != 'u' || !hex4(text, at + 2, &first))
		return false;

	*ret_len = 6;
	if (first < 0xD800 || first > 0xDFFF)
		return first == 0;
	if (first < 0xDC00 && at + 7 < text.len && text.ptr[at + 6] == '\\' &&
		text.ptr[at + 7] == 'u' && hex4(text, at + 8, &second) && second >= 0xDC00 &&
		second <= 0xDFFF) {
		*ret_len = 12;
		return false;
	}
	return true;
}

/* Copies TEXT with escapes that Jansson refuses turned into U+FFFD and with
 * well-formed UTF-8. */
static void mend(struct str *str, struct slice text)
{
	bool in_string = false;
	size_t done = 0;
	size_t len;

	for (size_t i = 0; i < text.len;) {
		if (!in_string || text.ptr[i] != '\\') {
			in_string ^= text.ptr[i] == '"';
			i++;
			continue;
		}
		if (is_bad_escape(text, i, &len)) {
			utf8_add_valid(str, slice_from(text.ptr + done, i - done));
			str_add_text(str, "\\ufffd");
			done = i + len;
		}
		i += len;
	}
	utf8_add_valid(str, slice_skip(text, done));
}

int json_read(struct slice text, json_t **ret, size_t *ret_byte, char *message)
{
	json_error_t error;
	json_t *json = json_loadb(text.ptr, text.len, JSON_DECODE_ANY, &error);

	/* Strict first, since nearly all is right. */
	if (!json) {
		CLEANUP(str_done) struct str mended = STR_INIT(text.len * 9 + 16);

		mend(&mended, text);
		if (str_error(&mended) < 0)
			return str_error(&mended);
		json = json_loadb(str_text(&mended), mended.len, JSON_DECODE_ANY, &error);
	}
	if (!json) {
		if (ret_byte)
			*ret_byte = error.position > 0 ? (size_t)error.position : 0;
		if (message)
			snprintf(message, JSON_ERROR_TEXT_LENGTH, "%s", error.text);
		return json_error_code(&error) == json_error_out_of_memory ? -ENOMEM : -EINVAL;
	}

	*ret = json;
	return 0;
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

/* Where TEXT has U+2028 or U+2029, which end a line for many a reader of lines;
 * -1 when it has none. */
static ptrdiff_t find_line_end(struct slice text)
{
	const char *at = text.ptr;
	const char *end = text.ptr + text.len;

	while (at < end && (at = memchr(at, '\xE2', (size_t)(end - at))) != NULL) {
		if (end - at >= 3 && at[1] == '\x80' && (at[2] == '\xA8' || at[2] == '\xA9'))
			return at - text.ptr;
		at++;
	}
	return -1;
}

static int add_chunk(const char *bytes, size_t len, void *userdata)
{
	struct slice rest = slice_from(bytes, len);
	struct str *str = userdata;
	ptrdiff_t found;

	while ((found = find_line_end(rest)) >= 0) {
		str_add(str, slice_from(rest.ptr, (size_t)found));
		str_add_text(str, rest.ptr[found + 2] == '\xA8' ? "\\u2028" : "\\u2029");
		rest = slice_skip(rest, (size_t)found + 3);
	}
	str_add(str, rest);
	return str_error(str) < 0 ? -1 : 0;
}

void json_write(struct str *str, const json_t *json)
{
	/* 15 digits print a decimal as it was written (0.1, not 0.1000...01). */
	const size_t flags = JSON_COMPACT | JSON_ENCODE_ANY | JSON_REAL_PRECISION(15);

	if (json_dump_callback(json, add_chunk, str, flags) < 0 && str->error == 0)
		str->error = -ENOMEM;
}

void json_write_text(struct str *str, struct slice text)
{
	CLEANUP(json_freep) json_t *json = json_stringn(text.ptr, text.len);

	if (!json)
		str->error = str->error < 0 ? str->error : -ENOMEM;
	else
		json_write(str, json);
}
