/* match/dictionary.h: the terms that the queries of an engine look for.
 *
 * A term is shared by all queries that look for it.  Words, handles, hosts and
 * the like are looked up whole; starts of words, and parts of runs of unspaced
 * scripts, by walking a tree along the text.  Both take terms in and out while
 * posts flow.
 */
#pragma once

#include "match/node.h"

struct dictionary;
struct stream;

struct term {
	struct wanted wanted;    /* its texts are the term's own */
	uint32_t hash;           /* of kind and key */
	size_t n_users;          /* nodes of queries */
	uint64_t epoch;          /* of the last post that held it */
	uint64_t n_counted;      /* posts of the sample that held it, */
	uint64_t since;          /* after so many posts of the sample */
	uint32_t first, last;    /* its occurrences in that post, 0: none (reading.h) */
	uint32_t n_occurrences;  /* in that post */
	struct stream **streams; /* those that are filed under it */
	size_t n_streams, room_streams;
	struct term *next; /* at the same place of the tree */
};

int dictionary_new(struct dictionary **ret);
/* All terms must have been released. */
void dictionary_free(struct dictionary *dictionary);
DEFINE_CLEANUP(struct dictionary *, dictionary_free);

/* The term for WANTED, which counts one user more.  -ENOMEM. */
int dictionary_take(struct dictionary *dictionary, const struct wanted *wanted, struct term **ret);
/* The term loses a user, and goes with the last. */
void dictionary_release(struct dictionary *dictionary, struct term *term);

/* Whether there is any term of KIND. */
bool dictionary_has(const struct dictionary *dictionary, enum term_kind kind);

/* Whether a stream is filed under any term of KIND (one that is kept in a tree). */
bool dictionary_has_filed(const struct dictionary *dictionary, enum term_kind kind);

/* The term of KIND (one that is looked up whole), or NULL. */
struct term *dictionary_find(
	const struct dictionary *dictionary, enum term_kind kind, struct slice key);

uint32_t dictionary_hash(enum term_kind kind, struct slice key);

/* The term whose hash is HASH when a stream is filed under it, else NULL: nearly
 * free for the words of posts, of which nearly all are no such terms. */
struct term *dictionary_find_filed(
	const struct dictionary *dictionary, enum term_kind kind, struct slice key, uint32_t hash);

/* Files STREAM under TERM.  -ENOMEM. */
int dictionary_file(struct dictionary *dictionary, struct term *term, struct stream *stream);
void dictionary_unfile(
	struct dictionary *dictionary, struct term *term, const struct stream *stream);

/* Walks along TEXT, from its start, through the terms of a KIND that is kept
 * in a tree. */
struct walk {
	const struct branch *branch; /* where it has come to; NULL at the end */
	struct slice text;
	size_t len; /* bytes of TEXT so far */
	bool filed; /* only to terms under which a stream is filed */
};

struct walk dictionary_walk(
	const struct dictionary *dictionary, enum term_kind kind, struct slice text);
/* The same, but it ends where no further term has a stream filed under it. */
struct walk dictionary_walk_filed(
	const struct dictionary *dictionary, enum term_kind kind, struct slice text);
/* The first of the terms (linked by next) that the shortest further start of
 * the text is the key of; NULL at the end. */
struct term *walk_next(struct walk *walk);
