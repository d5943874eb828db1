/* Makes src/decode/date_names.inc from ICU's data:
 *
 *	cmake --build --preset dev --target make-date-names
 *	build/dev/tools/make-date-names >date_names.inc && mv date_names.inc src/decode/
 *
 * Names of months, of days of the week and of halves of the day, of all locales
 * that ICU has: wide and abbreviated, as they stand in dates and by themselves.
 * They are folded by src/decode/date_phrase.c, as the words of dates are.  The
 * same version of ICU gives the same bytes. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <unicode/udat.h>
#include <unicode/uloc.h>
#include <unicode/ustring.h>
#include <unicode/uversion.h>

#include "base/macro.h"
#include "base/utf8.h"
#include "decode/date_phrase.h"
#include "text/letters.h"

enum {
	MONTHS = 12,
	WEEKDAYS = 7,
	HALVES = 2,
	NAMES_MAX = 20000,
	TEXT_MAX = 512,
	LANGUAGES_MAX = 600
};

struct name {
	char key[PHRASE_BYTES + 1];
	unsigned int months, weekdays, halves;
	bool is_before_number;
	bool is_torn;                          /* it is not told */
	bool is_filler;                        /* it stands in patterns of dates */
	char languages[MONTHS][LANGUAGES_MAX]; /* that mean the month by it */
};

/* A kind of names, in ICU and in ours. */
static const struct {
	UDateFormatSymbolType type;
	int first, n;
} kinds[] = {
	{UDAT_MONTHS, 0, MONTHS},
	{UDAT_SHORT_MONTHS, 0, MONTHS},
	{UDAT_STANDALONE_MONTHS, 0, MONTHS},
	{UDAT_STANDALONE_SHORT_MONTHS, 0, MONTHS},
	{UDAT_WEEKDAYS, 1, WEEKDAYS},
	{UDAT_SHORT_WEEKDAYS, 1, WEEKDAYS},
	{UDAT_SHORTER_WEEKDAYS, 1, WEEKDAYS},
	{UDAT_STANDALONE_WEEKDAYS, 1, WEEKDAYS},
	{UDAT_STANDALONE_SHORT_WEEKDAYS, 1, WEEKDAYS},
	{UDAT_STANDALONE_SHORTER_WEEKDAYS, 1, WEEKDAYS},
	{UDAT_AM_PMS, 0, HALVES},
};

static const UDateFormatStyle styles[] = {UDAT_FULL, UDAT_LONG, UDAT_MEDIUM, UDAT_SHORT};

static struct name *names[NAMES_MAX];
static size_t n_names;

static struct name *get_name(struct slice key)
{
	for (size_t i = 0; i < n_names; i++)
		if (slice_equals(slice_of(names[i]->key), key))
			return names[i];
	if (n_names == NAMES_MAX || !(names[n_names] = calloc(1, sizeof(struct name))))
		exit(EXIT_FAILURE);

	memcpy(names[n_names]->key, key.ptr, key.len);
	return names[n_names++];
}

static void add_language(char *list, const char *language)
{
	struct slice rest = slice_of(list);
	struct slice known;

	while (slice_split(&rest, ' ', &known))
		if (slice_equals(known, slice_of(language)))
			return;
	if (strlen(list) + strlen(language) + 2 > LANGUAGES_MAX)
		exit(EXIT_FAILURE);
	if (*list)
		strcat(list, " ");
	strcat(list, language);
}

static bool has_digit(struct slice text)
{
	for (size_t at = 0; at < text.len;)
		if (letter_of(utf8_next(text, &at))->kind == LETTER_DIGIT)
			return true;

	return false;
}

/* Adds the name TEXT with the number VALUE, counted from 0. */
static void add(const char *language, UDateFormatSymbolType type, struct slice text, int value)
{
	struct phrase phrase;
	size_t start = 0;

	/* "ʻOkakopa" */
	for (size_t at = 0; at < text.len && !phrase_is_letter(utf8_next(text, &at));)
		start = at;
	text = slice_skip(text, start);

	/* Where the first word is a number, it is a unit ("11月"). */
	if (!phrase_start(text, &phrase))
		return;
	while (phrase_extend(&phrase))
		;
	text = slice_skip(text, phrase.taken);

	const bool has_number = has_digit(text);
	const struct slice key = phrase_key(&phrase, phrase.n);

	if (key.len == 0 || (has_number && utf8_length(key) < 2))
		return; /* "M11" */

	struct name *name = get_name(key);

	if (type == UDAT_AM_PMS) {
		name->halves |= 1U << value;
	} else if (type == UDAT_MONTHS || type == UDAT_SHORT_MONTHS ||
		   type == UDAT_STANDALONE_MONTHS || type == UDAT_STANDALONE_SHORT_MONTHS) {
		name->is_before_number |= has_number;
		if (has_number)
			return;
		name->months |= 1U << value;
		add_language(name->languages[value], language);
	} else if (!has_number) {
		name->weekdays |= 1U << value;
	}
}

static void add_fillers(struct slice text)
{
	struct phrase phrase;

	while (text.len > 0) {
		size_t taken = 0;

		if (phrase_start(text, &phrase)) {
			get_name(phrase_key(&phrase, 1))->is_filler = true;
			taken = phrase.taken;
		} else {
			utf8_next(text, &taken);
		}
		text = slice_skip(text, taken);
	}
}

