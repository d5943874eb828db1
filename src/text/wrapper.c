#include "text/wrapper.h"

#include "base/str.h"
#include "base/utf8.h"
#include "text/url.h"

/* Host (without "www."), path, and the parameter that holds the address. */
static const struct wrapper {
	const char *host; /* "google.*": with the ending of any country */
	const char *path;
	const char *parameters[2]; /* the first that holds a web address */
} wrappers[] = {
	{"bing.com", "/news/apiclick.aspx", {"url"}},
	{"google.*", "/url", {"url", "q"}},
	{"l.facebook.com", "/l.php", {"u"}},
	{"l.instagram.com", "/", {"u"}},
	{"youtube.com", "/redirect", {"q"}},
};

/* Whether ENDING is "com", "de", "co.uk" or "com.au": under others anybody may have a
 * name that begins as a known one does. */
static bool is_country_ending(struct slice ending)
{
	if (slice_equals_nocase(ending, SLICE("com")))
		return true;
	if (slice_starts_with_nocase(ending, SLICE("com.")))
		ending = slice_skip(ending, 4);
	else if (slice_starts_with_nocase(ending, SLICE("co.")))
		ending = slice_skip(ending, 3);

	return ending.len == 2 && is_alpha(ending.ptr[0]) && is_alpha(ending.ptr[1]);
}

static bool is_host(struct slice host, struct slice wanted)
{
	if (slice_starts_with_nocase(host, SLICE("www.")))
		host = slice_skip(host, 4);
	if (!slice_ends_with(wanted, SLICE("*")))
		return slice_equals_nocase(host, wanted);

	wanted.len--;
	return slice_starts_with_nocase(host, wanted) &&
	       is_country_ending(slice_skip(host, wanted.len));
}

static int hex_value(char c)
{
	c = to_lower(c);
	return is_digit(c) ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static void add_decoded(struct str *str, struct slice value)
{
	for (size_t i = 0; i < value.len; i++) {
		const bool is_escape = value.ptr[i] == '%' && i + 2 < value.len &&
				       hex_value(value.ptr[i + 1]) >= 0 &&
				       hex_value(value.ptr[i + 2]) >= 0;

		if (!is_escape) {
			str_add_char(str, value.ptr[i]);
			continue;
		}
		str_add_char(str,
			(char)(hex_value(value.ptr[i + 1]) * 16 + hex_value(value.ptr[i + 2])));
		i += 2;
	}
}

/* Whether ADDRESS is a web address; what was escaped may be anything. */
static bool is_sound(struct slice address)
{
	for (size_t i = 0; i < address.len; i++)
		if ((unsigned char)address.ptr[i] <= ' ')
			return false;

	return url_is_web(address) && utf8_is_valid(address);
}

/* Appends the value of parameter NAME in QUERY, decoded, if it is a web address. */
static int add_parameter(struct slice query, struct slice name, struct str *str)
{
	const size_t start = str->len;
	struct slice pair;

	while (slice_split(&query, '&', &pair)) {
		const ptrdiff_t equals = slice_find_char(pair, '=');

		if (equals < 0 || !slice_equals(slice_from(pair.ptr, (size_t)equals), name))
			continue;
		add_decoded(str, slice_skip(pair, (size_t)equals + 1));

		if (is_sound(slice_skip(str_slice(str), start)))
			return 1;
		str_truncate(str, start);
	}
	return 0;
}

int wrapper_open(struct slice address, struct str *str)
{
	struct url url;

	url_split(address, &url);
	for (size_t i = 0; i < ARRAY_SIZE(wrappers); i++) {
		const struct wrapper *wrapper = &wrappers[i];

		if (!is_host(url.host, slice_of(wrapper->host)) ||
			!slice_equals(url.path, slice_of(wrapper->path)))
			continue;
		for (size_t k = 0; k < ARRAY_SIZE(wrapper->parameters); k++)
			if (wrapper->parameters[k] &&
				add_parameter(url.query, slice_of(wrapper->parameters[k]), str))
				return 1;
	}
	return 0;
}
