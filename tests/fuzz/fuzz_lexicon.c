/* Any bytes as a lexicon file: what is wrong is told, and nothing breaks. */
#include <assert.h>
#include <errno.h>

#include "base/diags.h"
#include "fuzz/fuzz.h"
#include "score/lexicon.h"
#include "text/words.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	CLEANUP(words_freep) struct words *words = NULL;
	CLEANUP(lexicon_freep) struct lexicon *lexicon = NULL;
	CLEANUP(diags_freep) struct diags *diags = NULL;
	const struct slice bytes = slice_from((const char *)data, size);
	bool negated, drawn;
	size_t len;

	if (words_new(&words) < 0 || lexicon_new("xx", &lexicon) < 0 || diags_new(&diags) < 0)
		return 0;

	const int r = lexicon_read(lexicon, words, "xx.tsv", bytes, diags);
	assert(r == 0 || r == -ENOMEM);

	/* The same bytes are looked up as a word, too. */
	lexicon_find_word(lexicon, bytes, &negated, &drawn);
	if (lexicon_find_emoticon(lexicon, bytes, &len))
		assert(len > 0 && len <= size);
	return 0;
}
