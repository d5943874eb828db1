#include "text/language.h"

#include <string.h>

#include <unicode/uchar.h>

#include "base/macro.h"
#include "base/utf8.h"
#include "text/cld2.h"

enum { MAX_READ_BYTES = 4096 };

/* What the letters of a text look like. */
struct census {
	size_t letters;
	size_t khmer, armenian, gujarati, cyrillic;
	size_t mongolian;      /* ө ү, which Russian lacks */
	size_t other_cyrillic; /* letters that Mongolian lacks */
};

/* The letters of TEXT that are worth guessing from, with a space for all else. */
struct letters {
	char bytes[MAX_READ_BYTES + CLD2_PADDING];
	size_t len;
};

static bool is_between(uint32_t c, uint32_t first, uint32_t last)
{
	return c >= first && c <= last;
}

static void count_cyrillic(struct census *census, uint32_t c)
{
	/* Kazakh, Kyrgyz, Tatar, Bashkir and Tuvan write ө ү too, but also one of
	 * ә җ һ ң қ ғ ұ; Kazakh and Ukrainian have і. */
	static const uint32_t foreign[] = {0x4D9, 0x497, 0x4BB, 0x4A3, 0x49B, 0x493, 0x4B1, 0x456};

	c = (uint32_t)u_tolower((UChar32)c);
	census->cyrillic++;
	census->mongolian += c == 0x4E9 || c == 0x4AF;
	for (size_t i = 0; i < ARRAY_SIZE(foreign); i++)
		census->other_cyrillic += c == foreign[i];
}

static void count_letter(struct census *census, uint32_t c)
{
	census->letters++;
	if (is_between(c, 0x1780, 0x17FF))
		census->khmer++;
	else if (is_between(c, 0x530, 0x58F) || is_between(c, 0xFB13, 0xFB17))
		census->armenian++;
	else if (is_between(c, 0xA80, 0xAFF))
		census->gujarati++;
	else if (is_between(c, 0x400, 0x52F))
		count_cyrillic(census, c);
}

/* A chunk between white space that is a handle, a hashtag or a link says
 * nothing about the language around it. */
static bool is_apparatus(struct slice chunk)
{
	return chunk.len > 0 && (chunk.ptr[0] == '@' || chunk.ptr[0] == '#' ||
					slice_find(chunk, SLICE("://")) >= 0 ||
					slice_starts_with_nocase(chunk, SLICE("www.")));
}

static void copy_chunk(struct letters *letters, struct slice chunk, struct census *census)
{
	for (size_t at = 0; at < chunk.len;) {
		size_t start = at;
		uint32_t c = utf8_next(chunk, &at);

		if (c == UTF8_REPLACEMENT || c == 0) {
			letters->bytes[letters->len++] = ' ';
			continue;
		}
		if (u_isalpha((UChar32)c))
			count_letter(census, c);
		memcpy(letters->bytes + letters->len, chunk.ptr + start, at - start);
		letters->len += at - start;
	}
}

/* Copies TEXT without handles, hashtags and links; what is copied is never
 * longer than what is read. */
static void letters_read(struct letters *letters, struct slice text, struct census *census)
{
	text = utf8_prefix(text, MAX_READ_BYTES);
	letters->len = 0;
	for (size_t at = 0; at < text.len;) {
		size_t start = at;

		while (at < text.len && !is_space(text.ptr[at]))
			at++;

		struct slice chunk = slice_from(text.ptr + start, at - start);
		if (!is_apparatus(chunk))
			copy_chunk(letters, chunk, census);
		while (at < text.len && is_space(text.ptr[at]))
			at++;
		if (letters->len > 0 && at < text.len)
			letters->bytes[letters->len++] = ' ';
	}
	memset(letters->bytes + letters->len, 0, CLD2_PADDING);
}

/* The language that has most of the letters' script for itself, or NULL. */
static const char *language_of_script(const struct census *census)
{
	size_t most = census->letters / 2;

	if (census->khmer > most)
		return "km";
	if (census->armenian > most)
		return "hy";
	if (census->gujarati > most)
		return "gu";
	if (census->cyrillic > most && census->mongolian > 0 && census->other_cyrillic == 0)
		return "mn";

	return NULL;
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

/* Below this share the text is mixed, and below this many bytes a guess of
 * CLD2 that it does not call reliable itself is a throw of dice. */
enum { LEAST_PERCENT = 60, LEAST_UNRELIABLE_BYTES = 24 };

const char *language_detect(struct slice text)
{
	struct census census = {0};
	struct letters letters;
	struct cld2_guess guess;

	letters_read(&letters, text, &census);
	if (census.letters < 2)
		return NULL;

	const char *tag = language_of_script(&census);
	if (tag)
		return tag;

	cld2_detect(letters.bytes, (int)letters.len, &guess);
	if (!guess.code || guess.percent < LEAST_PERCENT)
		return NULL;
	if (!guess.reliable && guess.letters < LEAST_UNRELIABLE_BYTES)
		return NULL;

	return tag_of_cld2(guess.code);
}
