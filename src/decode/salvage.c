#include "decode/salvage.h"

#include <errno.h>
#include <string.h>

#include "base/str.h"

enum { MAX_DEPTH = 512 };

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
			if (++depth > MAX_DEPTH)
				return 0;
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

/* Raw line breaks and tabs in strings are JSON's most frequent fault. */
static int read_value(struct slice text, json_t **ret)
{
	CLEANUP(str_done) struct str mended = STR_INIT(text.len);

	if (json_read(text, ret, NULL, NULL) == 0)
		return 0;
	for (size_t i = 0; i < text.len; i++)
		str_add_char(&mended, (unsigned char)text.ptr[i] < ' ' ? ' ' : text.ptr[i]);

	return str_error(&mended) < 0 ? str_error(&mended)
				      : json_read(str_slice(&mended), ret, NULL, NULL);
}

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
