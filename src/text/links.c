#include "text/links.h"

#include <string.h>

#include <libpsl.h>

#include "base/str.h"
#include "base/utf8.h"
#include "text/letters.h"

enum {
	HOST_MAX_BYTES = 253,
	SUFFIX_MAX_BYTES = 63 * 4,
	SUFFIX_MAX_LABELS = 4,
	PAREN_DEPTH = 2,
};

bool links_is_accented(uint32_t c)
{
	static const uint32_t singles[] = {0x0253, 0x0254, 0x0256, 0x0257, 0x0259, 0x025B, 0x0263,
		0x0268, 0x026F, 0x0272, 0x0289, 0x028B, 0x02BB};

	for (size_t i = 0; i < ARRAY_SIZE(singles); i++)
		if (singles[i] == c)
			return true;

	return (c >= 0x00C0 && c <= 0x024F && c != 0x00D7 && c != 0x00F7) ||
	       (c >= 0x0300 && c <= 0x036F) || (c >= 0x1E00 && c <= 0x1EFF);
}

static bool is_cyrillic(uint32_t c)
{
	return c >= 0x0400 && c <= 0x052F;
}

static bool is_ascii_alnum(uint32_t c)
{
	return c < 0x80 && is_alnum((char)c);
}

static bool is_one_of(uint32_t c, const char *chars)
{
	return c > 0 && c < 0x80 && strchr(chars, (int)c);
}

static uint32_t code_point_at(struct slice text, size_t at)
{
	return at < text.len ? utf8_next(text, &at) : 0;
}

/* The length of "http://" or "https://" at AT, 0 when neither stands there. */
static size_t scheme_len(struct slice text, size_t at)
{
	const struct slice rest = slice_skip(text, at);

	if (slice_starts_with_nocase(rest, SLICE("https://")))
		return strlen("https://");

	return slice_starts_with_nocase(rest, SLICE("http://")) ? strlen("http://") : 0;
}

/* Letters of a host.  Any script with a scheme, Latin without one. */
static bool is_host_letter(uint32_t c, bool with_scheme)
{
	if (is_ascii_alnum(c) || links_is_accented(c))
		return true;
	if (!with_scheme || c < 0x80)
		return false;

	const enum letter_kind kind = letter_of(c)->kind;

	return kind == LETTER_PLAIN || kind == LETTER_MARK || kind == LETTER_DIGIT ||
	       kind == LETTER_RUN;
}

/* The end of the label at AT; it ends with a letter. */
static size_t label_end(struct slice text, size_t at, bool with_scheme)
{
	size_t end = at;

	while (at < text.len) {
		const uint32_t c = utf8_next(text, &at);

		if (is_host_letter(c, with_scheme))
			end = at;
		else if (c != '-' && c != '_')
			break;
	}
	return end;
}

/* The end of the Latin letters at AT. */
static size_t latin_end(struct slice text, size_t at)
{
	while (at < text.len && is_host_letter(code_point_at(text, at), false))
		utf8_next(text, &at);

	return at;
}

static bool is_public_suffix(struct slice labels)
{
	char name[SUFFIX_MAX_BYTES + 1];

	if (labels.len < 2 || labels.len > SUFFIX_MAX_BYTES)
		return false;
	for (size_t i = 0; i < labels.len; i++)
		name[i] = to_lower(labels.ptr[i]);
	name[labels.len] = '\0';

	return psl_is_public_suffix2(psl_builtin(), name, PSL_TYPE_ANY | PSL_TYPE_NO_STAR_RULE) !=
	       0;
}

/* Whether HOST, whose last label starts at LAST, ends in a public suffix that
 * leaves something before it.  The list has rules of several labels where the
 * last one alone is none: "co.za", but no "za". */
static bool has_public_suffix(struct slice host, size_t last)
{
	/* "v1.2.3": no suffix ends in a number. */
	if (last < host.len && is_digit(host.ptr[last]))
		return false;
	for (int n = 0; n < SUFFIX_MAX_LABELS && last > 0; n++) {
		if (is_public_suffix(slice_skip(host, last)))
			return true;
		for (last--; last > 0 && host.ptr[last - 1] != '.';)
			last--;
	}
	return false;
}

/* Whether TEXT[AT, END), whose last label starts at LAST, can be a host: nothing
 * continues it. */
static bool is_host(struct slice text, size_t at, size_t last, size_t end)
{
	const uint32_t after = code_point_at(text, end);

	if (is_ascii_alnum(after) || is_one_of(after, "@+-"))
		return false;

	return has_public_suffix(slice_from(text.ptr + at, end - at), last - at);
}

/* The end of the longest host at AT that ends in a public suffix; AT if none. */
static size_t host_end(struct slice text, size_t at, bool with_scheme)
{
	size_t longest = at;
	size_t n_labels = 0;

	for (size_t start = at; start - at <= HOST_MAX_BYTES;) {
		const size_t end = label_end(text, start, with_scheme);
		const size_t latin = latin_end(text, start);

		if (end == start)
			break;
		n_labels++;
		/* "example.comこれは" ends behind .com. */
		for (int i = 0; i < 2 && n_labels > 1; i++) {
			const size_t suffix_end = i == 0 ? latin : end;

			if (is_host(text, at, start, suffix_end))
				longest = suffix_end;
		}
		if (end >= text.len || text.ptr[end] != '.')
			break;
		start = end + 1;
	}
	return longest;
}

