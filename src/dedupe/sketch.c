#include "dedupe/sketch.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/map.h"
#include "base/utf8.h"
#include "text/words.h"

enum {
	SHINGLE_WORDS = 3,
	/* A story is told by how it begins: a copy that is cut is compared with
	 * as much.  The other side is read a little further, behind a dateline. */
	BODY_WORDS = 120,
	ALL_WORDS = 160,
	FIELD_MAX_BYTES = 8192,
	/* Windows are small at the start, where short posts and cut copies are. */
	NEAR_START = 16,
	WINDOW_NEAR_START = 4,
	WINDOW_BEHIND = 16,
};

/* Any fixed number: features are stored. */
#define WORD_SEED UINT64_C(0x73746f7279)

/* The words of one field as hashes. */
struct reading {
	uint32_t words[ALL_WORDS];
	size_t n;
};

/* Shingles as they are collected. */
struct shingles {
	uint32_t list[2 * ALL_WORDS];
	size_t n;
};

static void add_word(struct reading *reading, struct slice key)
{
	if (reading->n < ALL_WORDS)
		reading->words[reading->n++] = (uint32_t)hash_bytes(key, WORD_SEED);
}

static int add_run(struct reading *reading, struct words *words, const struct word *run)
{
	const struct word *segments;
	size_t n;
	const int r = words_segments(words, run, &segments, &n);

	for (size_t i = 0; r >= 0 && i < n; i++)
		add_word(reading, segments[i].base);
	return r;
}

/* TEXT without an ellipsis at its end; whether it cut the word before it. */
static bool cut_ellipsis(struct slice *text)
{
	static const char *const signs[] = {"…", "..."};
	struct slice rest = slice_trim(*text);

	for (size_t i = 0; i < ARRAY_SIZE(signs); i++) {
		const struct slice sign = slice_of(signs[i]);

		if (!slice_ends_with(rest, sign))
			continue;
		*text = slice_from(rest.ptr, rest.len - sign.len);
		return text->len > 0 && !is_space(text->ptr[text->len - 1]);
	}
	return false;
}

/* "RT @name: text" says what the text says, also where it is cut. */
static struct slice skip_retweet(struct slice text)
{
	const struct slice rest = slice_trim(text);
	size_t at = strlen("RT @");

	if (!slice_starts_with(rest, SLICE("RT @")))
		return text;
	while (at < rest.len && !is_space(rest.ptr[at]))
		at++;
	return slice_skip(rest, at);
}

static int read_field(const char *field, struct words *words, struct reading *ret)
{
	const struct slice whole = skip_retweet(slice_of(field));
	struct slice text = utf8_prefix(whole, FIELD_MAX_BYTES);
	const bool is_cut = whole.len > FIELD_MAX_BYTES || cut_ellipsis(&text);
	const struct word *list;
	size_t n;
	int r = words_split(words, text, &list, &n);

	ret->n = 0;
	for (size_t i = 0; r >= 0 && i < n && ret->n < ALL_WORDS; i++) {
		if (list[i].kind == WORD_RUN)
			r = add_run(ret, words, &list[i]);
		else
			add_word(ret, list[i].base);
	}
	/* Half a word is in no other text. */
	if (is_cut && ret->n > 0 && ret->n < ALL_WORDS)
		ret->n--;
	return r;
}

static void add_shingles(struct shingles *shingles, const struct reading *reading, size_t n_words)
{
	const size_t n = MIN(n_words, reading->n);

	for (size_t i = 0; i + SHINGLE_WORDS <= n; i++) {
		const struct slice words = slice_from((const char *)&reading->words[i],
			SHINGLE_WORDS * sizeof(reading->words[i]));

		shingles->list[shingles->n++] = (uint32_t)hash_bytes(words, WORD_SEED);
	}
}

static size_t window_at(size_t start)
{
	return start < NEAR_START ? WINDOW_NEAR_START : WINDOW_BEHIND;
}

