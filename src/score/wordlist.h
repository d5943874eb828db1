/* score/wordlist.h: the word lists of other projects.
 *
 * VADER's lexicon, AFINN's lists and their like say one thing of a word: how
 * good or bad it is.  They are recognised by what is in them.  Ours say more,
 * and are read by lexicon.h.
 */
#pragma once

#include "base/slice.h"

struct arena;
struct diags;
struct lexicon;
struct map;
struct wordlist_format;

/* Adds the words of TEXT, the contents of the file called FILE in DIAGS (may be
 * NULL), to LEXICON; of a word that stands there twice the last line counts.  A
 * wrong line is an error in DIAGS, and the others count.  -EPROTONOSUPPORT and an error
 * in DIAGS when TEXT is no list of words, -ENOMEM. */
int wordlist_read(struct lexicon *lexicon, const char *file, struct slice text,
	const struct wordlist_format **ret, struct diags *diags);

/* What the format is, for people. */
const char *wordlist_about(const struct wordlist_format *format);

/* Adds the lines `emoji <tab> description' of TEXT to DESCRIPTIONS as char * in
 * ARENA, by the emoji's bytes.  Only emoji of one code point: a text is looked
 * through one by one. */
int wordlist_read_emoji(struct map *descriptions, struct arena *arena, const char *file,
	struct slice text, struct diags *diags);
