#include "text/language.h"

#include <math.h>
#include <string.h>

#include <unicode/uchar.h>
#include <unicode/uscript.h>

#include "base/macro.h"
#include "base/utf8.h"
#include "text/cld2.h"
#include "text/language_latin.h"
#include "text/language_romanised.h"

enum {
	MAX_READ_BYTES = 4096,
	LEAST_LETTERS = 2,
	N_SCRIPTS = 256, /* more than ICU has */
};

/* What the letters of a text look like. */
struct census {
	size_t letters;
	uint16_t scripts[N_SCRIPTS]; /* letters of each UScriptCode */
	struct latin_reading latin;
	size_t mongolian;          /* ө ү, which Russian lacks */
	size_t not_mongolian;      /* letters of its neighbours that Mongolian lacks */
	size_t ka, kha;            /* к and х */
	size_t arabic, not_arabic; /* letters that Persian lacks, and that Arabic lacks */
};

static void count_cyrillic(struct census *census, uint32_t c)
{
	/* Kazakh, Kyrgyz, Tatar, Bashkir and Tuvan write ө ү too, but also one of
	 * ә җ һ ң қ ғ ұ; Kazakh and Ukrainian have і. */
	static const uint32_t foreign[] = {0x4D9, 0x497, 0x4BB, 0x4A3, 0x49B, 0x493, 0x4B1, 0x456};

	c = (uint32_t)u_tolower((UChar32)c);
	census->mongolian += c == 0x4E9 || c == 0x4AF;
	census->ka += c == 0x43A;
	census->kha += c == 0x445;
	for (size_t i = 0; i < ARRAY_SIZE(foreign); i++)
		census->not_mongolian += c == foreign[i];
}

static void count_arabic(struct census *census, uint32_t c)
{
	/* أ ؤ إ ئ ة ك ى ي; Persian and Urdu have forms of their own for the last
	 * three.  The alphabet of Arabic ends with ي. */
	static const uint32_t own[] = {0x623, 0x624, 0x625, 0x626, 0x629, 0x643, 0x649, 0x64A};

	census->not_arabic += c > 0x652 && c < 0x700;
	for (size_t i = 0; i < ARRAY_SIZE(own); i++)
		census->arabic += c == own[i];
}

/* Counts C, which is no Latin letter that the table knows: phonetic and
 * full-width ones are of no script here. */
static void count_letter(struct census *census, uint32_t c)
{
	UErrorCode code = U_ZERO_ERROR;
	const UScriptCode script = uscript_getScript((UChar32)c, &code);

	census->letters++;
	if (script >= 0 && (int)script < N_SCRIPTS && script != USCRIPT_LATIN)
		census->scripts[script]++;
	if (script == USCRIPT_CYRILLIC)
		count_cyrillic(census, c);
	else if (script == USCRIPT_ARABIC)
		count_arabic(census, c);
}

/* A handle, a hashtag or a link says nothing about the language around it. */
static bool is_apparatus(struct slice chunk)
{
	const ptrdiff_t colon = slice_find_char(chunk, ':');

	return chunk.ptr[0] == '@' || chunk.ptr[0] == '#' ||
	       (colon >= 0 && slice_starts_with(slice_skip(chunk, (size_t)colon), SLICE("://"))) ||
	       slice_starts_with_nocase(chunk, SLICE("www."));
}

/* Takes what stands between white space out of *REST, but handles, hashtags
 * and links; false at the end. */
static bool next_chunk(struct slice *rest, struct slice *ret)
{
	while (rest->len > 0) {
		size_t start = 0, end;

		while (start < rest->len && is_space(rest->ptr[start]))
			start++;
		for (end = start; end < rest->len && !is_space(rest->ptr[end]);)
			end++;

		*ret = slice_from(rest->ptr + start, end - start);
		*rest = slice_skip(*rest, end);
		if (ret->len > 0 && !is_apparatus(*ret))
			return true;
	}

	return false;
}

static bool is_mark_on_latin(uint32_t c)
{
	return c >= 0x300 && c < 0x370;
}

static void count_chunk(struct census *census, struct slice chunk)
{
	for (size_t at = 0; at < chunk.len;) {
		const uint32_t c = utf8_next(chunk, &at);

		if (is_latin_letter(c)) {
			census->letters++;
			census->scripts[USCRIPT_LATIN]++;
			latin_add_letter(&census->latin,
				c < 0x80 ? c | 0x20 : (uint32_t)u_tolower((UChar32)c));
			continue;
		}
		if (is_mark_on_latin(c))
			continue;
		latin_end_word(&census->latin);
		if (c >= 0x80 && c != UTF8_REPLACEMENT && u_isalpha((UChar32)c))
			count_letter(census, c);
	}
	latin_end_word(&census->latin);
}

