#include <errno.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "base/str.h"
#include "base/utf8.h"

enum {
	PLAIN_DEPTH = 64,
	SURE_DIGITS = 18, /* fit an integer */
};

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
 * *RET_LEN is what a valid escape takes, *RET_CODE the code point of a "\u"
 * that is not bad, else 0. */
static bool is_bad_escape(struct slice text, size_t at, size_t *ret_len, uint32_t *ret_code)
{
	uint32_t first;
	uint32_t second;

	*ret_code = 0;
	*ret_len = 2;
	if (at + 1 >= text.len || text.ptr[at + 1] != 'u' || !hex4(text, at + 2, &first))
		return false;

	*ret_len = 6;
	if (first < 0xD800 || first > 0xDFFF) {
		*ret_code = first;
		return first == 0;
	}
	if (first < 0xDC00 && at + 7 < text.len && text.ptr[at + 6] == '\\' &&
		text.ptr[at + 7] == 'u' && hex4(text, at + 8, &second) && second >= 0xDC00 &&
		second <= 0xDFFF) {
		*ret_len = 12;
		*ret_code = 0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00);
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
	uint32_t code;

	for (size_t i = 0; i < text.len;) {
		if (!in_string || text.ptr[i] != '\\') {
			in_string ^= text.ptr[i] == '"';
			i++;
			continue;
		}
		if (is_bad_escape(text, i, &len, &code)) {
			utf8_add_valid(str, slice_from(text.ptr + done, i - done));
			str_add_text(str, "\\ufffd");
			done = i + len;
		}
		i += len;
	}
	utf8_add_valid(str, slice_skip(text, done));
}

/* --- JSON as nearly all of it is written --------------------------------------- */

/* Builds the tree that Jansson would, several times as fast, because it takes
 * strings in one piece.  NULL stands for all that it doesn't know: then Jansson
 * says what the text is. */
struct plain {
	struct slice text; /* valid UTF-8 */
	size_t at;
	size_t depth;
	struct str *unescaped;
};

static json_t *plain_value(struct plain *plain);

/* Whether a byte of SET comes next. */
static bool next_is(const struct plain *plain, const char *set)
{
	return plain->at < plain->text.len && plain->text.ptr[plain->at] != '\0' &&
	       strchr(set, plain->text.ptr[plain->at]);
}

static void skip_space(struct plain *plain)
{
	while (next_is(plain, " \t\n\r"))
		plain->at++;
}

/* Steps behind C and the white space around it, if C comes next. */
static bool take(struct plain *plain, char c)
{
	skip_space(plain);
	if (plain->at >= plain->text.len || plain->text.ptr[plain->at] != c)
		return false;

	plain->at++;
	skip_space(plain);
	return true;
}

static bool add_escaped(struct plain *plain)
{
	static const char meanings[UCHAR_MAX + 1] = {['"'] = '"',
		['\\'] = '\\',
		['/'] = '/',
		['b'] = '\b',
		['f'] = '\f',
		['n'] = '\n',
		['r'] = '\r',
		['t'] = '\t'};
	char bytes[UTF8_MAX];
	size_t len;
	uint32_t code;

	if (plain->at + 1 >= plain->text.len || is_bad_escape(plain->text, plain->at, &len, &code))
		return false;

	bytes[0] = meanings[(unsigned char)plain->text.ptr[plain->at + 1]];
	plain->at += len;
	if (code == 0 && bytes[0] == '\0')
		return false;

	str_add(plain->unescaped, slice_from(bytes, code == 0 ? 1 : utf8_encode(code, bytes)));
	return true;
}

/* The string that starts at the quote: a part of the text or, when it has
 * escapes, what was read last. */
