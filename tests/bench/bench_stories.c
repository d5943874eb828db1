/* What it costs to find the story of a mention, by how many mentions there are in
 * the window: features, look-up, comparisons and rows.  It must not grow with
 * the window.
 *
 *	bench_stories
 */
#include <stdio.h>
#include <stdlib.h>

#include "base/arena.h"
#include "bench.h"
#include "dedupe/sketch.h"
#include "store/store.h"
#include "text/words.h"

enum { TEXT_WORDS = 30, N_TIMED = 1000, N_WORDS_KNOWN = 20000, ARENA_MAX = 64 << 20 };

#define NOW_US (INT64_C(1795000000) * US_PER_S)

static const struct story_settings settings = {
	.distance = 0.1, .least_words = 6, .window_us = 3 * US_PER_DAY};

static void need(int r, const char *what)
{
	if (r >= 0)
		return;
	fprintf(stderr, "%s: %d %s\n", what, r, store_error_text(NULL));
	exit(1);
}

/* Words as in a language: a few are in every post, most are rare. */
static void add_text(struct str *text, struct random *random)
{
	for (int i = 0; i < TEXT_WORDS; i++) {
		const double u = random_fraction(random);

		str_add_format(text, "w%d ", (int)(u * u * u * N_WORDS_KNOWN));
	}
}

static struct store *open_store(void)
{
	static struct source_settings source = {.name = "bench", .url = "x", .enabled = true};
	const struct settings all = {.sources = &source, .n_sources = 1};
	struct store *store;

	need(store_open(":memory:", STORE_CREATE, &store), "open");
	need(store_apply_settings(store, &all, NOW_US), "settings");
	return store;
}

struct bench {
	struct store *store;
	struct words *words;
	struct arena *arena;
	struct random random;
	size_t n_posts, n_kin;
};

static void add_one(struct bench *bench)
{
	CLEANUP(str_done) struct str text = STR_INIT(4096);
	struct sketch sketch;
	struct stored_post stored;
	struct kin *kin;
	size_t n_kin;
	int64_t story;

	arena_reset(bench->arena);
	add_text(&text, &bench->random);

	char *id = arena_format(bench->arena, "post-%zu", bench->n_posts++);
	const struct post post = {.source = "bench", .id = id, .text = str_text(&text)};
	const struct identity identity = {.id_key = id};

	need(store_add_post(bench->store, &post, &identity, NOW_US, &stored), "post");
	need(sketch_of(&post, &settings, bench->words, bench->arena, &sketch), "sketch");

	const struct kin_search search = {.post_id = stored.id,
		.window_us = settings.window_us,
		.features = {sketch.features, sketch.n_features}};

	need(store_find_kin(bench->store, &search, bench->arena, &kin, &n_kin), "kin");
	bench->n_kin += n_kin;
	need(store_set_story(bench->store, stored.id, 0, &search.features, &story), "story");
}

/* CPU microseconds a post for the next N. */
static double add_many(struct bench *bench, size_t n)
{
	const double start_s = bench_cpu_s();

	bench->n_kin = 0;
	for (size_t i = 0; i < n; i++)
		add_one(bench);
	return (bench_cpu_s() - start_s) * 1e6 / (double)n;
}

int main(void)
{
	static const size_t windows[] = {1000, 10000, 100000, 300000};
	struct bench bench = {.store = open_store(), .random = {.state = 3}};

	need(words_new(&bench.words), "words");
	need(arena_new(ARENA_MAX, &bench.arena), "arena");
	need(store_begin(bench.store), "begin");
	for (size_t i = 0; i < ARRAY_SIZE(windows); i++) {
		add_many(&bench, windows[i] - N_TIMED - bench.n_posts % windows[i]);
		const double us = add_many(&bench, N_TIMED);

		printf("%7zu mentions in the window: %6.1f us CPU a mention, %.1f candidates\n",
			bench.n_posts, us, (double)bench.n_kin / N_TIMED);
	}
	need(store_commit(bench.store), "commit");

	store_close(bench.store);
	words_free(bench.words);
	arena_free(bench.arena);
	return 0;
}