/* CLD2 keeps withdrawn ISO codes, and names for what is no language. */
static const char *tag_of_cld2(const char *code)
{
	static const struct {
		const char *code, *tag;
	} renamed[] = {
		{"bh", "bho"},
		{"iw", "he"},
		{"jw", "jv"},
		{"mo", "ro"},
		{"zh", "zh-Hans"},
	};

	for (size_t i = 0; i < ARRAY_SIZE(renamed); i++)
		if (strcmp(renamed[i].code, code) == 0)
			return renamed[i].tag;
	if (strncmp(code, "xx", 2) == 0 || strncmp(code, "zz", 2) == 0 || strcmp(code, "un") == 0 ||
		strcmp(code, "tlh") == 0)
		return NULL;

	return code;
}

/* What CLD2 says of TEXT without handles, hashtags and links: a tag, or NULL
 * when it is not sure that most of it is in one language.  Latin letters are
 * names and English words in a text of another script, and left out of it. */
static const char *ask_cld2(struct slice text, bool with_latin, struct cld2_guess *guess)
{
	enum { LEAST_PERCENT = 80 };
	char bytes[MAX_READ_BYTES + 1 + CLD2_PADDING];
	size_t len = 0;
	struct slice chunk;

	while (next_chunk(&text, &chunk)) {
		for (size_t at = 0; at < chunk.len;) {
			const size_t start = at;
			const uint32_t c = utf8_next(chunk, &at);

			if (c == UTF8_REPLACEMENT || c == 0 || (!with_latin && is_latin_letter(c)))
				continue;
			memcpy(bytes + len, chunk.ptr + start, at - start);
			len += at - start;
		}
		bytes[len++] = ' ';
	}
	memset(bytes + len, 0, CLD2_PADDING);

	cld2_detect(bytes, (int)len, guess);
	if (!guess->code || !guess->reliable || guess->percent < LEAST_PERCENT)
		return NULL;

	return tag_of_cld2(guess->code);
}

static const char *tell_by_cld2(const struct census *census, struct slice text)
{
	struct cld2_guess guess;

	(void)census;
	return ask_cld2(text, false, &guess);
}

/* Kyrgyz has к everywhere and hardly ever х, Mongolian the other way round. */
static const char *tell_cyrillic(const struct census *census, struct slice text)
{
	if (census->mongolian > 0 && census->not_mongolian == 0 && census->ka <= census->kha + 1)
		return "mn";

	return tell_by_cld2(census, text);
}

/* Some people write Arabic on a Persian keyboard: a few foreign letters do not
 * matter.  Without any telling letter it takes a longer text. */
static const char *tell_arabic(const struct census *census, struct slice text)
{
	enum { FEW = 20, LONG = 12 };

	if (census->not_arabic * FEW <= census->letters &&
		(census->arabic > 0 || census->letters >= LONG))
		return "ar";

	return tell_by_cld2(census, text);
}

/* Kana make a text Japanese, whatever the share of Han. */
static const char *tell_han(const struct census *census, struct slice text)
{
	if (census->scripts[USCRIPT_HIRAGANA] + census->scripts[USCRIPT_KATAKANA] > 0)
		return "ja";

	return tell_by_cld2(census, text);
}

/* All as in struct latin_guess.  The values were chosen on the validation
 * splits and on sentences in forty other languages (docs/scoring.md). */
#define SURE_WEIGHT    3.0
#define SURE_LEAD      5.0
#define SURE_EVIDENCE  250.0 /* lead, of all features together */
#define LEAST_EVIDENCE 100.0
#define DOUBTED_WEIGHT 2.0 /* below it a doubt of CLD2's is enough */
#define POOR_WEIGHT    (-1.0)
#define MOST_FOREIGN   (1.0 / 32)

/* Whether the table alone is to be believed.  Languages that it does not know
 * resemble one of its own: Bantu ones Swahili, so that is never sure. */
static bool is_sure(const struct latin_guess *guess)
{
	return guess->weight >= SURE_WEIGHT && guess->lead >= SURE_LEAD &&
	       guess->lead * guess->n_features >= SURE_EVIDENCE && guess->foreign <= MOST_FOREIGN &&
	       strcmp(guess->tag, "sw") != 0;
}

/* The language if the table is likely right, else NULL.  By chance the features
 * of a few words lean to one language; in a long text that averages out.  A
 * single word is often a name. */
static const char *likely_tag(const struct latin_guess *guess)
{
	const double evidence = guess->lead * guess->n_features;
	const bool is_likely =
		guess->weight >= 25 / sqrt(guess->n_features) - 3 && evidence >= LEAST_EVIDENCE &&
		(guess->n_words > 1 || evidence >= SURE_EVIDENCE) && guess->foreign <= MOST_FOREIGN;

	return is_likely ? guess->tag : NULL;
}

