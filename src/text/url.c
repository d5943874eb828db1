#include "text/url.h"

#include "base/macro.h"
#include "base/str.h"

/* What stands before the next `#', `?' or (if it ends too) `/', taken out of REST. */
static struct slice take_until(struct slice *rest, bool ends_at_slash, bool ends_at_query)
{
	size_t len = 0;

	for (; len < rest->len; len++) {
		const char c = rest->ptr[len];

		if (c == '#' || (c == '?' && ends_at_query) || (c == '/' && ends_at_slash))
			break;
	}

	const struct slice part = slice_from(rest->ptr, len);

	*rest = slice_skip(*rest, len);
	return part;
}

static bool starts_with_char(struct slice text, char c)
{
	return text.len > 0 && text.ptr[0] == c;
}

/* Length of "scheme" when TEXT starts with "scheme:", else 0. */
static size_t scheme_length(struct slice text)
{
	size_t len = 0;

	if (text.len == 0 || !is_alpha(text.ptr[0]))
		return 0;
	while (len < text.len && (is_alnum(text.ptr[len]) || text.ptr[len] == '+' ||
					 text.ptr[len] == '-' || text.ptr[len] == '.'))
		len++;

	return len < text.len && text.ptr[len] == ':' ? len : 0;
}

/* The last `@' ends the user, the last `:' outside of brackets starts the port. */
static void split_authority(struct slice authority, struct url *ret)
{
	size_t host = 0;
	size_t port;

	for (size_t i = 0; i < authority.len; i++)
		if (authority.ptr[i] == '@')
			host = i + 1;
	if (host > 0)
		ret->user = slice_from(authority.ptr, host - 1);

	for (port = authority.len; port > host && is_digit(authority.ptr[port - 1]);)
		port--;
	if (port > host && authority.ptr[port - 1] == ':') {
		ret->port = slice_skip(authority, port);
		port--;
	} else {
		port = authority.len;
	}
	ret->host = slice_from(authority.ptr + host, port - host);
}

void url_split(struct slice text, struct url *ret)
{
	const size_t scheme_len = scheme_length(text);

	*ret = (struct url){.scheme = slice_from(text.ptr, scheme_len)};
	if (scheme_len > 0)
		text = slice_skip(text, scheme_len + 1);

	if (slice_starts_with(text, SLICE("//"))) {
		text = slice_skip(text, 2);
		ret->has_authority = true;
		split_authority(take_until(&text, true, true), ret);
	}
	ret->path = take_until(&text, false, true);
	if (starts_with_char(text, '?')) {
		ret->has_query = true;
		text = slice_skip(text, 1);
		ret->query = take_until(&text, false, false);
	}
	if (starts_with_char(text, '#')) {
		ret->has_fragment = true;
		ret->fragment = slice_skip(text, 1);
	}
}

static bool is_web_scheme(struct slice scheme)
{
	return slice_equals_nocase(scheme, SLICE("http")) ||
	       slice_equals_nocase(scheme, SLICE("https"));
}

bool url_is_web(struct slice text)
{
	struct slice scheme = slice_from(text.ptr, scheme_length(text));
	struct url url = {0};

	if (!is_web_scheme(scheme) ||
		!slice_starts_with(slice_skip(text, scheme.len), SLICE("://")))
		return false;
	text = slice_skip(text, scheme.len + 3);
	split_authority(take_until(&text, true, true), &url);
	return url.host.len > 0;
}

/* Appends PATH without its "." and ".." segments (RFC 3986, § 5.2.4). */
static void add_path(struct str *str, struct slice path)
{
	const size_t root = str->len;
	bool is_first = true;
	struct slice segment;

	if (slice_find_char(path, '.') < 0) {
		str_add(str, path);
		return;
	}
	while (slice_split(&path, '/', &segment)) {
		const bool is_last = !path.ptr;
		const bool is_dot = slice_equals(segment, SLICE("."));
		const bool is_up = slice_equals(segment, SLICE(".."));

		if (is_up) {
			/* Behind the slash before the last segment that was written. */
			if (str->len > root)
				str_truncate(str, str->len - 1);
			while (str->len > root && str->ptr[str->len - 1] != '/')
				str_truncate(str, str->len - 1);
			if (str->len == root && !is_first)
				str_add_char(str, '/');
		}
		if (!is_up && !is_dot) {
			str_add(str, segment);
			if (!is_last)
				str_add_char(str, '/');
		}
		is_first = false;
	}
}

static void add_before_path(struct str *str, const struct url *url)
{
	if (url->scheme.len > 0) {
		str_add(str, url->scheme);
		str_add_char(str, ':');
	}
	if (!url->has_authority)
		return;

	str_add_text(str, "//");
	if (url->user.len > 0) {
		str_add(str, url->user);
		str_add_char(str, '@');
	}
	str_add(str, url->host);
	if (url->port.len > 0) {
		str_add_char(str, ':');
		str_add(str, url->port);
	}
}

static void add_behind_path(struct str *str, const struct url *url)
{
	if (url->has_query) {
		str_add_char(str, '?');
		str_add(str, url->query);
	}
	if (url->has_fragment) {
		str_add_char(str, '#');
		str_add(str, url->fragment);
	}
}

