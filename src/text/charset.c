#include "text/charset.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <unicode/ucnv.h>

#include "base/macro.h"
#include "base/str.h"
#include "base/utf8.h"
#include "text/reference.h"

enum {
	DECLARED_WITHIN = 1024, /* bytes in which a declaration is looked for */
	NAME_MAX = 64,
	CHUNK_BYTES = 8192,
};

struct mark {
	struct slice bytes;
	const char *charset;
};

/* Longer ones first: UTF-32's starts like UTF-16's. */
static const struct mark marks[] = {
	{SLICE_INIT("\xEF\xBB\xBF"), "UTF-8"},
	{SLICE_INIT("\xFF\xFE\0\0"), "UTF-32LE"},
	{SLICE_INIT("\0\0\xFE\xFF"), "UTF-32BE"},
	{SLICE_INIT("\xFF\xFE"), "UTF-16LE"},
	{SLICE_INIT("\xFE\xFF"), "UTF-16BE"},
};

/* Names that are read as another charset (WHATWG Encoding, § 4.2). */
static const struct {
	const char *name, *charset;
} aliases[] = {
	{"ascii", "windows-1252"},
	{"ansi_x3.4-1968", "windows-1252"},
	{"us-ascii", "windows-1252"},
	{"iso-8859-1", "windows-1252"},
	{"iso8859-1", "windows-1252"},
	{"iso_8859-1", "windows-1252"},
	{"latin1", "windows-1252"},
	{"latin-1", "windows-1252"},
	{"iso-8859-9", "windows-1254"},
	{"latin5", "windows-1254"},
	{"iso-8859-11", "windows-874"},
	{"tis-620", "windows-874"},
	{"gb2312", "gb18030"},
	{"gb_2312-80", "gb18030"},
	{"gbk", "gb18030"},
	{"x-gbk", "gb18030"},
	{"chinese", "gb18030"},
	{"ks_c_5601-1987", "windows-949"},
	{"euc-kr", "windows-949"},
	{"shift_jis", "windows-31j"},
	{"shift-jis", "windows-31j"},
	{"sjis", "windows-31j"},
	{"x-sjis", "windows-31j"},
	{"unicode-1-1-utf-8", "UTF-8"},
	{"utf8", "UTF-8"},
	{"x-mac-roman", "macintosh"},
};

/* The bytes of plain text without a zero that start a UTF-16 or UTF-32 text:
 * what each of the first four has to be, 'x' for not zero. */
static const struct mark patterns[] = {
	{SLICE_INIT("000x"), "UTF-32BE"},
	{SLICE_INIT("x000"), "UTF-32LE"},
	{SLICE_INIT("0x0x"), "UTF-16BE"},
	{SLICE_INIT("x0x0"), "UTF-16LE"},
};

static const char *charset_of_pattern(struct slice bytes)
{
	for (size_t i = 0; i < ARRAY_SIZE(patterns) && bytes.len >= 4; i++) {
		size_t n_right = 0;

		for (size_t byte = 0; byte < 4; byte++)
			n_right +=
				(bytes.ptr[byte] == '\0') == (patterns[i].bytes.ptr[byte] == '0');
		if (n_right == 4)
			return patterns[i].charset;
	}
	return NULL;
}

/* The name after "encoding=" or "charset=" in TEXT, which may be quoted. */
static struct slice name_after(struct slice text, struct slice key)
{
	const ptrdiff_t found = slice_find_nocase(text, key);
	size_t len = 0;

	if (found < 0)
		return SLICE("");
	text = slice_skip(text, (size_t)found + key.len);
	while (text.len > 0 && (is_space(text.ptr[0]) || text.ptr[0] == '='))
		text = slice_skip(text, 1);
	if (text.len > 0 && (text.ptr[0] == '"' || text.ptr[0] == '\''))
		text = slice_skip(text, 1);
	while (len < text.len && len < NAME_MAX &&
		(is_alnum(text.ptr[len]) || slice_find_char(SLICE("-_.:+"), text.ptr[len]) >= 0))
		len++;

