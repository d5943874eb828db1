#include "text/letters.h"

#include <stdlib.h>
#include <string.h>

#include <unicode/uchar.h>
#include <unicode/unorm2.h>
#include <unicode/uscript.h>

#include "base/utf8.h"
#include "text/fold.h"

enum { FOLD_MAX_BYTES = 256 };

const struct letter *_Atomic letters_pages[N_LETTER_PAGES];

/* Scripts written without spaces; those that share a number are mixed within
 * words. */
static const struct {
	UScriptCode script;
	uint8_t number;
} unspaced[] = {
	{USCRIPT_HAN, 1},
	{USCRIPT_HIRAGANA, 1},
	{USCRIPT_KATAKANA, 1},
	{USCRIPT_BOPOMOFO, 1},
	{USCRIPT_YI, 2},
	{USCRIPT_THAI, 3},
	{USCRIPT_LAO, 4},
	{USCRIPT_KHMER, 5},
	{USCRIPT_MYANMAR, 6},
	{USCRIPT_TAI_LE, 7},
	{USCRIPT_NEW_TAI_LUE, 8},
	{USCRIPT_LANNA, 9},
	{USCRIPT_TAI_VIET, 10},
	{USCRIPT_AHOM, 11},
};

/* Code points whose kind their properties do not tell. */
static const struct {
	UChar32 c;
	uint8_t kind;
} special[] = {
	{'_', LETTER_PLAIN},
	{'.', LETTER_POINT},
	{',', LETTER_POINT},
	{0x00B7, LETTER_MIDDOT},
	{0x0387, LETTER_MIDDOT}, /* its NFC is U+00B7 */
	{'\'', LETTER_GERESH},
	{'"', LETTER_GERESH},
	{0x05F3, LETTER_GERESH},
	{0x05F4, LETTER_GERESH},
	{0x02BB, LETTER_SEPARATOR}, /* apostrophes that are letters to Unicode */
	{0x02BC, LETTER_SEPARATOR},
	{0x055B, LETTER_IGNORED}, /* Armenian marks that stand inside words */
	{0x055C, LETTER_IGNORED},
	{0x055E, LETTER_IGNORED},
	{0x200B, LETTER_ZWSP},
};

static uint8_t unspaced_number(UChar32 c)
{
	for (size_t i = 0; i < ARRAY_SIZE(unspaced); i++)
		if (uscript_hasScript(c, unspaced[i].script))
			return unspaced[i].number;

	return 0;
}

static bool is_text(UChar32 c)
{
	return (U_GET_GC_MASK(c) & (U_GC_L_MASK | U_GC_M_MASK | U_GC_N_MASK)) != 0;
}

/* Emoji, and the code points that are set aside for those to come. */
static bool is_emoji(UChar32 c)
{
	return c > 0x7F &&
	       (u_hasBinaryProperty(c, UCHAR_EMOJI) ||
		       (u_hasBinaryProperty(c, UCHAR_EXTENDED_PICTOGRAPHIC) && !u_isdefined(c)));
}

/* An emoji without U+FE0F behind it.  Signs that stand in running text beside
 * words (a trade mark, a copyright, a circled letter) need one. */
static enum letter_kind emoji_kind(UChar32 c)
{
	UErrorCode code = U_ZERO_ERROR;
	const UNormalizer2 *nfkc = unorm2_getNFKCInstance(&code);

	if (u_hasBinaryProperty(c, UCHAR_EMOJI_PRESENTATION) || !u_isdefined(c))
		return LETTER_EMOJI;
	if (c >= 0x2190 && !is_text(c) && U_SUCCESS(code) && unorm2_isInert(nfkc, c))
		return LETTER_EMOJI;

	return is_text(c) ? LETTER_PLAIN : LETTER_PICTURE;
}

/* Variation selectors, joiners of graphemes, inherent vowels of Khmer. */
static bool is_invisible_mark(UChar32 c)
{
	return U_GET_GC_MASK(c) & U_GC_M_MASK &&
	       u_hasBinaryProperty(c, UCHAR_DEFAULT_IGNORABLE_CODE_POINT);
}

static enum letter_kind kind_of(UChar32 c, uint8_t *ret_script)
{
	for (size_t i = 0; i < ARRAY_SIZE(special); i++)
		if (special[i].c == c)
			return special[i].kind;

	if (u_charType(c) == U_FORMAT_CHAR || is_invisible_mark(c))
		return LETTER_IGNORED;
	if (u_hasBinaryProperty(c, UCHAR_REGIONAL_INDICATOR))
		return LETTER_FLAG;
	if (is_emoji(c))
		return emoji_kind(c);
	if (!is_text(c))
		return LETTER_SEPARATOR;
	/* Before the scripts: a year in Khmer digits is the same year. */
	if (u_charType(c) == U_DECIMAL_DIGIT_NUMBER)
		return LETTER_DIGIT;

