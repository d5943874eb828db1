#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"
#include "store/schema.h"
#include "unit/store_fixture.h"

#define NOW "2026-11-22 08:00:00"

/* One more incident; returns its number. */
static int64_t raise_incident(struct store *store, const char *id)
{
	const struct new_alert alert = {.rule = "angry",
		.stream = "acme",
		.mention_id = say(store, &(struct said){.id = id, .author = id, .text = id},
			&(struct felt){.anger = 0.9}),
		.now_us = at("2026-11-21 08:00:00")};
	struct raised_alert raised;

	assert_int_equal(0, store_add_alert(store, &alert, &raised));
	return raised.incident_id;
}

/* A daemon that is killed leaves its log behind. */
static void raise_and_be_killed(const char *path, const char *id)
{
	const pid_t child = fork();
	int status;

	if (child == 0) {
		struct store *store;

		if (store_open(path, STORE_WRITE, &store) < 0)
			_exit(1);
		raise_incident(store, id);
		kill(getpid(), SIGKILL);
	}
	assert_int_equal(child, waitpid(child, &status, 0));
	assert_true(WIFSIGNALED(status));
}

static int restore(
	const struct fixture *fixture, const char *backup, bool dry_run, struct restored *ret)
{
	const struct restoring restoring = {
		.backup = backup, .path = fixture->path, .now_us = at(NOW), .dry_run = dry_run};

	return store_restore(&restoring, ret);
}

static const char *backup_of(const struct fixture *fixture, char *path)
{
	snprintf(path, 128, "%s/backup.db", fixture->folder);
	expect(store_backup(fixture->store, path) == 0, "%s", store_error_text(fixture->store));
	return path;
}

static void write_bytes(const char *path, off_t at_byte, size_t n)
{
	char noise[4096];
	const int fd = open(path, O_WRONLY | O_CLOEXEC);

	memset(noise, 0x5a, sizeof(noise));
	assert_true(fd >= 0 && n <= sizeof(noise));
	assert_int_equal(n, pwrite(fd, noise, n, at_byte));
	close(fd);
}

static size_t count_incidents(const char *path)
{
	CLEANUP(free_heapp) char *text = shell(path, "SELECT count(*) FROM incident");

	return (size_t)atoi(text);
}

static void test_a_backup_takes_the_place_of_all_files(void **state)
{
	struct fixture *fixture = *state;
	struct restored restored;
	char path[128];

	assert_int_equal(1, raise_incident(fixture->store, "one"));
	backup_of(fixture, path);
	assert_int_equal(2, raise_incident(fixture->store, "two"));
	store_close(TAKE(fixture->store));
	raise_and_be_killed(fixture->path, "three");

	expect(restore(fixture, path, true, &restored) == 0, "%s", restored.problem);
	assert_int_equal(3, count_incidents(fixture->path));
	raise_and_be_killed(fixture->path, "four");

	expect(restore(fixture, path, false, &restored) == 0, "%s", restored.problem);
	assert_true(restored.replaces && restored.old_is_read);
	assert_int_equal(4, restored.last_incident);
	assert_int_equal(1, restored.stats.n_mentions);
	assert_int_equal(schema_version(), restored.version);

	/* The log went with its file, and is still good for it. */
	assert_int_equal(1, count_incidents(fixture->path));
	assert_int_equal(4, count_incidents(restored.aside));

	assert_int_equal(0, store_open(fixture->path, STORE_CREATE, &fixture->store));
	assert_int_equal(0, store_check(fixture->store));
	assert_int_equal(5, raise_incident(fixture->store, "five"));
	CLEANUP(free_heapp)
	char *ids = shell(fixture->path, "SELECT max(id) FROM mention; SELECT max(id) FROM post");
	assert_string_equal("5\n5\n", ids);
}

static void test_numbers_are_guessed_where_they_cannot_be_read(void **state)
{
	struct fixture *fixture = *state;
	struct restored restored;
	char path[128];

	for (int i = 0; i < 10; i++) {
		char id[16];

		snprintf(id, sizeof(id), "%d", i);
		raise_incident(fixture->store, id);
	}
	backup_of(fixture, path);
	store_close(TAKE(fixture->store));
	write_bytes(fixture->path, 0, 4096);

	/* 10 in the 5.3 days until the last post, and a day since. */
	expect(restore(fixture, path, false, &restored) == 0, "%s", restored.problem);
	assert_false(restored.old_is_read);
	assert_int_equal(10 + 100 + 7, restored.last_incident);
	assert_int_equal(0, store_open(fixture->path, STORE_CREATE, &fixture->store));
	assert_int_equal(118, raise_incident(fixture->store, "next"));
}

