#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/map.h"
#include "base/utf8.h"
#include "store/digest.h"
#include "text/words.h"

enum {
	MOST_RISING = 10,
	MIN_STORIES = 3,     /* fewer is chance */
	MIN_LETTERS = 3,     /* shorter words say little by themselves */
	MIN_RUN_LETTERS = 2, /* in scripts without spaces they do */
	MAX_STORIES = 20000, /* the latest of both windows together */
};

/* A word or tag, and in how many stories it stands. */
struct counted {
	const char *text; /* as first seen */
	size_t n_now, n_before;
	size_t last_story; /* which counted it: each counts once */
	double rise;
};

/* Counts words of the window and of the one before it. */
struct tally {
	struct words *words;
	struct arena *arena;
	struct map *own;              /* keys of the streams' own terms: they do not rise */
	const struct map *stop_words; /* bases; NULL: none */
	struct map *index;
	struct counted *list;
	size_t n, room;
	size_t n_now, n_before; /* stories */
	size_t story;           /* the one that is read, from 1 */
	bool is_now;
};

static void tally_done(struct tally *tally)
{
	words_free(tally->words);
	map_free(tally->own);
	map_free(tally->index);
	free(tally->list);
}

/* --- counting --------------------------------------------------------------- */

static int find_counted(
	struct tally *tally, struct slice key, struct slice text, struct counted **ret)
{
	union map_value at;
	int r;

	if (map_find(tally->index, key, &at)) {
		*ret = &tally->list[at.number];
		return 0;
	}

	r = array_make_room(&tally->list, &tally->room, tally->n + 1, sizeof(*tally->list));
	if (r == 0)
		r = map_set(tally->index, key, (union map_value){.number = (int64_t)tally->n});
	if (r < 0)
		return r;

	*ret = &tally->list[tally->n++];
	**ret = (struct counted){.text = arena_copy(tally->arena, text)};
	return (*ret)->text ? 0 : -ENOMEM;
}

static int count_word(struct tally *tally, struct slice key, struct slice text)
{
	struct counted *counted;
	const int r = find_counted(tally, key, text, &counted);

	if (r < 0 || counted->last_story == tally->story)
		return r;

	counted->last_story = tally->story;
	if (tally->is_now)
		counted->n_now++;
	else
		counted->n_before++;
	return 0;
}

/* Tags are counted as such, and are no words besides. */
static bool is_in_tag(struct slice text, struct slice word)
{
	return word.ptr > text.ptr && (word.ptr[-1] == '#' || word.ptr[-1] == '@');
}

static bool is_stop_word(const struct tally *tally, const struct word *word)
{
	return tally->stop_words && map_find(tally->stop_words, word->base, NULL);
}

static bool is_telling(const struct tally *tally, const struct word *word)
{
	const size_t least = word->kind == WORD_RUN ? MIN_RUN_LETTERS : MIN_LETTERS;

	return word->kind != WORD_EMOJI && !is_digit(word->key.ptr[0]) &&
	       utf8_length(word->key) >= least && !is_stop_word(tally, word) &&
	       !map_find(tally->own, word->key, NULL);
}

static int count_run(struct tally *tally, const struct word *run)
{
	const struct word *list;
	size_t n;
	int r = words_segments(tally->words, run, &list, &n);

	for (size_t i = 0; r == 0 && i < n; i++)
		if (is_telling(tally, &list[i]))
			r = count_word(tally, list[i].key, list[i].raw);
	return r;
}

static int count_text(struct tally *tally, struct slice text)
{
	const struct word *list;
	size_t n;
	int r = words_split(tally->words, text, &list, &n);

	for (size_t i = 0; r == 0 && i < n; i++) {
		if (list[i].kind == WORD_RUN)
			r = count_run(tally, &list[i]);
		else if (!is_in_tag(text, list[i].raw) && is_telling(tally, &list[i]))
			r = count_word(tally, list[i].key, list[i].raw);
	}
	return r;
}

/* A tag's key begins with '#', so that it is never that of a word. */
static int count_tag(struct tally *tally, struct slice tag)
{
	struct slice key;
	int r = words_key(tally->words, tag, &key, NULL);

	if (r < 0 || map_find(tally->own, key, NULL))
		return r;

	const char *text = arena_format(tally->arena, "#%.*s", SLICE_FMT(tag));
	const char *name = arena_format(tally->arena, "#%.*s", SLICE_FMT(key));

	if (!text || !name)
		return -ENOMEM;

	return count_word(tally, slice_of(name), slice_of(text));
}

static int count_tags(struct store *store, struct tally *tally, int64_t post_id)
{
	static const char list_sql[] = "SELECT text FROM post_tag"
				       " WHERE post_id = ? AND kind = 'hashtag' ORDER BY position";
	CLEANUP(rows_done) struct rows rows = {0};
	int r = rows_open(&rows, store, list_sql, VALUES(value_int(post_id)), NULL);

	while (r >= 0 && (r = rows_next(&rows)) > 0)
		r = count_tag(tally, rows_borrow(&rows));
	return r;
}

