#include "store/search.h"

#include <errno.h>

#include "base/utf8.h"
#include "store/lookup.h"
#include "store/rows.h"
#include "store/store.h"
#include "store/tokens.h"
#include "store/txn.h"
#include "text/entities.h"
#include "text/fold.h"
#include "text/letters.h"
#include "text/words.h"

enum {
	MAX_INDEXED_BYTES = 16 * 1024 * 1024,
	ZERO_WIDTH_SPACE = 0x200B,
};

/* What is written of one post. */
struct index_entry {
	struct str words;    /* title, text, #tags, @names, keys; one space between */
	struct str keys;     /* behind the words, so that they are in no phrase */
	struct str runs;     /* title and text, when they hold a script without spaces */
	struct str run_keys; /* behind the runs, where they are folded to something else */
	struct str nfc, plain;
	struct str seen, folded; /* tokens of what is written, and of a key */
	bool has_run;
};

int search_mark(struct store *store, int64_t post_id)
{
	static const char mark_sql[] = "INSERT OR IGNORE INTO search_todo (post_id) VALUES (?)";

	return sql_run(store, mark_sql, VALUES(value_int(post_id)));
}

static int remove_entry(struct store *store, int64_t post_id)
{
	static const char forget_words_sql[] = "DELETE FROM post_words WHERE rowid = ?";
	static const char forget_runs_sql[] = "DELETE FROM post_runs WHERE rowid = ?";
	const int r = sql_run(store, forget_words_sql, VALUES(value_int(post_id)));

	return r < 0 ? r : sql_run(store, forget_runs_sql, VALUES(value_int(post_id)));
}

static int mark_done(struct store *store, int64_t post_id)
{
	static const char done_sql[] = "DELETE FROM search_todo WHERE post_id = ?";

	return sql_run(store, done_sql, VALUES(value_int(post_id)));
}

int search_forget(struct store *store, int64_t post_id)
{
	const int r = remove_entry(store, post_id);

	return r < 0 ? r : mark_done(store, post_id);
}

int search_purge(struct store *store)
{
	static const char words_sql[] = "INSERT INTO post_words (post_words) VALUES ('optimize')";
	static const char runs_sql[] = "INSERT INTO post_runs (post_runs) VALUES ('optimize')";
	const int r = sql_run(store, words_sql, NO_VALUES);

	return r < 0 ? r : sql_run(store, runs_sql, NO_VALUES);
}

/* --- what is written -------------------------------------------------------- */

static void add_word(struct str *str, struct slice word)
{
	if (str->len > 0)
		str_add_char(str, ' ');
	str_add(str, word);
}

int search_tokens(struct store *store, struct slice text, struct str *ret)
{
	const int r = store->tokens ? 0 : tokens_new(store, &store->tokens);

	return r < 0 ? r : tokens_of(store->tokens, text, ret);
}

/* Writes KEY behind the words, SIGN before it, unless what the tables see of it is
 * what they see of the word. */
static int add_key(
	struct store *store, struct index_entry *entry, const char *sign, struct slice key)
{
	const int r = search_tokens(store, key, &entry->folded);

	if (r < 0 || slice_equals(str_slice(&entry->folded), str_slice(&entry->seen)))
		return r;

	add_word(&entry->keys, slice_of(sign));
	str_add(&entry->keys, key);
	return 0;
}

/* The word in NFC without what is ignored inside of words: the shell's tokeniser
 * would cut there. */
static int write_plain(struct index_entry *entry, struct slice raw)
{
	size_t at = 0;
	const int r = fold_nfc(raw, &entry->nfc);

	str_clear(&entry->plain);
	while (r == 0 && at < entry->nfc.len) {
		const uint32_t letter = utf8_next(str_slice(&entry->nfc), &at);

		if (letter_of(letter)->kind != LETTER_IGNORED)
			str_add_code_point(&entry->plain, letter);
	}
	add_word(&entry->words, str_slice(&entry->plain));
	return r;
}

/* A query looks for the key or the base of a word; what the tokeniser folds to
 * the same is found by the word itself. */
static int add_plain(struct store *store, struct index_entry *entry, const struct word *word)
{
	int r = write_plain(entry, word->raw);

	if (r < 0 || (slice_is_ascii(word->raw) && slice_is_ascii(word->key)))
		return r;

	r = search_tokens(store, str_slice(&entry->plain), &entry->seen);
	if (r == 0)
		r = add_key(store, entry, "", word->key);
	if (r == 0 && word->base.ptr != word->key.ptr)
		r = add_key(store, entry, "", word->base);
	return r;
}

