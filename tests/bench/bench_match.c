/* Posts a CPU second at 10 to 100,000 streams, beside one PCRE2-JIT regular
 * expression for each brand and, where it is installed, Hyperscan with all brands
 * as literals; what adding a stream costs, and how much memory it takes.
 *
 * Short posts have 200 characters, articles 6,000, in six scripts; their words
 * are drawn from vocabularies by Zipf's law, as in running text, and one in ten
 * names a brand.  Each stream looks for a brand of its own, alone or beside a
 * word, and excludes another word.  All is made from a seed.
 */
#define PCRE2_CODE_UNIT_WIDTH 8

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <malloc.h>

#ifdef HAVE_HYPERSCAN
#include <hs.h>
#endif
#include <pcre2.h>

#include "base/arena.h"
#include "base/utf8.h"
#include "bench.h"
#include "match/engine.h"
#include "match/query.h"

enum {
	N_LANGUAGES = 6,
	N_WORDS = 10000, /* in a vocabulary */
	N_PARTS = 10,
	N_POSTS = 2000,
	N_ARTICLES = 100,
	NAMING = 10, /* one post in so many names a brand */
	POST_CHARACTERS = 200,
	ARTICLE_CHARACTERS = 6000,
	WORD_MAX = 64,
	QUERY_MAX = 512,
	N_ADDED = 200,
	ARENA_BYTES = 64 << 20,
	MOST_REGEXES = 1000,
};

/* What words are made of; Khmer is written without spaces. */
static const struct {
	const char *parts[N_PARTS];
	const char *space;
} languages[N_LANGUAGES] = {
	{{"ka", "ri", "to", "ne", "sha", "mo", "lu", "wen", "stra", "po"}, " "},
	{{"wa", "te", "ja", "mto", "ni", "ki", "ku", "li", "bu", "za"}, " "},
	{{"хэ", "рэг", "лэг", "ийн", "өд", "үнэ", "ба", "на", "гу", "ший"}, " "},
	{{"հա", "ճա", "խորդ", "նե", "րը", "ծա", "ռայ", "ութ", "լավ", "իկ"}, " "},
	{{"ગ્રા", "હક", "સે", "વા", "ખ", "રાબ", "છે", "ખૂ", "બ", "નો"}, " "},
	{{"ខ្ញុំ", "ចូល", "ចិត្ត", "ភ្នំ", "ពេញ", "សេ", "វា", "កម្ម", "មិន", "ល្អ"}, ""},
};

struct sample {
	const char **texts;
	size_t n;
};

static char vocabularies[N_LANGUAGES][N_WORDS][WORD_MAX];

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
	for (size_t language = 0; language < N_LANGUAGES; language++) {
		for (size_t i = 0; i < N_WORDS; i++) {
			const size_t n = 2 + pick(random, 3);

			char *word = vocabularies[language][i];

			for (size_t j = 0; j < n; j++) {
				const size_t len = strlen(word);

				snprintf(word + len, sizeof(vocabularies[language][i]) - len, "%s",
					languages[language].parts[pick(random, N_PARTS)]);
			}
		}
	}
}

/* Zipf's law with exponent 1: the logarithm of the rank is uniform. */
static const char *any_word(struct random *random, size_t language)
{
	const double rank = exp(random_fraction(random) * log((double)N_WORDS));

	return vocabularies[language][MIN((size_t)rank, (size_t)N_WORDS) - 1];
}

/* The brand of stream I: a word and what makes it one. */
static const char *brand(size_t i, char *text)
{
	snprintf(text, WORD_MAX, "%s%zx", vocabularies[0][i % N_WORDS], i);
	return text;
}

static void add_text(struct str *str, struct random *random, size_t n_streams, size_t n_characters)
{
	const size_t language = pick(random, N_LANGUAGES);
	char name[WORD_MAX];
	size_t n = 0;

	if (random_next(random) % NAMING == 0)
		str_add_format(str, "%s ", brand(pick(random, n_streams), name));
	while (n < n_characters) {
		const char *word = any_word(random, language);

		str_add_format(str, "%s%s", word,
			random_next(random) % 8 == 0 ? ", " : languages[language].space);
		n += utf8_length(slice_of(word)) + 1;
	}
}

static struct sample make_sample(
	struct arena *arena, struct random *random, size_t n_streams, size_t n, size_t n_characters)
{
	struct sample sample = {arena_array(arena, n, sizeof(char *)), n};