/* --- reading ---------------------------------------------------------------- */

static int add_own(struct tally *tally, struct slice text)
{
	const struct word *list;
	size_t n;
	int r = words_split(tally->words, text, &list, &n);

	for (size_t i = 0; r >= 0 && i < n; i++)
		r = map_set(tally->own, list[i].key, (union map_value){0});
	return MIN(r, 0);
}

/* What the streams look for: their names, and what their queries found. */
static int read_own(struct store *store, struct tally *tally, const struct digest *digest)
{
	static const char list_sql[] =
		"SELECT name FROM stream UNION SELECT label FROM stream UNION"
		" SELECT t.text FROM mention AS m JOIN mention_term AS t ON t.mention_id = m.id"
		" WHERE m.fetched_utc >= ? AND m.fetched_utc < ?";
	CLEANUP(rows_done) struct rows rows = {0};
	int r = rows_open(&rows, store, list_sql,
		VALUES(value_time(digest_before_us(digest)), value_time(digest->until_us)), NULL);

	while (r >= 0 && (r = rows_next(&rows)) > 0)
		r = add_own(tally, rows_borrow(&rows));
	return r;
}

/* The first post of each story in each window (SQLite takes the other columns
 * from the row of the minimum): a copy only repeats its words. */
static int read_stories(struct store *store, struct tally *tally, const struct digest *digest)
{
	static const char list_sql[] =
		"SELECT min(p.id) AS id, m.fetched_utc >= ?2 AS is_now, p.title, p.text"
		" FROM mention AS m JOIN post AS p ON p.id = m.post_id"
		" WHERE m.fetched_utc >= ?1 AND m.fetched_utc < ?3"
		" GROUP BY p.story_id, is_now HAVING p.id = min(p.id)"
		" ORDER BY p.id DESC LIMIT ?4";
	CLEANUP(rows_done) struct rows rows = {0};
	int r = rows_open(&rows, store, list_sql,
		VALUES(value_time(digest_before_us(digest)), value_time(digest->from_us),
			value_time(digest->until_us), value_int(MAX_STORIES)),
		NULL);

	while (r >= 0 && (r = rows_next(&rows)) > 0) {
		const int64_t id = rows_int(&rows);

		tally->story++;
		tally->is_now = rows_flag(&rows);
		tally->n_now += tally->is_now;
		tally->n_before += !tally->is_now;
		r = count_text(tally, rows_borrow(&rows));
		if (r == 0)
			r = count_text(tally, rows_borrow(&rows));
		if (r == 0)
			r = count_tags(store, tally, id);
	}
	return r;
}

/* --- choosing --------------------------------------------------------------- */

/* How far the count is above what the window before lets expect, in its own
 * spread (that of a Poisson count). */
static double rise_of(const struct tally *tally, const struct counted *counted)
{
	const double scale =
		tally->n_before > 0 ? (double)tally->n_now / (double)tally->n_before : 1;
	const double expected = (double)counted->n_before * scale;

	if (counted->n_now < MIN_STORIES || (double)counted->n_now < 2 * expected)
		return 0;

	return ((double)counted->n_now - expected) / sqrt(expected + 1);
}

static int by_rise(const void *a, const void *b)
{
	const struct counted *one = a;
	const struct counted *other = b;

	if (one->rise != other->rise)
		return one->rise < other->rise ? 1 : -1;

	return strcmp(one->text, other->text);
}

static int choose(struct tally *tally, struct arena *arena, struct digest *digest)
{
	size_t n = 0;

	for (size_t i = 0; i < tally->n; i++)
		tally->list[i].rise = rise_of(tally, &tally->list[i]);
	if (tally->n > 0)
		qsort(tally->list, tally->n, sizeof(*tally->list), by_rise);
	while (n < MIN(tally->n, (size_t)MOST_RISING) && tally->list[n].rise > 0)
		n++;

	digest->n_rising = 0;
	digest->rising = arena_array(arena, MAX(n, 1), sizeof(*digest->rising));
	if (!digest->rising)
		return -ENOMEM;

	for (size_t i = 0; i < n; i++)
		digest->rising[i] = (struct rising_word){
			.text = tally->list[i].text,
			.n_now = tally->list[i].n_now,
			.n_before = tally->list[i].n_before,
		};
	digest->n_rising = n;
	return 0;
}

int digest_load_rising(struct store *store, struct arena *arena, struct digest *digest)
{
	CLEANUP(tally_done) struct tally tally = {.arena = arena, .stop_words = digest->stop_words};
	int r = words_new(&tally.words);

	if (r == 0)
		r = map_new(&tally.own);
	if (r == 0)
		r = map_new(&tally.index);
	if (r == 0)
		r = read_own(store, &tally, digest);
	if (r == 0)
		r = read_stories(store, &tally, digest);

	return r < 0 ? r : choose(&tally, arena, digest);
}
