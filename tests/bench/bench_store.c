/* Posts per second through store_add_post(), with and without a mention each,
 * beside a bare prepared INSERT of the same rows into a table with the same
 * settings and three indexes, one of them unique.
 *
 *	bench_store [FOLDER]
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <sqlite3.h>

#include "base/arena.h"
#include "base/map.h"
#include "bench.h"
#include "store/store.h"

enum { POSTS = 20000, ARENA_MAX = 256 << 20, TEXT_WORDS = 130 };

#define NOW_US (INT64_C(1795000000) * US_PER_S)

struct row {
	struct post post;
	struct identity identity;
};

struct speed {
	double per_s, per_cpu_s;
};

static struct speed speed_since(double wall_s, double cpu_s)
{
	return (struct speed){
		.per_s = POSTS / (bench_wall_s() - wall_s),
		.per_cpu_s = POSTS / (bench_cpu_s() - cpu_s),
	};
}

static void need(int r, const char *what)
{
	if (r >= 0)
		return;
	fprintf(stderr, "%s: %d %s\n", what, r, store_error_text(NULL));
	exit(1);
}

/* About 0.9 kB each, as a post of a blog or a forum. */
static struct row *make_rows(struct arena *arena)
{
	struct random random = {.state = 7};
	struct row *rows = arena_array(arena, POSTS, sizeof(*rows));

	for (int i = 0; i < POSTS; i++) {
		CLEANUP(str_done) struct str text = STR_INIT(4096);
		struct post *post = &rows[i].post;

		bench_add_words(&text, &random, TEXT_WORDS);
		post->source = "bench";
		post->id = arena_format(arena, "tag:shop.example,2026:%016llx",
			(unsigned long long)random_next(&random));
		post->url = arena_format(arena, "https://shop.example/posts/%d", i);
		post->title = arena_format(arena, "Post %d of the day", i);
		post->text = arena_copy(arena, str_slice(&text));
		post->author = "Jane Doe";
		post->lang = "en";
		post->published = INSTANT(NOW_US - i * US_PER_S);
		rows[i].identity = (struct identity){
			.id_key = post->id,
			.url_key = post->url + strlen("https://"),
			.content_hash = hash_bytes(slice_of(post->text), 1),
		};
	}
	return rows;
}

static void remove_files(const char *path)
{
	static const char *const suffixes[] = {"", "-wal", "-shm"};

	for (size_t i = 0; i < ARRAY_SIZE(suffixes); i++) {
		char name[512];

		snprintf(name, sizeof(name), "%s%s", path, suffixes[i]);
		unlink(name);
	}
}

/* --- the store --------------------------------------------------------------- */

static void add_mention(struct store *store, int64_t post_id)
{
	struct hit hit = {.field = FIELD_TEXT, .end = 4, .text = "shop", .term = "shop"};
	const struct match match = {.stream = "shop", .hits = &hit, .n_hits = 1};
	struct scored_term terms[] = {{.start = 5, .end = 9, .text = "good", .valence = 1.9},
		{.start = 10, .end = 14, .text = "slow", .valence = -1.2}};
	const struct sentiment sentiment = {.compound = 0.2,
		.label = LABEL_POSITIVE,
		.lang = "en",
		.terms = terms,
		.n_terms = 2};
	const struct new_mention mention = {.post_id = post_id,
		.match = &match,
		.sentiment = &sentiment,
		.post_sentiment = &sentiment,
		.now_us = NOW_US};
	int64_t id;

	need(store_add_mention(store, &mention, &id), "mention");
}

static struct speed run_store(
	const char *path, const struct row *rows, int batch, bool with_mentions)
{
	struct source_settings source = {.name = "bench", .url = "x", .enabled = true};
	struct stream_settings stream = {.name = "shop", .kind = STREAM_BRAND, .query = "shop"};
	const struct settings settings = {
		.sources = &source, .n_sources = 1, .streams = &stream, .n_streams = 1};
	struct store *store;

	remove_files(path);
	need(store_open(path, STORE_CREATE, &store), "open");
	need(store_apply_settings(store, &settings, NOW_US), "settings");

	const double wall_s = bench_wall_s();
	const double cpu_s = bench_cpu_s();
	for (int i = 0; i < POSTS; i++) {
		struct stored_post stored;

		if (i % batch == 0)
			need(store_begin(store), "begin");
		need(store_add_post(store, &rows[i].post, &rows[i].identity, NOW_US, &stored),
			"post");
		if (with_mentions)
			add_mention(store, stored.id);
		if ((i + 1) % batch == 0)
			need(store_commit(store), "commit");
	}
	const struct speed speed = speed_since(wall_s, cpu_s);

	store_close(store);
	remove_files(path);
	return speed;
}

