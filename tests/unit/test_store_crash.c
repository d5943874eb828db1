#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/random.h"
#include "unit/store_fixture.h"

/* What the daemon does with each fetch: posts, mentions, an alert, its mail and
 * the source's cursor, in one transaction. */

enum { POSTS_PER_FETCH = 5, KILLS = 25 };

static void store_fetch(struct store *store, int64_t number)
{
	char cursor[32];
	char id[32];
	const struct source_state state = {.cursor = cursor};

	snprintf(cursor, sizeof(cursor), "%lld", (long long)number);
	assert_int_equal(0, store_begin(store));
	for (int i = 0; i < POSTS_PER_FETCH; i++) {
		struct raised_alert raised;
		int64_t delivery_id;

		snprintf(id, sizeof(id), "%lld.%d", (long long)number, i);
		const struct said said = {.id = id, .author = id, .text = id};
		const struct new_alert alert = {.rule = "angry",
			.stream = "acme",
			.mention_id = say(store, &said, &(struct felt){.compound = -0.7}),
			.now_us = at("2026-11-21 08:00:00")};
		const struct delivery delivery = {.kind = DELIVERY_ALERT,
			.recipient = "support",
			.channel = "mail",
			.target = "a@x.example",
			.message_id = id,
			.message = SLICE("bytes"),
			.due = INSTANT(at("2026-11-21 08:00:00"))};

		assert_int_equal(0, store_add_alert(store, &alert, &raised));
		assert_int_equal(
			0, store_add_delivery(store, &delivery, raised.alert_id, 0, &delivery_id));
	}
	assert_int_equal(0, store_set_source_state(store, "acme-news", &state));
	assert_int_equal(0, store_commit(store));
	assert_true(store_index_some(store, 3) >= 0);
}

/* Fetches from NUMBER on, telling PIPE of each, until it is killed. */
static void fetch_for_ever(const char *path, int64_t number, int pipe)
{
	struct store *store;

	assert_int_equal(0, store_open(path, STORE_CREATE, &store));
	for (;; number++) {
		store_fetch(store, number);
		if (write(pipe, "", 1) != 1)
			_exit(1);
	}
}

static int64_t number_of(const struct fixture *fixture, const char *sql)
{
	CLEANUP(free_heapp) char *text = shell(fixture->path, sql);

	return atoll(text);
}

/* Kills a child in the middle of a fetch after some whole ones. */
static void fetch_and_be_killed(const char *path, int64_t from, uint64_t n_whole)
{
	int ends[2];
	int status;
	char byte;

	assert_int_equal(0, pipe(ends));
	const pid_t child = fork();
	if (child == 0) {
		close(ends[0]);
		fetch_for_ever(path, from, ends[1]);
	}
	close(ends[1]);
	for (uint64_t i = 0; i < n_whole; i++)
		assert_int_equal(1, read(ends[0], &byte, 1));
	kill(child, SIGKILL);
	assert_int_equal(child, waitpid(child, &status, 0));
	assert_true(WIFSIGNALED(status));
	close(ends[0]);
}

static void test_a_kill_leaves_whole_fetches(void **state)
{
	struct fixture *fixture = *state;
	struct random random = {.state = 42};
	int64_t fetched = 0;

	store_close(TAKE(fixture->store));
	for (int i = 0; i < KILLS; i++) {
		const uint64_t n_whole = random_next(&random) % 4;

		fetch_and_be_killed(fixture->path, fetched + 1, n_whole);

		const int64_t cursor = number_of(
			fixture, "SELECT coalesce(cursor, 0) FROM source WHERE name = 'acme-news'");
		expect(cursor >= fetched + (int64_t)n_whole, "kill %d: fetch %lld was lost", i,
			(long long)cursor);
		fetched = cursor;

		static const char *const tables[] = {
			"post", "mention", "alert", "delivery", "story"};
		for (size_t t = 0; t < ARRAY_SIZE(tables); t++) {
			char sql[64];

			snprintf(sql, sizeof(sql), "SELECT count(*) FROM %s", tables[t]);
			const int64_t n = number_of(fixture, sql);
			expect(n == fetched * POSTS_PER_FETCH,
				"kill %d: %lld in %s of %lld fetches", i, (long long)n, tables[t],
				(long long)fetched);
		}
	}

	/* Every post is indexed or waits for it, none is so twice. */
	assert_int_equal(fetched * POSTS_PER_FETCH,
		number_of(fixture, "SELECT count(*) FROM (SELECT post_id FROM search_todo UNION ALL"
				   " SELECT rowid FROM post_words)"));

	CLEANUP(free_heapp)
	char *check = shell(fixture->path, "PRAGMA integrity_check; PRAGMA foreign_key_check;");
	assert_string_equal("ok\n", check);
}

/* --- the same bytes give the same rows ------------------------------------------------ */

static char *dump_of_three_fetches(void)
{
	void *state;
	char *dump;

	fixture_on_disk(&state);
	struct fixture *fixture = state;

	for (int64_t i = 1; i <= 3; i++)
		store_fetch(fixture->store, i);
	store_close(TAKE(fixture->store));

	dump = shell(fixture->path, ".dump");
	/* The one row that is made by chance. */
	char *uuid = strstr(dump, "INSERT INTO instance VALUES(1,'");
	assert_non_null(uuid);
	memset(uuid + strlen("INSERT INTO instance VALUES(1,'"), 'x', 36);
	fixture_tear_down(&state);
	return dump;
}

static void test_the_same_input_gives_the_same_rows(void **state)
{
	CLEANUP(free_heapp) char *one = dump_of_three_fetches();
	CLEANUP(free_heapp) char *other = dump_of_three_fetches();

	(void)state;
	assert_true(strlen(one) > 10000);
	assert_true(strcmp(one, other) == 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		with_disk(test_a_kill_leaves_whole_fetches),
		cmocka_unit_test(test_the_same_input_gives_the_same_rows),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
