/* score/reading.h: units as terms of a lexicon.
 *
 * The longest term counts: "not the worst" is one token, not three words.  Of
 * a run without spaces, the terms that cover it from the left are tokens.
 */
#pragma once

#include "score/lexicon.h"
#include "score/units.h"

/* A term of the lexicon, or a word that is unknown (entry NULL). */
struct token {
	enum field field;
	size_t start, end; /* code points of the field */
	struct slice raw;
	struct slice key; /* of its first word */
	const struct entry *entry;
	unsigned int traits; /* of its first word, TRAIT_CAPS of all of them */
	unsigned int marks;  /* of the entry, and MARKS_OF_CONTEXT of its words */
	uint32_t sentence;
	/* Filled by polarity and anger. */
	double valence, anger;
	double share;       /* of the sentence's weight: 0 for what is said of somebody else */
	unsigned int flags; /* enum anger_flag */
	struct texts why;
};

struct reading {
	const struct lexicon *lexicon; /* NULL: none */
	struct token *tokens;
	size_t n, room;
	double coverage; /* share of the words that the lexicon knows */
	size_t n_words;  /* that could have been known */
	bool has_hits;   /* a stream matched something: it is compared with others */
};

struct lexicons {
	const struct lexicon *own;     /* of the text's language; NULL: none */
	const struct lexicon *foreign; /* where unknown words are looked for; NULL: nowhere */
	const struct words *of_field[N_FIELDS];
	bool as_it_stands; /* see struct rules */
};

/* Reads UNITS by the LEXICONS, in place of what READING was; its array is kept
 * for the next one.  -ENOMEM. */
int reading_make(const struct lexicons *lexicons, const struct units *units,
	const struct score_request *request, struct arena *arena, struct reading *reading);
/* Frees the array. */
void reading_release(struct reading *reading);
