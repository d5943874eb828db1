/* Rows into the database end to end (decode, dedupe, match, score, store, one
 * transaction a feed), beside the bare insert of the same posts into a table of
 * the same columns and indexes by SQLite alone. */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <sqlite3.h>

#include "base/diags.h"
#include "base/file.h"
#include "bench.h"
#include "config/load.h"
#include "unit/ingest_now.h"

enum { N_FEEDS = 200, N_POSTS = 100, N_STREAMS = 100, N_WORDS = 30 };

static void fail(const char *what)
{
	fprintf(stderr, "bench_pipeline: %s failed\n", what);
	exit(1);
}

static void write_settings(const char *folder, struct str *path)
{
	CLEANUP(str_done) struct str yaml = STR_INIT(1 << 20);

	str_add_format(&yaml,
		"database: %s/mentions.db\n"
		"contact: bench@example.org\n"
		"sources:\n  - {name: bench, url: \"http://127.0.0.1/feed\"}\n"
		"streams:\n  - {name: acme, kind: brand, query: 'acme OR #acme'}\n",
		folder);
	for (int i = 1; i < N_STREAMS; i++)
		str_add_format(
			&yaml, "  - {name: topic%d, kind: topic, query: 'topicword%d'}\n", i, i);

	str_add_format(path, "%s/mentiond.yaml", folder);
	if (file_replace(str_text(path), str_slice(&yaml), 0600) < 0)
		fail("writing the settings");
}

/* One feed in ten mentions the brand in each of its posts. */
static void make_feed(struct str *feed, struct random *random, int number)
{
	str_clear(feed);
	str_add_text(feed, "<rss version=\"2.0\"><channel><title>bench</title>");
	for (int i = 0; i < N_POSTS; i++) {
		str_add_format(feed,
			"<item><guid>bench-%d-%d</guid><link>https://example.org/%d/%d</link>"
			"<pubDate>Sat, 21 Nov 2026 10:%02d:00 GMT</pubDate><title>",
			number, i, number, i, i % 60);
		bench_add_words(feed, random, 6);
		str_add_text(feed, "</title><description>");
		bench_add_words(feed, random, N_WORDS);
		if (number % 10 == 0)
			str_add_text(feed, " acme");
		str_add_text(feed, ".</description></item>");
	}
	str_add_text(feed, "</channel></rss>");
}

static double ingest_all(
	const struct turn_context *context, const struct settings *settings, size_t *ret_rows)
{
	CLEANUP(str_done) struct str feed = STR_INIT(1 << 20);
	struct random random = {.state = 1};
	double busy_s = 0;

	for (int i = 0; i < N_FEEDS; i++) {
		CLEANUP(arena_freep) struct arena *arena = NULL;
		struct source_state state = {0};
		struct ingest_result result;

		make_feed(&feed, &random, i);
		if (arena_new(TURN_ARENA_BYTES, &arena) < 0)
			fail("arena_new");

		const struct fetch_answer answer = {.status = 200,
			.body = str_slice(&feed),
			.url = "http://127.0.0.1/feed",
			.at = INSTANT(clock_now_us(clock_system())),
			.arena = arena};
		const double start_s = bench_wall_s();

		if (ingest_now(context, &settings->sources[0], &answer, &state, &result) < 0)
			fail("ingest_now");
		busy_s += bench_wall_s() - start_s;
		*ret_rows += result.stored.n_new;
	}
	return busy_s;
}

/* The same number of rows of the same size, with three indexes of which one is
 * unique, a hundred a transaction, WAL and synchronous=FULL as the daemon. */
