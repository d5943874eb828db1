#include "decode/salvage.h"

#include <errno.h>
#include <string.h>

#include "base/str.h"

enum { MAX_DEPTH = 64 };

static struct slice skip_space(struct slice text)
{
	size_t n = 0;

	while (n < text.len && (is_space(text.ptr[n]) || text.ptr[n] == ','))
		n++;

	return slice_skip(text, n);
}

/* Length of the JSON string at the start of TEXT, quotes included; 0 when it
 * does not end. */
static size_t string_length(struct slice text)
{
	for (size_t i = 1; i < text.len; i++) {
		if (text.ptr[i] == '\\')
			i++;
		else if (text.ptr[i] == '"')
			return i + 1;
	}
	return 0;
}

/* Length of the value at the start of TEXT by its brackets and quotes; 0 when
 * it does not end. */
static size_t value_length(struct slice text)
{
	size_t depth = 0;

	for (size_t i = 0; i < text.len; i++) {
		const char c = text.ptr[i];

		if (c == '"') {
			const size_t len = string_length(slice_skip(text, i));

			if (len == 0)
				return 0;
			i += len - 1;
		} else if (c == '{' || c == '[') {
			depth++;
		} else if (c == '}' || c == ']') {
			if (depth == 0)
				return i;
			depth--;
		} else if (c == ',' && depth == 0) {
			return i;
		}
		if (depth == 0 && (c == '}' || c == ']'))
			return i + 1;
	}
	return depth == 0 ? text.len : 0;
}

/* --- Mending a value --- */

/* A string: raw line breaks and tabs are JSON's most frequent fault, then
 * backslashes that escape nothing. */
static void mend_string(struct str *str, struct slice string)
{
	for (size_t i = 0; i < string.len; i++) {
		const char c = string.ptr[i];

		if (c == '\\' && i + 1 < string.len &&
			slice_find_char(SLICE("\"\\/bfnrtu"), string.ptr[i + 1]) < 0)
			continue;
		if ((unsigned char)c < ' ')
			str_add_char(str, ' ');
		else
			str_add_char(str, c);
		if (c == '\\' && i + 1 < string.len)
			str_add_char(str, string.ptr[++i]);
	}
}

static bool is_in_word(char c)
{
	return is_alnum(c) || c == '_' || c == '$' || c == '.' || c == '+' || c == '-';
}

static bool is_number(struct slice word)
{
	double number;

	return (word.ptr[0] == '-' || is_digit(word.ptr[0])) && slice_to_double(word, &number);
}

/* What stands without quotes: NaN and undefined say nothing, numbers too long
 * for an integer are ids, and names of members need quotes. */
static void mend_word(struct str *str, struct slice word, struct slice behind)
{
	static const struct slice words[] = {{"true", 4}, {"false", 5}, {"null", 4}};
	const bool is_name = behind.len > 0 && behind.ptr[0] == ':';
	bool is_known = is_number(word) && word.len < 19;

	for (size_t i = 0; i < ARRAY_SIZE(words); i++)
		is_known |= slice_equals(word, words[i]);

	if (is_known && !is_name) {
		str_add(str, word);
	} else if (is_name || is_number(word)) {
		str_add_char(str, '"');
		str_add(str, word);
		str_add_char(str, '"');
	} else {
		str_add_text(str, "null");
	}
}

static struct slice skip_blank(struct slice text)
{
	while (text.len > 0 && is_space(text.ptr[0]))
		text = slice_skip(text, 1);

	return text;
}

/* Whether the comma before REST parts nothing. */
static bool is_last(struct slice rest)
{
	rest = skip_blank(rest);
	return rest.len == 0 || slice_find_char(SLICE("}],"), rest.ptr[0]) >= 0;
}

/* Appends the first piece of TEXT, which is within DEPTH brackets, as it ought
 * to be; returns its length. */
