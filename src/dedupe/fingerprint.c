#include "dedupe/fingerprint.h"

#include "base/map.h"
#include "text/words.h"

enum { MIN_WORDS = 6, N_BITS = 64 };

#define WORD_SEED UINT64_C(0x73746f7279)

struct votes {
	int32_t bits[N_BITS];
	size_t n_words;
};

static int add_field(struct votes *votes, struct words *words, const char *text)
{
	const struct word *list;
	size_t n;

	if (!text)
		return 0;

	const int r = words_split(words, slice_of(text), &list, &n);
	if (r < 0)
		return r;

	for (size_t i = 0; i < n; i++) {
		const uint64_t hash = hash_bytes(list[i].base, WORD_SEED);

		for (unsigned int bit = 0; bit < N_BITS; bit++)
			votes->bits[bit] += hash >> bit & 1 ? 1 : -1;
	}
	votes->n_words += n;
	return 0;
}

int fingerprint_of(const struct post *post, struct words *words, uint64_t *ret)
{
	struct votes votes = {.n_words = 0};
	uint64_t fingerprint = 0;

	for (int field = 0; field < N_FIELDS; field++) {
		const int r = add_field(&votes, words, post_field(post, (enum field)field));

		if (r < 0)
			return r;
	}

	for (unsigned int bit = 0; bit < N_BITS; bit++)
		if (votes.bits[bit] > 0)
			fingerprint |= UINT64_C(1) << bit;

	*ret = votes.n_words >= MIN_WORDS ? fingerprint : 0;
	return 0;
}

unsigned int fingerprint_distance(uint64_t a, uint64_t b)
{
	return (unsigned int)__builtin_popcountll(a ^ b);
}
