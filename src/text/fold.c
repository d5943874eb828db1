#include "text/fold.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>

#include <unicode/uchar.h>
#include <unicode/unorm2.h>
#include <unicode/uscript.h>
#include <unicode/ustring.h>

#include "base/array.h"
#include "base/utf8.h"

enum { MARKS_MAX = 32 }; /* on one letter; Unicode's stream-safe text has 30 */

/* UTF-16 on its way through ICU. */
struct units {
	UChar *ptr;
	int32_t len;
	int32_t room;
};

static void units_done(struct units *units)
{
	free(units->ptr);
}

int errno_from_icu(int code)
{
	if (U_SUCCESS((UErrorCode)code))
		return 0;

	switch ((UErrorCode)code) {
	case U_MEMORY_ALLOCATION_ERROR:
		return -ENOMEM;
	case U_FILE_ACCESS_ERROR:
	case U_MISSING_RESOURCE_ERROR:
		return -ENOENT;
	default:
		return -EINVAL;
	}
}

static int units_make_room(struct units *units, size_t room)
{
	if (room > INT32_MAX / 4)
		return -EMSGSIZE;
	if ((int32_t)room <= units->room)
		return 0;

	UChar *grown = realloc(units->ptr, room * sizeof(UChar));
	if (!grown)
		return -ENOMEM;

	units->ptr = grown;
	units->room = (int32_t)room;
	return 0;
}

static int units_add(struct units *units, UChar32 code_point)
{
	if (units->room - units->len < 2) {
		const int r = units_make_room(units, (size_t)units->room * 2 + 16);
		if (r < 0)
			return r;
	}
	U16_APPEND_UNSAFE(units->ptr, units->len, code_point);
	return 0;
}

/* The code point at *POSITION, which moves behind it. */
static UChar32 next_unit(const struct units *units, int32_t *position)
{
	UChar32 code_point;

	assert(units->ptr);
	U16_NEXT_UNSAFE(units->ptr, *position, code_point); /* ICU made it */
	return code_point;
}

static void put_unit(struct units *units, int32_t *position, UChar32 code_point)
{
	U16_APPEND_UNSAFE(units->ptr, *position, code_point);
}

/* Drops the marks that follow too many others.  Putting marks into their order
 * takes the square of their number: 500 KB of two in turns took ICU 70 seconds. */
static void limit_marks(struct units *units)
{
	int32_t kept = 0;
	int n_marks = 0;

	for (int32_t i = 0; i < units->len;) {
		const UChar32 c = next_unit(units, &i);

		n_marks = u_getCombiningClass(c) != 0 ? n_marks + 1 : 0;
		if (n_marks <= MARKS_MAX)
			put_unit(units, &kept, c);
	}
	units->len = kept;
}

static int units_from_utf8(struct units *units, struct slice text)
{
	UErrorCode code = U_ZERO_ERROR;
	const int r = text.len > INT32_MAX ? -EMSGSIZE : units_make_room(units, text.len + 1);

	if (r < 0)
		return r;

	u_strFromUTF8WithSub(units->ptr, units->room, &units->len, text.ptr, (int32_t)text.len,
		0xFFFD, NULL, &code);
	limit_marks(units);
	return errno_from_icu(code);
}

static int units_to_utf8(const struct units *units, struct str *str)
{
	str_clear(str);
	for (int32_t i = 0; i < units->len;)
		str_add_code_point(str, (uint32_t)next_unit(units, &i));

	return str_error(str);
}

/* Replaces TO by FROM in the form of NORMALIZER. */
static int normalize(const UNormalizer2 *normalizer, const struct units *from, struct units *to)
{
	UErrorCode code = U_ZERO_ERROR;

	to->len = unorm2_normalize(normalizer, from->ptr, from->len, to->ptr, to->room, &code);
	if (code != U_BUFFER_OVERFLOW_ERROR)
		return errno_from_icu(code);

	const int r = units_make_room(to, (size_t)to->len + 1);
	if (r < 0)
		return r;

	code = U_ZERO_ERROR;
	to->len = unorm2_normalize(normalizer, from->ptr, from->len, to->ptr, to->room, &code);
	return errno_from_icu(code);
}

/* Letters that are the same for every reader; both columns after NFKC_Casefold
 * and decomposition. */
