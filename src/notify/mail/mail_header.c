#include "notify/mail/mail_header.h"

#include <string.h>

#include "base/utf8.h"

enum {
	LINE_MAX_CHARS = 78,
	ENCODED_LINE_MAX = 76,
	ENCODED_WORD_MAX = 75,
	ENCODED_FRAME = 12, /* "=?UTF-8?B?" and "?=" */
	CLEAN_MAX = 4096,
	QUOTED_MAX = 2 * CLEAN_MAX + 2,
};

static const char base64_digits[] =
	"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/* Characters on the line that STR ends in. */
static size_t column(const struct str *str)
{
	size_t n = 0;

	while (n < str->len && str->ptr[str->len - 1 - n] != '\n')
		n++;
	return n;
}

static void fold(struct str *str)
{
	str_add_text(str, "\r\n ");
}

static bool is_blank(uint32_t code_point)
{
	return code_point <= ' ' || (code_point >= 0x7f && code_point <= 0xa0) ||
	       code_point == 0x2028 || code_point == 0x2029;
}

/* One line of well-formed text, words parted by one space. */
static void add_clean(struct str *clean, struct slice text)
{
	bool space = false;

	for (size_t i = 0; i < text.len && clean->len < CLEAN_MAX - UTF8_MAX - 1;) {
		const uint32_t code_point = utf8_next(text, &i);

		if (utf8_is_bidi_control(code_point))
			continue;
		if (is_blank(code_point)) {
			space = clean->len > 0;
			continue;
		}
		if (space)
			str_add_char(clean, ' ');
		space = false;
		str_add_code_point(clean, code_point);
	}
}

/* What Q may leave as it is also inside a phrase (RFC 2047, 5 (3)). */
static bool is_plain_in_q(char c)
{
	return is_alnum(c) || (c != '\0' && strchr("!*+-/", c));
}

static size_t length_in_q(struct slice text)
{
	size_t length = 0;

	for (size_t i = 0; i < text.len; i++)
		length += is_plain_in_q(text.ptr[i]) || text.ptr[i] == ' ' ? 1 : 3;
	return length;
}

static size_t length_in_b(struct slice text)
{
	return (text.len + 2) / 3 * 4;
}

static void add_q(struct str *str, struct slice text)
{
	for (size_t i = 0; i < text.len; i++) {
		if (text.ptr[i] == ' ')
			str_add_char(str, '_');
		else if (is_plain_in_q(text.ptr[i]))
			str_add_char(str, text.ptr[i]);
		else
			str_add_format(str, "=%02X", (unsigned char)text.ptr[i]);
	}
}

static void add_b(struct str *str, struct slice text)
{
	for (size_t i = 0; i < text.len; i += 3) {
		const size_t n = MIN(text.len - i, 3);
		uint32_t bits = 0;

		for (size_t j = 0; j < 3; j++)
			bits = bits << 8 | (j < n ? (unsigned char)text.ptr[i + j] : 0);
		for (size_t j = 0; j < 4; j++)
			str_add_char(str, j <= n ? base64_digits[bits >> (18 - 6 * j) & 63] : '=');
	}
}

static const struct encoding {
	char letter;
	size_t (*length)(struct slice text);
	void (*add)(struct str *str, struct slice text);
} encoding_q = {'Q', length_in_q, add_q}, encoding_b = {'B', length_in_b, add_b};

/* The longest prefix, of whole code points, that takes ROOM characters. */
static struct slice prefix_that_fits(
	const struct encoding *encoding, struct slice text, size_t room)
{
	struct slice prefix = {.ptr = text.ptr};

	for (size_t i = 0; i < text.len;) {
		utf8_next(text, &i);
		if (encoding->length(slice_from(text.ptr, i)) > room)
			break;
		prefix.len = i;
	}
	return prefix;
}

/* TEXT as encoded words: Q while most of it is readable.  Decoders drop the folds between them, so
 * its spaces are all inside. */
