/* Any bytes through the tokeniser: words come in order, lie inside the text,
 * and know where. */
#include <assert.h>

#include "base/utf8.h"
#include "fuzz/fuzz.h"
#include "text/words.h"

static void check_run(struct words *words, struct slice text, const struct word *run)
{
	const struct cut *cuts = words_cuts(words, run);
	const struct word *parts;
	size_t n;

	assert(run->n_clusters > 0);
	assert(cuts[0].key == 0 && cuts[run->n_clusters].key == run->key.len);
	for (size_t i = 0; i < run->n_clusters; i++) {
		assert(cuts[i].start < cuts[i + 1].end);
		assert(cuts[i].key <= cuts[i + 1].key);
		assert(cuts[i].end <= cuts[i].start);
	}
	assert(cuts[run->n_clusters].end <= text.len);

	if (words_segments(words, run, &parts, &n) < 0)
		return;
	assert(n > 0 && parts[0].start == run->start && parts[n - 1].end == run->end);
	for (size_t i = 1; i < n; i++)
		assert(parts[i].start >= parts[i - 1].end);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	CLEANUP(words_freep) struct words *words = NULL;
	const struct slice text = slice_from((const char *)data, size);
	const struct word *items;
	struct slice key;
	struct slice base;
	size_t end = 0;
	size_t n;

	if (words_new(&words) < 0 || words_split(words, text, &items, &n) < 0)
		return 0;

	for (size_t i = 0; i < n; i++) {
		const size_t start = (size_t)(items[i].raw.ptr - text.ptr);

		assert(start >= end && items[i].raw.len > 0);
		end = start + items[i].raw.len;
		assert(end <= text.len);
		assert(items[i].start == utf8_index(text, start));
		assert(items[i].end == utf8_index(text, end));
		assert(items[i].key.len > 0 && items[i].base.len > 0);
		assert(utf8_is_valid(items[i].key) && utf8_is_valid(items[i].base));
		if (items[i].kind == WORD_RUN)
			check_run(words, text, &items[i]);
	}
	words_key(words, text, &key, &base);
	return 0;
}
