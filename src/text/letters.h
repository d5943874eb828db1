/* text/letters.h: what each code point is to words.
 *
 * A table of all code points in pages of 256, filled from ICU when a page is
 * first touched and kept until exit (the pages are published atomically, so
 * threads may share them).
 */
#pragma once

#include <stdatomic.h>

#include "base/slice.h"

enum letter_kind {
	LETTER_SEPARATOR,
	LETTER_PLAIN,   /* a letter or number of a spaced script, '_' */
	LETTER_DIGIT,   /* decimal, of any script: one number in all of them */
	LETTER_MARK,    /* of a spaced script, or of no script: it joins what stands before */
	LETTER_RUN,     /* anything of an unspaced script; `script' tells which */
	LETTER_EMOJI,   /* an emoji by itself */
	LETTER_PICTURE, /* an emoji only with U+FE0F behind, else a separator */
	LETTER_FLAG,    /* a regional indicator: two make a flag */
	LETTER_IGNORED, /* as if it were not there */
	LETTER_ZWSP,    /* the zero-width space */
	LETTER_POINT,   /* '.' and ',' join digits */
	LETTER_MIDDOT,  /* joins letters */
	LETTER_GERESH,  /* ' and ": ignored after a Hebrew letter */
};

enum letter_flag {
	LETTER_ALONE = 1 << 0,   /* the key of a word can be composed of the letter's own */
	LETTER_ORDER = 1 << 1,   /* unless two such marks meet (canonical order) */
	LETTER_ACCENT = 1 << 2,  /* the base is another one than the key */
	LETTER_EXTENDS = 1 << 3, /* continues a grapheme cluster */
	LETTER_HEBREW = 1 << 4,
	LETTER_ASCII_DIGIT = 1 << 5,
	LETTER_COMPOSED = 1 << 6, /* NFC leaves it alone, whatever stands before */
	LETTER_NAMING = 1 << 7,   /* a letter or mark by its general category */
};

struct letter {
	uint8_t kind : 4;   /* enum letter_kind */
	uint8_t script : 4; /* of a LETTER_RUN: the same number may share a run */
	uint8_t flags;
	uint8_t key_len : 4, base_len : 4;
	char key[6], base[6]; /* UTF-8; valid with LETTER_ALONE */
};

enum {
	LETTERS_PER_PAGE = 256,
	N_LETTER_PAGES = 0x110000 / LETTERS_PER_PAGE,
	LETTER_GROWTH = 3, /* a key is at most so many times as long as its letter */
};

/* For letter_of() alone. */
extern const struct letter *_Atomic letters_pages[N_LETTER_PAGES];
const struct letter *letters_make_page(uint32_t number);

/* What CODE_POINT, at most U+10FFFF, is.  Never NULL: without memory all are
 * separators. */
static inline const struct letter *letter_of(uint32_t code_point)
{
	const uint32_t number = code_point / LETTERS_PER_PAGE;
	const struct letter *page =
		atomic_load_explicit(&letters_pages[number], memory_order_acquire);

	if (!page)
		page = letters_make_page(number);
	return &page[code_point % LETTERS_PER_PAGE];
}

/* Whether CODE_POINT is a letter, a mark or a decimal digit. */
static inline bool letter_is_alnum(uint32_t code_point)
{
	const struct letter *letter = letter_of(code_point);

	return letter->flags & LETTER_NAMING || letter->kind == LETTER_DIGIT;
}

/* Whether TEXT is in NFC, by a look at its letters: false may be a mistake,
 * true is none. */
bool letters_are_composed(struct slice text);