	*ret_script = unspaced_number(c);
	if (*ret_script != 0)
		return LETTER_RUN;

	return U_GET_GC_MASK(c) & U_GC_M_MASK ? LETTER_MARK : LETTER_PLAIN;
}

static bool is_extending(UChar32 c)
{
	const int32_t value = u_getIntPropertyValue(c, UCHAR_GRAPHEME_CLUSTER_BREAK);

	return value == U_GCB_EXTEND || value == U_GCB_SPACING_MARK || value == U_GCB_ZWJ;
}

/* Whether TEXT composes with nothing before it and keeps its order: then the
 * NFC of texts that are put together is their NFC put together. */
static bool stands_alone(struct slice text, UChar32 original)
{
	const bool only = u_getCombiningClass(original) != 0;

	for (size_t at = 0; at < text.len;) {
		const UChar32 c = (UChar32)utf8_next(text, &at);

		if (u_getIntPropertyValue(c, UCHAR_NFC_QUICK_CHECK) != UNORM_YES)
			return false;
		/* A mark that stays itself is a matter of order alone. */
		if (u_getCombiningClass(c) != 0 && !(only && c == original))
			return false;
	}
	return true;
}

static void set_keys(struct letter *letter, UChar32 c)
{
	CLEANUP(str_done) struct str key = STR_INIT(FOLD_MAX_BYTES);
	CLEANUP(str_done) struct str base = STR_INIT(FOLD_MAX_BYTES);
	char bytes[UTF8_MAX];
	const struct slice text = {bytes, utf8_encode((uint32_t)c, bytes)};

	/* What an accent does depends on its letter. */
	if ((c >= 0x0300 && c <= 0x036F) || fold(text, &key, &base) < 0 ||
		u_getIntPropertyValue(c, UCHAR_NFC_QUICK_CHECK) == UNORM_MAYBE)
		return;
	if (MAX(key.len, base.len) > MIN(sizeof(letter->key), text.len * LETTER_GROWTH))
		return;
	if (!stands_alone(str_slice(&key), c))
		return;

	letter->flags |= LETTER_ALONE;
	letter->key_len = key.len & 0xF;
	letter->base_len = base.len & 0xF;
	memcpy(letter->key, str_text(&key), key.len);
	memcpy(letter->base, str_text(&base), base.len);
	if (!slice_equals(str_slice(&key), str_slice(&base)))
		letter->flags |= LETTER_ACCENT;
}

static void set_letter(struct letter *letter, UChar32 c)
{
	UErrorCode code = U_ZERO_ERROR;

	uint8_t script = 0;

	letter->kind = (unsigned int)kind_of(c, &script) & 0xF;
	letter->script = (unsigned int)script & 0xF;
	if (is_extending(c))
		letter->flags |= LETTER_EXTENDS;
	if (u_getCombiningClass(c) != 0)
		letter->flags |= LETTER_ORDER;
	if (is_text(c) && uscript_getScript(c, &code) == USCRIPT_HEBREW)
		letter->flags |= LETTER_HEBREW;
	if (c >= '0' && c <= '9')
		letter->flags |= LETTER_ASCII_DIGIT;
	if (u_getIntPropertyValue(c, UCHAR_NFC_QUICK_CHECK) == UNORM_YES)
		letter->flags |= LETTER_COMPOSED;
	if (U_GET_GC_MASK(c) & (U_GC_L_MASK | U_GC_M_MASK))
		letter->flags |= LETTER_NAMING;
	if (is_text(c) || letter->kind == LETTER_PLAIN || letter->kind == LETTER_POINT ||
		letter->kind == LETTER_MIDDOT)
		set_keys(letter, c);
}

const struct letter *letters_make_page(uint32_t number)
{
	static const struct letter separators[LETTERS_PER_PAGE];

	struct letter *page = calloc(LETTERS_PER_PAGE, sizeof(*page));
	const struct letter *expected = NULL;

	if (!page)
		return separators;
	for (uint32_t i = 0; i < LETTERS_PER_PAGE; i++)
		set_letter(&page[i], (UChar32)(number * LETTERS_PER_PAGE + i));

	if (atomic_compare_exchange_strong(&letters_pages[number], &expected, page))
		return page;

	/* Another thread was faster. */
	free(page);
	return expected;
}

bool letters_are_composed(struct slice text)
{
	bool after_mark = false;

	for (size_t at = 0; at < text.len;) {
		if ((unsigned char)text.ptr[at] < 0x80) {
			after_mark = false;
			at++;
			continue;
		}

		const struct letter *letter = letter_of(utf8_next(text, &at));
		const bool is_mark = letter->flags & LETTER_ORDER;

		/* Two marks in a row may stand in the wrong order. */
		if (!(letter->flags & LETTER_COMPOSED) || (is_mark && after_mark))
			return false;
		after_mark = is_mark;
	}
	return true;
}