	return slice_from(text.ptr, len);
}

struct slice charset_declared(struct slice bytes)
{
	struct slice head = slice_from(bytes.ptr, MIN(bytes.len, (size_t)DECLARED_WITHIN));
	const ptrdiff_t start = slice_find(head, SLICE("<?xml"));

	if (start >= 0) {
		const ptrdiff_t end = slice_find(slice_skip(head, (size_t)start), SLICE("?>"));

		if (end >= 0)
			head.len = (size_t)(start + end);
		return name_after(slice_skip(head, (size_t)start), SLICE("encoding"));
	}

	const ptrdiff_t meta = slice_find_nocase(head, SLICE("<meta"));

	return meta < 0 ? SLICE("") : name_after(slice_skip(head, (size_t)meta), SLICE("charset"));
}

static bool is_wide(const char *charset)
{
	return strncmp(charset, "UTF-16", 6) == 0 || strncmp(charset, "UTF-32", 6) == 0;
}

/* ICU's converter for NAME in *RET (closed by the caller), or 0 when nobody
 * knows the name or it is one that cannot be: a text whose declaration we read
 * byte by byte, or whose bytes hold no zeros, is no UTF-16. */
static int open_named(struct slice name, struct slice bytes, UConverter **ret)
{
	char text[NAME_MAX + 1];
	UErrorCode error = U_ZERO_ERROR;
	const char *charset = text;

	name = slice_trim(name);
	if (name.len >= 2 && name.ptr[0] == '"')
		name = slice_trim(slice_from(name.ptr + 1, name.len - 2));
	if (name.len == 0 || name.len > NAME_MAX)
		return 0;
	memcpy(text, name.ptr, name.len);
	text[name.len] = '\0';

	for (size_t i = 0; i < ARRAY_SIZE(aliases); i++)
		if (slice_equals_nocase(slice_of(aliases[i].name), name))
			charset = aliases[i].charset;

	UConverter *converter = ucnv_open(charset, &error);
	if (U_FAILURE(error))
		return 0;

	const char *real = ucnv_getName(converter, &error);
	if (U_SUCCESS(error) && real && is_wide(real) &&
		(bytes.len < 2 || !memchr(bytes.ptr, '\0', MIN(bytes.len, (size_t)4)))) {
		ucnv_close(converter);
		return 0;
	}
	*ret = converter;
	return 1;
}

static bool is_utf8_converter(const UConverter *converter)
{
	return ucnv_getType(converter) == UCNV_UTF8;
}

static bool is_western_converter(const UConverter *converter)
{
	UErrorCode error = U_ZERO_ERROR;
	const char *name = ucnv_getStandardName(ucnv_getName(converter, &error), "IANA", &error);

	return U_SUCCESS(error) && name && strcmp(name, "windows-1252") == 0;
}

/* --- UTF-8 --- */

/* Bytes that pass as they are. */
static bool is_plain_byte(unsigned char c)
{
	return (c >= ' ' && c < 0x80) || c == '\n' || c == '\t' || c == '\r';
}

/* 0 for a plain byte; the comparison with signs covers 0x80 and up as well. */
static unsigned char oddness(unsigned char c)
{
	const unsigned char ends = MIN((unsigned char)(c ^ '\n'), (unsigned char)(c ^ '\r'));
	const unsigned char blank = MIN(ends, (unsigned char)(c ^ '\t'));

	return (signed char)c < ' ' ? blank : 0;
}

/* Length of the start of TEXT that is plain, in steps that the compiler turns
 * into vector instructions. */
static size_t plain_length(struct slice text)
{
	enum { STEP = 32 };
	const unsigned char *bytes = (const unsigned char *)text.ptr;
	size_t i = 0;

	for (; i + STEP <= text.len; i += STEP) {
		unsigned char odd = 0;

		for (size_t k = 0; k < STEP; k++)
			odd |= oddness(bytes[i + k]);
		if (odd)
			break;
	}
	while (i < text.len && is_plain_byte(bytes[i]))
		i++;
	return i;
}