static void add_features(struct shingles *features, const uint32_t *list, size_t n)
{
	size_t last = SIZE_MAX;

	for (size_t start = 0; start < n; start++) {
		const size_t end = MIN(start + window_at(start), n);
		size_t smallest = start;

		for (size_t i = start + 1; i < end; i++)
			if (list[i] < list[smallest])
				smallest = i;
		if (smallest != last)
			features->list[features->n++] = list[smallest];
		last = smallest;
		if (end == n)
			break;
	}
}

static int compare(const void *a, const void *b)
{
	const uint32_t x = *(const uint32_t *)a;
	const uint32_t y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

/* A sorted copy, each once. */
static int copy_sorted(
	struct shingles *shingles, struct arena *arena, uint32_t **ret, size_t *ret_n)
{
	uint32_t *list = arena_array(arena, shingles->n + 1, sizeof(*list));
	size_t n = 0;

	if (!list)
		return -ENOMEM;

	qsort(shingles->list, shingles->n, sizeof(*list), compare);
	for (size_t i = 0; i < shingles->n; i++)
		if (n == 0 || list[n - 1] != shingles->list[i])
			list[n++] = shingles->list[i];

	*ret = list;
	*ret_n = n;
	return 0;
}

int sketch_of(const struct post *post, const struct story_settings *settings, struct words *words,
	struct arena *arena, struct sketch *ret)
{
	struct sketch sketch = {0};
	struct reading title;
	struct reading text;
	struct shingles all = {.n = 0};
	struct shingles body = {.n = 0};
	struct shingles features = {.n = 0};
	int r = read_field(post->title, words, &title);

	if (r >= 0)
		r = read_field(post->text, words, &text);
	if (r < 0)
		return r;

	const size_t n_title = text.n < SKETCH_EXACT_WORDS ? title.n : 0;

	sketch.n_words = MIN(n_title, BODY_WORDS) + MIN(text.n, BODY_WORDS);
	add_shingles(&body, &title, MIN(n_title, BODY_WORDS));
	add_shingles(&body, &text, BODY_WORDS);
	add_shingles(&all, &title, ALL_WORDS);
	if (sketch.n_words >= settings->least_words)
		add_features(&features, all.list, all.n);

	const size_t n_of_title = all.n;

	add_shingles(&all, &text, ALL_WORDS);
	if (sketch.n_words >= settings->least_words)
		add_features(&features, all.list + n_of_title, all.n - n_of_title);

	r = copy_sorted(&all, arena, &sketch.all, &sketch.n_all);
	if (r == 0)
		r = copy_sorted(&body, arena, &sketch.body, &sketch.n_body);
	if (r == 0)
		r = copy_sorted(&features, arena, &sketch.features, &sketch.n_features);
	if (r < 0)
		return r;

	*ret = sketch;
	return 0;
}

/* How many of A's N are not among the M of B. */
static size_t count_missing(const uint32_t *a, size_t n, const uint32_t *b, size_t m)
{
	size_t n_missing = 0;
	size_t j = 0;

	for (size_t i = 0; i < n; i++) {
		while (j < m && b[j] < a[i])
			j++;
		n_missing += j == m || b[j] != a[i];
	}
	return n_missing;
}

/* Each word that differs costs the shingles that hold it. */
static bool is_copy(const struct sketch *copy, const struct sketch *whole,
	const struct story_settings *settings)
{
	const size_t n_beyond = copy->n_words - MIN(copy->n_words, (size_t)SKETCH_EXACT_WORDS);
	const size_t n_may_differ = (size_t)((double)n_beyond * settings->distance);

	return copy->n_features > 0 && count_missing(copy->body, copy->n_body, whole->all,
					       whole->n_all) <= SHINGLE_WORDS * n_may_differ;
}

bool sketch_is_near(
	const struct sketch *a, const struct sketch *b, const struct story_settings *settings)
{
	return a->n_features > 0 && b->n_features > 0 &&
	       (is_copy(a, b, settings) || is_copy(b, a, settings));
}