/* The words of a run as dictionaries see them: those of one and two letters are
 * too short for the table of runs. */
static int add_segments(struct words *words, const struct word *run, struct index_entry *entry)
{
	const struct word *segments;
	size_t n;
	const int r = words_segments(words, run, &segments, &n);

	for (size_t i = 0; r == 0 && i < n; i++)
		add_word(&entry->words, segments[i].key);
	if (!slice_equals(run->key, run->raw))
		add_word(&entry->run_keys, run->key);
	entry->has_run = true;
	return r;
}

static int add_text(struct store *store, struct slice text, struct index_entry *entry)
{
	const struct word *list;
	size_t n;
	int r = words_split(store->words, text, &list, &n);

	for (size_t i = 0; r == 0 && i < n; i++) {
		if (list[i].kind == WORD_RUN)
			r = add_segments(store->words, &list[i], entry);
		else if (list[i].kind == WORD_EMOJI)
			add_word(&entry->words, list[i].key);
		else
			r = add_plain(store, entry, &list[i]);
	}
	return r;
}

static int add_run_text(struct slice text, struct index_entry *entry)
{
	size_t at = 0;
	const int r = fold_nfc(text, &entry->nfc);

	if (r < 0)
		return r;

	add_word(&entry->runs, (struct slice){0});
	while (at < entry->nfc.len) {
		const uint32_t letter = utf8_next(str_slice(&entry->nfc), &at);

		if (letter != ZERO_WIDTH_SPACE)
			str_add_code_point(&entry->runs, letter);
	}
	return 0;
}

/* "#tag" or "@name", and how else a query may spell it. */
static int add_tag(
	struct store *store, const char *sign, struct slice text, struct index_entry *entry)
{
	struct slice key;
	struct slice base;
	int r = fold_nfc(text, &entry->nfc);

	add_word(&entry->words, slice_of(sign));
	str_add(&entry->words, str_slice(&entry->nfc));
	if (r < 0 || slice_is_ascii(text))
		return r;

	r = search_tokens(store, str_slice(&entry->nfc), &entry->seen);
	if (r == 0)
		r = words_key(store->words, text, &key, &base);
	if (r == 0)
		r = add_key(store, entry, sign, key);
	if (r == 0)
		r = add_key(store, entry, sign, base);
	return r;
}

/* Those that stand in TEXT, as an engine sees them. */
static int add_entities(struct store *store, struct slice text, struct index_entry *entry)
{
	struct entity entity;
	int r = 0;

	for (size_t at = 0; r == 0 && entities_next(text, &at, &entity);) {
		size_t start = entity.start;

		if (entity.kind == ENTITY_LINK)
			continue;
		utf8_next(text, &start);
		r = add_tag(store, entity.kind == ENTITY_HASHTAG ? "#" : "@",
			slice_from(text.ptr + start, entity.end - start), entry);
	}
	return r;
}

/* Those that the source gave. */
static int add_tags(struct store *store, int64_t post_id, struct index_entry *entry)
{
	static const char list_sql[] = "SELECT kind = 'hashtag', text FROM post_tag"
				       " WHERE post_id = ? AND kind IN ('hashtag', 'handle')"
				       " ORDER BY kind, position";
	CLEANUP(rows_done) struct rows rows = {0};
	int r = rows_open(&rows, store, list_sql, VALUES(value_int(post_id)), NULL);

	while (r >= 0 && (r = rows_next(&rows)) > 0) {
		const char *sign = rows_flag(&rows) ? "#" : "@";

		r = add_tag(store, sign, rows_borrow(&rows), entry);
	}
	return r;
}

/* 1 when the post is a mention, and so is found by its words; 0 else. */
static int make_entry(struct store *store, int64_t post_id, struct index_entry *entry)
{
	static const char get_sql[] = "SELECT title, text FROM post WHERE id = ?1"
				      " AND EXISTS (SELECT 1 FROM mention WHERE post_id = ?1)";
	CLEANUP(rows_done) struct rows rows = {0};
	int r = rows_open(&rows, store, get_sql, VALUES(value_int(post_id)), NULL);

	if (r == 0)
		r = rows_next(&rows);
	if (r <= 0)
		return r;

	const struct slice title = rows_borrow(&rows);
	const struct slice text = rows_borrow(&rows);

	r = add_text(store, title, entry);
	if (r == 0)
		r = add_text(store, text, entry);
	if (r == 0 && entry->has_run)
		r = add_run_text(title, entry);
	if (r == 0 && entry->has_run)
		r = add_run_text(text, entry);
	if (r == 0 && entry->run_keys.len > 0)
		add_word(&entry->runs, str_slice(&entry->run_keys));
	if (r == 0)
		r = add_entities(store, title, entry);
	if (r == 0)
		r = add_entities(store, text, entry);
	if (r == 0)
		r = add_tags(store, post_id, entry);
	if (r == 0 && entry->keys.len > 0)
		add_word(&entry->words, str_slice(&entry->keys));
	if (r < 0)
		return r;

	r = MIN(str_error(&entry->words), str_error(&entry->runs));
	return r < 0 ? r : 1;
}

