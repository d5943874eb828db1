#include "decode/date_phrase.h"

#include <string.h>

#include "base/macro.h"
#include "base/utf8.h"
#include "text/letters.h"

enum { BETWEEN_MAX = 3 }; /* signs between two words of a name */

bool phrase_is_letter(uint32_t code_point)
{
	if (code_point < 0x80)
		return is_alpha((char)code_point);

	switch ((enum letter_kind)letter_of(code_point)->kind) {
	case LETTER_PLAIN:
	case LETTER_MARK:
	case LETTER_RUN:
		return true;
	default:
		return false;
	}
}

/* Appends CODE_POINT as it is compared: without case, and without marks that
 * stand by themselves and the hamza of an alef.  What has no room is longer than
 * any name. */
static void add_letter(struct phrase *phrase, size_t *len, uint32_t code_point)
{
	const struct letter *letter = letter_of(code_point);
	char bytes[UTF8_MAX];
	const char *key = letter->key;
	size_t n = letter->key_len;

	if (code_point >= 0x300 && code_point <= 0x36F)
		return;
	if (code_point == 0x622 || code_point == 0x623 || code_point == 0x625) /* آ أ إ */
		code_point = 0x627;
	if (!(letter->flags & LETTER_ALONE) || code_point == 0x627) {
		n = utf8_encode(code_point, bytes);
		key = bytes;
	}
	if (*len + n > sizeof(phrase->key))
		return;

	memcpy(phrase->key + *len, key, n);
	*len += n;
}

/* Appends the word at the start of the rest to the LEN bytes of the key: false
 * when there is none. */
static bool add_word(struct phrase *phrase, size_t len)
{
	const struct slice text = phrase->rest;
	size_t at = 0;

	while (at < text.len) {
		size_t next = at;
		const uint32_t c = utf8_next(text, &next);

		if (phrase_is_letter(c))
			add_letter(phrase, &len, c);
		else if (c < 0x80 || letter_of(c)->kind != LETTER_IGNORED)
			break;
		at = next;
	}
	if (at == 0)
		return false;

	phrase->rest = slice_skip(text, at);
	phrase->taken += at;
	phrase->ends[phrase->n] = len;
	phrase->behind[phrase->n++] = phrase->taken;
	return true;
}

bool phrase_start(struct slice text, struct phrase *ret)
{
	ret->rest = text;
	ret->n = 0;
	ret->taken = 0;
	return add_word(ret, 0);
}

/* What may stand between two words of a name: blanks, dots, commas, hyphens,
 * apostrophes, and what is beyond ASCII and no letter. */
static size_t between_len(struct slice text)
{
	size_t at = 0;

	for (int n = 0; at < text.len && n < BETWEEN_MAX; n++) {
		size_t next = at;
		const uint32_t c = utf8_next(text, &next);

		if (c < 0x80 ? c == 0 || slice_find_char(SLICE(" .,-'"), (char)c) < 0
			     : phrase_is_letter(c) || letter_of(c)->kind == LETTER_DIGIT)
			break;
		at = next;
	}
	return at;
}

bool phrase_extend(struct phrase *phrase)
{
	const struct slice rest = phrase->rest;
	const size_t taken = phrase->taken;
	const size_t between = between_len(rest);
	const size_t len = phrase->ends[phrase->n - 1];

	if (between == 0 || len == sizeof(phrase->key) || phrase->n == PHRASE_WORDS)
		return false;

	phrase->key[len] = ' ';
	phrase->rest = slice_skip(rest, between);
	phrase->taken += between;
	if (add_word(phrase, len + 1))
		return true;

	phrase->rest = rest;
	phrase->taken = taken;
	return false;
}

struct slice phrase_key(const struct phrase *phrase, size_t n)
{
	return slice_from(phrase->key, phrase->ends[n - 1]);
}

struct slice phrase_table_name(const struct phrase_table *table, size_t row)
{
	return slice_of(*(const char *const *)((const char *)table->rows + row * table->size));
}

size_t phrase_table_find(const struct phrase_table *table, struct slice key)
{
	size_t first = 0;
	size_t end = table->n;

	while (first < end) {
		const size_t middle = first + (end - first) / 2;

		if (slice_compare(phrase_table_name(table, middle), key) < 0)
			first = middle + 1;
		else
			end = middle;
	}
	return first;
}

/* Whether the name of ROW is KEY and more words. */
static bool goes_on(const struct phrase_table *table, size_t row, struct slice key)
{
	if (row >= table->n)
		return false;

	const struct slice name = phrase_table_name(table, row);

	return name.len > key.len && name.ptr[key.len] == ' ' && slice_starts_with(name, key);
}

size_t phrase_find(struct phrase *phrase, const struct phrase_table *table, size_t *ret)
{
	size_t found = 0;

	for (size_t n = 1; n <= phrase->n; n++) {
		const struct slice key = phrase_key(phrase, n);
		size_t row = phrase_table_find(table, key);

		if (row < table->n && slice_equals(phrase_table_name(table, row), key)) {
			*ret = row++;
			found = n;
		}
		/* Longer names follow at once: a blank is before all letters. */
		if (!goes_on(table, row, key))
			break;
		if (n == phrase->n)
			phrase_extend(phrase);
	}
	return found;
}
