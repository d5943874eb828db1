#include <stdio.h>
#include <string.h>

#include <unicode/udat.h>
#include <unicode/uloc.h>
#include <unicode/ustring.h>

#include "base/utf8.h"
#include "decode/date.h"
#include "text/letters.h"
#include "unit/unit.h"

enum { MONTHS = 12, WEEKDAYS = 7, TEXT_MAX = 512 };

static const UDateFormatSymbolType month_forms[] = {
	UDAT_MONTHS, UDAT_SHORT_MONTHS, UDAT_STANDALONE_MONTHS, UDAT_STANDALONE_SHORT_MONTHS};
static const UDateFormatSymbolType weekday_forms[] = {UDAT_WEEKDAYS, UDAT_SHORT_WEEKDAYS,
	UDAT_STANDALONE_WEEKDAYS, UDAT_STANDALONE_SHORT_WEEKDAYS};

/* The Gregorian calendar's names of LOCALE. */
static UDateFormat *format_of(const char *locale)
{
	UErrorCode code = U_ZERO_ERROR;
	char gregorian[ULOC_FULLNAME_CAPACITY + 32];

	snprintf(gregorian, sizeof(gregorian), "%s@calendar=gregorian", locale);

	UDateFormat *format =
		udat_open(UDAT_DEFAULT, UDAT_DEFAULT, gregorian, NULL, 0, NULL, 0, &code);

	assert_true(U_SUCCESS(code));
	return format;
}

static void get_name(UDateFormat *format, UDateFormatSymbolType form, int index, char *text)
{
	UErrorCode code = U_ZERO_ERROR;
	UChar units[TEXT_MAX];

	udat_getSymbols(format, form, index, units, TEXT_MAX, &code);
	u_strToUTF8(text, TEXT_MAX, NULL, units, -1, &code);
	assert_true(U_SUCCESS(code));
}

/* The month of TEXT in a feed of LOCALE; 0: it is no date. */
static int month_of(const char *text, const char *locale)
{
	struct instant time;
	struct civil civil;
	const char *doubt;

	if (!date_parse(slice_of(text), slice_of(locale), &time, &doubt))
		return 0;
	civil_from_us(time.us, &civil);
	return civil.day == 5 && civil.year == 2024 ? civil.month : 0;
}

/* Whether NAME is none: "M01", "༡". */
static bool is_numbered(const char *name)
{
	const struct slice text = slice_of(name);

	for (size_t at = 0; at < text.len;)
		if (letter_of(utf8_next(text, &at))->kind == LETTER_DIGIT)
			return true;

	return false;
}

/* Whether dates of LOCALE have numbers of months only, the day twice, or a form of
 * the name that CLDR has in no list. */
static bool is_unreadable(const char *locale)
{
	static const char *const langs[] = {"bo", "ckb", "mgo", "vai"};

	for (size_t i = 0; i < ARRAY_SIZE(langs); i++)
		if (slice_starts_with(slice_of(locale), slice_of(langs[i])))
			return true;

	return false;
}

/* What is rather RFC 822's English, or a word that says nothing in dates of large
 * languages. */
static bool is_other_word(const char *locale, const char *name)
{
	static const struct {
		const char *lang, *name;
	} words[] = {
		{"bas", "may"},
		{"dua", "di"},
		{"dua", "may"},
		{"dyo", "De"},
		{"ha", "Sat"},
		{"teo", "Mar"},
		{"to", "Sun"},
		{"yrl", "pm"},
	};

	for (size_t i = 0; i < ARRAY_SIZE(words); i++)
		if (slice_starts_with(slice_of(locale), slice_of(words[i].lang)) &&
			same_text(name, words[i].name))
			return true;

	return false;
}

/* Tells of TEXT that it is another date than it should: 1. */
static int complain(const char *locale, const char *text)
{
	print_error("%s: `%s' is month %d\n", locale, text, month_of(text, locale));
	return 1;
}

static void test_months_of_all_languages_are_known(void **state)
{
	int n_wrong = 0;
	int n = 0;

	(void)state;
	for (int32_t i = 0; i < uloc_countAvailable(); i++) {
		const char *locale = uloc_getAvailable(i);
		UDateFormat *format = format_of(locale);

		for (size_t form = 0; form < ARRAY_SIZE(month_forms); form++) {
			for (int month = 0; month < MONTHS; month++) {
				char name[TEXT_MAX];
				char text[TEXT_MAX + 32];

				get_name(format, month_forms[form], month, name);
				snprintf(text, sizeof(text), "5 %s 2024", name);
				n++;
				if (!is_numbered(name) && !is_other_word(locale, name) &&
					month_of(text, locale) != month + 1)
					n_wrong += complain(locale, text);
			}
		}
		udat_close(format);
	}
	expect(n > 30000 && n_wrong == 0, "%d of %d names", n_wrong, n);
}

static void test_days_of_the_week_of_all_languages_are_skipped(void **state)
{
	int n_wrong = 0;

	(void)state;
	for (int32_t i = 0; i < uloc_countAvailable(); i++) {
		const char *locale = uloc_getAvailable(i);
		UDateFormat *format = format_of(locale);

		for (size_t form = 0; form < ARRAY_SIZE(weekday_forms); form++) {
			for (int day = 1; day <= WEEKDAYS; day++) {
				char name[TEXT_MAX];
				char text[TEXT_MAX + 32];

				get_name(format, weekday_forms[form], day, name);
				snprintf(text, sizeof(text), "%s, 05 Mar 2024", name);
				if (!is_numbered(name) && month_of(text, locale) != 3)
					n_wrong += complain(locale, text);
			}
		}
		udat_close(format);
	}
	assert_int_equal(n_wrong, 0);
}

/* What ICU writes itself, where it tells day from month. */
static void test_dates_as_each_language_writes_them_are_read(void **state)
{
	static const UDateFormatStyle styles[] = {UDAT_FULL, UDAT_LONG};
	const UDate noon = 1733400000000; /* 5 December 2024, 12:00 UTC */
	int n_wrong = 0;

	(void)state;
	for (int32_t i = 0; i < uloc_countAvailable(); i++) {
		for (size_t j = 0; j < ARRAY_SIZE(styles); j++) {
			const char *locale = uloc_getAvailable(i);
			UErrorCode code = U_ZERO_ERROR;
			char gregorian[ULOC_FULLNAME_CAPACITY + 32];
			UChar units[TEXT_MAX];
			char text[TEXT_MAX];

			snprintf(gregorian, sizeof(gregorian), "%s@calendar=gregorian", locale);

			UDateFormat *format =
				udat_open(UDAT_NONE, styles[j], gregorian, NULL, 0, NULL, 0, &code);

			udat_format(format, noon, units, TEXT_MAX, NULL, &code);
			u_strToUTF8(text, TEXT_MAX, NULL, units, -1, &code);
			assert_true(U_SUCCESS(code));
			udat_close(format);
			if (!is_unreadable(locale) && month_of(text, locale) != 12)
				n_wrong += complain(locale, text);
		}
	}
	assert_int_equal(n_wrong, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_months_of_all_languages_are_known),
		cmocka_unit_test(test_days_of_the_week_of_all_languages_are_skipped),
		cmocka_unit_test(test_dates_as_each_language_writes_them_are_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
