#include "decode/date_words.h"

#include <string.h>

#include "base/macro.h"
#include "base/utf8.h"
#include "decode/date_names.h"
#include "decode/date_zones.h"
#include "text/letters.h"

/* Words that say nothing, and halves of the day that CLDR has otherwise. */
static const struct other {
	const char *word;
	enum date_word_kind kind;
} others[] = {
	{"a", DATE_WORD_FILLER},
	{"alle", DATE_WORD_FILLER},
	{"am", DATE_WORD_AM},
	{"as", DATE_WORD_FILLER},
	{"at", DATE_WORD_FILLER},
	{"d", DATE_WORD_FILLER},
	{"de", DATE_WORD_FILLER},
	{"del", DATE_WORD_FILLER},
	{"den", DATE_WORD_FILLER},
	{"di", DATE_WORD_FILLER},
	{"el", DATE_WORD_FILLER},
	{"em", DATE_WORD_FILLER},
	{"er", DATE_WORD_FILLER},
	{"godz", DATE_WORD_FILLER},
	{"h", DATE_WORD_FILLER},
	{"heures", DATE_WORD_FILLER},
	{"hodin", DATE_WORD_FILLER},
	{"hr", DATE_WORD_FILLER},
	{"hrs", DATE_WORD_FILLER},
	{"hs", DATE_WORD_FILLER},
	{"kl", DATE_WORD_FILLER},
	{"klo", DATE_WORD_FILLER},
	{"le", DATE_WORD_FILLER},
	{"nd", DATE_WORD_FILLER},
	{"o", DATE_WORD_FILLER}, /* "1º" */
	{"of", DATE_WORD_FILLER},
	{"on", DATE_WORD_FILLER},
	{"ore", DATE_WORD_FILLER},
	{"pm", DATE_WORD_PM},
	{"rd", DATE_WORD_FILLER},
	{"st", DATE_WORD_FILLER},
	{"t", DATE_WORD_FILLER},
	{"th", DATE_WORD_FILLER},
	{"the", DATE_WORD_FILLER},
	{"uhr", DATE_WORD_FILLER},
	{"um", DATE_WORD_FILLER},
	{"à", DATE_WORD_FILLER},
	{"às", DATE_WORD_FILLER},
	{"μμ", DATE_WORD_PM},
	{"πμ", DATE_WORD_AM},
	{"в", DATE_WORD_FILLER},
	{"г", DATE_WORD_FILLER},
	{"года", DATE_WORD_FILLER},
	{"ний", DATE_WORD_FILLER},
	{"ны", DATE_WORD_FILLER},
	{"сар", DATE_WORD_FILLER},
	{"сарын", DATE_WORD_FILLER},
	{"ын", DATE_WORD_FILLER},
	{"өдөр", DATE_WORD_FILLER},
	{"ص", DATE_WORD_AM},
	{"م", DATE_WORD_PM},
	{"上午", DATE_WORD_AM},
	{"下午", DATE_WORD_PM},
	{"午前", DATE_WORD_AM},
	{"午後", DATE_WORD_PM},
	{"오전", DATE_WORD_AM},
	{"오후", DATE_WORD_PM},
};

static const struct {
	const char *word;
	enum date_unit unit;
} units[] = {
	{"年", DATE_UNIT_YEAR},
	{"년", DATE_UNIT_YEAR},
	{"月", DATE_UNIT_MONTH},
	{"월", DATE_UNIT_MONTH},
	{"日", DATE_UNIT_DAY},
	{"일", DATE_UNIT_DAY},
	{"時", DATE_UNIT_HOUR},
	{"时", DATE_UNIT_HOUR},
	{"시", DATE_UNIT_HOUR},
	{"分", DATE_UNIT_MINUTE},
	{"분", DATE_UNIT_MINUTE},
	{"秒", DATE_UNIT_SECOND},
	{"초", DATE_UNIT_SECOND},
	{" оны", DATE_UNIT_YEAR},
	{"-р сар", DATE_UNIT_MONTH},
	{"-Kysã", DATE_UNIT_MONTH},
};

/* What says nothing and stands before names and numbers without a blank: "day",
 * "month", "year" of scripts without spaces; "in" in Hebrew. */
static const char *const prefixes[] = {"ב", "ខែ", "ថ្ងៃទី", "ថ្ងៃ", "ឆ្នាំ", "เดือน", "วันที่", "พ.ศ.",
	"ค.ศ.", "ปี", "ເດືອນ", "ວັນທີ", "ປີ", "ຄ.ສ."};

/* The ASCII character that CODE_POINT stands for in dates: a digit of another
 * script, a dash, a blank, a full-width form.  0: none at all; else itself. */
static uint32_t plain_of(uint32_t code_point)
{
	if (code_point < 0x80)
		return code_point;
	if (code_point >= 0xFF01 && code_point <= 0xFF5E)
		return code_point - 0xFEE0;
	if ((code_point >= 0x2010 && code_point <= 0x2015) || code_point == 0x2212)
		return '-';
	if (code_point == 0xA0 || (code_point >= 0x2000 && code_point <= 0x200A) ||
		code_point == 0x202F || code_point == 0x3000)
		return ' ';

	const struct letter *letter = letter_of(code_point);

	if (letter->kind == LETTER_DIGIT && letter->key_len == 1)
		return (unsigned char)letter->key[0];
	return letter->kind == LETTER_IGNORED || letter->kind == LETTER_ZWSP ? 0 : code_point;
}

