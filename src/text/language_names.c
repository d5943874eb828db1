#include "text/language_names.h"

#include <unicode/uloc.h>
#include <unicode/ustring.h>

enum { NAME_UNITS = 128, NAME_BYTES = 512 };

static const char *find_code(struct slice code)
{
	for (const char *const *known = uloc_getISOLanguages(); *known; known++)
		if (slice_equals_nocase(slice_of(*known), code))
			return *known;

	return NULL;
}

/* TAG up to the first SEPARATOR. */
static struct slice primary_of(struct slice tag, char separator)
{
	const ptrdiff_t len = slice_find_char(tag, separator);

	return len < 0 ? tag : slice_from(tag.ptr, (size_t)len);
}

bool language_is_tag(struct slice tag)
{
	return find_code(primary_of(tag, '-')) != NULL;
}

/* Whether CODE is called NAME in the language LOCALE. */
static bool is_called(const char *code, const char *locale, struct slice name)
{
	UErrorCode error = U_ZERO_ERROR;
	UChar units[NAME_UNITS];
	char text[NAME_BYTES];
	int32_t len = 0;

	const int32_t n = uloc_getDisplayLanguage(code, locale, units, NAME_UNITS, &error);
	u_strToUTF8(text, NAME_BYTES, &len, units, n, &error);
	return U_SUCCESS(error) && slice_equals_nocase(slice_from(text, (size_t)len), name);
}

const char *language_meant(struct slice word)
{
	const char *code = find_code(primary_of(word, '_'));

	for (const char *const *known = uloc_getISOLanguages(); !code && *known; known++)
		if (slice_equals_nocase(slice_of(uloc_getISO3Language(*known)), word) ||
			is_called(*known, "en", word) || is_called(*known, *known, word))
			code = *known;
	return code;
}