	for (size_t i = 0; sample.texts && i < n; i++) {
		CLEANUP(str_done) struct str text = STR_INIT(1 << 20);

		add_text(&text, random, n_streams, n_characters);
		sample.texts[i] = arena_copy(arena, str_slice(&text));
		if (!sample.texts[i])
			die("out of memory");
	}
	return sample;
}

static void add_stream(struct engine *engine, size_t i, struct random *random)
{
	struct query *query = NULL;
	char text[QUERY_MAX];
	char name[WORD_MAX];

	brand(i, name);
	snprintf(text, sizeof(text), "(%s OR #%s OR \"%s %s\") NOT %s", name, name, name,
		any_word(random, pick(random, N_LANGUAGES)),
		any_word(random, pick(random, N_LANGUAGES)));
	if (query_compile(slice_of(text), &query, NULL) < 0 || engine_add(engine, name, query) < 0)
		die("a query was refused");
}

/* What N streams cost. */
struct costs {
	double bytes;                              /* of memory, each */
	double add_us;                             /* for one more */
	double posts, articles, regexes, literals; /* a CPU second; 0: not measured */
	double matches;                            /* a post */
};

static struct engine *make_engine(size_t n, struct random *random, struct costs *costs)
{
	struct engine *engine = NULL;
	const size_t before = mallinfo2().uordblks;

	if (engine_new(&engine) < 0)
		die("out of memory");
	for (size_t i = 0; i < n; i++)
		add_stream(engine, i, random);
	costs->bytes = (double)(mallinfo2().uordblks - before) / (double)n;

	const double start = bench_cpu_s();

	for (size_t i = 0; i < N_ADDED; i++)
		add_stream(engine, n + i, random);
	costs->add_us = (bench_cpu_s() - start) / N_ADDED * 1e6;
	return engine;
}

/* Texts a CPU second through ENGINE, for at least SECONDS. */
static double rate_of_engine(
	struct engine *engine, const struct sample *sample, double seconds, double *ret_matches)
{
	CLEANUP(arena_freep) struct arena *arena = NULL;
	size_t n_texts = 0;
	size_t n_matches = 0;
	double spent = 0;

	if (arena_new(ARENA_BYTES, &arena) < 0)
		die("out of memory");

	const double start = bench_cpu_s();

	while (spent < seconds) {
		for (size_t i = 0; i < sample->n; i++) {
			const struct post post = {.text = sample->texts[i]};
			struct match *matches;
			size_t n;

			arena_reset(arena);
			if (engine_match(engine, &post, arena, &matches, &n) < 0)
				die("a post was refused");
			n_matches += n;
		}
		n_texts += sample->n;
		spent = bench_cpu_s() - start;
	}
	if (ret_matches)
		*ret_matches = (double)n_matches / (double)n_texts;
	return (double)n_texts / spent;
}

static double rate_of_regexes(size_t n, const struct sample *sample, double seconds)
{
	pcre2_code **codes = calloc(n, sizeof(*codes));
	pcre2_match_data *matched = pcre2_match_data_create(4, NULL);
	size_t n_posts = 0;
	double spent = 0;

	if (!codes || !matched)
		die("out of memory");
	for (size_t i = 0; i < n; i++) {
		char name[WORD_MAX];
		char text[WORD_MAX * 2];
		PCRE2_SIZE at;
		int error;

		snprintf(text, sizeof(text), "\\b%s\\b", brand(i, name));
		codes[i] = pcre2_compile((PCRE2_SPTR)text, PCRE2_ZERO_TERMINATED,
			PCRE2_UTF | PCRE2_UCP | PCRE2_CASELESS, &error, &at, NULL);
		if (!codes[i] || pcre2_jit_compile(codes[i], PCRE2_JIT_COMPLETE) < 0)
			die("a regular expression was refused");
	}

	const double start = bench_cpu_s();

	for (size_t post = 0; spent < seconds; post = (post + 1) % sample->n) {
		const char *text = sample->texts[post];

		for (size_t i = 0; i < n; i++)
			pcre2_match(codes[i], (PCRE2_SPTR)text, strlen(text), 0, PCRE2_NO_UTF_CHECK,
				matched, NULL);
		n_posts++;
		spent = bench_cpu_s() - start;
	}
	for (size_t i = 0; i < n; i++)
		pcre2_code_free(codes[i]);
	pcre2_match_data_free(matched);
	free(codes);
	return (double)n_posts / spent;
}

#ifdef HAVE_HYPERSCAN
static int count_hit(unsigned int id, unsigned long long from, unsigned long long to,
	unsigned int flags, void *userdata)
{
	(void)id;
	(void)from;
	(void)to;
	(void)flags;
	++*(size_t *)userdata;
	return 0;
}

