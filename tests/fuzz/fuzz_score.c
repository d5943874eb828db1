/* Any bytes as title and text of a post, with hits and own names cut out of
 * them, by both tables of rules: figures stay within their ranges and terms where the text is. */
#include <assert.h>
#include <math.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/str.h"
#include "base/utf8.h"
#include "fuzz/fuzz.h"
#include "score/scorer.h"

enum { MAX_TEXT_BYTES = 1 << 16 };

enum { OWN_RULES, VADER_RULES, N_RULES };

static struct scorer *get_scorer(size_t rules)
{
	static struct scorer *scorers[N_RULES];
	static const struct scorer_options options[N_RULES] = {
		[OWN_RULES] = {.folder = MENTIOND_SOURCE_DIR "/config/lexicons"},
		[VADER_RULES] = {.wordlist = MENTIOND_SOURCE_DIR "/tests/fixtures/score/words.txt",
			.descriptions = MENTIOND_SOURCE_DIR "/tests/fixtures/score/emoji.txt"},
	};

	if (!scorers[rules] && scorer_open(&options[rules], &scorers[rules], NULL) < 0)
		abort();
	return scorers[rules];
}

static void check(const struct sentiment *sentiment, const struct post *post)
{
	assert(fabs(sentiment->compound) <= 1);
	assert(sentiment->anger >= 0 && sentiment->anger <= 1);
	assert(sentiment->coverage >= 0 && sentiment->coverage <= 1);
	for (size_t i = 0; i < sentiment->n_terms; i++) {
		const struct scored_term *term = &sentiment->terms[i];
		const char *field = post_field(post, term->field);

		assert(isfinite(term->valence) && isfinite(term->anger));
		assert(term->start < term->end);
		assert(term->end <= utf8_length(slice_of(field)));
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	CLEANUP(arena_freep) struct arena *arena = NULL;
	CLEANUP(str_done) struct str text = STR_INIT(MAX_TEXT_BYTES);
	struct sentiment sentiment;

	/* A post's strings are well-formed: its decoder saw to that. */
	utf8_add_valid(&text, slice_from((const char *)data, size));
	if (str_error(&text) < 0 || arena_new((size_t)256 << 20, &arena) < 0)
		return 0;

	const char *name = arena_copy(arena, utf8_prefix(str_slice(&text), 8));
	const struct texts own = {.items = &name, .n = 1};
	const struct post post = {
		.title = size % 2 ? str_text(&text) : NULL, .text = str_text(&text)};
	const struct hit hits[] = {
		{.field = FIELD_TEXT, .start = 1, .end = 3},
		{.field = FIELD_TEXT, .start = size / 2, .end = size},
	};
	const struct hit rivals[] = {
		{.field = FIELD_TEXT, .start = 4, .end = 6},
		{.field = FIELD_TEXT, .start = size / 3, .end = size / 2 + 1},
	};
	const struct score_request request = {.explain = true,
		.post = &post,
		.hits = hits,
		.n_hits = size % 3,
		.rivals = rivals,
		.n_rivals = size % 7 % 3,
		.own = size % 5 ? NULL : &own};

	for (size_t rules = 0; rules < N_RULES; rules++)
		if (scorer_score(get_scorer(rules), &request, arena, &sentiment) == 0)
			check(&sentiment, &post);
	return 0;
}