static const struct {
	UChar32 from, to;
} same_letters[] = {
	{0x0131, 'i'},    /* dotless i */
	{0x0671, 0x0627}, /* alef wasla */
	{0x0649, 0x064A}, /* alef maksura, as yeh */
	{0x06CC, 0x064A}, /* Farsi yeh */
	{0x06A9, 0x0643}, /* keheh, as kaf */
};

/* Latin letters with a stroke or ligature, which do not decompose. */
static const struct {
	UChar32 from;
	const char *to;
} base_letters[] = {
	{0x00E6, "ae"},
	{0x00F0, "d"},
	{0x00F8, "o"},
	{0x00FE, "th"},
	{0x0111, "d"},
	{0x0127, "h"},
	{0x0142, "l"},
	{0x0153, "oe"},
};

static UChar32 same_letter(UChar32 c)
{
	for (size_t i = 0; i < ARRAY_SIZE(same_letters); i++)
		if (same_letters[i].from == c)
			return same_letters[i].to;

	return u_charType(c) == U_DECIMAL_DIGIT_NUMBER ? '0' + u_charDigitValue(c) : c;
}

static bool is_cyrillic_vowel(UChar32 c)
{
	static const UChar32 vowels[] = {0x0430, 0x0435, 0x0438, 0x043E, 0x0443, 0x044B, 0x044D,
		0x044E, 0x044F, 0x0454, 0x0456, 0x0463, 0x0475, 0x04AF, 0x04D9, 0x04E9};

	for (size_t i = 0; i < ARRAY_SIZE(vowels); i++)
		if (vowels[i] == c)
			return true;

	return false;
}

static bool is_accent(UChar32 c)
{
	return c >= 0x0300 && c <= 0x036F;
}

static UScriptCode script_of(UChar32 c)
{
	UErrorCode code = U_ZERO_ERROR;

	return uscript_getScript(c, &code);
}

/* Whether nobody tells letters with and without the mark C on LETTER apart. */
static bool is_removable(UChar32 letter, UChar32 c)
{
	if (c == 0x0640 || c == 0x0670 || (c >= 0x064B && c <= 0x0652))
		return true; /* Arabic: tatweel and vowel points */
	if (c >= 0x0653 && c <= 0x0655)
		return letter == 0x0627; /* madda and hamza on alef */
	if (c >= 0x0591 && c <= 0x05C7)
		return true; /* Hebrew points */
	if (!is_accent(c))
		return false;
	if (c == 0x0307 && letter == 'i')
		return true;

	switch (script_of(letter)) {
	case USCRIPT_GREEK:
		return true;
	case USCRIPT_CYRILLIC:
		return (c <= 0x0301 && is_cyrillic_vowel(letter)) ||
		       (c == 0x0308 && letter == 0x0435);
	default:
		return false;
	}
}

static int add_base(struct units *base, UChar32 c)
{
	for (size_t i = 0; i < ARRAY_SIZE(base_letters); i++) {
		if (base_letters[i].from != c)
			continue;

		int r = 0;
		for (const char *to = base_letters[i].to; *to && r == 0; to++)
			r = units_add(base, *to);
		return r;
	}
	return units_add(base, c);
}

/* Walks what NFKC_Casefold and NFD left, and writes the key and the base,
 * still decomposed. */
static int strip(const struct units *from, struct units *key, struct units *base)
{
	UChar32 letter = 0;
	int r = 0;

	key->len = 0;
	base->len = 0;
	for (int32_t i = 0; i < from->len && r == 0;) {
		UChar32 c = next_unit(from, &i);

		if (is_removable(letter, c))
			continue;

		c = same_letter(c);
		if (u_getCombiningClass(c) == 0)
			letter = c;
		r = units_add(key, c);
		if (r == 0 && !(is_accent(c) && script_of(letter) == USCRIPT_LATIN))
			r = add_base(base, c);
	}
	return r;
}

static int compose(const UNormalizer2 *nfc, const struct units *from, struct str *ret)
{
	CLEANUP(units_done) struct units composed = {0};
	const int r = normalize(nfc, from, &composed);

	return r < 0 ? r : units_to_utf8(&composed, ret);
}