/* All brands as literals of one database: no words, no keys, no operators. */
static double rate_of_literals(size_t n, const struct sample *sample, double seconds)
{
	char(*names)[WORD_MAX] = calloc(n, sizeof(*names));
	const char **literals = calloc(n, sizeof(*literals));
	unsigned int *flags = calloc(n, sizeof(*flags));
	unsigned int *ids = calloc(n, sizeof(*ids));
	size_t *lengths = calloc(n, sizeof(*lengths));
	hs_database_t *database = NULL;
	hs_scratch_t *scratch = NULL;
	hs_compile_error_t *error = NULL;
	size_t n_posts = 0;
	size_t n_hits = 0;
	double spent = 0;

	if (!names || !literals || !flags || !ids || !lengths)
		die("out of memory");
	for (size_t i = 0; i < n; i++) {
		literals[i] = brand(i, names[i]);
		lengths[i] = strlen(names[i]);
		flags[i] = HS_FLAG_CASELESS;
		ids[i] = (unsigned int)i;
	}
	if (hs_compile_lit_multi(literals, flags, ids, lengths, (unsigned int)n, HS_MODE_BLOCK,
		    NULL, &database, &error) != HS_SUCCESS ||
		hs_alloc_scratch(database, &scratch) != HS_SUCCESS)
		die("Hyperscan refuses the literals");

	const double start = bench_cpu_s();

	for (size_t post = 0; spent < seconds; post = (post + 1) % sample->n) {
		const char *text = sample->texts[post];

		hs_scan(database, text, (unsigned int)strlen(text), 0, scratch, count_hit, &n_hits);
		n_posts++;
		if (post == 0)
			spent = bench_cpu_s() - start;
	}
	hs_free_scratch(scratch);
	hs_free_database(database);
	free(names);
	free(literals);
	free(flags);
	free(ids);
	free(lengths);
	return (double)n_posts / spent;
}
#else
static double rate_of_literals(size_t n, const struct sample *sample, double seconds)
{
	(void)n;
	(void)sample;
	(void)seconds;
	return 0;
}
#endif

static void measure(size_t n, double seconds, struct costs *ret)
{
	CLEANUP(arena_freep) struct arena *arena = NULL;
	struct random random = {.state = 20261121 + n};
	struct engine *engine = make_engine(n, &random, ret);

	if (arena_new(ARENA_BYTES, &arena) < 0)
		die("out of memory");

	const struct sample posts = make_sample(arena, &random, n, N_POSTS, POST_CHARACTERS);
	const struct sample articles =
		make_sample(arena, &random, n, N_ARTICLES, ARTICLE_CHARACTERS);

	ret->posts = rate_of_engine(engine, &posts, seconds, &ret->matches);
	ret->articles = rate_of_engine(engine, &articles, seconds / 2, NULL);
	ret->literals = rate_of_literals(n, &posts, seconds / 2);
	ret->regexes = n <= MOST_REGEXES ? rate_of_regexes(n, &posts, seconds / 2) : 0;
	engine_free(engine);
}

/* What was not measured is left empty. */
static void print_rate(int width, double rate)
{
	if (rate > 0)
		printf(" %*.0f", width, rate);
	else
		printf(" %*s", width, "-");
}

int main(int argc, char **argv)
{
	const bool quick = argc > 1 && strcmp(argv[1], "--quick") == 0;
	const size_t only = argc > 1 && !quick ? strtoul(argv[1], NULL, 10) : 0;
	const size_t most = quick ? 100 : only > 0 ? only : 100000;
	const double seconds = quick ? 0.01 : 2;
	struct random random = {.state = 20261121};
	double first = 0;

	make_words(&random);
	printf("%8s %9s %5s %10s %8s %8s %7s %10s %10s\n", "streams", "posts/s", "of 10",
		"articles/s", "matches", "add (us)", "bytes", "literals/s", "regexes/s");
	for (size_t n = only > 0 ? only : 10; n <= most; n *= 10) {
		struct costs costs = {0};

		measure(n, seconds, &costs);
		first = first > 0 ? first : costs.posts;
		printf("%8zu %9.0f %4.0f%% %10.0f %8.4f %8.1f %7.0f", n, costs.posts,
			costs.posts / first * 100, costs.articles, costs.matches, costs.add_us,
			costs.bytes);
		print_rate(10, costs.literals);
		print_rate(10, costs.regexes);
		printf("\n");
		fflush(stdout);
	}
	return EXIT_SUCCESS;
}
