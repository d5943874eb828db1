/* score/lexicon.h: the words of one language that say how somebody feels.
 *
 * A lexicon is read from files that a team can read and override:
 *
 *	KIND <TAB> TERM <TAB> VALUE <TAB> MARKS <TAB> FITTED
 *
 * one term a line, `#' starts a comment line.  docs/scoring.md tells the kinds
 * and marks.  FITTED is what tools/fit-lexicon made of the rated VALUE, and
 * counts in its place.  Terms are cut into words and folded to keys like the texts that
 * they are looked for in (text/words.h), so "Don't", "DON’T" and "don't" are
 * one term of two words.  A lexicon is not changed after it was read.
 */
#pragma once

#include "base/macro.h"
#include "base/slice.h"
#include "record/sentiment.h"

struct diags;
struct lexicon;
struct str;
struct words;

/* What a term is evidence of.  The first N_FLAGS bits are those of enum
 * anger_flag, which a score shows; the others only weigh. */
enum mark {
	MARK_RAGE = 1 << N_FLAGS,      /* says that the speaker is angry */
	MARK_SAD = 1 << (N_FLAGS + 1), /* grief, fear, regret: bad, not angry */
	MARK_MONEY = 1 << (N_FLAGS + 2),
	MARK_WAIT = 1 << (N_FLAGS + 3), /* with a duration: somebody has to wait */
	MARK_UNIT = 1 << (N_FLAGS + 4), /* of durations and repetitions */
	MARK_NUMBER = 1 << (N_FLAGS + 5),
	MARK_YOU = 1 << (N_FLAGS + 6),       /* speaks to somebody */
	MARK_SELF = 1 << (N_FLAGS + 7),      /* speaks of oneself */
	MARK_WHY = 1 << (N_FLAGS + 8),       /* asks for a reason */
	MARK_JOB = 1 << (N_FLAGS + 9),       /* job advertisements */
	MARK_NEWS = 1 << (N_FLAGS + 10),     /* reports rather than speaks */
	MARK_SERVICE = 1 << (N_FLAGS + 11),  /* what customers deal with */
	MARK_AGAIN = 1 << (N_FLAGS + 12),    /* not for the first time */
	MARK_OFFICIAL = 1 << (N_FLAGS + 13), /* a company speaks */
	MARK_ASK = 1 << (N_FLAGS + 14),      /* asks to be told something */
};

/* What words tell of the circumstances also when they are part of a longer term. */
#define MARKS_OF_CONTEXT                                                                           \
	(MARK_MONEY | MARK_WAIT | MARK_YOU | MARK_SELF | MARK_WHY | MARK_AGAIN | MARK_SERVICE)

/* What a term does in a sentence; it may do several things. */
enum role {
	ROLE_WORD = 1 << 0,     /* has a valence */
	ROLE_BOOSTER = 1 << 1,  /* strengthens or weakens the word after it */
	ROLE_NEGATOR = 1 << 2,  /* turns the words after it */
	ROLE_CONTRAST = 1 << 3, /* what follows counts more than what stood before */
	ROLE_PLAIN = 1 << 4,    /* known, and says nothing */
	ROLE_CLOSER = 1 << 5,   /* a negator that turns the word before it */
	ROLE_IDIOM = 1 << 6,    /* several words that mean something together */
};

/* What a term says of the name that stands behind it, or before it, in texts in
 * which a stream matched some. */
enum compares {
	COMPARES_NOTHING,
	COMPARES_AGAINST, /* "than", "unlike": what is said counts the other way for it */
	COMPARES_TOWARD,  /* "switched to": how good that is for it, and how bad for others */
	COMPARES_JOINT,   /* "and": may stand between what is said of two names */
};

struct entry {
	double valence; /* -4 to 4 */
	double boost;   /* -2 to 2 */
	double leaning; /* of a term that has no valence: what it tells all the same */
	double toward;  /* -4 to 4, of COMPARES_TOWARD */
	unsigned int marks;
	unsigned char roles;    /* 0: only the start of a longer term, or it compares */
	unsigned char compares; /* enum compares */
	bool is_behind;         /* the name that it goes with stands before it */
	/* Of the longer terms that start with this one, the letters with which they
	 * may go on: a lexicon_letter_bit() each.  0: there are none. */
	uint32_t continues;
};

/* Whether ENTRY is a term itself, not only the start of a longer one. */
static inline bool entry_is_term(const struct entry *entry)
{
	return entry->roles != 0 || entry->compares != 0;
}

/* The bit of the letter that KEY starts with; others may share it. */
uint32_t lexicon_letter_bit(struct slice key);

int lexicon_new(const char *lang, struct lexicon **ret);
void lexicon_free(struct lexicon *lexicon);
DEFINE_CLEANUP(struct lexicon *, lexicon_free);

/* Adds the lines of TEXT, the contents of the file called FILE in DIAGS; a term
 * that is there from an earlier file is replaced.  A wrong line is an error in
 * DIAGS (may be NULL), a term that the same file holds twice a warning; the
 * other lines count.  WORDS cuts the terms.  -ENOMEM. */
int lexicon_read(struct lexicon *lexicon, struct words *words, const char *file, struct slice text,
	struct diags *diags);

/* Adds what ENTRY says to the term with KEY, its words joined by one space. */
int lexicon_add(struct lexicon *lexicon, struct slice key, const struct entry *entry);

/* "en"; valid as long as the lexicon. */
const char *lexicon_lang(const struct lexicon *lexicon);
/* Number of terms, starts of longer ones not counted. */
size_t lexicon_count(const struct lexicon *lexicon);

/* The term with KEY, the keys of its words joined by one space, or NULL. */
const struct entry *lexicon_find(const struct lexicon *lexicon, struct slice key);

/* The term of which the word KEY, which is none itself, is a form by the
 * lexicon's own prefixes and suffixes, or is drawn out ("soooo"); or NULL.
 * *RET_NEGATED: an affix negates it; *RET_DRAWN: letters were left out. */
const struct entry *lexicon_find_form(
	const struct lexicon *lexicon, struct slice key, bool *ret_negated, bool *ret_drawn);

/* lexicon_find(), else lexicon_find_form(). */
const struct entry *lexicon_find_word(
	const struct lexicon *lexicon, struct slice key, bool *ret_negated, bool *ret_drawn);

/* The key of TEXT in *RET: those of its words, joined by one space.  1, or 0 when it
 * has no words; -ENOMEM. */
int lexicon_key(struct words *words, struct slice text, struct str *ret);

/* The next term after *POSITION, which starts at 0, in no order: true, or false when
 * all were told. */
bool lexicon_next(const struct lexicon *lexicon, size_t *position, struct slice *ret_key,
	const struct entry **ret);

/* The next word that carries no topic, by its base (text/words.h), after *POSITION, which
 * starts at 0: true, or false when all were told.  These words are apart from the
 * terms: one may be a term as well, and says nothing of a feeling by itself. */
bool lexicon_next_stop(const struct lexicon *lexicon, size_t *position, struct slice *ret);

/* ALL marks as a lexicon writes them: "complaint,money". */
void marks_format(unsigned int all, struct str *str);

/* The longest emoticon that TEXT starts with, its bytes in *RET_LEN; or NULL. */
const struct entry *lexicon_find_emoticon(
	const struct lexicon *lexicon, struct slice text, size_t *ret_len);