static void test_there_need_be_no_database(void **state)
{
	struct fixture *fixture = *state;
	struct restored restored;
	char path[128];

	backup_of(fixture, path);
	store_close(TAKE(fixture->store));
	unlink(fixture->path);
	expect(restore(fixture, path, false, &restored) == 0, "%s", restored.problem);
	assert_false(restored.replaces);
	/* Its table had no row yet. */
	assert_int_equal(100, restored.last_incident);
	assert_int_equal(0, store_open(fixture->path, STORE_CREATE, &fixture->store));
	assert_int_equal(101, raise_incident(fixture->store, "first"));
}

static void test_a_link_stays_one(void **state)
{
	struct fixture *fixture = *state;
	struct restored restored;
	char target[128];
	char path[128];

	raise_incident(fixture->store, "one");
	backup_of(fixture, path);
	store_close(TAKE(fixture->store));
	snprintf(target, sizeof(target), "%s/elsewhere.db", fixture->folder);
	assert_int_equal(0, rename(fixture->path, target));
	assert_int_equal(0, symlink("elsewhere.db", fixture->path));
	raise_and_be_killed(fixture->path, "two");

	expect(restore(fixture, path, false, &restored) == 0, "%s", restored.problem);
	assert_int_equal(2, restored.last_incident);
	assert_int_equal(1, count_incidents(target));
	assert_true(readlink(fixture->path, path, sizeof(path)) > 0);
	assert_int_equal(2, count_incidents(restored.aside));
}

static void test_an_older_backup_is_migrated_by_the_next_start(void **state)
{
	struct fixture *fixture = *state;
	struct restored restored;
	struct migration migration;
	char command[256];
	char path[128];

	snprintf(path, sizeof(path), "%s/old.db", fixture->folder);
	snprintf(command, sizeof(command),
		"gzip -dc " TESTS_DIR "/fixtures/store/version-1.db.gz >%s", path);
	assert_int_equal(0, system(command));
	store_close(TAKE(fixture->store));
	expect(restore(fixture, path, false, &restored) == 0, "%s", restored.problem);
	assert_int_equal(1, restored.version);

	/* Which says before what it takes: all of the file is written anew. */
	assert_int_equal(1, store_find_migration(fixture->path, &migration));
	assert_int_equal(1, migration.from);
	assert_int_equal(schema_version(), migration.to);
	assert_true(migration.n_disk_bytes > migration.n_bytes * 9 / 10);
	assert_int_equal(0, store_open(fixture->path, STORE_CREATE, &fixture->store));
	assert_int_equal(0, store_check(fixture->store));
	assert_int_equal(0, store_find_migration(fixture->path, &migration));
}

static void test_what_is_no_good_backup_is_refused(void **state)
{
	struct fixture *fixture = *state;
	struct restored restored;
	char newer[128];
	char path[128];
	char command[512];

	raise_incident(fixture->store, "one");
	backup_of(fixture, path);
	raise_incident(fixture->store, "two");
	snprintf(newer, sizeof(newer), "%s/newer.db", fixture->folder);
	snprintf(command, sizeof(command), "cp %s %s && sqlite3 %s 'PRAGMA user_version = 999'",
		path, newer, newer);
	assert_int_equal(0, system(command));

	/* Somebody works on it. */
	assert_int_equal(0, store_claim(fixture->store));
	assert_int_equal(-EALREADY, restore(fixture, path, false, &restored));
	assert_non_null(strstr(restored.problem, "stop it first"));
	store_close(TAKE(fixture->store));

	assert_int_equal(-ESTALE, restore(fixture, newer, false, &restored));
	assert_int_equal(-ENOENT, restore(fixture, "/nowhere/x.db", false, &restored));
	assert_int_equal(-EUCLEAN, restore(fixture, "/bin/sh", false, &restored));
	assert_non_null(strstr(restored.problem, "/bin/sh"));

	CLEANUP(free_heapp)
	char *page = shell(path, "SELECT rootpage FROM sqlite_schema WHERE name = 'post'");
	write_bytes(path, (atol(page) - 1) * 4096, 4096);
	assert_int_equal(-EUCLEAN, restore(fixture, path, false, &restored));
	assert_non_null(strstr(restored.problem, "damaged"));

	assert_int_equal(2, count_incidents(fixture->path));
	snprintf(command, sizeof(command), "ls %s | grep -c 'part\\|replaced'", fixture->folder);
	assert_int_equal(256, system(command)); /* none */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		with_disk(test_a_backup_takes_the_place_of_all_files),
		with_disk(test_numbers_are_guessed_where_they_cannot_be_read),
		with_disk(test_there_need_be_no_database),
		with_disk(test_a_link_stays_one),
		with_disk(test_an_older_backup_is_migrated_by_the_next_start),
		with_disk(test_what_is_no_good_backup_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