/* --- bare SQLite --------------------------------------------------------------- */

static void bind_row(sqlite3_stmt *insert, const struct row *row)
{
	const struct post *post = &row->post;
	const char *const texts[] = {row->identity.id_key, post->url, post->title, post->text,
		post->author, post->lang, "2026-11-18 12:00:00", "2026-11-18 12:00:01",
		row->identity.url_key};

	for (size_t i = 0; i < ARRAY_SIZE(texts); i++)
		sqlite3_bind_text(insert, (int)i + 1, texts[i], -1, SQLITE_STATIC);
	sqlite3_bind_int64(insert, ARRAY_SIZE(texts) + 1, (int64_t)row->identity.content_hash);
}

static struct speed run_bare(const char *path, const struct row *rows, int batch)
{
	static const char schema_sql[] =
		"PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -32000;"
		"CREATE TABLE post (id INTEGER PRIMARY KEY, source_id INTEGER, id_key TEXT, url "
		"TEXT,"
		" title TEXT, text TEXT, author TEXT, lang TEXT, published TEXT, fetched TEXT,"
		" url_key TEXT, content_hash INTEGER, UNIQUE (source_id, id_key));"
		"CREATE INDEX by_content ON post (content_hash);"
		"CREATE INDEX by_fetch ON post (fetched);";
	static const char insert_sql[] =
		"INSERT INTO post (source_id, id_key, url, title, text, author, lang, published,"
		" fetched, url_key, content_hash) VALUES (1, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
	sqlite3 *db;
	sqlite3_stmt *insert;

	remove_files(path);
	sqlite3_open(path, &db);
	sqlite3_exec(db, schema_sql, NULL, NULL, NULL);
	sqlite3_prepare_v2(db, insert_sql, -1, &insert, NULL);

	const double wall_s = bench_wall_s();
	const double cpu_s = bench_cpu_s();
	for (int i = 0; i < POSTS; i++) {
		if (i % batch == 0)
			sqlite3_exec(db, "BEGIN IMMEDIATE", NULL, NULL, NULL);
		bind_row(insert, &rows[i]);
		if (sqlite3_step(insert) != SQLITE_DONE)
			need(-1, sqlite3_errmsg(db));
		sqlite3_reset(insert);
		if ((i + 1) % batch == 0)
			sqlite3_exec(db, "COMMIT", NULL, NULL, NULL);
	}
	const struct speed speed = speed_since(wall_s, cpu_s);

	sqlite3_finalize(insert);
	sqlite3_close(db);
	remove_files(path);
	return speed;
}

static void print(int batch, const char *what, struct speed speed, struct speed bare)
{
	printf("%6d  %-16s %8.0f/s %6.2f  %8.0f/CPU s %6.2f\n", batch, what, speed.per_s,
		speed.per_s / bare.per_s, speed.per_cpu_s, speed.per_cpu_s / bare.per_cpu_s);
}

int main(int argc, char **argv)
{
	static const int batches[] = {20, 100};
	char path[256];
	struct arena *arena;

	snprintf(path, sizeof(path), "%s/bench_store.db", argc > 1 ? argv[1] : "/tmp");
	need(arena_new(ARENA_MAX, &arena), "arena");
	const struct row *rows = make_rows(arena);

	puts(" batch  what                  rate  ratio            rate  ratio");
	for (size_t i = 0; i < ARRAY_SIZE(batches); i++) {
		const struct speed bare = run_bare(path, rows, batches[i]);

		print(batches[i], "bare rows", bare, bare);
		print(batches[i], "posts", run_store(path, rows, batches[i], false), bare);
		print(batches[i], "with a mention", run_store(path, rows, batches[i], true), bare);
	}
	arena_free(arena);
	return 0;
}