/* The path of REFERENCE (which has no authority) seen from BASE: § 5.2.3. */
static void merge_path(struct str *str, const struct url *base, struct slice path)
{
	size_t folder = base->path.len;

	while (folder > 0 && base->path.ptr[folder - 1] != '/')
		folder--;
	if (base->has_authority && base->path.len == 0)
		str_add_char(str, '/');
	else
		str_add(str, slice_from(base->path.ptr, folder));
	str_add(str, path);
}

/* Fills what URL, which has no scheme, takes from BASE (§ 5.2.2); a path that
 * is put together stands in BUFFER. */
static void inherit(struct url *url, const struct url *base, struct str *buffer)
{
	const bool is_same = url->path.len == 0;

	url->scheme = base->scheme;
	if (url->has_authority)
		return;

	url->has_authority = base->has_authority;
	url->user = base->user;
	url->host = base->host;
	url->port = base->port;
	if (is_same && !url->has_query) {
		url->has_query = base->has_query;
		url->query = base->query;
	}
	if (is_same) {
		url->path = base->path;
	} else if (url->path.ptr[0] != '/') {
		merge_path(buffer, base, url->path);
		url->path = str_slice(buffer);
	}
}

/* TEXT as people meant it: see the head of url.h.  It is TEXT itself, or stands
 * in STR. */
static struct slice clean(struct slice text, struct str *str)
{
	size_t done = 0;

	text = slice_trim(text);
	for (size_t i = 0; i < text.len; i++) {
		const unsigned char c = (unsigned char)text.ptr[i];

		if (c > ' ' && c != 0x7F)
			continue;
		str_add(str, slice_from(text.ptr + done, i - done));
		str_add_text(str, c == ' ' ? "%20" : "");
		done = i + 1;
	}
	if (done == 0)
		return text;
	str_add(str, slice_skip(text, done));
	return str_slice(str);
}

int url_resolve(struct slice base_text, struct slice reference, struct str *str)
{
	CLEANUP(str_done) struct str cleaned = STR_INIT(reference.len * 3 + 1);
	CLEANUP(str_done) struct str buffer = STR_INIT(base_text.len + reference.len * 3 + 2);
	struct url base;
	struct url url;

	url_split(clean(reference, &cleaned), &url);
	if (url.scheme.len == 0) {
		url_split(base_text, &base);
		if (base.scheme.len == 0)
			return 0;
		inherit(&url, &base, &buffer);
	}
	add_before_path(str, &url);
	if (url.has_authority || starts_with_char(url.path, '/'))
		add_path(str, url.path);
	else
		str_add(str, url.path);
	add_behind_path(str, &url);
	return 1;
}

static void add_lower(struct str *str, struct slice text)
{
	for (size_t i = 0; i < text.len; i++)
		str_add_char(str, to_lower(text.ptr[i]));
}

int url_host(struct slice text, struct str *str)
{
	struct url url;

	url_split(text, &url);
	if (url.host.len == 0)
		return 0;

	add_lower(str, url.host);
	return 1;
}

static int hex_digit(char c)
{
	if (is_digit(c))
		return c - '0';
	c = to_lower(c);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static bool is_unreserved(char c)
{
	return is_alnum(c) || c == '-' || c == '.' || c == '_' || c == '~';
}

/* Appends TEXT with its escapes in one form. */
static void add_escaped(struct str *str, struct slice text)
{
	for (size_t i = 0; i < text.len; i++) {
		const bool is_escape = text.ptr[i] == '%' && i + 2 < text.len &&
				       hex_digit(text.ptr[i + 1]) >= 0 &&
				       hex_digit(text.ptr[i + 2]) >= 0;

		if (!is_escape) {
			str_add_char(str, text.ptr[i]);
			continue;
		}

		const int byte = hex_digit(text.ptr[i + 1]) * 16 + hex_digit(text.ptr[i + 2]);

		if (is_unreserved((char)byte))
			str_add_char(str, (char)byte);
		else
			str_add_format(str, "%%%02X", (unsigned int)byte);
		i += 2;
	}
}

static bool is_default_port(const struct url *url)
{
	return slice_equals(url->port,
		slice_equals_nocase(url->scheme, SLICE("https")) ? SLICE("443") : SLICE("80"));
}

/* The one form of a web address behind its scheme. */
static void add_web_form(struct str *str, const struct url *url)
{
	str_add_text(str, "//");
	if (url->user.len > 0) {
		str_add(str, url->user);
		str_add_char(str, '@');
	}
	add_lower(str, url->host);
	if (url->port.len > 0 && !is_default_port(url)) {
		str_add_char(str, ':');
		str_add(str, url->port);
	}
	if (url->path.len == 0)
		str_add_char(str, '/');
	add_escaped(str, url->path);
	if (url->has_query) {
		str_add_char(str, '?');
		add_escaped(str, url->query);
	}
	if (url->has_fragment && url->fragment.len > 0) {
		str_add_char(str, '#');
		add_escaped(str, url->fragment);
	}
}

void url_normalize(struct slice text, struct str *str)
{
	struct url url;

	url_split(text, &url);
	if (!is_web_scheme(url.scheme) || url.host.len == 0) {
		str_add(str, text);
		return;
	}
	add_lower(str, url.scheme);
	str_add_char(str, ':');
	add_web_form(str, &url);
}

void url_key(struct slice text, struct str *str)
{
	struct url url;

	url_split(text, &url);
	if (!is_web_scheme(url.scheme) || url.host.len == 0)
		str_add(str, text);
	else
		add_web_form(str, &url);
}
