/* A query, a line break, a text: what compiles is matched and explained. */
#include <assert.h>
#include <errno.h>

#include "base/diags.h"
#include "base/str.h"
#include "base/utf8.h"
#include "fuzz/fuzz.h"
#include "match/engine.h"
#include "match/query.h"

enum { ARENA_BYTES = 64 << 20 };

static void check_diags(const struct diags *diags, int r)
{
	assert(r == 0 || diags_count_errors(diags) > 0 || r == -ENOMEM);
	for (size_t i = 0; i < diags_count(diags); i++)
		assert(diags_get(diags, i)->line > 0 && diags_get(diags, i)->column > 0);
}

static void match(struct engine *engine, const struct post *post, struct arena *arena)
{
	const size_t len = utf8_length(slice_of(post->text));
	struct match *matches;
	struct verdicts verdicts;
	size_t n;

	if (engine_match(engine, post, arena, &matches, &n) < 0)
		return;
	for (size_t i = 0; n > 0 && i < matches[0].n_hits; i++) {
		assert(matches[0].hits[i].start < matches[0].hits[i].end);
		assert(matches[0].hits[i].end <= len);
	}
	if (engine_explain(engine, NULL, post, arena, &verdicts) == 0)
		assert(verdicts.items[0].matched == (n > 0));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	CLEANUP(diags_freep) struct diags *diags = NULL;
	CLEANUP(engine_freep) struct engine *engine = NULL;
	CLEANUP(arena_freep) struct arena *arena = NULL;
	struct slice rest = slice_from((const char *)data, size);
	struct query *query = NULL;
	struct slice text;

	if (size == 0 || !slice_split(&rest, '\n', &text) || diags_new(&diags) < 0 ||
		engine_new(&engine) < 0 || arena_new(ARENA_BYTES, &arena) < 0)
		return 0;

	const int r = query_compile(text, &query, diags);

	check_diags(diags, r);
	if (r < 0 || engine_add(engine, NULL, query) < 0)
		return 0;

	struct str valid = STR_INIT(1 << 20);

	utf8_add_valid(&valid, rest.ptr ? rest : SLICE(""));
	match(engine, &(struct post){.text = str_text(&valid), .lang = "en"}, arena);
	str_done(&valid);
	return engine_remove(engine, NULL);
}
