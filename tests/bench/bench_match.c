/* Posts a CPU second at 10 to 100,000 streams, beside one PCRE2-JIT regular
 * expression for each brand.
 *
 * Posts are 200 characters of words drawn from a vocabulary by Zipf's law, as
 * in running text; one in ten names a brand.  Each stream looks for a brand of
 * its own, alone or beside a word of the vocabulary, and excludes another word.
 * All is made from a seed.
 */
#define PCRE2_CODE_UNIT_WIDTH 8

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <pcre2.h>

#include "base/arena.h"
#include "bench.h"
#include "match/engine.h"
#include "match/query.h"

enum {
	N_WORDS = 50000, /* in the vocabulary */
	N_POSTS = 2000,
	NAMING = 10, /* one post in so many names a brand */
	POST_BYTES = 200,
	WORD_MAX = 16,
	TEXT_MAX = 256,
	ARENA_BYTES = 64 << 20,
	MOST_REGEXES = 1000,
};

static char vocabulary[N_WORDS][WORD_MAX];
static char posts[N_POSTS][TEXT_MAX];

static void die(const char *what)
{
	fprintf(stderr, "bench_match: %s\n", what);
	exit(EXIT_FAILURE);
}

static size_t pick(struct random *random, size_t n)
{
	return (size_t)(random_fraction(random) * (double)n);
}

static void make_words(struct random *random)
{
	static const char *const parts[] = {"ka", "ri", "to", "ne", "sha", "mo", "lu", "wen", "bi",
		"stra", "po", "gi", "dra", "el", "un", "ta", "ver", "chi", "fo", "zu"};

	for (size_t i = 0; i < N_WORDS; i++) {
		const size_t n = 2 + pick(random, 3);

		for (size_t j = 0; j < n; j++)
			strcat(vocabulary[i], parts[pick(random, ARRAY_SIZE(parts))]);
	}
}

/* Zipf's law with exponent 1: the logarithm of the rank is uniform. */
static const char *any_word(struct random *random)
{
	const double rank = exp(random_fraction(random) * log((double)N_WORDS));

	return vocabulary[MIN((size_t)rank, (size_t)N_WORDS) - 1];
}

/* The brand of stream I: a word of the vocabulary and what makes it one. */
static const char *brand(size_t i, char *text)
{
	snprintf(text, WORD_MAX * 2, "%s%zx", vocabulary[i % N_WORDS], i);
	return text;
}

/* Posts for N streams. */
static void make_posts(struct random *random, size_t n)
{
	char name[WORD_MAX * 2];

	for (size_t i = 0; i < N_POSTS; i++) {
		size_t len = 0;

		if (random_next(random) % NAMING == 0)
			len = (size_t)snprintf(
				posts[i], TEXT_MAX, "%s ", brand(pick(random, n), name));
		while (len < POST_BYTES) {
			const char *mark = random_next(random) % 8 == 0 ? ", " : " ";

			len += (size_t)snprintf(
				posts[i] + len, TEXT_MAX - len, "%s%s", any_word(random), mark);
		}
	}
}

static struct engine *make_engine(size_t n, struct random *random)
{
	struct engine *engine = NULL;

	if (engine_new(&engine) < 0)
		die("out of memory");
	for (size_t i = 0; i < n; i++) {
		struct query *query = NULL;
		char text[TEXT_MAX];
		char name[WORD_MAX * 2];

		brand(i, name);
		snprintf(text, sizeof(text), "(%s OR #%s OR \"%s %s\") NOT %s", name, name, name,
			any_word(random), any_word(random));
		if (query_compile(slice_of(text), &query, NULL) < 0 ||
			engine_add(engine, name, query) < 0)
			die("a query was refused");
	}
	return engine;
}

/* Posts a second through ENGINE for at least SECONDS; *RET_HITS is the number
 * of streams that a post matched on average. */
static double rate_of_engine(struct engine *engine, double seconds, double *ret_hits)
{
	CLEANUP(arena_freep) struct arena *arena = NULL;
	size_t n_posts = 0;
	size_t n_matches = 0;
	double spent = 0;

	if (arena_new(ARENA_BYTES, &arena) < 0)
		die("out of memory");

	const double start = bench_cpu_s();

	while (spent < seconds) {
		for (size_t i = 0; i < N_POSTS; i++) {
			const struct post post = {.text = posts[i]};
			struct match *matches;
			size_t n;

			arena_reset(arena);
			if (engine_match(engine, &post, arena, &matches, &n) < 0)
				die("a post was refused");
			n_matches += n;
		}
		n_posts += N_POSTS;
		spent = bench_cpu_s() - start;
	}
	*ret_hits = (double)n_matches / (double)n_posts;
	return (double)n_posts / spent;
}

static double rate_of_regexes(size_t n, double seconds)
{
	pcre2_code **codes = calloc(n, sizeof(*codes));
	pcre2_match_data *matched = pcre2_match_data_create(4, NULL);
	size_t n_posts = 0;
	double spent = 0;

	if (!codes || !matched)
		die("out of memory");
	for (size_t i = 0; i < n; i++) {
		char name[WORD_MAX * 2];
		char text[TEXT_MAX];
		PCRE2_SIZE at;
		int error;

		snprintf(text, sizeof(text), "\\b%s\\b", brand(i, name));
		codes[i] = pcre2_compile((PCRE2_SPTR)text, PCRE2_ZERO_TERMINATED,
			PCRE2_UTF | PCRE2_UCP | PCRE2_CASELESS, &error, &at, NULL);
		if (!codes[i] || pcre2_jit_compile(codes[i], PCRE2_JIT_COMPLETE) < 0)
			die("a regular expression was refused");
	}

	const double start = bench_cpu_s();

	for (size_t post = 0; spent < seconds; post = (post + 1) % N_POSTS) {
		for (size_t i = 0; i < n; i++)
			pcre2_match(codes[i], (PCRE2_SPTR)posts[post], strlen(posts[post]), 0,
				PCRE2_NO_UTF_CHECK, matched, NULL);
		n_posts++;
		spent = bench_cpu_s() - start;
	}
	for (size_t i = 0; i < n; i++)
		pcre2_code_free(codes[i]);
	pcre2_match_data_free(matched);
	free(codes);
	return (double)n_posts / spent;
}

int main(int argc, char **argv)
{
	const bool quick = argc > 1 && strcmp(argv[1], "--quick") == 0;
	const size_t only = argc > 1 && !quick ? strtoul(argv[1], NULL, 10) : 0;
	const size_t most = quick ? 100 : only > 0 ? only : 100000;
	const double seconds = quick ? 0.01 : 2;
	struct random random = {.state = 20261121};

	make_words(&random);
	printf("%8s %12s %14s %16s\n", "streams", "posts/s", "matches/post", "regexes posts/s");
	for (size_t n = only > 0 ? only : 10; n <= most; n *= 10) {
		struct engine *engine = make_engine(n, &random);
		double hits;

		make_posts(&random, n);

		const double rate = rate_of_engine(engine, seconds, &hits);

		printf("%8zu %12.0f %14.4f", n, rate, hits);
		if (n <= MOST_REGEXES)
			printf(" %16.0f", rate_of_regexes(n, seconds / 2));
		printf("\n");
		fflush(stdout);
		engine_free(engine);
	}
	return EXIT_SUCCESS;
}