static void add_encoded(struct str *str, struct slice text)
{
	const struct encoding *encoding =
		length_in_q(text) <= 2 * text.len ? &encoding_q : &encoding_b;

	while (text.len > 0 && str_error(str) == 0) {
		const size_t used = column(str);
		const size_t line_room = used < ENCODED_LINE_MAX ? ENCODED_LINE_MAX - used : 0;
		const size_t room = MIN(line_room, ENCODED_WORD_MAX);
		const struct slice part = room > ENCODED_FRAME ? prefix_that_fits(encoding, text,
									 room - ENCODED_FRAME)
							       : (struct slice){0};

		if (part.len > 0) {
			str_add_format(str, "=?UTF-8?%c?", encoding->letter);
			encoding->add(str, part);
			str_add_text(str, "?=");
			text = slice_skip(text, part.len);
		}
		if (text.len > 0)
			fold(str);
	}
}

/* Whether TEXT may stand as it is: printable ASCII, no word too long for a line
 * and nothing that looks like an encoded word. */
static bool is_plain(struct slice text)
{
	size_t word = 0;

	for (size_t i = 0; i < text.len; i++) {
		word = text.ptr[i] == ' ' ? 0 : word + 1;
		if (text.ptr[i] < ' ' || text.ptr[i] > '~' || word > ENCODED_WORD_MAX)
			return false;
	}
	return slice_find(text, SLICE("=?")) < 0;
}

/* Words parted by spaces, folded at them. */
static void add_words(struct str *str, struct slice text)
{
	struct slice word;
	bool first = true;

	while (slice_split(&text, ' ', &word)) {
		if (!first && column(str) + 1 + word.len > LINE_MAX_CHARS)
			fold(str);
		else if (!first)
			str_add_char(str, ' ');
		first = false;
		/* A fold after "Name: " would leave a line of white space. */
		str_add(str, word);
	}
}

static bool fits_after_name(const char *name, struct slice text)
{
	const ptrdiff_t space = slice_find_char(text, ' ');
	const size_t first = space < 0 ? text.len : (size_t)space;

	return strlen(name) + 2 + first <= LINE_MAX_CHARS;
}

void mail_header_add_text(struct str *str, const char *name, struct slice text)
{
	CLEANUP(str_done) struct str clean = STR_INIT(CLEAN_MAX);

	add_clean(&clean, text);
	str_add_format(str, "%s: ", name);
	if (is_plain(str_slice(&clean)) && fits_after_name(name, str_slice(&clean)))
		add_words(str, str_slice(&clean));
	else
		add_encoded(str, str_slice(&clean));
	str_add_text(str, "\r\n");
}

static bool is_phrase_of_atoms(struct slice text)
{
	for (size_t i = 0; i < text.len; i++)
		if (!is_alnum(text.ptr[i]) && !strchr(" !#$%&'*+-/=?^_`{|}~", text.ptr[i]))
			return false;
	return true;
}

static void add_quoted(struct str *str, struct slice text)
{
	CLEANUP(str_done) struct str quoted = STR_INIT(QUOTED_MAX);

	str_add_char(&quoted, '"');
	for (size_t i = 0; i < text.len; i++) {
		if (text.ptr[i] == '"' || text.ptr[i] == '\\')
			str_add_char(&quoted, '\\');
		str_add_char(&quoted, text.ptr[i]);
	}
	str_add_char(&quoted, '"');
	add_words(str, str_slice(&quoted));
}

void mail_header_add_phrase(
	struct str *str, const char *name, struct slice phrase, const char *bracketed)
{
	CLEANUP(str_done) struct str clean = STR_INIT(CLEAN_MAX);

	add_clean(&clean, phrase);
	const struct slice words = str_slice(&clean);

	str_add_format(str, "%s: ", name);
	if (!is_plain(words) || !fits_after_name(name, words))
		add_encoded(str, words);
	else if (is_phrase_of_atoms(words))
		add_words(str, words);
	else
		add_quoted(str, words);

	if (words.len > 0 && column(str) + strlen(bracketed) + 3 > LINE_MAX_CHARS)
		fold(str);
	else if (words.len > 0)
		str_add_char(str, ' ');
	str_add_format(str, "<%s>\r\n", bracketed);
}

void mail_header_add_mailbox(struct str *str, const char *name, const struct mailbox *mailbox)
{
	if (mailbox->name)
		mail_header_add_phrase(str, name, slice_of(mailbox->name), mailbox->address);
	else
		mail_header_add_token(str, name, mailbox->address);
}

void mail_header_add_token(struct str *str, const char *name, const char *value)
{
	const bool is_long = strlen(name) + 2 + strlen(value) > LINE_MAX_CHARS;

	str_add_format(str, "%s:%s%s\r\n", name, is_long ? "\r\n " : " ", value);
}