struct slice date_plain(struct slice text, char *buffer)
{
	size_t len = 0;
	size_t at = 0;

	while (at < text.len && (unsigned char)text.ptr[at] < 0x80)
		at++;
	if (at == text.len)
		return text;

	at = 0;
	while (at < text.len) {
		const uint32_t plain = plain_of(utf8_next(text, &at));

		if (plain != 0)
			len += utf8_encode(plain, buffer + len);
	}
	return slice_from(buffer, len);
}

/* RFC 822's own words, which nearly all dates are made of. */
static bool find_english(const struct phrase *phrase, struct date_word *ret)
{
	static const char names[][4] = {"jan", "feb", "mar", "apr", "may", "jun", "jul", "aug",
		"sep", "oct", "nov", "dec", "sun", "mon", "tue", "wed", "thu", "fri", "sat"};
	enum { MONTHS = 12, LEN = 3 };
	const struct slice word = phrase_key(phrase, 1);

	for (size_t i = 0; i < ARRAY_SIZE(names) && word.len == LEN; i++) {
		if (word.ptr[0] != names[i][0] || memcmp(word.ptr, names[i], LEN) != 0)
			continue;
		*ret = i < MONTHS ? (struct date_word){.kind = DATE_WORD_MONTH, .months = 1U << i}
				  : (struct date_word){.kind = DATE_WORD_WEEKDAY,
					    .weekdays = 1U << (i - MONTHS)};
		return true;
	}
	return false;
}

static bool find_other(struct phrase *phrase, struct date_word *ret)
{
	static const struct phrase_table table = {others, ARRAY_SIZE(others), sizeof(others[0])};
	size_t row;

	if (phrase_find(phrase, &table, &row) == 0)
		return false;

	*ret = (struct date_word){.kind = others[row].kind};
	return true;
}

static enum date_word_kind kind_of(const struct date_name *name)
{
	if (name->is_before_number)
		return DATE_WORD_MONTH_NUMBER;
	if (name->months != 0)
		return DATE_WORD_MONTH;
	if (name->weekdays != 0)
		return DATE_WORD_WEEKDAY;

	return name->halves == 1   ? DATE_WORD_AM
	       : name->halves == 2 ? DATE_WORD_PM
				   : DATE_WORD_FILLER;
}

static size_t find_zone(struct phrase *phrase, struct date_word *ret)
{
	int minutes;
	const size_t n = date_zone_find(phrase, &minutes);

	if (n > 0)
		*ret = (struct date_word){.kind = DATE_WORD_ZONE, .minutes = minutes};
	return n;
}

static size_t find_name(struct phrase *phrase, struct slice lang, struct date_word *ret)
{
	struct date_name name;
	const size_t n = date_name_find(phrase, lang, &name);

	if (n > 0)
		*ret = (struct date_word){.kind = kind_of(&name),
			.months = name.months,
			.weekdays = name.weekdays,
			.is_filler = name.is_filler,
			.is_guess = name.is_guess};
	return n;
}

/* The number of words of PHRASE that *RET tells of, or 0. */
static size_t find_word(
	struct phrase *phrase, const struct date_place *place, struct date_word *ret)
{
	struct date_word zone;
	size_t n;

	if (place->is_behind_time && place->is_behind_date && (n = find_zone(phrase, ret)) > 0)
		return n;
	if (find_english(phrase, ret))
		return 1;

	n = find_name(phrase, place->lang, ret);
	if ((n <= 1 || ret->is_guess) && find_other(phrase, ret))
		return 1;

	/* "08:30 pet, 21 Nov": Friday rather than Peru. */
	if (place->is_behind_time && !place->is_behind_date) {
		const size_t n_zone = find_zone(phrase, &zone);

		ret->is_odd = n_zone > 0;
		if (n_zone > 0 && (n == 0 || ret->is_guess || ret->weekdays == 0)) {
			*ret = zone;
			n = n_zone;
		}
	}
	return n;
}

static bool take_prefix(struct slice *rest)
{
	for (size_t i = 0; i < ARRAY_SIZE(prefixes); i++) {
		const struct slice prefix = slice_of(prefixes[i]);

		if (slice_starts_with(*rest, prefix)) {
			*rest = slice_skip(*rest, prefix.len);
			return true;
		}
	}
	return false;
}

bool date_word_take(struct slice *rest, const struct date_place *place, struct date_word *ret)
{
	struct phrase phrase;
	size_t at = 0;

	*ret = (struct date_word){.kind = DATE_WORD_UNKNOWN};
	if (!phrase_start(*rest, &phrase)) {
		utf8_next(*rest, &at);
		*rest = slice_skip(*rest, at);
		return false;
	}

	const size_t n = find_word(&phrase, place, ret);

	if ((n == 0 || ret->is_guess) && take_prefix(rest)) {
		*ret = (struct date_word){.kind = DATE_WORD_FILLER};
		return true;
	}
	*rest = slice_skip(*rest, phrase.behind[n > 0 ? n - 1 : 0]);
	return true;
}

int date_unit_take(struct slice *rest, enum date_unit *ret)
{
	for (size_t i = 0; i < ARRAY_SIZE(units); i++) {
		const struct slice word = slice_of(units[i].word);

		if (slice_starts_with(*rest, word)) {
			*rest = slice_skip(*rest, word.len);
			*ret = units[i].unit;
			return 1;
		}
	}
	return 0;
}
