/* match/reading.h: one post, analysed against a dictionary.
 *
 * Each post is read once, whatever the number of queries.  A reading keeps its
 * buffers for the next post.
 */
#pragma once

#include "base/str.h"
#include "match/dictionary.h"
#include "place/place.h"
#include "text/words.h"

/* A stretch of a field.  It starts at the cut of a word and ends at the cut
 * end_cut of the word end_word (of a word that is no run, the cuts are 0 and
 * 1).  A stretch without words has end_word = word - 1. */
struct span {
	enum field field;
	uint32_t word, cut;
	uint32_t end_word, end_cut;
	uint32_t start, end;             /* bytes */
	uint32_t start_index, end_index; /* code points */
};

struct occurrence {
	struct span span;
	uint32_t next; /* 1 + the index of the term's next one; 0: none */
};

/* A field of the post and its words. */
struct passage {
	struct words *words;
	struct slice text;
	const struct word *items;
	size_t n;
	uint32_t *hashes; /* of the words' bases, as terms */
	size_t room_hashes;
	bool has_runs;
	bool has_nfc;     /* the next three are of this post */
	bool is_composed; /* the text is its own NFC, and the next two are not used */
	struct str nfc;
	uint32_t *nfc_map;
	size_t room_nfc_map;
	size_t counted_at, counted_index; /* a byte, and the code points before it */
};

enum {
	READING_WANTS = 16,
	/* Places of a term that are kept: a hostile post repeats a word for ever. */
	READING_PLACES_MAX = 10000,
};

struct reading {
	const struct post *post;
	uint64_t epoch;     /* number of the post */
	uint64_t n_counted; /* posts whose terms were counted: a sample of all */
	bool is_complete;
	bool wants_all;
	uint64_t wants[READING_WANTS]; /* a filter: two bits for each wanted term */
	struct passage passages[N_FIELDS];
	struct words *aside; /* for all that is no field */
	struct position position;
	bool has_position; /* it is of this post */
	struct occurrence *occurrences;
	size_t n_occurrences, room_occurrences;
	struct term **found; /* the terms that the post holds */
	size_t n_found, room_found;
};

int reading_init(struct reading *reading);
void reading_done(struct reading *reading);

/* Reads POST, which must stay until the next one, and finds the terms of
 * DICTIONARY that it may hold and under which streams are filed; all others
 * are left for later.  -ENOMEM, -EMSGSIZE. */
int reading_take(
	struct reading *reading, const struct dictionary *dictionary, const struct post *post);

/* Whether the terms of this post should be counted, so that it is known which
 * are rare; by reading_complete(). */
bool reading_is_counted(const struct reading *reading);

/* Tells, before the reading is complete, that the places of TERM (NULL is fine)
 * will be asked for. */
void reading_want(struct reading *reading, const struct term *term);

/* Finds the wanted terms that the post holds, with their places, and perhaps
 * others: for the queries that are worth an evaluation.  In a post that is
 * counted, all.  -ENOMEM. */
int reading_complete(struct reading *reading, const struct dictionary *dictionary);

/* Whether the post holds TERM, a wanted one, once the reading is complete. */
bool reading_has(const struct reading *reading, const struct term *term);

/* Where the post comes from, found when it is first asked for. */
const struct position *reading_position(struct reading *reading);

/* The stretch from byte START to END of FIELD. */
struct span reading_span(struct reading *reading, enum field field, size_t start, size_t end);

/* The text of FIELD in NFC, kept for this post; the empty text without memory. */
struct slice reading_nfc(struct reading *reading, enum field field);
/* The stretch of FIELD that the bytes START to END of its NFC stand for. */
struct span reading_nfc_span(struct reading *reading, enum field field, size_t start, size_t end);

/* The number of words between A and B, which starts behind A in the same
 * field; counting stops above MOST. */
size_t reading_words_between(
	const struct reading *reading, const struct span *a, const struct span *b, size_t most);