int fold(struct slice text, struct str *key, struct str *base)
{
	CLEANUP(units_done) struct units in = {0};
	CLEANUP(units_done) struct units cased = {0};
	CLEANUP(units_done) struct units based = {0};
	UErrorCode code = U_ZERO_ERROR;
	const UNormalizer2 *nfc = unorm2_getNFCInstance(&code);
	const UNormalizer2 *nfd = unorm2_getNFDInstance(&code);
	const UNormalizer2 *casefold = unorm2_getNFKCCasefoldInstance(&code);
	int r = errno_from_icu(code);

	if (r == 0)
		r = units_from_utf8(&in, text);
	if (r == 0)
		r = normalize(casefold, &in, &cased);
	if (r == 0)
		r = normalize(nfd, &cased, &in);
	if (r == 0)
		r = strip(&in, &cased, &based);
	if (r == 0)
		r = compose(nfc, &cased, key);
	if (r == 0 && base)
		r = compose(nfc, &based, base);

	return r;
}

uint32_t fold_lower(uint32_t code_point)
{
	return (uint32_t)u_tolower((UChar32)code_point);
}

enum fold_case fold_case_of(uint32_t code_point)
{
	const UChar32 c = (UChar32)code_point;

	if (code_point < 0x80)
		return code_point >= 'a' && code_point <= 'z'   ? FOLD_LOWER
		       : code_point >= 'A' && code_point <= 'Z' ? FOLD_UPPER
								: FOLD_NONE;
	if (u_isULowercase(c))
		return FOLD_LOWER;
	if (u_isUUppercase(c))
		return FOLD_UPPER;

	return u_istitle(c) ? FOLD_TITLE : FOLD_NONE;
}

/* Whether no code point of TEXT is changed by, or changes, another one: most texts. */
static bool is_inert(const UNormalizer2 *nfc, struct slice text)
{
	for (size_t at = 0; at < text.len;) {
		const uint32_t letter = utf8_next(text, &at);

		if (letter == UTF8_REPLACEMENT || !unorm2_isInert(nfc, (UChar32)letter))
			return false;
	}
	return true;
}

int fold_nfc(struct slice text, struct str *nfc)
{
	CLEANUP(units_done) struct units in = {0};
	UErrorCode code = U_ZERO_ERROR;
	const UNormalizer2 *normalizer = unorm2_getNFCInstance(&code);
	int r = errno_from_icu(code);

	if (r < 0)
		return r;

	if (is_inert(normalizer, text)) {
		str_clear(nfc);
		str_add(nfc, text);
		return str_error(nfc);
	}
	r = units_from_utf8(&in, text);
	return r < 0 ? r : compose(normalizer, &in, nfc);
}

/* The end of the piece at AT: before the next code point that composes with
 * nothing before it. */
static size_t piece_end(const UNormalizer2 *nfc, struct slice text, size_t at)
{
	utf8_next(text, &at);
	while (at < text.len) {
		size_t behind = at;

		if (unorm2_hasBoundaryBefore(nfc, (UChar32)utf8_next(text, &behind)))
			break;
		at = behind;
	}
	return at;
}

int fold_nfc_map(struct slice text, struct str *nfc, uint32_t **map, size_t *room)
{
	CLEANUP(str_done) struct str composed = STR_INIT(nfc->max_bytes);
	UErrorCode code = U_ZERO_ERROR;
	const UNormalizer2 *normalizer = unorm2_getNFCInstance(&code);
	int r = errno_from_icu(code);

	str_clear(nfc);
	for (size_t at = 0; at < text.len && r == 0;) {
		const size_t end = piece_end(normalizer, text, at);
		const struct slice piece = slice_from(text.ptr + at, end - at);
		const size_t start = nfc->len;

		if (!slice_is_ascii(piece))
			r = fold_nfc(piece, &composed);
		str_add(nfc, slice_is_ascii(piece) ? piece : str_slice(&composed));
		if (r == 0)
			r = str_error(nfc);
		if (r == 0)
			r = array_make_room(map, room, nfc->len + 1, sizeof(**map));
		for (size_t i = start; i < nfc->len && r == 0; i++)
			(*map)[i] = (uint32_t)at;
		at = end;
	}
	if (r == 0)
		r = array_make_room(map, room, nfc->len + 1, sizeof(**map));
	if (r == 0)
		(*map)[nfc->len] = (uint32_t)text.len;
	return r;
}
