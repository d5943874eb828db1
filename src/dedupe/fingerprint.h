/* dedupe/fingerprint.h: posts that say the same have nearly the same number.
 *
 * SimHash (Charikar 2002; Manku, Jain, Das Sarma 2007) over the keys of the
 * words: each bit is the majority of that bit in the words' hashes.  Two texts
 * that share nine words in ten differ in about 9 of 64 bits, unrelated ones in
 * about 32.
 */
#pragma once

#include "record/post.h"

struct words;

/* The fingerprint of title and text; 0 when they hold too few words to say
 * anything (two people who write "Acme is down" tell no common story).
 * WORDS is the analyser to use.  -ENOMEM. */
int fingerprint_of(const struct post *post, struct words *words, uint64_t *ret);

/* Number of bits in which two differ, 0 to 64. */
unsigned int fingerprint_distance(uint64_t a, uint64_t b);
