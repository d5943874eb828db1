/* Any bytes as a list of words and as a file of emoji: what is wrong is told,
 * and nothing breaks. */
#include <assert.h>
#include <errno.h>

#include "base/arena.h"
#include "base/diags.h"
#include "base/map.h"
#include "fuzz/fuzz.h"
#include "score/lexicon.h"
#include "score/wordlist.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	CLEANUP(lexicon_freep) struct lexicon *lexicon = NULL;
	CLEANUP(map_freep) struct map *descriptions = NULL;
	CLEANUP(arena_freep) struct arena *arena = NULL;
	CLEANUP(diags_freep) struct diags *diags = NULL;
	const struct slice bytes = slice_from((const char *)data, size);
	const struct wordlist_format *format = NULL;

	if (lexicon_new("und", &lexicon) < 0 || diags_new(&diags) < 0 ||
		map_new(&descriptions) < 0 || arena_new((size_t)1 << 26, &arena) < 0)
		return 0;

	int r = wordlist_read(lexicon, "words", bytes, &format, diags);
	assert(r == 0 ? format && wordlist_about(format) : diags_count_errors(diags) > 0);

	r = wordlist_read_emoji(descriptions, arena, "emoji", bytes, diags);
	assert(r == 0 || r == -ENOMEM);
	return 0;
}
