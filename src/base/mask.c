#include "base/mask.h"

#include "base/macro.h"
#include "base/str.h"

/* Names of parameters, how others end ("x-api-key") and what they contain.  The view
 * v_source_health knows them too (store/schema/views.sql). */
static const struct slice names[] = {SLICE_INIT("auth"), SLICE_INIT("hmac"), SLICE_INIT("jwt"),
	SLICE_INIT("pass"), SLICE_INIT("pwd"), SLICE_INIT("sig")};
static const struct slice endings[] = {SLICE_INIT("key")};
static const struct slice parts[] = {SLICE_INIT("token"), SLICE_INIT("secret"), SLICE_INIT("passw"),
	SLICE_INIT("signature"), SLICE_INIT("credential")};

static bool is_secret(struct slice name)
{
	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		if (slice_equals_nocase(name, names[i]))
			return true;
	for (size_t i = 0; i < ARRAY_SIZE(endings); i++)
		if (name.len >= endings[i].len &&
			slice_equals_nocase(
				slice_skip(name, name.len - endings[i].len), endings[i]))
			return true;
	for (size_t i = 0; i < ARRAY_SIZE(parts); i++)
		if (slice_find_nocase(name, parts[i]) >= 0)
			return true;

	return false;
}

static bool is_name_char(char c)
{
	return is_alnum(c) || slice_find_char(SLICE("_-.[]%"), c) >= 0;
}

/* Ends a value, also where the address stands in a sentence. */
static bool is_end(char c)
{
	return (unsigned char)c <= ' ' || slice_find_char(SLICE("&#;\"'<>()`"), c) >= 0;
}

/* The next value of a secret in TEXT from *AT on, which moves behind it. */
static bool find_value(struct slice text, size_t *at, struct slice *ret)
{
	for (size_t i = *at; i < text.len; i++) {
		size_t end = i + 1;
		size_t start;

		if (slice_find_char(SLICE("?&;"), text.ptr[i]) < 0)
			continue;
		while (end < text.len && is_name_char(text.ptr[end]))
			end++;
		if (end == text.len || text.ptr[end] != '=' ||
			!is_secret(slice_from(text.ptr + i + 1, end - i - 1)))
			continue;

		start = ++end;
		while (end < text.len && !is_end(text.ptr[end]))
			end++;
		if (end == start)
			continue;
		*ret = slice_from(text.ptr + start, end - start);
		*at = end;
		return true;
	}
	return false;
}

void mask_add(struct str *str, struct slice text)
{
	struct slice value;
	size_t done = 0;
	size_t at = 0;

	while (find_value(text, &at, &value)) {
		str_add(str, slice_from(text.ptr + done, (size_t)(value.ptr - text.ptr) - done));
		str_add_text(str, "(secret)");
		done = at;
	}
	str_add(str, slice_skip(text, done));
}

bool mask_is_needed(struct slice text)
{
	struct slice value;
	size_t at = 0;

	return find_value(text, &at, &value);
}