/* Adds the words of the pattern of dates in STYLE, which say nothing: "de", "г.". */
static void add_pattern(const char *gregorian, UDateFormatStyle style)
{
	UErrorCode code = U_ZERO_ERROR;
	UDateFormat *format = udat_open(style, style, gregorian, NULL, 0, NULL, 0, &code);
	UChar units[TEXT_MAX];
	char text[TEXT_MAX * 3];
	bool is_quoted = false;

	udat_toPattern(format, false, units, TEXT_MAX, &code);
	u_strToUTF8(text, sizeof(text), NULL, units, -1, &code);
	if (U_FAILURE(code))
		exit(EXIT_FAILURE);
	udat_close(format);

	for (size_t at = 0; text[at] != '\0';) {
		size_t end = at;

		is_quoted ^= text[at] == '\'';
		at += text[at] == '\'';
		/* Letters of ASCII outside of quotes are fields. */
		for (end = at; is_quoted ? text[end] && text[end] != '\'' : text[end] < 0;)
			end++;
		add_fillers(slice_from(text + at, end - at));
		at = end > at || text[end] == '\'' || text[end] == '\0' ? end : at + 1;
	}
}

static void add_locale(const char *locale)
{
	UErrorCode code = U_ZERO_ERROR;
	char gregorian[ULOC_FULLNAME_CAPACITY + 32];
	char language[ULOC_LANG_CAPACITY];

	snprintf(gregorian, sizeof(gregorian), "%s@calendar=gregorian", locale);
	uloc_getLanguage(locale, language, sizeof(language), &code);

	UDateFormat *format =
		udat_open(UDAT_DEFAULT, UDAT_DEFAULT, gregorian, NULL, 0, NULL, 0, &code);

	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
		for (int value = 0; value < kinds[i].n; value++) {
			UChar units[TEXT_MAX];
			char text[TEXT_MAX * 3];

			udat_getSymbols(format, kinds[i].type, kinds[i].first + value, units,
				TEXT_MAX, &code);
			u_strToUTF8(text, sizeof(text), NULL, units, -1, &code);
			if (U_FAILURE(code))
				exit(EXIT_FAILURE);
			add(language, kinds[i].type, slice_of(text), value);
		}
	}
	udat_close(format);
	for (size_t i = 0; i < ARRAY_SIZE(styles); i++)
		add_pattern(gregorian, styles[i]);
}

static int compare(const void *a, const void *b)
{
	return strcmp((*(struct name *const *)a)->key, (*(struct name *const *)b)->key);
}

static bool is_one(unsigned int bits)
{
	return (bits & (bits - 1)) == 0;
}

/* Adds PLAIN, unless it is one of the first N names; what names of different months
 * come to is none of them. */
static void add_plain(const struct name *plain, size_t n)
{
	for (size_t i = 0; i < n_names; i++) {
		if (strcmp(names[i]->key, plain->key) != 0)
			continue;
		if (i >= n) {
			names[i]->is_torn |= names[i]->months != plain->months;
			names[i]->weekdays |= plain->weekdays;
			names[i]->halves |= plain->halves;
		}
		return;
	}
	*get_name(slice_of(plain->key)) = *plain;
}

/* What a name without accents is that has some, when nothing else is called so. */
static void add_plain_names(void)
{
	const size_t n = n_names;

	for (size_t i = 0; i < n; i++) {
		struct name plain = *names[i];
		const struct slice key = slice_of(names[i]->key);
		size_t len = 0;

		for (size_t at = 0; at < key.len;) {
			const size_t start = at;
			const struct letter *letter = letter_of(utf8_next(key, &at));
			const bool is_alone = letter->flags & LETTER_ALONE;
			const size_t size = is_alone ? letter->base_len : at - start;

			if (len + size > PHRASE_BYTES)
				exit(EXIT_FAILURE);
			memcpy(plain.key + len, is_alone ? letter->base : key.ptr + start, size);
			len += size;
		}
		plain.key[len] = '\0';
		if (strcmp(plain.key, names[i]->key) != 0 && len > 1)
			add_plain(&plain, n);
	}
}

/* Halves of the day that a name means in all languages. */
static unsigned int halves_of(const struct name *name)
{
	const bool is_other = name->months != 0 || name->weekdays != 0;

	return !is_other && is_one(name->halves) && utf8_length(slice_of(name->key)) > 1
		       ? name->halves
		       : 0;
}

int main(void)
{
	for (int32_t i = 0; i < uloc_countAvailable(); i++)
		add_locale(uloc_getAvailable(i));
	add_plain_names();
	qsort(names, n_names, sizeof(names[0]), compare);

	printf("/* Made by tools/make-date-names.c from ICU %s: do not edit.  Folded name, "
	       "months,\n"
	       " * days of the week, halves of the day, whether a number follows; a row of zeros "
	       "says\n"
	       " * nothing. */\n"
	       "/* clang-format off */\n"
	       "static const struct row rows[] = {\n",
		U_ICU_VERSION);
	for (size_t i = 0; i < n_names; i++)
		if (!names[i]->is_torn)
			printf("\t{\"%s\", 0x%x, 0x%x, %u, %d, %d},\n", names[i]->key,
				names[i]->months, names[i]->weekdays, halves_of(names[i]),
				names[i]->is_before_number, names[i]->is_filler);
	printf("};\n\n/* Names of several months, and the languages that mean each. */\n"
	       "static const struct meaning meanings[] = {\n");
	for (size_t i = 0; i < n_names; i++)
		for (int month = 0; month < MONTHS; month++)
			if (!names[i]->is_torn && !is_one(names[i]->months) &&
				*names[i]->languages[month])
				printf("\t{\"%s\", %d, \"%s\"},\n", names[i]->key, month + 1,
					names[i]->languages[month]);
	printf("};\n/* clang-format on */\n");
	return EXIT_SUCCESS;
}
