#include "text/countries.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <unicode/uloc.h>
#include <unicode/ures.h>
#include <unicode/ustring.h>

#include "base/map.h"
#include "base/str.h"
#include "text/name_key.h"

enum { NAME_MAX_BYTES = 512, ALPHA_2 = 2, ALPHA_3 = 3, LETTERS = 26, COUNTRIES_MAX = 512 };

/* Codes that are no ISO country of ICU's list, or have a second form. */
static const struct {
	const char *code, *country;
} more_codes[] = {
	{"UK", "GB"},
	{"XK", "XK"},
	{"XKX", "XK"},
};

/* ICU's tables of names; the longer forms first. */
static const char *const tables[] = {"Countries", "Countries%short", "Countries%variant"};

/* Bases of names to countries; NULL for what names two of them. */
static struct map *names;
static pthread_once_t names_once = PTHREAD_ONCE_INIT;

/* ICU's list by code: alpha-2 codes by their letters, alpha-3 codes in a row. */
static const char *by_letters[LETTERS * LETTERS];
static struct {
	char code[ALPHA_3 + 1];
	const char *country;
} by_alpha_3[COUNTRIES_MAX];
static size_t n_countries;
static pthread_once_t codes_once = PTHREAD_ONCE_INIT;

/* Where the alpha-2 code CODE, upper case, stands in by_letters. */
static size_t letters_index(const char *code)
{
	return (size_t)(code[0] - 'A') * LETTERS + (size_t)(code[1] - 'A');
}

static void build_codes(void)
{
	const char *const *country = uloc_getISOCountries();

	for (; *country && n_countries < COUNTRIES_MAX; country++) {
		char locale[16];

		snprintf(locale, sizeof(locale), "und_%s", *country);
		snprintf(by_alpha_3[n_countries].code, sizeof(by_alpha_3[0].code), "%s",
			uloc_getISO3Country(locale));
		by_alpha_3[n_countries++].country = *country;
		by_letters[letters_index(*country)] = *country;
	}
}

static const char *find_alpha_3(struct slice code)
{
	for (size_t i = 0; i < n_countries; i++)
		if (memcmp(by_alpha_3[i].code, code.ptr, ALPHA_3) == 0)
			return by_alpha_3[i].country;

	return NULL;
}

const char *country_by_code(struct slice code)
{
	char upper[ALPHA_3];

	if (code.len != ALPHA_2 && code.len != ALPHA_3)
		return NULL;
	for (size_t i = 0; i < code.len; i++) {
		if (!is_alpha(code.ptr[i]))
			return NULL;
		upper[i] = (char)(code.ptr[i] & ~0x20);
	}

	code = slice_from(upper, code.len);
	for (size_t i = 0; i < ARRAY_SIZE(more_codes); i++)
		if (slice_equals(slice_of(more_codes[i].code), code))
			return more_codes[i].country;

	pthread_once(&codes_once, build_codes);
	return code.len == ALPHA_2 ? by_letters[letters_index(upper)] : find_alpha_3(code);
}

/* A name that ICU's lists before said of another country stays theirs; one
 * that English uses for two of them is nobody's. */
static void add_name(struct words *words, struct slice name, const char *country, bool english)
{
	CLEANUP(str_done) struct str full = STR_INIT(NAME_MAX_BYTES);
	CLEANUP(str_done) struct str key = STR_INIT(NAME_MAX_BYTES);
	union map_value value;

	if (name_key(words, name, &full, &key) < 0 || key.len == 0)
		return;
	if (!map_find(names, str_slice(&key), &value))
		map_set(names, str_slice(&key), (union map_value){.number = (intptr_t)country});
	else if (english && value.number != (intptr_t)country)
		map_set(names, str_slice(&key), (union map_value){.number = 0});
}

/* "Myanmar (Burma)" is also Myanmar, and Burma. */
static void add_names(struct words *words, struct slice name, const char *country, bool english)
{
	const ptrdiff_t open = slice_find_char(name, '(');
	const ptrdiff_t close = slice_find_char(name, ')');

	add_name(words, name, country, english);
	if (open <= 0 || close < open)
		return;

	add_name(words, slice_from(name.ptr, (size_t)open), country, english);
	add_name(words, slice_from(name.ptr + open + 1, (size_t)(close - open - 1)), country,
		english);
}

static void add_entry(struct words *words, UResourceBundle *table, bool english)
{
	UErrorCode code = U_ZERO_ERROR;
	const char *key = NULL;
	char name[NAME_MAX_BYTES];
	int32_t units = 0;
	int32_t len = 0;
	const UChar *text = ures_getNextString(table, &units, &key, &code);

	if (U_FAILURE(code) || !key)
		return;
	u_strToUTF8(name, sizeof(name), &len, text, units, &code);

	const char *country = country_by_code(slice_of(key));

	if (U_SUCCESS(code) && country)
		add_names(words, slice_from(name, (size_t)len), country, english);
}

static void add_locale(struct words *words, const char *locale)
{
	UErrorCode code = U_ZERO_ERROR;
	UResourceBundle *bundle = ures_openDirect(U_ICUDATA_NAME "-region", locale, &code);

	for (size_t i = 0; i < ARRAY_SIZE(tables) && bundle; i++) {
		UErrorCode missing = U_ZERO_ERROR;
		UResourceBundle *table = ures_getByKey(bundle, tables[i], NULL, &missing);

		while (U_SUCCESS(missing) && ures_hasNext(table))
			add_entry(words, table, strcmp(locale, "en") == 0);
		ures_close(table);
	}
	ures_close(bundle);
}

static void build_names(void)
{
	CLEANUP(words_freep) struct words *words = NULL;

	if (map_new(&names) < 0 || words_new(&words) < 0)
		return;

	add_locale(words, "en");
	for (int32_t i = 0; i < uloc_countAvailable(); i++)
		add_locale(words, uloc_getAvailable(i));
}

const char *country_by_name(struct slice base)
{
	union map_value value = {0};

	pthread_once(&names_once, build_names);
	if (names && base.len > 0)
		map_find(names, base, &value);
	return (const char *)(intptr_t)value.number;
}
