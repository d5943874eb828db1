/* score/lexicon_private.h: what the reader of lexicon files and the look-ups share. */
#pragma once

#include "score/lexicon.h"

struct arena;
struct map;

enum {
	MAX_TERM_BYTES = 256,
	MAX_KEY_BYTES = 1024, /* of a term: folding may make it longer */
	MAX_EMOTICON_BYTES = 16,
};

struct slot {
	struct entry entry;
	unsigned int file; /* number of the file that said it last */
};

/* An ending or a beginning that words of the language may have, and what
 * stands in its place in the lexicon. */
struct affix {
	struct slice text, replacement;
	bool negates;
	uint16_t next; /* 1 + the next one that has the same outermost byte; 0: none */
};

/* By the byte that is outermost, each list in the order of the file. */
struct affixes {
	struct affix *items;
	size_t n;
	uint16_t first[256], last[256]; /* 1 + index; 0: none */
};

struct lexicon {
	char *lang;
	struct map *terms;     /* key to number in slots */
	struct map *emoticons; /* bytes to number in slots */
	struct map *stops;     /* bases, to the number of the file */
	struct slot *slots;
	size_t n_slots, capacity;
	size_t n_terms;
	struct affixes prefixes, suffixes;
	struct arena *texts;            /* of the affixes */
	uint32_t emoticon_lengths[256]; /* by first byte: bit n when some have n bytes */
	unsigned int n_files;
};

/* The slot of KEY in MAP, made when it is new; valid until the next one.  -ENOMEM. */
int lexicon_get_slot(struct lexicon *lexicon, struct map *map, struct slice key, struct slot **ret);

/* Marks what KEY starts with: a look-up goes on while what it has read so far is
 * the start of a term, word by word, and letter by letter in a run without spaces.
 * -ENOMEM. */
int lexicon_add_starts(struct lexicon *lexicon, struct slice key, bool is_run);

/* TEXT in BYTES (MAX_EMOTICON_BYTES): emoticons are compared as bytes, without
 * regard to ASCII case. */
struct slice lexicon_fold_emoticon(struct slice text, char *bytes);
