/* base/random.h: randomness as an argument.
 *
 * SplitMix64 (Steele, Lea, Flood 2014): good enough for jitter and sampling,
 * never for secrets.  The same seed gives the same sequence.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

struct random {
	uint64_t state;
};

/* Seeds from the kernel. */
void random_init(struct random *random);
uint64_t random_next(struct random *random);
/* 0 <= x < 1. */
double random_fraction(struct random *random);

enum { UUID_TEXT_SIZE = 37 };

/* A version 4 UUID (RFC 9562) from the kernel's randomness, not from the
 * sequence; TEXT has room for UUID_TEXT_SIZE.  Returns TEXT. */
char *uuid_make(char *text);