/* Length of the character of several bytes at the start of BYTES, of which LEN are
 * left, when it is well-formed (Unicode, table 3-7) and no control; else 0. */
static size_t wide_length(const unsigned char *bytes, size_t len)
{
	const unsigned char lead = bytes[0];
	const size_t n = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;

	if (lead < 0xC2 || lead > 0xF4 || len < n)
		return 0;

	/* What the second byte may be at least and at most. */
	const unsigned char least = lead == 0xC2   ? 0xA0
				    : lead == 0xE0 ? 0xA0
				    : lead == 0xF0 ? 0x90
						   : 0x80;
	const unsigned char most = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;

	if (bytes[1] < least || bytes[1] > most)
		return 0;
	for (size_t i = 2; i < n; i++)
		if ((bytes[i] & 0xC0) != 0x80)
			return 0;

	return n;
}

/* Where the plain bytes that start at AT end, at the latest at STOP. */
static size_t plain_end(struct slice text, size_t at, size_t stop)
{
	return at < stop ? at + plain_length(slice_from(text.ptr + at, stop - at)) : at;
}

/* How far TEXT, from AT on, is clean UTF-8: to STOP or beyond it, where a character
 * stands across it, or else to where something is not. */
static size_t clean_end(struct slice text, size_t at, size_t stop)
{
	const unsigned char *bytes = (const unsigned char *)text.ptr;

	while ((at = plain_end(text, at, stop)) < stop) {
		/* Words of other scripts, with a blank between them. */
		while (at < stop && (bytes[at] >= 0x80 || bytes[at] == ' ')) {
			const size_t n =
				bytes[at] == ' ' ? 1 : wide_length(bytes + at, text.len - at);

			if (n == 0)
				return at;
			at += n;
		}
		if (at < stop && !is_plain_byte(bytes[at]))
			return at;
	}
	return at;
}

/* Whether what stands between START and END in TEXT, read as CODE_POINT, may
 * stay as it is. */
static bool stays(struct slice text, size_t start, size_t end, uint32_t code_point)
{
	/* Windows-1252 that somebody took for ISO-8859-1. */
	if (code_point >= 0x80 && code_point <= 0x9F)
		return false;
	if (code_point == UTF8_REPLACEMENT)
		return end - start == 3 && memcmp(text.ptr + start, "\xEF\xBF\xBD", 3) == 0;

	return code_point >= ' ' || is_plain_byte((unsigned char)code_point);
}

/* Appends what the controls of ASCII at AT become; returns where they end. */
static size_t mend_controls(struct str *str, struct slice text, size_t at)
{
	for (; at < text.len; at++) {
		const unsigned char c = (unsigned char)text.ptr[at];

		if (c >= 0x80 || is_plain_byte(c))
			break;
		if (c == '\v' || c == '\f')
			str_add_char(str, ' ');
	}
	return at;
}

/* Whether the byte at AT, which is no UTF-8, may be a letter or mark of
 * windows-1252: those stand alone between others. */
static bool is_western(struct slice text, size_t at)
{
	const unsigned char *bytes = (const unsigned char *)text.ptr;
	const unsigned char c = bytes[at];
	const unsigned char next = at + 1 < text.len ? bytes[at + 1] : ' ';

	return c != 0xFF && (next < 0x80 || next > 0xBF) &&
	       (c > 0xBF || at == 0 || bytes[at - 1] < 0x80);
}

/* How a text looks as UTF-8. */
struct looks {
	size_t n_right;   /* characters of several bytes */
	size_t n_wrong;   /* bytes that are none */
	size_t n_western; /* ... and look like windows-1252 */
};

