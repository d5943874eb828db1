#include "decode/date_names.h"

#include "base/utf8.h"

enum {
	SHORTEST_START = 3, /* letters of an abbreviation that CLDR lacks */
	SHORTEST_STEM = 5,  /* letters of a name that may have another ending */
	LONGEST_ENDING = 3,
	STARTS_MAX = 64, /* names that one abbreviation may stand for */
};

struct row {
	const char *name;
	uint16_t months; /* as in struct date_name */
	uint8_t weekdays;
	uint8_t halves : 2;
	uint8_t is_before_number : 1;
	uint8_t is_filler : 1;
};

/* The languages in which a name of several months is that of MONTH. */
struct meaning {
	const char *name;
	int month;
	const char *languages;
};

#include "decode/date_names.inc"

/* What people write and CLDR lacks: older spellings, accents written as other
 * letters, and abbreviations that leave letters out. */
static const struct row more_rows[] = {
	{"agt", 1 << 7, 0, 0, 0, 0},       /* Indonesian */
	{"febuary", 1 << 1, 0, 0, 0, 0},   /* English */
	{"jaenner", 1 << 0, 0, 0, 0, 0},   /* German */
	{"maerz", 1 << 2, 0, 0, 0, 0},     /* German */
	{"mrz", 1 << 2, 0, 0, 0, 0},       /* German */
	{"nop", 1 << 10, 0, 0, 0, 0},      /* Indonesian */
	{"nopember", 1 << 10, 0, 0, 0, 0}, /* Indonesian */
	{"peb", 1 << 1, 0, 0, 0, 0},       /* Indonesian */
	{"pebruari", 1 << 1, 0, 0, 0, 0},  /* Indonesian */
	{"מרס", 1 << 2, 0, 0, 0, 0},       /* Hebrew */
	{"अप्रेल", 1 << 3, 0, 0, 0, 0},      /* Hindi */
	{"दिसम्बर", 1 << 11, 0, 0, 0, 0},   /* Hindi */
	{"জানুয়ারি", 1 << 0, 0, 0, 0, 0},   /* Bengali */
	{"ফেব্রুয়ারি", 1 << 1, 0, 0, 0, 0},  /* Bengali */
	{"ઓક્ટોબર", 1 << 9, 0, 0, 0, 0},    /* Gujarati */
	{"ઓગષ્ટ", 1 << 7, 0, 0, 0, 0},      /* Gujarati */
	{"ઓગસ્ટ", 1 << 7, 0, 0, 0, 0},      /* Gujarati */
};

static const struct phrase_table names = {rows, ARRAY_SIZE(rows), sizeof(rows[0])};
static const struct phrase_table more_names = {
	more_rows, ARRAY_SIZE(more_rows), sizeof(more_rows[0])};

static void add(const struct row *row, struct date_name *name)
{
	name->months |= row->months;
	name->weekdays |= row->weekdays;
	name->halves |= row->halves;
	name->is_before_number |= row->is_before_number;
	name->is_filler |= row->is_filler;
}

static bool is_one_month(unsigned int months)
{
	return months != 0 && (months & (months - 1)) == 0;
}

/* What KEY is short for: names that start with it and mean the same month, or else
 * are days of the week. */
static bool find_start(struct slice key, struct date_name *ret)
{
	const size_t first = phrase_table_find(&names, key);
	struct date_name all = {0};

	if (utf8_length(key) < SHORTEST_START)
		return false;
	for (size_t row = first; row < names.n; row++) {
		if (!slice_starts_with(phrase_table_name(&names, row), key))
			break;
		if (row - first == STARTS_MAX)
			return false;
		add(&rows[row], &all);
	}
	if (all.months != 0 && !is_one_month(all.months))
		return false;

	*ret = (struct date_name){.months = all.months, .weekdays = all.weekdays};
	return all.months != 0 || all.weekdays != 0;
}

/* What KEY is a form of: a long name with another ending. */
static bool find_stem(struct slice key, struct date_name *ret)
{
	for (int i = 0; i < LONGEST_ENDING && key.len > 0; i++) {
		do
			key.len--;
		while (key.len > 0 && ((unsigned char)key.ptr[key.len] & 0xC0) == 0x80);

		const size_t row = phrase_table_find(&names, key);

		if (utf8_length(key) < SHORTEST_STEM)
			return false;
		if (row < names.n && slice_equals(phrase_table_name(&names, row), key)) {
			add(&rows[row], ret);
			return ret->months != 0 || ret->weekdays != 0;
		}
	}
	return false;
}

/* Whether LIST, "cs pl", has the language of the tag LANG. */
static bool has_language(const char *list, struct slice lang)
{
	struct slice rest = slice_of(list);
	struct slice language;

	while (slice_split(&rest, ' ', &language))
		if (slice_starts_with_nocase(lang, language) &&
			(lang.len == language.len || !is_alnum(lang.ptr[language.len])))
			return true;

	return false;
}

/* Leaves the months that LANG means by a name of several, when it has it. */
static void narrow(struct slice key, struct slice lang, struct date_name *name)
{
	unsigned int months = 0;

	if (name->months == 0 || is_one_month(name->months))
		return;

	for (size_t i = 0; i < ARRAY_SIZE(meanings); i++)
		if (slice_equals(slice_of(meanings[i].name), key) &&
			has_language(meanings[i].languages, lang))
			months |= 1U << (meanings[i].month - 1);
	if (months != 0)
		name->months = months;
}

size_t date_name_find(struct phrase *phrase, struct slice lang, struct date_name *ret)
{
	struct date_name name = {0};
	size_t row;
	size_t n = phrase_find(phrase, &names, &row);

	if (n > 0) {
		add(&rows[row], &name);
		narrow(phrase_key(phrase, n), lang, &name);
	} else if ((n = phrase_find(phrase, &more_names, &row)) > 0) {
		add(&more_rows[row], &name);
	} else {
		for (n = phrase->n; n > 0 && !find_start(phrase_key(phrase, n), &name);)
			n--;
		if (n == 0)
			for (n = phrase->n; n > 0 && !find_stem(phrase_key(phrase, n), &name);)
				n--;
		name.is_guess = true;
	}
	if (n > 0)
		*ret = name;
	return n;
}
