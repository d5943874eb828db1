#include "text/language_latin.h"

#include <string.h>

#include <unicode/uchar.h>

#include "base/macro.h"

enum {
	N_BUCKETS = 1 << 15,
	ZERO = 93,       /* the character of no weight */
	TRAIL_BITS = 10, /* of a letter; enough for Latin ones */
	BLANK = ' ',     /* around a word */
};

#define WORD_SEED 0x811C9DC5u /* of 32-bit FNV-1a */

/* A row for each bucket, a character for each language. */
static const char table[N_BUCKETS * N_LATIN_LANGUAGES + 1] =
#include "text/language_table.inc"
	;

/* In the order of the table's columns.  Hindi has a script of its own: here it
 * is written in another one. */
static const char *const tags[N_LATIN_LANGUAGES] = {
	"de", "en", "es", "fr", "hi-Latn", "it", "pt", "sw"};

bool is_latin_letter(uint32_t c)
{
	if (c < 0x80)
		return (c | 0x20) >= 'a' && (c | 0x20) <= 'z';

	return ((c >= 0xAA && c < 0x250) || (c >= 0x1E00 && c < 0x1F00)) && u_isalpha((UChar32)c);
}

/* Whether one of the languages writes LETTER, a lower-case one: of Latin-1 all
 * but the Nordic å ð ø ý þ, and the French œ. */
static bool is_written(uint32_t letter)
{
	switch (letter) {
	case 0xE5:
	case 0xF0:
	case 0xF8:
	case 0xFD:
	case 0xFE:
		return false;
	case 0x153:
		return true;
	default:
		return letter < 0x100;
	}
}

static void add_feature(struct latin_reading *reading, uint32_t key)
{
	const char *row = table + (size_t)(key * 0x9E3779B1u >> 17) * N_LATIN_LANGUAGES;

	for (size_t i = 0; i < N_LATIN_LANGUAGES; i++)
		reading->sums[i] += row[i];
}

/* The last N letters are a feature. */
static void add_trail(struct latin_reading *reading, unsigned n)
{
	add_feature(reading, reading->trail & ((1u << (n * TRAIL_BITS)) - 1));
}

static void push(struct latin_reading *reading, uint32_t letter)
{
	reading->trail = reading->trail << TRAIL_BITS ^ letter;
}

void latin_add_letter(struct latin_reading *reading, uint32_t letter)
{
	reading->n_letters++;
	reading->n_foreign += !is_written(letter);
	letter &= (1u << TRAIL_BITS) - 1;
	if (reading->trail == 0) {
		reading->trail = BLANK;
		reading->whole = WORD_SEED;
	}
	reading->whole = (reading->whole ^ letter) * 0x01000193u;
	push(reading, letter);
	for (unsigned n = 1; n <= 3; n++)
		add_trail(reading, n);
}

void latin_end_word(struct latin_reading *reading)
{
	if (reading->trail == 0)
		return;

	push(reading, BLANK);
	add_trail(reading, 2);
	add_trail(reading, 3);
	add_feature(reading, reading->whole);
	reading->n_words++;
	reading->trail = 0;
}

bool latin_knows(const char *tag)
{
	for (size_t i = 0; i < N_LATIN_LANGUAGES; i++)
		if (strcmp(tags[i], tag) == 0)
			return true;

	return false;
}

void latin_guess(const struct latin_reading *reading, struct latin_guess *ret)
{
	/* Three features a letter, two at the end of a word and the word. */
	const double n = 3.0 * (double)(reading->n_letters + reading->n_words);
	const int32_t *sums = reading->sums;
	size_t best = 0;

	*ret = (struct latin_guess){0};
	if (reading->n_letters == 0)
		return;
	for (size_t i = 1; i < N_LATIN_LANGUAGES; i++)
		if (sums[i] > sums[best])
			best = i;

	size_t next = best == 0;
	for (size_t i = 0; i < N_LATIN_LANGUAGES; i++)
		if (i != best && sums[i] > sums[next])
			next = i;
	*ret = (struct latin_guess){
		.tag = tags[best],
		.weight = sums[best] / n - ZERO,
		.lead = (sums[best] - sums[next]) / n,
		.n_features = n,
		.n_words = reading->n_words,
		.foreign = (double)reading->n_foreign / (double)reading->n_letters,
	};
}
