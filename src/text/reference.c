#include "text/reference.h"

#include <string.h>

#include "base/macro.h"
#include "base/str.h"
#include "base/utf8.h"

/* "name characters", with `!' instead of the blank when HTML lets the `;' go,
 * closed by NUL, sorted by name.  One text needs no relocations and a tenth of
 * the room of an array of structs. */
static const char names[] =
#include "text/reference_names.inc"
	;

enum { NAME_MAX = 31, NUMBER_MAX = 0x110000 };

/* Windows-1252's characters for the bytes 0x80 to 0x9F; 0 where it has none. */
static const uint16_t windows_1252[32] = {0x20AC, 0, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021,
	0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0, 0x017D, 0, 0, 0x2018, 0x2019, 0x201C, 0x201D,
	0x2022, 0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0, 0x017E, 0x0178};

/* The nearest record start at or before AT. */
static size_t record_start(size_t at)
{
	while (at > 0 && names[at - 1] != '\0')
		at--;

	return at;
}

/* The record of NAME (which ends in a blank), behind its name, or NULL. */
static const char *find_name(struct slice name)
{
	/* The literal ends in two NULs: its last record's and its own. */
	size_t low = 0;
	size_t high = sizeof(names) - 1;

	while (low < high) {
		const size_t middle = record_start(low + (high - low) / 2);
		const char *record = names + middle;
		const int order = strncmp(name.ptr, record, name.len);

		if (order == 0 && (record[name.len] == ' ' || record[name.len] == '!'))
			return record + name.len;
		/* A name that only begins like the record's stands before it. */
		if (order <= 0)
			high = middle;
		else
			low = middle + strlen(record) + 1;
	}
	return NULL;
}

static void set_utf8(struct reference *ret, size_t len, struct slice utf8)
{
	ret->len = len;
	ret->n_utf8 = utf8.len;
	memcpy(ret->utf8, utf8.ptr, utf8.len);
}

static void set_number(struct reference *ret, size_t len, uint32_t number)
{
	char utf8[UTF8_MAX];

	if (number >= 0x80 && number <= 0x9F)
		number = windows_1252[number - 0x80];
	else if (number == 0 || number == 0xFFFE || number == 0xFFFF)
		number = UTF8_REPLACEMENT;
	else if (number == '\v' || number == '\f')
		number = ' ';
	else if (number < ' ' && !is_space((char)number))
		number = 0;

	set_utf8(ret, len, slice_from(utf8, number == 0 ? 0 : utf8_encode(number, utf8)));
}