static bool is_hindi(const struct latin_guess *guess)
{
	return strcmp(guess->tag, "hi-Latn") == 0;
}

/* What to say when CLD2 names OTHER than the table.  It vetoes for a language
 * that the table does not know.  Between those that both know the table is
 * better, and CLD2 does not know Hindi in Latin letters, which it takes for
 * anything. */
static const char *settle(const struct latin_guess *guess, const char *other, bool fits)
{
	if (latin_knows(other))
		return fits && guess->weight < POOR_WEIGHT ? other : likely_tag(guess);
	if (is_hindi(guess) && guess->weight >= SURE_WEIGHT)
		return likely_tag(guess);
	if (fits)
		return other;

	return guess->weight < DOUBTED_WEIGHT ? NULL : likely_tag(guess);
}

static const char *tell_romanised(struct slice text)
{
	struct romanised_reading reading = {0};
	struct slice chunk;

	while (next_chunk(&text, &chunk))
		romanised_add(&reading, chunk);

	return romanised_guess(&reading);
}

static const char *tell_latin(const struct census *census, struct slice text)
{
	enum { HEARD_LETTERS = 8, SHORT_LETTERS = 20, FAIR_SCORE = 500, GOOD_SCORE = 1000 };
	struct latin_guess guess;
	struct cld2_guess second;
	const char *romanised = NULL, *other = NULL;

	latin_guess(&census->latin, &guess);
	if (is_hindi(&guess) || !is_sure(&guess))
		romanised = tell_romanised(text);
	if (romanised)
		return romanised;
	if (is_sure(&guess))
		return guess.tag;
	if (census->letters >= HEARD_LETTERS)
		other = ask_cld2(text, true, &second);
	if (!other)
		return likely_tag(&guess);
	if (strcmp(other, guess.tag) == 0)
		return other;

	return settle(&guess, other,
		second.score >= (census->letters < SHORT_LETTERS ? GOOD_SCORE : FAIR_SCORE));
}

/* What each script says of the language. */
static const struct {
	UScriptCode script;
	const char *tag; /* the one language of the script */
	const char *(*tell)(const struct census *census, struct slice text);
} scripts[] = {
	{USCRIPT_LATIN, .tell = tell_latin},
	{USCRIPT_CYRILLIC, .tell = tell_cyrillic},
	{USCRIPT_ARABIC, .tell = tell_arabic},
	{USCRIPT_DEVANAGARI, .tell = tell_by_cld2},
	{USCRIPT_HAN, .tell = tell_han},
	{USCRIPT_KHMER, .tag = "km"},
	{USCRIPT_ARMENIAN, .tag = "hy"},
	{USCRIPT_GUJARATI, .tag = "gu"},
	{USCRIPT_CHEROKEE, .tag = "chr"},
	{USCRIPT_GEORGIAN, .tag = "ka"},
	{USCRIPT_GREEK, .tag = "el"},
	{USCRIPT_GURMUKHI, .tag = "pa"},
	{USCRIPT_HANGUL, .tag = "ko"},
	{USCRIPT_HIRAGANA, .tag = "ja"},
	{USCRIPT_KANNADA, .tag = "kn"},
	{USCRIPT_KATAKANA, .tag = "ja"},
	{USCRIPT_LAO, .tag = "lo"},
	{USCRIPT_MALAYALAM, .tag = "ml"},
	{USCRIPT_MONGOLIAN, .tag = "mn-Mong"},
	{USCRIPT_MYANMAR, .tag = "my"},
	{USCRIPT_ORIYA, .tag = "or"},
	{USCRIPT_SINHALA, .tag = "si"},
	{USCRIPT_TAMIL, .tag = "ta"},
	{USCRIPT_TELUGU, .tag = "te"},
	{USCRIPT_THAANA, .tag = "dv"},
	{USCRIPT_THAI, .tag = "th"},
};

const char *language_detect(struct slice text)
{
	struct census census = {0};
	struct slice chunk;

	text = utf8_prefix(text, MAX_READ_BYTES);
	for (struct slice rest = text; next_chunk(&rest, &chunk);)
		count_chunk(&census, chunk);
	if (census.letters < LEAST_LETTERS)
		return NULL;

	/* Brands and English words stand in Latin letters among any others, hardly
	 * ever the other way round: Latin letters count half. */
	const size_t half = census.scripts[USCRIPT_LATIN] / 2;

	for (size_t i = 0; i < ARRAY_SIZE(scripts); i++) {
		const size_t taken = scripts[i].script == USCRIPT_LATIN ? half : 0;

		if (census.scripts[scripts[i].script] - taken <= (census.letters - half) / 2)
			continue;
		return scripts[i].tag ? scripts[i].tag : scripts[i].tell(&census, text);
	}

	return tell_by_cld2(&census, text);
}
