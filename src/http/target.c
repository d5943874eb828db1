#include "http/target.h"

#include <errno.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>

#include <curl/curl.h>

#include "base/errors.h"
#include "base/slice.h"

enum { URL_MAX_BYTES = 8192 };

/* Encoded, guessing nothing; what stands in a Location of the wild (spaces,
 * raw UTF-8) is mended as browsers do. */
#define READ_FLAGS (CURLU_URLENCODE | CURLU_ALLOW_SPACE | CURLU_NON_SUPPORT_SCHEME)

static void url_handlep(CURLU **handle)
{
	curl_url_cleanup(*handle);
}

static void curl_textp(char **text)
{
	curl_free(*text);
}

static int errno_from_curlu(CURLUcode code)
{
	switch (code) {
	case CURLUE_OK:
		return 0;
	case CURLUE_OUT_OF_MEMORY:
		return -ENOMEM;
	default:
		return -EINVAL;
	}
}

/* 0 and *RET NULL when the URL has no such part. */
static int get_part(CURLU *handle, CURLUPart part, unsigned int flags, char **ret)
{
	CLEANUP(curl_textp) char *text = NULL;
	const CURLUcode code = curl_url_get(handle, part, &text, flags);

	*ret = NULL;
	if (code == CURLUE_NO_USER || code == CURLUE_NO_PASSWORD)
		return 0;
	if (code != CURLUE_OK)
		return errno_from_curlu(code);

	*ret = strdup(text);
	return *ret ? 0 : -ENOMEM;
}

static int get_needed_part(CURLU *handle, CURLUPart part, char **ret)
{
	const int r = get_part(handle, part, 0, ret);

	return r < 0 || *ret ? r : -EINVAL;
}

/* libcurl converts names from the locale's charset, and a daemon's is "C". */
static CURLUcode get_punycode(CURLU *handle, char **ret)
{
	const locale_t utf8 = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0);

	if (utf8 == (locale_t)0)
		return CURLUE_OUT_OF_MEMORY;

	const locale_t before = uselocale(utf8);
	const CURLUcode code = curl_url_get(handle, CURLUPART_HOST, ret, CURLU_PUNYCODE);

	uselocale(before);
	freelocale(utf8);
	/* What it says for a name that IDNA forbids. */
	return code == CURLUE_OUT_OF_MEMORY ? CURLUE_BAD_HOSTNAME : code;
}

/* Writes an internationalised host as ASCII (IDNA 2008). */
static int make_host_ascii(CURLU *handle)
{
	CLEANUP(curl_textp) char *host = NULL;
	CLEANUP(curl_textp) char *ascii = NULL;
	CURLUcode code;

	code = curl_url_get(handle, CURLUPART_HOST, &host, 0);
	if (code != CURLUE_OK || !host || slice_is_ascii(slice_of(host)))
		return errno_from_curlu(code);
	code = get_punycode(handle, &ascii);
	if (code == CURLUE_OK)
		code = curl_url_set(handle, CURLUPART_HOST, ascii, 0);

	return errno_from_curlu(code);
}

/* A name or a number, in lower case.  libcurl decodes "%3a" in hosts, and a host
 * with a colon or a control character would change what it is written into. */
static bool is_host(const char *host)
{
	static const char name[] = "abcdefghijklmnopqrstuvwxyz0123456789.-_";
	static const char ipv6[] = "abcdef0123456789.:";

	return *host != '\0' && host[strspn(host, strchr(host, ':') ? ipv6 : name)] == '\0';
}

/* The host as what a look-up and an address parser take. */
static int get_host(CURLU *handle, char **ret)
{
	int r;

	r = make_host_ascii(handle);
	if (r < 0)
		return r;
	r = get_needed_part(handle, CURLUPART_HOST, ret);
	if (r < 0)
		return r;

	char *host = *ret;
	const size_t length = strlen(host);

	for (char *c = host; *c != '\0'; c++)
		*c = to_lower(*c);
	if (length > 2 && host[0] == '[' && host[length - 1] == ']') {
		memmove(host, host + 1, length - 2);
		host[length - 2] = '\0';
	}
	return is_host(host) ? 0 : -EINVAL;
}