static int digit_of(char c, uint32_t base)
{
	if (is_digit(c))
		return c - '0';
	c = to_lower(c);
	return base == 16 && c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

uint32_t reference_of_control(uint32_t number)
{
	const bool is_control = number >= 0x80 && number <= 0x9F;

	return is_control && windows_1252[number - 0x80] != 0 ? windows_1252[number - 0x80]
							      : number;
}

int reference_byte_of(uint32_t code_point)
{
	for (size_t i = 0; i < ARRAY_SIZE(windows_1252); i++)
		if (windows_1252[i] == code_point)
			return 0x80 + (int)i;

	return code_point <= 0xFF ? (int)code_point : -1;
}

/* Length of the number in TEXT, which starts with "&#"; 0 when it is none. */
static size_t number_length(struct slice text, bool is_html, uint32_t *ret_number)
{
	const bool is_hex = text.len > 2 && to_lower(text.ptr[2]) == 'x';
	const uint32_t base = is_hex ? 16 : 10;
	const size_t start = is_hex ? 3 : 2;
	uint32_t number = 0;
	size_t i;

	for (i = start; i < text.len && digit_of(text.ptr[i], base) >= 0; i++)
		number = MIN(number * base + (uint32_t)digit_of(text.ptr[i], base), NUMBER_MAX);
	if (i == start)
		return 0;

	const bool is_closed = i < text.len && text.ptr[i] == ';';

	if (!is_closed && !is_html)
		return 0;
	*ret_number = number;
	return i + is_closed;
}

static int read_number(struct slice text, bool is_html, struct reference *ret)
{
	uint32_t number;
	uint32_t low;
	size_t len = number_length(text, is_html, &number);
	const struct slice behind = slice_skip(text, len);

	if (len == 0)
		return 0;
	/* Some write a character beyond 0xFFFF as JavaScript has it. */
	if (number >= 0xD800 && number <= 0xDBFF && slice_starts_with(behind, SLICE("&#"))) {
		const size_t low_len = number_length(behind, is_html, &low);

		if (low_len > 0 && low >= 0xDC00 && low <= 0xDFFF) {
			number = 0x10000 + ((number - 0xD800) << 10) + (low - 0xDC00);
			len += low_len;
		}
	}
	set_number(ret, len, number);
	return 1;
}

/* The five that XML has, and that nearly all references are: the character at
 * the start of TEXT, which has more than one, and the length in *RET_LEN; NUL
 * when it is none of them. */
static char common_at(struct slice text, size_t *ret_len)
{
	static const struct {
		char source[8];
		size_t len;
		char c;
	} common[] = {
		{"&amp;", 5, '&'},
		{"&lt;", 4, '<'},
		{"&gt;", 4, '>'},
		{"&quot;", 6, '"'},
		{"&apos;", 6, '\''},
	};

	for (size_t i = 0; i < ARRAY_SIZE(common); i++) {
		const char *source = common[i].source;
		const size_t len = common[i].len;

		if (text.ptr[1] != source[1] || text.len < len || text.ptr[2] != source[2] ||
			text.ptr[3] != source[3] || memcmp(text.ptr, source, len) != 0)
			continue;
		*ret_len = len;
		return common[i].c;
	}
	return '\0';
}

static int read_name(struct slice text, bool is_html, struct reference *ret)
{
	size_t end = 1;

	while (end < text.len && end <= NAME_MAX + 1 && is_alnum(text.ptr[end]))
		end++;

	const char *found = find_name(slice_from(text.ptr + 1, end - 1));

	if (!found)
		return 0;
	if (end < text.len && text.ptr[end] == ';') {
		set_utf8(ret, end + 1, slice_of(found + 1));
		return 1;
	}
	if (!is_html || *found != '!' || (end < text.len && text.ptr[end] == '='))
		return 0;
	set_utf8(ret, end, slice_of(found + 1));
	return 1;
}

int reference_read(struct slice text, bool is_html, struct reference *ret)
{
	size_t len;

	if (text.len > 1 && text.ptr[1] == '#')
		return read_number(text, is_html, ret);
	if (text.len < 2 || !is_alpha(text.ptr[1]))
		return 0;

	const char c = common_at(text, &len);

	if (c == '\0')
		return read_name(text, is_html, ret);
	set_utf8(ret, len, slice_from(&c, 1));
	return 1;
}

size_t reference_add_text(struct str *str, struct slice text, bool is_html)
{
	struct reference reference;
	size_t n_unknown = 0;
	size_t done = 0;
	size_t at = 0;
	size_t len;

	while (at < text.len) {
		const char *found = memchr(text.ptr + at, '&', text.len - at);

		if (!found)
			break;
		at = (size_t)(found - text.ptr);

		const char c = text.len - at > 4 ? common_at(slice_skip(text, at), &len) : '\0';

		if (c != '\0') {
			str_add(str, slice_from(text.ptr + done, at - done));
			str_add_char(str, c);
			at += len;
			done = at;
			continue;
		}
		if (!reference_read(slice_skip(text, at), is_html, &reference)) {
			n_unknown++;
			at++;
			continue;
		}
		str_add(str, slice_from(text.ptr + done, at - done));
		str_add(str, slice_from(reference.utf8, reference.n_utf8));
		at += reference.len;
		done = at;
	}
	str_add(str, slice_skip(text, done));
	return n_unknown;
}