/* Looks at TEXT from AT to STOP; returns where it ended, which may be behind it. */
static size_t look(struct slice text, size_t at, size_t stop, struct looks *looks)
{
	while ((at = plain_end(text, at, stop)) < stop) {
		const size_t start = at;
		const uint32_t code_point = utf8_next(text, &at);

		if (code_point != UTF8_REPLACEMENT) {
			looks->n_right += code_point >= 0x80;
		} else if (at - start == 3) {
			looks->n_right++;
		} else {
			looks->n_wrong++;
			looks->n_western += is_western(text, start);
		}
	}
	return at;
}

/* Whether bytes without a believable declaration are UTF-8: all of them, or
 * more characters of several bytes than bytes of windows-1252, as in a text that
 * was cut or pasted together. */
static bool is_mostly_utf8(const struct looks *looks)
{
	return looks->n_western == 0 || looks->n_right > looks->n_western;
}

/* Whether bytes that declare to be Latin are UTF-8 and nothing else: hardly any
 * other text looks like that. */
static bool is_surely_utf8(const struct looks *looks)
{
	return looks->n_wrong == 0 && looks->n_right > 0;
}

/* --- Everything else, by ICU --- */

static int errno_from_icu(UErrorCode error)
{
	if (error == U_MEMORY_ALLOCATION_ERROR)
		return -ENOMEM;

	return U_FAILURE(error) ? -EINVAL : 0;
}

/* What a text goes through, one after the other or not at all. */
enum phase {
	PHASE_CHECK,   /* whether it is clean UTF-8 as it stands */
	PHASE_LOOK,    /* ... or UTF-8 at all */
	PHASE_CLEAN,   /* it is, by and large */
	PHASE_CONVERT, /* it is not */
	PHASE_DONE,
};

struct charset_reader {
	struct slice bytes; /* behind the byte order mark */
	struct str *buffer;
	struct slice text; /* what came out */
	enum phase phase;
	size_t at;        /* in the bytes */
	bool may_be_utf8; /* although it declares to be Latin */
	struct looks looks;
	size_t copied; /* of the bytes, while they are cleaned; 0: nothing had to change yet */

	UConverter *converter, *utf8; /* NULL: it is UTF-8 */
	UChar *pivot_source, *pivot_target;
	UChar pivot[CHUNK_BYTES]; /* not cleared: many texts are short */
};

static void close_converter(UConverter **converter)
{
	if (*converter)
		ucnv_close(*converter);
	*converter = NULL;
}

void charset_free(struct charset_reader *reader)
{
	if (!reader)
		return;

	close_converter(&reader->converter);
	close_converter(&reader->utf8);
	free(reader);
}

/* Finds the converter that the rules in the header file choose; none: the bytes
 * decide between UTF-8 and windows-1252. */
static void choose(struct charset_reader *reader, const char *name)
{
	const struct slice bytes = reader->bytes;
	const char *pattern = charset_of_pattern(bytes);

	if (pattern)
		open_named(slice_of(pattern), bytes, &reader->converter);
	if (!reader->converter)
		open_named(slice_of(name), bytes, &reader->converter);
	if (reader->converter)
		return;

	open_named(charset_declared(bytes), bytes, &reader->converter);
	reader->may_be_utf8 = reader->converter && is_western_converter(reader->converter);
}

static void enter(struct charset_reader *reader, enum phase phase)
{
	reader->phase = phase;
	reader->at = 0;
}

int charset_open(
	struct slice bytes, const char *name, struct str *buffer, struct charset_reader **ret)
{
	struct charset_reader *reader = malloc(sizeof(*reader));
	const struct mark *mark = NULL;

	if (!reader)
		return -ENOMEM;
	memset(reader, 0, offsetof(struct charset_reader, pivot));
	for (size_t i = 0; i < ARRAY_SIZE(marks) && !mark; i++)
		if (slice_starts_with(bytes, marks[i].bytes))
			mark = &marks[i];

	reader->bytes = slice_skip(bytes, mark ? mark->bytes.len : 0);
	reader->buffer = buffer;
	reader->pivot_source = reader->pivot;
	reader->pivot_target = reader->pivot;
	if (mark)
		open_named(slice_of(mark->charset), SLICE("\0\0\0\0"), &reader->converter);
	else
		choose(reader, name);

