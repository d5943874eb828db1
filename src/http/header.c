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

/* Takes what stands before the first SEPARATOR, those within quotes apart, out of
 * *REST. */
static bool take_part(struct slice *rest, char separator, struct slice *ret)
{
	bool is_quoted = false;
	size_t i = 0;

	if (!rest->ptr)
		return false;
	while (i < rest->len && (is_quoted || rest->ptr[i] != separator)) {
		is_quoted ^= rest->ptr[i] == '"';
		i += 1 + (is_quoted && rest->ptr[i] == '\\' && i + 1 < rest->len);
	}
	*ret = slice_from(rest->ptr, i);
	*rest = i < rest->len ? slice_skip(*rest, i + 1) : (struct slice){0};
	return true;
}

/* Whether REL is among the relations in PARAMETERS, `; rel="self alternate"'. */
static bool has_relation(struct slice parameters, struct slice rel)
{
	struct slice parameter;
	struct slice word;

	while (take_part(&parameters, ';', &parameter)) {
		const ptrdiff_t equals = slice_find_char(parameter, '=');
		struct slice words;

		if (equals < 0 ||
			!slice_equals_nocase(slice_trim(slice_from(parameter.ptr, (size_t)equals)),
				SLICE("rel")))
			continue;
		words = slice_trim(slice_skip(parameter, (size_t)equals + 1));
		if (words.len >= 2 && words.ptr[0] == '"' && words.ptr[words.len - 1] == '"')
			words = slice_from(words.ptr + 1, words.len - 2);
		while (slice_split(&words, ' ', &word))
			if (slice_equals_nocase(slice_trim(word), rel))
				return true;
		return false; /* a second rel does not count */
	}
	return false;
}

/* An address may hold the separators. */
static int find_in_line(struct slice line, struct slice rel, struct slice *ret)
{
	ptrdiff_t open;

	while ((open = slice_find_char(line, '<')) >= 0) {
		struct slice rest = slice_skip(line, (size_t)open + 1);
		const ptrdiff_t close = slice_find_char(rest, '>');
		struct slice parameters = {0};

		if (close < 0)
			return 0;

		const struct slice address = slice_from(rest.ptr, (size_t)close);

		rest = slice_skip(rest, (size_t)close + 1);
		take_part(&rest, ',', &parameters);
		if (has_relation(parameters, rel)) {
			*ret = slice_trim(address);
			return 1;
		}
		line = rest;
	}
	return 0;
}

int header_find_link(struct slice headers, const char *rel, struct slice *ret)
{
	struct slice line;

	while (header_next(&headers, "link", &line) == 1)
		if (find_in_line(line, slice_of(rel), ret))
			return 1;

	return 0;
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