static int get_port(CURLU *handle, uint16_t *ret)
{
	CLEANUP(curl_textp) char *text = NULL;
	const CURLUcode code = curl_url_get(handle, CURLUPART_PORT, &text, CURLU_DEFAULT_PORT);

	if (code != CURLUE_OK)
		return errno_from_curlu(code);

	*ret = (uint16_t)strtoul(text, NULL, 10);
	return *ret == 0 ? -EINVAL : 0;
}

static bool is_known_scheme(const char *scheme)
{
	static const char *const known[] = {"http", "https", "smtp", "smtps"};

	for (size_t i = 0; i < ARRAY_SIZE(known); i++)
		if (strcmp(scheme, known[i]) == 0)
			return true;

	return false;
}

/* The text without what must neither be sent, stored nor printed. */
static int get_text(CURLU *handle, char **ret)
{
	static const CURLUPart dropped[] = {
		CURLUPART_USER, CURLUPART_PASSWORD, CURLUPART_OPTIONS, CURLUPART_FRAGMENT};

	for (size_t i = 0; i < ARRAY_SIZE(dropped); i++)
		curl_url_set(handle, dropped[i], NULL, 0);

	return get_needed_part(handle, CURLUPART_URL, ret);
}

static int read_scheme(CURLU *handle, struct target *url)
{
	const int r = get_needed_part(handle, CURLUPART_SCHEME, &url->scheme);

	return r < 0 || is_known_scheme(url->scheme) ? r : -EACCES;
}

static int read_parts(CURLU *handle, struct target *url)
{
	int r;

	r = get_host(handle, &url->host);
	if (r < 0)
		return r;
	r = get_port(handle, &url->port);
	if (r < 0)
		return r;
	r = get_part(handle, CURLUPART_USER, CURLU_URLDECODE, &url->user);
	if (r < 0)
		return r;
	r = get_part(handle, CURLUPART_PASSWORD, CURLU_URLDECODE, &url->password);
	if (r < 0)
		return r;

	return get_text(handle, &url->text);
}

/* libcurl looks for numbers that are addresses (0x7f.1) before it decodes the
 * host (0%787f.1): only the second reading tells what the first one gave. */
static int read_again(CURLU *handle)
{
	CLEANUP(curl_textp) char *host = NULL;
	CLEANUP(curl_textp) char *text = NULL;
	int r;

	r = get_host(handle, &host);
	if (r < 0)
		return r;
	r = get_needed_part(handle, CURLUPART_URL, &text);
	if (r < 0)
		return r;

	return errno_from_curlu(curl_url_set(handle, CURLUPART_URL, text, READ_FLAGS));
}

int target_parse(const char *text, const char *base, struct target *ret)
{
	CLEANUP(url_handlep) CURLU *handle = curl_url();
	CLEANUP(target_done) struct target url = {0};
	int r;

	if (!handle)
		return -ENOMEM;
	if (strlen(text) > URL_MAX_BYTES)
		return -EMSGSIZE;

	if (base) {
		r = errno_from_curlu(curl_url_set(handle, CURLUPART_URL, base, READ_FLAGS));
		if (r < 0)
			return r;
	}
	r = errno_from_curlu(curl_url_set(handle, CURLUPART_URL, text, READ_FLAGS));
	if (r < 0)
		return r;
	r = read_scheme(handle, &url);
	if (r < 0)
		return r;
	r = read_again(handle);
	if (r < 0)
		return r;
	r = read_parts(handle, &url);
	if (r < 0)
		return r;
	if (strlen(url.text) > URL_MAX_BYTES)
		return -EMSGSIZE;

	*ret = url;
	url = (struct target){0};
	return 0;
}

void target_done(struct target *url)
{
	free(url->text);
	free(url->scheme);
	free(url->host);
	free(url->user);
	free(url->password);
	*url = (struct target){0};
}

bool target_same_origin(const struct target *a, const struct target *b)
{
	return a->port == b->port && strcmp(a->scheme, b->scheme) == 0 &&
	       strcmp(a->host, b->host) == 0;
}

const char *url_words(int error)
{
	switch (error) {
	case -EINVAL:
		return "it is no URL";
	case -EACCES:
		return "only http and https are asked";
	case -EMSGSIZE:
		return "it is longer than 8 KiB";
	default:
		return error_text(error);
	}
}
