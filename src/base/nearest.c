#include "base/nearest.h"

#include <stdint.h>

#include "base/macro.h"

enum { LONGEST = 64 };

/* More mistakes than a third of the word make another word. */
static size_t most_mistakes(struct slice word)
{
	return MAX(word.len / 3, (size_t)1);
}

struct nearest nearest_start(struct slice word)
{
	return (struct nearest){.word = word, .distance = SIZE_MAX};
}

void nearest_offer(struct nearest *nearest, const char *name)
{
	const size_t distance = edit_distance(nearest->word, slice_of(name));

	if (distance >= nearest->distance || distance > most_mistakes(nearest->word))
		return;
	nearest->distance = distance;
	nearest->name = name;
}

static bool same_letter(char a, char b)
{
	return to_lower(a) == to_lower(b);
}

size_t edit_distance(struct slice a, struct slice b)
{
	size_t rows[3][LONGEST + 1];

	if (a.len > LONGEST || b.len > LONGEST)
		return SIZE_MAX;

	for (size_t j = 0; j <= b.len; j++)
		rows[0][j] = j;

	for (size_t i = 1; i <= a.len; i++) {
		size_t *row = rows[i % 3];
		const size_t *above = rows[(i + 2) % 3];
		const size_t *two_above = rows[(i + 1) % 3];

		row[0] = i;
		for (size_t j = 1; j <= b.len; j++) {
			const size_t change = same_letter(a.ptr[i - 1], b.ptr[j - 1]) ? 0 : 1;
			const bool swapped = i > 1 && j > 1 &&
					     same_letter(a.ptr[i - 1], b.ptr[j - 2]) &&
					     same_letter(a.ptr[i - 2], b.ptr[j - 1]);

			row[j] = MIN(above[j], row[j - 1]) + 1;
			row[j] = MIN(row[j], above[j - 1] + change);
			if (swapped)
				row[j] = MIN(row[j], two_above[j - 2] + 1);
		}
	}
	return rows[a.len % 3][b.len];
}
