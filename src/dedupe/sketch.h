/* dedupe/sketch.h: whether two posts say the same.
 *
 * A text is known by its shingles, each three words in a row as hashes of
 * their keys.  Two posts say the same when the shorter one's shingles stand in
 * the other, but for a few: the measure is containment, so a copy that is cut
 * after 200 characters, one with "read more" behind it and a retweet are near
 * the whole.  Up to SKETCH_EXACT_WORDS no word may differ, because in a short
 * post one word decides ("Acme is good", "Acme is bad"); above, a share of the
 * words beyond may.  A text as long as that is compared without its title:
 * syndicated copies have headlines of their own.
 *
 * Features are the shingles by which near posts are found without comparing
 * all: the smallest hash of each window of neighbours (winnowing: Schleimer,
 * Wilkerson, Aiken 2003), so texts with a long enough run of words in common
 * share one, wherever it stands.
 *
 * Scripts without spaces are cut into words by a dictionary.  Pure functions of
 * the post; uses base/, record/, text/.
 */
#pragma once

#include "base/arena.h"
#include "config/settings.h"
#include "record/post.h"

struct words;

enum { SKETCH_EXACT_WORDS = 20 };

struct sketch {
	/* Sorted, each once. */
	uint32_t *all;      /* shingles of title and text, as far as they are looked at */
	uint32_t *body;     /* those by which this post is known as a copy of another */
	uint32_t *features; /* none: too few words to tell a common story */
	size_t n_all, n_body, n_features;
	size_t n_words; /* of the body */
};

/* The sketch of POST in ARENA.  WORDS is the analyser to use.  -ENOMEM. */
int sketch_of(const struct post *post, const struct story_settings *settings, struct words *words,
	struct arena *arena, struct sketch *ret);

/* Whether one of the two says what the other says. */
bool sketch_is_near(
	const struct sketch *a, const struct sketch *b, const struct story_settings *settings);