static size_t mend_piece(struct str *str, struct slice text, size_t depth)
{
	const char c = text.ptr[0];
	size_t len = 0;

	if (c == '"') {
		len = MAX(string_length(text), (size_t)1);
		mend_string(str, slice_from(text.ptr, len));
		return len;
	}
	/* Nothing that we look for stands that deep. */
	if ((c == '{' || c == '[') && depth >= MAX_DEPTH) {
		str_add_text(str, "null");
		return MAX(value_length(text), (size_t)1);
	}
	while (len < text.len && is_in_word(text.ptr[len]))
		len++;
	if (len > 0) {
		mend_word(str, slice_from(text.ptr, len), skip_blank(slice_skip(text, len)));
		return len;
	}

	if (c != ',' || !is_last(slice_skip(text, 1)))
		str_add_char(str, c);
	return 1;
}

static int read_value(struct slice text, json_t **ret)
{
	CLEANUP(str_done) struct str mended = STR_INIT(text.len * 4 + 16);
	size_t depth = 0;

	if (json_read(text, ret, NULL, NULL) == 0)
		return 0;

	while (text.len > 0) {
		const size_t before = mended.len;
		const size_t len = mend_piece(&mended, text, depth);

		if (mended.len == before + 1) {
			const char c = mended.ptr[before];

			depth += c == '{' || c == '[';
			depth -= (c == '}' || c == ']') && depth > 0;
		}
		text = slice_skip(text, len);
	}
	return str_error(&mended) < 0 ? str_error(&mended)
				      : json_read(str_slice(&mended), ret, NULL, NULL);
}

/* --- The list --- */

/* Adds the whole values of the list whose `[' TEXT follows to ARRAY; returns
 * what stands behind its `]', empty when it does not end. */
static struct slice read_list(struct slice text, json_t *array, struct salvaged *salvaged)
{
	for (;;) {
		text = skip_space(text);
		if (text.len == 0)
			break;
		if (text.ptr[0] == ']')
			return slice_skip(text, 1);

		const size_t len = value_length(text);
		CLEANUP(json_freep) json_t *value = NULL;

		/* A stray `}' or `:' is stepped over; a value without its end is the
		 * last one. */
		if (len == 0 && (text.ptr[0] == '{' || text.ptr[0] == '[' || text.ptr[0] == '"'))
			break;
		if (len > 0 && read_value(slice_from(text.ptr, len), &value) == 0)
			json_array_append(array, value);
		else
			salvaged->n_lost++;
		text = slice_skip(text, MAX(len, (size_t)1));
	}
	salvaged->is_cut = true;
	salvaged->n_lost++;
	return SLICE("");
}

/* Takes `"name":' from the start of REST. */
static bool take_name(struct slice *rest, char *name, size_t size)
{
	const size_t len = rest->len > 0 && rest->ptr[0] == '"' ? string_length(*rest) : 0;

	if (len < 2)
		return false;

	const size_t kept = MIN(len - 2, size - 1);

	memcpy(name, rest->ptr + 1, kept);
	name[kept] = '\0';
	*rest = slice_skip(*rest, len);
	while (rest->len > 0 && (is_space(rest->ptr[0]) || rest->ptr[0] == ':'))
		*rest = slice_skip(*rest, 1);
	return true;
}

int salvage_list(struct slice text, const char *list, json_t **ret, struct salvaged *ret_salvaged)
{
	CLEANUP(json_freep) json_t *object = json_object();
	CLEANUP(json_freep) json_t *array = json_array();
	struct salvaged salvaged = {0};
	char name[64];

	if (!object || !array)
		return -ENOMEM;

	text = skip_space(text);
	if (text.len == 0 || text.ptr[0] != '{')
		return -EBADMSG;
	text = slice_skip(text, 1);

	while ((text = skip_space(text)).len > 0 && take_name(&text, name, sizeof(name))) {
		if (strcmp(name, list) == 0 && text.len > 0 && text.ptr[0] == '[') {
			text = read_list(slice_skip(text, 1), array, &salvaged);
			continue;
		}

		const size_t len = value_length(text);
		CLEANUP(json_freep) json_t *value = NULL;

		if (len > 0 && read_value(slice_from(text.ptr, len), &value) == 0)
			json_object_set(object, name, value);
		text = len == 0 ? SLICE("") : slice_skip(text, len);
	}

	if (json_array_size(array) == 0)
		return -EBADMSG;
	if (json_object_set(object, list, array) < 0)
		return -ENOMEM;
	*ret = TAKE(object);
	*ret_salvaged = salvaged;
	return 0;
}