/* --- writing ---------------------------------------------------------------- */

static int write_entry(struct store *store, int64_t post_id, const struct index_entry *entry)
{
	static const char add_words_sql[] = "INSERT INTO post_words (rowid, words) VALUES (?, ?)";
	static const char add_runs_sql[] = "INSERT INTO post_runs (rowid, runs) VALUES (?, ?)";
	int r = sql_run(store, add_words_sql,
		VALUES(value_int(post_id), value_text(str_text(&entry->words))));

	if (r == 0 && entry->has_run)
		r = sql_run(store, add_runs_sql,
			VALUES(value_int(post_id), value_text(str_text(&entry->runs))));
	return r;
}

/* 1, as make_entry(). */
static int write_unwritten(struct index_entry *entry)
{
	entry->has_run = false;
	str_clear(&entry->words);
	str_add_text(&entry->words, LOOKUP_UNWRITTEN);
	return 1;
}

static int index_post(struct store *store, int64_t post_id, struct index_entry *entry)
{
	int r = remove_entry(store, post_id);

	str_clear(&entry->words);
	str_clear(&entry->keys);
	str_clear(&entry->runs);
	str_clear(&entry->run_keys);
	entry->has_run = false;
	if (r == 0)
		r = make_entry(store, post_id, entry);
	/* A text beyond all bounds is found by no word rather than asked for again
	 * and again; searches look at it themselves. */
	if (r == -EMSGSIZE)
		r = write_unwritten(entry);
	if (r > 0)
		r = write_entry(store, post_id, entry);

	return r < 0 ? r : mark_done(store, post_id);
}

/* The loop waits meanwhile: long texts count more. */
enum { BATCH_BYTES = 96 * 1024 };

static int index_batch(struct store *store, size_t max, struct index_entry *entry)
{
	static const char next_sql[] = "SELECT min(post_id) FROM search_todo";
	size_t n_bytes = 0;
	size_t n = 0;
	int64_t post_id;
	int r = 0;

	while (n < max && n_bytes < BATCH_BYTES &&
		(r = sql_find(store, next_sql, NO_VALUES, &post_id)) > 0) {
		r = index_post(store, post_id, entry);
		if (r < 0)
			return r;
		n_bytes += entry->words.len + entry->runs.len;
		n++;
	}
	return r < 0 ? r : (int)n;
}

int store_index_some(struct store *store, size_t max)
{
	static const char next_sql[] = "SELECT 1 FROM search_todo LIMIT 1";
	CLEANUP(txn_done) struct txn txn = {0};
	struct index_entry entry = {
		.words = STR_INIT(MAX_INDEXED_BYTES),
		.keys = STR_INIT(MAX_INDEXED_BYTES),
		.runs = STR_INIT(MAX_INDEXED_BYTES),
		.run_keys = STR_INIT(MAX_INDEXED_BYTES),
		.nfc = STR_INIT(MAX_INDEXED_BYTES),
		.plain = STR_INIT(MAX_INDEXED_BYTES),
		.seen = STR_INIT(MAX_INDEXED_BYTES),
		.folded = STR_INIT(MAX_INDEXED_BYTES),
	};
	int64_t one;
	int n = 0;
	int r = sql_find(store, next_sql, NO_VALUES, &one);

	if (r <= 0)
		return r;

	r = store->words ? 0 : words_new(&store->words);
	if (r == 0)
		r = txn_begin(store, &txn);
	if (r == 0)
		r = n = index_batch(store, max, &entry);
	if (r >= 0)
		r = txn_commit(&txn);

	str_done(&entry.words);
	str_done(&entry.keys);
	str_done(&entry.runs);
	str_done(&entry.run_keys);
	str_done(&entry.nfc);
	str_done(&entry.plain);
	str_done(&entry.seen);
	str_done(&entry.folded);
	return r < 0 ? r : n;
}