static double insert_bare(const char *folder)
{
	static const char schema[] =
		"PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
		"CREATE TABLE post(id INTEGER PRIMARY KEY, source INTEGER, id_key TEXT, url TEXT,"
		" title TEXT, text TEXT, published_utc TEXT, fetched_utc TEXT, hash INTEGER) "
		"STRICT;"
		"CREATE UNIQUE INDEX a ON post(source, id_key); CREATE INDEX b ON "
		"post(fetched_utc);"
		"CREATE INDEX c ON post(url);";
	CLEANUP(str_done) struct str path = STR_INIT(4096);
	CLEANUP(str_done) struct str text = STR_INIT(1 << 20);
	struct random random = {.state = 1};
	sqlite3 *db;
	sqlite3_stmt *insert;

	str_add_format(&path, "%s/bare.db", folder);
	if (sqlite3_open(str_text(&path), &db) != SQLITE_OK ||
		sqlite3_exec(db, schema, NULL, NULL, NULL) != SQLITE_OK ||
		sqlite3_prepare_v2(db,
			"INSERT INTO "
			"post(source,id_key,url,title,text,published_utc,fetched_utc,hash)"
			" VALUES(1,?,?,?,?,?,?,?)",
			-1, &insert, NULL) != SQLITE_OK)
		fail("the bare database");

	double busy_s = 0;
	for (int i = 0; i < N_FEEDS * N_POSTS; i++) {
		char key[64];

		snprintf(key, sizeof(key), "bench-%d-%d", i / N_POSTS, i % N_POSTS);
		str_clear(&text);
		bench_add_words(&text, &random, N_WORDS);

		const double start_s = bench_wall_s();
		if (i % N_POSTS == 0)
			sqlite3_exec(db, "BEGIN", NULL, NULL, NULL);
		sqlite3_bind_text(insert, 1, key, -1, SQLITE_STATIC);
		sqlite3_bind_text(insert, 2, key, -1, SQLITE_STATIC);
		sqlite3_bind_text(insert, 3, str_text(&text), 40, SQLITE_STATIC);
		sqlite3_bind_text(insert, 4, str_text(&text), -1, SQLITE_STATIC);
		sqlite3_bind_text(insert, 5, "2026-11-21 10:00:00", -1, SQLITE_STATIC);
		sqlite3_bind_text(insert, 6, "2026-11-21 10:00:01", -1, SQLITE_STATIC);
		sqlite3_bind_int64(insert, 7, (sqlite3_int64)random_next(&random));
		if (sqlite3_step(insert) != SQLITE_DONE)
			fail("a bare insert");
		sqlite3_reset(insert);
		if (i % N_POSTS == N_POSTS - 1)
			sqlite3_exec(db, "COMMIT", NULL, NULL, NULL);
		busy_s += bench_wall_s() - start_s;
	}
	sqlite3_finalize(insert);
	sqlite3_close(db);
	return busy_s;
}

int main(void)
{
	char folder[] = "/tmp/mentiond-bench-XXXXXX";
	CLEANUP(str_done) struct str path = STR_INIT(4096);
	CLEANUP(diags_freep) struct diags *diags = NULL;
	struct settings *settings;
	struct store *store;
	struct tools *tools;
	struct random random = {.state = 2};
	size_t rows = 0;

	if (!mkdtemp(folder) || diags_new(&diags) < 0)
		fail("mkdtemp");
	write_settings(folder, &path);
	if (settings_load(str_text(&path), &settings, diags) < 0) {
		diags_print(diags, stderr);
		fail("settings_load");
	}
	if (store_open(settings->database, STORE_CREATE, &store) < 0 ||
		store_apply_settings(store, settings, clock_now_us(clock_system())) < 0)
		fail("store_open");

	if (tools_new(settings, &tools, diags) < 0)
		fail("tools_new");

	const struct turn_context context = {
		.tools = tools, .store = store, .clock = clock_system(), .random = &random};

	const double ours_s = ingest_all(&context, settings, &rows);
	const double bare_s = insert_bare(folder);
	const double ours = (double)rows / ours_s;
	const double bare = N_FEEDS * N_POSTS / bare_s;

	printf("end to end    %8.0f posts/s (%zu posts, %d a transaction, %d streams)\n", ours,
		rows, N_POSTS, N_STREAMS);
	printf("bare SQLite   %8.0f rows/s\n", bare);
	printf("ratio         %8.2f\n", ours / bare);

	tools_free(tools);
	store_close(store);
	settings_free(settings);
	printf("files are in  %s\n", folder);
	return rows == N_FEEDS * N_POSTS ? 0 : 1;
}