/* The end of the name of a user and the '@' behind it, or AT. */
static size_t user_end(struct slice text, size_t at)
{
	const size_t limit = MIN(text.len, at + HOST_MAX_BYTES);
	size_t end = at;

	while (end < limit && (is_ascii_alnum((unsigned char)text.ptr[end]) ||
				      is_one_of((unsigned char)text.ptr[end], "._-+%:")))
		end++;

	return end > at && end < limit && text.ptr[end] == '@' ? end + 1 : at;
}

/* The end of the IPv6 address in brackets at AT, or AT. */
static size_t brackets_end(struct slice text, size_t at)
{
	size_t end = at + 1;

	if (at >= text.len || text.ptr[at] != '[')
		return at;
	while (end < text.len && (is_ascii_alnum((unsigned char)text.ptr[end]) ||
					 is_one_of((unsigned char)text.ptr[end], ":.%")))
		end++;

	return end < text.len && text.ptr[end] == ']' ? end + 1 : at;
}

/* The end of whatever stands at AT in the place of a host: a name of a network of
 * its own ("intranet", "shop.internal"), an address; AT if nothing. */
static size_t any_host_end(struct slice text, size_t at)
{
	/* "http://intranetを" ends behind the Latin letters. */
	const bool is_latin = is_host_letter(code_point_at(text, at), false);
	size_t end = brackets_end(text, at);

	for (size_t start = at; end == at || start - at <= HOST_MAX_BYTES; start = end + 1) {
		const size_t label = label_end(text, start, !is_latin);

		if (label == start)
			break;
		end = label;
		if (end >= text.len || text.ptr[end] != '.')
			break;
	}
	return end;
}

static size_t port_end(struct slice text, size_t at)
{
	size_t end = at + 1;

	if (at >= text.len || text.ptr[at] != ':')
		return at;
	while (end < text.len && is_digit(text.ptr[end]))
		end++;

	return end > at + 1 ? end : at;
}

static bool is_path_letter(uint32_t c)
{
	return is_ascii_alnum(c) || links_is_accented(c) || is_cyrillic(c);
}

static bool is_path_char(uint32_t c)
{
	return is_path_letter(c) || c == 0x2013 || is_one_of(c, "!*';:=+,.$/%#[]-_~@|&");
}

/* The end of a balanced "(...)" of path characters at AT, or AT. */
static size_t parens_end(struct slice text, size_t at)
{
	int depth = 0;

	for (size_t i = at; i < text.len;) {
		const uint32_t c = utf8_next(text, &i);

		if (c == '(') {
			if (++depth > PAREN_DEPTH)
				return at;
		} else if (c == ')') {
			if (--depth == 0)
				return i;
		} else if (!is_path_char(c)) {
			return at;
		}
	}
	return at;
}

/* The end of the path at AT, which starts with '/', or of what stands behind '#';
 * without the punctuation that ends a sentence rather than a path. */
static size_t path_end(struct slice text, size_t at)
{
	size_t end = at;

	if (!is_one_of(code_point_at(text, at), "/#"))
		return at;

	for (size_t i = at; i < text.len;) {
		const size_t start = i;
		const uint32_t c = utf8_next(text, &i);

		if (c == '(') {
			i = parens_end(text, start);
			if (i == start)
				break;
			end = i;
		} else if (!is_path_char(c)) {
			break;
		} else if (is_path_letter(c) || is_one_of(c, "+-=_#/")) {
			end = i;
		}
	}
	return end;
}

static size_t query_end(struct slice text, size_t at)
{
	size_t end = at;

	if (at >= text.len || text.ptr[at] != '?')
		return at;

	for (size_t i = at + 1; i < text.len; i++) {
		const unsigned char c = (unsigned char)text.ptr[i];

		if (!is_ascii_alnum(c) && !is_one_of(c, "!?*'@();:&=+$/%#[]-_.,~|"))
			break;
		if (is_ascii_alnum(c) || is_one_of(c, "-_&=#/"))
			end = i + 1;
	}
	return end;
}

static size_t tail_end(struct slice text, size_t at)
{
	return query_end(text, path_end(text, port_end(text, at)));
}

/* Whether what ends at END is the first part of a mail address. */
static bool is_in_mail_address(struct slice text, size_t end)
{
	const size_t limit = MIN(text.len, end + HOST_MAX_BYTES);

	while (end < limit &&
		(is_alnum(text.ptr[end]) || is_one_of((unsigned char)text.ptr[end], "._+-")))
		end++;

	return end < limit && text.ptr[end] == '@';
}

static size_t bare_end(struct slice text, size_t at)
{
	const size_t end = host_end(text, at, false);

	return end == at || is_in_mail_address(text, end) ? at : tail_end(text, end);
}

/* The end of the host at AT behind a scheme.  Without a path behind it the longest one with a
 * public suffix counts: "http://example.com.Then" is the end of a sentence. */
static size_t schemed_host_end(struct slice text, size_t at)
{
	const size_t known = host_end(text, at, true);

	if (known > at && code_point_at(text, known) != '.')
		return known;

	const size_t whole = any_host_end(text, at);

	return known == at || (whole > known && tail_end(text, whole) > whole) ? whole : known;
}

size_t links_end(struct slice text, size_t at, uint32_t before)
{
	const size_t scheme = scheme_len(text, at);

	if (is_ascii_alnum(before) || is_one_of(before, "@$#") || before == 0xFF20 ||
		before == 0xFF03)
		return at;
	if (scheme == 0)
		return is_one_of(before, "-_./") || links_is_accented(before) ? at
									      : bare_end(text, at);

	const size_t start = user_end(text, at + scheme);
	const size_t end = schemed_host_end(text, start);

	return end == start ? at : tail_end(text, end);
}

size_t links_address_end(struct slice text, size_t at)
{
	return scheme_len(text, at) > 0 ? links_end(text, at, 0) : at;
}
