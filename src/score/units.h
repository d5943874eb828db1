/* score/units.h: a post as words, emoji and emoticons in sentences.
 *
 * Everything about a text that needs no lexicon of its language: what is a
 * handle, a hashtag, one of our own names; what is shouted, quoted, asked.
 * Units borrow from the post and from the analysers of the unit_reader; they
 * live until its next use.  The arrays are kept for the next post.
 */
#pragma once

#include "record/mention.h"
#include "text/words.h"

struct arena;
struct entry;
struct lexicon;
struct map;

enum trait {
	TRAIT_EMOJI = 1 << 0,   /* an emoji or emoticon */
	TRAIT_HANDLE = 1 << 1,  /* part of @somebody */
	TRAIT_HASHTAG = 1 << 2, /* part of #something */
	TRAIT_OWN = 1 << 3,     /* one of our own names, or a term that the stream matched */
	TRAIT_CAPS = 1 << 4,    /* two capitals or more, and nothing else */
	TRAIT_CASED = 1 << 5,   /* two letters or more that have capitals */
	TRAIT_QUOTED = 1 << 6,  /* between quotation marks */
	TRAIT_BREAK = 1 << 7,   /* a comma or the like stands before it */
	TRAIT_NUMBER = 1 << 8,
	TRAIT_DRAWN = 1 << 9,      /* "soooo" */
	TRAIT_NEGATED = 1 << 10,   /* by its own prefix or suffix */
	TRAIT_FOREIGN = 1 << 11,   /* found in another language's lexicon */
	TRAIT_HIT = 1 << 12,       /* a term that the stream matched */
	TRAIT_SARCASM = 1 << 13,   /* praise that is not meant */
	TRAIT_NEGATOR = 1 << 14,   /* turns what follows: "mustn't've" */
	TRAIT_DESCRIBED = 1 << 15, /* an emoji that is read as words */
	TRAIT_RIVAL = 1 << 16,     /* a name that another stream matched */
	TRAIT_AGAINST = 1 << 17,   /* a name that others are compared with: "than Acme" */
	TRAIT_TOWARD = 1 << 18,    /* weighed by the name that it goes with: "switched to" */
};

struct unit {
	enum field field;
	size_t start, end; /* code points of the field */
	struct slice raw, key;
	const struct word *run;    /* of an unspaced script; NULL else */
	const struct entry *entry; /* of an emoji or emoticon, else NULL */
	unsigned int traits;
	uint32_t sentence;
};

struct sentence {
	enum field field;
	size_t start, end; /* code points of the field */
	unsigned int exclamations, questions;
	double weight; /* 0: it is not about the matched terms; 1 until somebody says so */
};

struct units {
	struct unit *items;
	size_t n, room;
	struct sentence *sentences;
	size_t n_sentences, room_sentences;
	size_t n_links;
	bool has_handle, starts_with_handle;
	bool is_cut; /* a field was longer than is read */
};

/* What is needed to read; the analysers are one a field, as the units of both
 * are looked at together, and one for the names. */
struct unit_reader {
	struct words *of_field[N_FIELDS];
	struct words *of_names;
	const struct lexicon *emoji;
	const struct map *descriptions; /* of emoji: char * by their bytes; NULL: none */
};

struct score_request;

/* Of a longer field the rest is not read: a book is no mention. */
#define UNITS_MAX_FIELD_BYTES ((size_t)64 << 10)

/* Reads title and text of the post, in place of what UNITS held; names and the
 * like live in ARENA.  -ENOMEM, -EMSGSIZE. */
int units_read(struct unit_reader *reader, const struct score_request *request, struct arena *arena,
	struct units *units);

/* Empties UNITS for the next post. */
void units_clear(struct units *units);
void units_done(struct units *units);
/* What is read of the FIELD; UNITS are told when that is not all. */
struct slice units_field(
	struct units *units, const struct score_request *request, enum field field);
/* One more, uninitialised; NULL without memory. */
struct unit *units_add(struct units *units);
struct sentence *units_add_sentence(struct units *units);

/* Whether a hit of the request lies over the code points START to END. */
bool units_is_hit(const struct score_request *request, enum field field, size_t start, size_t end);
/* TRAIT_HIT and TRAIT_RIVAL, as hits of the request and of its rivals lie there. */
unsigned int units_names_at(
	const struct score_request *request, enum field field, size_t start, size_t end);