	const bool is_utf8 = !reader->converter || is_utf8_converter(reader->converter);

	/* A false "UTF-8" is as frequent as a missing one. */
	if (!mark && (is_utf8 || reader->may_be_utf8))
		enter(reader, PHASE_CHECK);
	else
		enter(reader, is_utf8 ? PHASE_CLEAN : PHASE_CONVERT);
	*ret = reader;
	return 0;
}

static void keep_bytes(struct charset_reader *reader)
{
	reader->text = reader->bytes;
	enter(reader, PHASE_DONE);
}

static int check(struct charset_reader *reader, size_t stop)
{
	reader->at = clean_end(reader->bytes, reader->at, stop);
	if (reader->at >= reader->bytes.len)
		keep_bytes(reader);
	else if (reader->at < stop)
		enter(reader, PHASE_LOOK);
	return 0;
}

static int look_on(struct charset_reader *reader, size_t stop)
{
	const struct looks *looks = &reader->looks;

	reader->at = look(reader->bytes, reader->at, stop, &reader->looks);
	if (reader->at < reader->bytes.len)
		return 0;

	if (reader->may_be_utf8 ? is_surely_utf8(looks) : is_mostly_utf8(looks)) {
		enter(reader, PHASE_CLEAN);
		return 0;
	}
	if (!reader->may_be_utf8) {
		close_converter(&reader->converter);
		open_named(SLICE("windows-1252"), reader->bytes, &reader->converter);
	}
	enter(reader, reader->converter ? PHASE_CONVERT : PHASE_CLEAN);
	return 0;
}

/* Cleans what is UTF-8 by and large.  Nothing is copied before something changes. */
static int clean(struct charset_reader *reader, size_t stop)
{
	const struct slice text = reader->bytes;
	struct str *buffer = reader->buffer;
	size_t at = reader->at;

	while ((at = plain_end(text, at, stop)) < stop) {
		const size_t start = at;
		const uint32_t code_point = utf8_next(text, &at);

		if (stays(text, start, at, code_point))
			continue;
		str_add(buffer, slice_from(text.ptr + reader->copied, start - reader->copied));
		if (code_point >= 0x80)
			str_add_code_point(buffer, reference_of_control(code_point));
		else
			at = mend_controls(buffer, slice_from(text.ptr, stop), start);
		reader->copied = at;
	}
	reader->at = at;
	if (reader->copied > 0) {
		str_add(buffer, slice_from(text.ptr + reader->copied, at - reader->copied));
		reader->copied = at;
	}
	if (at < text.len)
		return str_error(buffer);

	keep_bytes(reader);
	if (reader->copied > 0)
		reader->text = str_slice(buffer);
	return str_error(buffer);
}

/* Removes the controls behind FROM in STR as clean() does, in place: nothing grows. */
static void clean_in_place(struct str *str, size_t from)
{
	size_t out = from;

	if (str->len == from)
		return;
	for (size_t i = from; i < str->len; i++) {
		const unsigned char c = (unsigned char)str->ptr[i];

		if (c >= 0x80 || is_plain_byte(c))
			str->ptr[out++] = (char)c;
		else if (c == '\v' || c == '\f')
			str->ptr[out++] = ' ';
	}
	str_truncate(str, out);
}

/* Appends the bytes up to STOP as UTF-16 chunks turned into UTF-8.  The converter keeps
 * what was begun of a character. */