static bool plain_string(struct plain *plain, struct slice *ret)
{
	size_t start = ++plain->at;
	bool has_escapes = false;

	str_clear(plain->unescaped);
	for (;;) {
		plain->at += json_plain_length(slice_skip(plain->text, plain->at));
		if (next_is(plain, "\""))
			break;
		if (plain->at >= plain->text.len || (unsigned char)plain->text.ptr[plain->at] < ' ')
			return false;
		if (plain->text.ptr[plain->at] != '\\') {
			plain->at++;
			continue;
		}
		str_add(plain->unescaped, slice_from(plain->text.ptr + start, plain->at - start));
		if (!add_escaped(plain))
			return false;
		has_escapes = true;
		start = plain->at;
	}

	*ret = slice_from(plain->text.ptr + start, plain->at - start);
	plain->at++;
	if (!has_escapes)
		return true;

	str_add(plain->unescaped, *ret);
	*ret = str_slice(plain->unescaped);
	return str_error(plain->unescaped) == 0;
}

static bool plain_member(struct plain *plain, json_t *object)
{
	struct slice name;

	if (!next_is(plain, "\"") || !plain_string(plain, &name))
		return false;
	/* The next string takes the place of one with escapes. */
	if (name.ptr == plain->unescaped->ptr || !take(plain, ':'))
		return false;

	json_t *value = plain_value(plain);
	return value && json_object_setn_new_nocheck(object, name.ptr, name.len, value) == 0;
}

static bool plain_item(struct plain *plain, json_t *array)
{
	json_t *value = plain_value(plain);

	return value && json_array_append_new(array, value) == 0;
}

/* What stands between a bracket and the one that CLOSES, each part read by ADD;
 * takes NEW over. */
static json_t *plain_list(
	struct plain *plain, json_t *new, char closes, bool (*add)(struct plain *, json_t *))
{
	CLEANUP(json_freep) json_t *list = new;

	plain->at++;
	skip_space(plain);
	if (!list || plain->depth >= PLAIN_DEPTH)
		return NULL;
	if (take(plain, closes))
		return TAKE(list);

	plain->depth++;
	do {
		if (!add(plain, list))
			return NULL;
	} while (take(plain, ','));
	plain->depth--;
	return take(plain, closes) ? TAKE(list) : NULL;
}

/* Fractions, powers and what may not fit are left to Jansson. */
static json_t *plain_number(struct plain *plain)
{
	const size_t start = plain->at;
	int64_t value;

	while (next_is(plain, "+-.0123456789Ee"))
		plain->at++;

	const struct slice number = slice_from(plain->text.ptr + start, plain->at - start);

	if (number.len > 0 && number.len <= SURE_DIGITS && number.ptr[0] >= '1' &&
		number.ptr[0] <= '9' && slice_to_int64(number, &value) == 1)
		return json_integer(value);

	return json_loadb(number.ptr, number.len, JSON_DECODE_ANY, NULL);
}

static json_t *plain_value(struct plain *plain)
{
	static const struct {
		struct slice text;
		json_t *(*get)(void);
	} words[] = {{SLICE_INIT("true"), json_true}, {SLICE_INIT("false"), json_false},
		{SLICE_INIT("null"), json_null}};
	const struct slice rest = slice_skip(plain->text, plain->at);
	struct slice string;

	if (next_is(plain, "{"))
		return plain_list(plain, json_object(), '}', plain_member);
	if (next_is(plain, "["))
		return plain_list(plain, json_array(), ']', plain_item);
	if (next_is(plain, "\""))
		return plain_string(plain, &string) ? json_stringn_nocheck(string.ptr, string.len)
						    : NULL;

	for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
		if (!slice_starts_with(rest, words[i].text))
			continue;
		plain->at += words[i].text.len;
		return words[i].get();
	}
	return plain_number(plain);
}

static json_t *read_plain(struct slice text)
{
	CLEANUP(str_done) struct str unescaped = STR_INIT(text.len + 16);
	struct plain plain = {.text = text, .unescaped = &unescaped};

	if (!utf8_is_valid(text))
		return NULL;

	skip_space(&plain);
	CLEANUP(json_freep) json_t *json = plain_value(&plain);
	skip_space(&plain);
	return plain.at == text.len ? TAKE(json) : NULL;
}

/* --- any JSON ------------------------------------------------------------------ */

int json_read(struct slice text, json_t **ret, size_t *ret_byte, char *message)
{
	json_error_t error;
	json_t *json = read_plain(text);

	/* Strict first, since nearly all is right. */
	if (!json)
		json = json_loadb(text.ptr, text.len, JSON_DECODE_ANY, &error);
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