static int convert(struct charset_reader *reader, size_t stop)
{
	UErrorCode error = U_ZERO_ERROR;
	const struct slice bytes = reader->bytes;
	const char *source = bytes.ptr + reader->at;
	struct str *buffer = reader->buffer;
	const size_t start = buffer->len;
	bool is_first = !reader->utf8;
	char chunk[CHUNK_BYTES];

	if (is_first)
		reader->utf8 = ucnv_open("UTF-8", &error);
	for (; U_SUCCESS(error); is_first = false) {
		char *target = chunk;

		ucnv_convertEx(reader->utf8, reader->converter, &target, chunk + sizeof(chunk),
			&source, bytes.ptr + stop, reader->pivot, &reader->pivot_source,
			&reader->pivot_target, reader->pivot + CHUNK_BYTES, (UBool)is_first,
			(UBool)(stop == bytes.len), &error);
		str_add(buffer, slice_from(chunk, (size_t)(target - chunk)));
		if (error != U_BUFFER_OVERFLOW_ERROR || str_error(buffer) < 0)
			break;
		error = U_ZERO_ERROR;
	}
	if (str_error(buffer) < 0)
		return str_error(buffer);

	clean_in_place(buffer, start);
	reader->at = stop;
	if (stop == bytes.len) {
		enter(reader, PHASE_DONE);
		reader->text = str_slice(buffer);
	}
	return errno_from_icu(error);
}

int charset_step(struct charset_reader *reader, size_t *budget)
{
	static int (*const phases[])(struct charset_reader * reader, size_t stop) = {
		[PHASE_CHECK] = check,
		[PHASE_LOOK] = look_on,
		[PHASE_CLEAN] = clean,
		[PHASE_CONVERT] = convert,
	};
	int r = 0;

	while (reader->phase != PHASE_DONE && r == 0) {
		const size_t start = reader->at;
		const size_t n = MIN(*budget, reader->bytes.len - start);

		if (n == 0 && start < reader->bytes.len)
			return 1;
		r = phases[reader->phase](reader, start + n);
		*budget -= n;
	}
	return r;
}

size_t charset_used(const struct charset_reader *reader)
{
	return reader->phase == PHASE_CONVERT ? reader->at
	       : reader->phase == PHASE_CLEAN ? reader->copied
					      : 0;
}

struct slice charset_text(const struct charset_reader *reader)
{
	return reader->text;
}

int charset_decode(struct slice bytes, const char *name, struct str *buffer, struct slice *ret)
{
	CLEANUP(charset_freep) struct charset_reader *reader = NULL;
	size_t budget = SIZE_MAX;

	int r = charset_open(bytes, name, buffer, &reader);
	if (r == 0)
		r = charset_step(reader, &budget);
	if (r == 0)
		*ret = charset_text(reader);
	return r;
}

/* --- UTF-8 encoded twice --- */

/* Takes the bytes of one character from the characters of TEXT at *AT. */
static bool take_twice(struct slice text, size_t *at, struct str *str)
{
	char bytes[UTF8_MAX];
	size_t n = 0;
	size_t used = 0;
	uint32_t code_point = UTF8_REPLACEMENT;

	while (n < UTF8_MAX && *at < text.len && code_point == UTF8_REPLACEMENT) {
		const int byte = reference_byte_of(utf8_next(text, at));

		if (byte < 0x80 || (n == 0 && byte < 0xC2))
			return false;
		bytes[n++] = (char)byte;
		used = 0;
		code_point = utf8_next(slice_from(bytes, n), &used);
	}
	if (code_point == UTF8_REPLACEMENT || used != n)
		return false;
	str_add(str, slice_from(bytes, n));
	return true;
}

bool charset_mend_twice(struct slice text, struct str *str)
{
	const size_t start = str->len;
	size_t done = 0;

	/* What leads a sequence was encoded as a C3 and another byte. */
	if (text.len == 0 || !memchr(text.ptr, '\xC3', text.len))
		return false;

	size_t at = plain_length(text);

	while (at < text.len) {
		str_add(str, slice_from(text.ptr + done, at - done));
		if (!take_twice(text, &at, str)) {
			str_truncate(str, start);
			return false;
		}
		done = at;
		at += plain_length(slice_skip(text, at));
	}
	str_add(str, slice_skip(text, done));
	return str_error(str) == 0;
}
