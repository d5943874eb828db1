#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <sched.h>

#include "base/file.h"
#include "store/schema.h"
#include "unit/store_fixture.h"

enum { NOBODY = 65534 };

static void write_file(const char *path, const char *bytes)
{
	assert_int_equal(0, file_replace(path, slice_of(bytes), 0640));
}

/* Runs SQL with the stock shell, which may write. */
static void change(const char *path, const char *sql)
{
	char command[512];

	snprintf(command, sizeof(command), "sqlite3 %s \"%s\" >/dev/null", path, sql);
	assert_int_equal(0, system(command));
}

/* What store_open() says of the file at PATH, closing what it opens. */
static int open_and_close(const char *path, enum store_access access)
{
	CLEANUP(store_closep) struct store *store = NULL;

	return store_open(path, access, &store);
}

/* --- what is refused ------------------------------------------------------------- */

static void test_what_is_no_database_of_ours_is_refused(void **state)
{
	const struct fixture *fixture = *state;
	static const struct {
		const char *what;
		const char *bytes; /* of the file, or */
		const char *sql;   /* run on it */
		enum store_access access;
		int want;
		const char *says;
	} cases[] = {
		{"garbage", "no database at all, but long enough to be looked at: no database",
			NULL, STORE_CREATE, -EUCLEAN, "not a database"},
		{"an empty file, to read", "", NULL, STORE_READ, -EUCLEAN, "is empty"},
		{"another program's", "", "CREATE TABLE t (x)", STORE_CREATE, -EUCLEAN,
			"another program"},
		{"a newer one", NULL, "PRAGMA user_version = 999", STORE_CREATE, -ESTALE,
			"newer version"},
		{"a newer one, to read", NULL, "PRAGMA user_version = 999", STORE_READ, -ESTALE,
			"newer version"},
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		char path[128];

		snprintf(path, sizeof(path), "%s/%zu.db", fixture->folder, i);
		if (cases[i].bytes)
			write_file(path, cases[i].bytes);
		else
			assert_int_equal(0, open_and_close(path, STORE_CREATE));
		if (cases[i].sql)
			change(path, cases[i].sql);

		const int r = open_and_close(path, cases[i].access);
		expect(r == cases[i].want, "%s: %d", cases[i].what, r);
		expect(strstr(store_error_text(NULL), cases[i].says) &&
				strstr(store_error_text(NULL), path),
			"%s: %s", cases[i].what, store_error_text(NULL));
	}
}

static void test_only_creating_makes_a_file(void **state)
{
	const struct fixture *fixture = *state;
	char path[128];

	snprintf(path, sizeof(path), "%s/new/mentions.db", fixture->folder);
	assert_int_equal(-ENOENT, open_and_close(path, STORE_READ));
	assert_int_equal(-ENOENT, open_and_close(path, STORE_WRITE));
	assert_int_equal(0, open_and_close(path, STORE_CREATE));
	assert_int_equal(0, open_and_close(path, STORE_WRITE));
	assert_int_equal(0, open_and_close(path, STORE_READ));
}

static void test_the_group_may_read_and_nobody_else(void **state)
{
	const struct fixture *fixture = *state;
	static const struct {
		const char *suffix;
		mode_t mode;
	} cases[] = {{"/new", 0750}, {"/new/m.db", 0640}, {"/new/m.db-wal", 0640},
		{"/new/m.db-shm", 0640}};
	const mode_t mask = umask(0077);
	char path[128];

	snprintf(path, sizeof(path), "%s/new/m.db", fixture->folder);
	/* The folder's mode is the administrator's umask's business too. */
	umask(0022);
	assert_int_equal(0, open_and_close(path, STORE_CREATE));
	umask(mask);
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct stat status;

		snprintf(path, sizeof(path), "%s%s", fixture->folder, cases[i].suffix);
		assert_int_equal(0, stat(path, &status));
		expect((status.st_mode & 0777) == cases[i].mode, "%s: %o", path,
			status.st_mode & 0777);
	}
}

static void test_who_comes_second_is_told_so(void **state)
{
	const struct fixture *fixture = *state;
	CLEANUP(store_closep) struct store *second = NULL;

	assert_int_equal(0, store_open(fixture->path, STORE_WRITE, &second));
	assert_int_equal(0, store_begin(fixture->store));
	assert_int_equal(-EBUSY, store_begin(second));
	assert_non_null(strstr(store_error_text(second), "another program"));
	store_rollback(second);
	store_rollback(fixture->store);
	assert_int_equal(0, store_begin(second));
	assert_int_equal(0, store_commit(second));
}

static void test_one_daemon_has_the_database(void **state)
{
	const struct fixture *fixture = *state;
	struct store *first = NULL;
	CLEANUP(store_closep) struct store *second = NULL;

	assert_int_equal(0, store_open(fixture->path, STORE_WRITE, &first));
	assert_int_equal(0, store_open(fixture->path, STORE_WRITE, &second));
	assert_int_equal(0, store_claim(first));
	assert_int_equal(-EALREADY, store_claim(second));
	assert_non_null(strstr(store_error_text(second), "another mentiond"));
	/* Whoever does not claim it may write all the same: mentionctl. */
	assert_int_equal(0, store_begin(second));
	assert_int_equal(0, store_commit(second));
	store_close(first);
	assert_int_equal(0, store_claim(second));
}

static void test_an_end_keeps_all_or_nothing(void **state)
{
	static const struct {
		int r; /* of the statements */
		const char *left;
	} cases[] = {{-EBADMSG, "0\n"}, {0, "1\n"}, {-ENOMEM, "1\n"}, {2, "2\n"}};
	const struct fixture *fixture = *state;

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		char id[16];

		snprintf(id, sizeof(id), "%zu", i);
		assert_int_equal(0, store_begin(fixture->store));
		add_post(fixture->store, &(struct said){.id = id, .text = "a"});
		assert_int_equal(cases[i].r, store_end(fixture->store, cases[i].r));

		CLEANUP(free_heapp)
		char *left = shell(fixture->path, "SELECT count(*) FROM post");
		expect(same_text(left, cases[i].left), "%d leaves %s", cases[i].r, left);
	}
}

static void test_a_reader_cannot_write(void **state)
{
	const struct fixture *fixture = *state;
	CLEANUP(store_closep) struct store *reader = NULL;
	const struct mute mute = {.until_us = 1, .actor = "x"};

	assert_int_equal(0, store_open(fixture->path, STORE_READ, &reader));
	assert_int_equal(-EROFS, store_add_mute(reader, &mute, 0));
	assert_non_null(strstr(store_error_text(reader), "sudo -u"));
}

/* Overwrites the first page of TABLE. */
static void damage_table(const char *path, const char *table)
{
	char noise[4096];
	char sql[128];

	snprintf(sql, sizeof(sql), "SELECT rootpage FROM sqlite_schema WHERE name = '%s'", table);
	CLEANUP(free_heapp) char *page = shell(path, sql);

	memset(noise, 0x5a, sizeof(noise));
	const int fd = open(path, O_WRONLY | O_CLOEXEC);
	assert_int_equal(sizeof(noise),
		pwrite(fd, noise, sizeof(noise), (atol(page) - 1) * (off_t)sizeof(noise)));
	close(fd);
}

static void test_damage_is_found(void **state)
{
	struct fixture *fixture = *state;
	CLEANUP(store_closep) struct store *store = NULL;

	say(fixture->store, &(struct said){.id = "1", .text = "a"}, &(struct felt){0});
	store_close(TAKE(fixture->store));
	damage_table(fixture->path, "post");

	assert_int_equal(0, store_open(fixture->path, STORE_READ, &store));
	assert_int_equal(-EUCLEAN, store_check(store));
	assert_non_null(strstr(store_error_text(store), "mentionctl restore"));
}

static void count_call(void *userdata)
{
	++*(size_t *)userdata;
}

static void test_after_damage_nothing_is_written(void **state)
{
	struct fixture *fixture = *state;
	CLEANUP(store_closep) struct store *store = NULL;
	const char *path = fixture->path;
	struct stored_post stored;
	size_t n_told = 0;

	say(fixture->store, &(struct said){.id = "1", .text = "a"}, &(struct felt){0});
	store_close(TAKE(fixture->store));
	damage_table(path, "post");

	assert_int_equal(0, store_open(path, STORE_WRITE, &store));
	assert_int_equal(0, store_claim(store));
	store_on_damage(store, count_call, &n_told);
	const struct post post = {.source = "acme-news", .text = "b"};
	const struct identity identity = {.id_key = "2"};
	assert_int_equal(-EUCLEAN, store_add_post(store, &post, &identity, 0, &stored));
	assert_int_equal(-EUCLEAN, store_begin(store));
	assert_int_equal(-EUCLEAN, store_add_post(store, &post, &identity, 0, &stored));
	assert_int_equal(1, n_told);
	assert_true(store_is_damaged(store));
	store_close(TAKE(store));

	/* Nor is it said that all is well. */
	assert_int_equal(0, store_open(path, STORE_WRITE, &store));
	assert_int_equal(0, store_claim(store));
	assert_true(store_was_unclean(store));
}

/* A mistake of ours is no damage: it must not end the daemon for good. */
static void test_a_failed_statement_is_no_damage(void **state)
{
	const struct fixture *fixture = *state;

	assert_int_equal(0, store_begin(fixture->store));
	assert_int_equal(-EUCLEAN, store_begin(fixture->store));
	assert_false(store_is_damaged(fixture->store));
	store_rollback(fixture->store);
}

static void test_tables_are_looked_at_one_by_one(void **state)
{
	struct fixture *fixture = *state;
	int64_t position = 0;
	size_t n = 0;
	int r;

	say(fixture->store, &(struct said){.id = "1", .text = "a"}, &(struct felt){0});
	while ((r = store_check_next(fixture->store, &position)) > 0)
		n++;
	assert_int_equal(0, r);
	CLEANUP(free_heapp)
	char *tables = shell(fixture->path, "SELECT count(*) FROM sqlite_schema"
					    " WHERE type = 'table' AND rootpage > 0");
	assert_int_equal(atol(tables), n);

	store_close(TAKE(fixture->store));
	damage_table(fixture->path, "score_term");
	assert_int_equal(0, store_open(fixture->path, STORE_READ, &fixture->store));
	position = 0;
	while ((r = store_check_next(fixture->store, &position)) > 0)
		n--;
	assert_int_equal(-EUCLEAN, r);
	assert_true(n > 0);
}

/* --- the end of the daemon -------------------------------------------------------- */

static void test_an_end_that_was_not_clean_is_known_until_it_was_looked_at(void **state)
{
	struct fixture *fixture = *state;
	CLEANUP(store_closep) struct store *store = NULL;
	int status;

	store_close(TAKE(fixture->store));
	const pid_t child = fork();
	if (child == 0) {
		if (store_open(fixture->path, STORE_WRITE, &store) < 0 || store_claim(store) < 0)
			_exit(1);
		kill(getpid(), SIGKILL);
	}
	assert_int_equal(child, waitpid(child, &status, 0));
	assert_true(WIFSIGNALED(status));

	/* A command in between writes the log into the file, which then looks clean. */
	assert_int_equal(0, open_and_close(fixture->path, STORE_WRITE));
	for (int i = 0; i < 2; i++) {
		assert_int_equal(0, store_open(fixture->path, STORE_WRITE, &store));
		assert_int_equal(0, store_claim(store));
		assert_true(store_was_unclean(store));
		if (i == 1)
			assert_int_equal(0, store_note_checked(store));
		store_close(TAKE(store));
	}
	assert_int_equal(0, store_open(fixture->path, STORE_WRITE, &store));
	assert_int_equal(0, store_claim(store));
	assert_false(store_was_unclean(store));
}

/* --- a full disk ------------------------------------------------------------------ */

static void test_a_full_disk_loses_nothing_that_was_committed(void **state)
{
	const struct fixture *fixture = *state;
	CLEANUP(store_closep) struct store *store = NULL;
	char path[128];
	size_t n_committed = 0;
	struct store_stats stats;
	int r = 0;

	if (unshare(CLONE_NEWNS) < 0 || mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0 ||
		mount("none", fixture->folder, "tmpfs", 0, "size=2m") < 0)
		skip();

	snprintf(path, sizeof(path), "%s/full.db", fixture->folder);
	assert_int_equal(0, store_open(path, STORE_CREATE, &store));
	assert_int_equal(
		0, store_apply_settings(store, fixture_settings(), at("2026-11-21 00:00:00")));
	while (r == 0) {
		char text[2048];
		const struct post post = {.source = "acme-news", .text = text};
		const struct identity identity = {.id_key = text};
		struct stored_post stored;

		snprintf(text, sizeof(text), "%2000zu", n_committed);
		r = store_add_post(store, &post, &identity, at("2026-11-21 08:00:00"), &stored);
		n_committed += r == 0;
	}
	assert_int_equal(-ENOSPC, r);
	assert_non_null(strstr(store_error_text(store), "make room"));
	store_close(TAKE(store));

	assert_int_equal(0, store_open(path, STORE_READ, &store));
	assert_int_equal(0, store_count(store, &stats));
	assert_int_equal(n_committed, stats.n_posts);
	assert_int_equal(0, store_check(store));
	store_close(TAKE(store));
	umount(fixture->folder);
}

/* --- a reader in the group --------------------------------------------------------- */

/* Whether user nobody, in the group of the files, reads PATH with our library
 * and with the stock shell. */
static bool can_be_read(const char *path)
{
	const pid_t child = fork();
	int status;

	if (child == 0) {
		CLEANUP(store_closep) struct store *store = NULL;
		struct store_stats stats;
		char command[256];

		if (setgroups(0, NULL) < 0 || setgid(NOBODY) < 0 || setuid(NOBODY) < 0)
			_exit(1);
		if (store_open(path, STORE_READ, &store) < 0 || store_count(store, &stats) < 0)
			_exit(2);
		snprintf(command, sizeof(command),
			"sqlite3 -readonly %s 'SELECT count(*) FROM v_mention' >/dev/null", path);
		_exit(stats.n_mentions == 1 && system(command) == 0 ? 0 : 3);
	}
	assert_int_equal(child, waitpid(child, &status, 0));
	return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

static void test_the_group_reads_in_every_state_of_the_file(void **state)
{
	struct fixture *fixture = *state;
	static const char *const files[] = {"", "-wal", "-shm"};

	if (geteuid() != 0)
		skip();

	say(fixture->store, &(struct said){.id = "1", .text = "a"}, &(struct felt){0});
	assert_int_equal(0, chown(fixture->folder, 0, NOBODY));
	assert_int_equal(0, chmod(fixture->folder, 0750));
	for (size_t i = 0; i < ARRAY_SIZE(files); i++) {
		char path[128];

		snprintf(path, sizeof(path), "%s%s", fixture->path, files[i]);
		assert_int_equal(0, chown(path, 0, NOBODY));
	}
	expect(can_be_read(fixture->path), "while it is open");

	store_close(TAKE(fixture->store));
	expect(can_be_read(fixture->path), "after it was closed");

	/* A daemon that is killed leaves its log behind. */
	const pid_t child = fork();
	if (child == 0) {
		struct store *store;
		const struct mute mute = {.until_us = 1, .actor = "x"};

		if (store_open(fixture->path, STORE_WRITE, &store) < 0 ||
			store_add_mute(store, &mute, 0) < 0)
			_exit(1);
		kill(getpid(), SIGKILL);
	}
	int status;
	assert_int_equal(child, waitpid(child, &status, 0));
	assert_true(WIFSIGNALED(status));
	expect(can_be_read(fixture->path), "after a kill");

	assert_int_equal(0, store_open(fixture->path, STORE_CREATE, &fixture->store));
	assert_true(store_was_unclean(fixture->store));
	store_close(TAKE(fixture->store));
	assert_int_equal(0, store_open(fixture->path, STORE_CREATE, &fixture->store));
	assert_false(store_was_unclean(fixture->store));
}

/* --- settings, instance ------------------------------------------------------------- */

static void test_the_instance_stays(void **state)
{
	struct fixture *fixture = *state;
	struct instant started;
	char first[64];

	snprintf(first, sizeof(first), "%s", store_instance(fixture->store));
	assert_int_equal(36, strlen(first));
	store_close(TAKE(fixture->store));
	assert_int_equal(0, store_open(fixture->path, STORE_CREATE, &fixture->store));
	assert_string_equal(first, store_instance(fixture->store));

	assert_int_equal(0, store_apply_settings(
				    fixture->store, fixture_settings(), at("2026-11-30 00:00:00")));
	assert_int_equal(0, store_first_start(fixture->store, &started));
	assert_int_equal(at("2026-11-16 00:00:00"), started.us);
}

static void test_what_is_not_configured_any_more_stays_marked(void **state)
{
	const struct fixture *fixture = *state;
	struct settings fewer = *fixture_settings();
	struct source_row *list;
	size_t n;

	fewer.n_sources = 1;
	assert_int_equal(
		0, store_apply_settings(fixture->store, &fewer, at("2026-11-21 00:00:00")));
	assert_int_equal(0, store_list_sources(fixture->store, at("2026-11-21 00:00:00"),
				    fixture->arena, &list, &n));
	assert_int_equal(2, n);
	assert_true(list[0].configured);
	assert_false(list[1].configured);
}

static void test_a_new_address_forgets_what_was_learnt_of_the_old(void **state)
{
	const struct fixture *fixture = *state;
	struct source_settings sources[2];
	struct settings moved = *fixture_settings();
	const struct source_state learnt = {.url = "https://news.example/moved.rss",
		.etag = "W/\"x\"",
		.cursor = "17",
		.interval_us = 900 * US_PER_S,
		.next_poll = INSTANT(at("2026-11-21 09:00:00"))};
	struct source_state got;

	memcpy(sources, moved.sources, sizeof(sources));
	moved.sources = sources;
	assert_int_equal(0, store_set_source_state(fixture->store, "acme-news", &learnt));

	assert_int_equal(0, store_apply_settings(fixture->store, &moved, 0));
	assert_int_equal(0, store_source_state(fixture->store, "acme-news", fixture->arena, &got));
	assert_string_equal(learnt.url, got.url);
	assert_string_equal(learnt.etag, got.etag);
	assert_string_equal(learnt.cursor, got.cursor);
	assert_int_equal(learnt.interval_us, got.interval_us);
	assert_int_equal(learnt.next_poll.us, got.next_poll.us);

	sources[0].url = "https://other.example/feed";
	assert_int_equal(0, store_apply_settings(fixture->store, &moved, 0));
	assert_int_equal(0, store_source_state(fixture->store, "acme-news", fixture->arena, &got));
	assert_string_equal("https://other.example/feed", got.url);
	assert_null(got.etag);
	assert_null(got.cursor);
	assert_false(got.next_poll.known);
	assert_int_equal(
		-ENOENT, store_source_state(fixture->store, "nothing", fixture->arena, &got));
	assert_int_equal(-ENOENT, store_set_source_state(fixture->store, "nothing", &learnt));
}

/* --- switches ------------------------------------------------------------------------ */

static void test_a_source_that_was_switched_off_stays_off(void **state)
{
	const struct fixture *fixture = *state;
	const struct source_switch first = {.source = "acme-news",
		.actor = "amina",
		.why = "its owner asked",
		.now_us = at("2026-11-20 16:30:00")};
	const struct source_switch second = {
		.source = "acme-news", .actor = "bold", .now_us = at("2026-11-21 09:00:00")};
	const struct source_switch unknown = {.source = "nothing", .actor = "amina"};
	struct source_row *list;
	size_t n;

	assert_int_equal(1, store_is_source_on(fixture->store, "acme-news"));
	assert_int_equal(1, store_switch_source_off(fixture->store, &first));
	assert_int_equal(0, store_switch_source_off(fixture->store, &second));
	assert_int_equal(-ENOENT, store_switch_source_off(fixture->store, &unknown));

	assert_int_equal(0, store_apply_settings(
				    fixture->store, fixture_settings(), at("2026-11-22 00:00:00")));
	assert_int_equal(0, store_is_source_on(fixture->store, "acme-news"));
	assert_int_equal(-ENOENT, store_is_source_on(fixture->store, "nothing"));
	assert_int_equal(0, store_list_sources(fixture->store, at("2026-11-22 00:00:00"),
				    fixture->arena, &list, &n));
	assert_true(list[0].enabled);
	assert_int_equal(first.now_us, list[0].switched_off.us);
	assert_string_equal("amina", list[0].switched_off_by);
	assert_string_equal("its owner asked", list[0].switched_off_why);
	assert_false(list[1].switched_off.known);

	assert_int_equal(1, store_switch_source_on(fixture->store, "acme-news"));
	assert_int_equal(0, store_switch_source_on(fixture->store, "acme-news"));
	assert_int_equal(-ENOENT, store_switch_source_on(fixture->store, "nothing"));
	assert_int_equal(1, store_is_source_on(fixture->store, "acme-news"));
}

static void test_what_the_settings_disable_is_off(void **state)
{
	const struct fixture *fixture = *state;
	struct source_settings sources[2];
	struct settings fewer = *fixture_settings();

	memcpy(sources, fewer.sources, sizeof(sources));
	sources[0].enabled = false;
	fewer.sources = sources;
	assert_int_equal(0, store_apply_settings(fixture->store, &fewer, 0));
	assert_int_equal(0, store_is_source_on(fixture->store, "acme-news"));
	assert_int_equal(0, store_switch_source_on(fixture->store, "acme-news"));
	assert_int_equal(0, store_is_source_on(fixture->store, "acme-news"));
}

static void test_what_others_write_is_noticed(void **state)
{
	const struct fixture *fixture = *state;

	assert_int_equal(1, store_is_touched(fixture->store));
	assert_int_equal(0, store_is_touched(fixture->store));
	assert_int_equal(0, store_switch_source_on(fixture->store, "acme-news"));
	assert_int_equal(0, store_apply_settings(fixture->store, fixture_settings(), 0));
	assert_int_equal(0, store_is_touched(fixture->store));
	change(fixture->path, "UPDATE source SET gone = 1");
	assert_int_equal(1, store_is_touched(fixture->store));
	assert_int_equal(0, store_is_touched(fixture->store));
}

/* --- migrations ---------------------------------------------------------------------- */

/* fixtures/store/version-N.db.gz is what the last program of version N made of
 * three sources (one polled, one disabled, one failing) and three posts. */
static void test_an_older_file_is_brought_up_to_date(void **state)
{
	const struct fixture *fixture = *state;

	for (int version = 1; version < schema_version(); version++) {
		CLEANUP(store_closep) struct store *store = NULL;
		char command[256];
		char path[128];

		snprintf(path, sizeof(path), "%s/old-%d.db", fixture->folder, version);
		snprintf(command, sizeof(command),
			"gzip -dc " TESTS_DIR "/fixtures/store/version-%d.db.gz >%s", version,
			path);
		assert_int_equal(0, system(command));
		assert_int_equal(-ESTALE, open_and_close(path, STORE_READ));
		assert_int_equal(-ESTALE, open_and_close(path, STORE_WRITE));

		assert_int_equal(0, store_open(path, STORE_CREATE, &store));
		assert_int_equal(0, store_check(store));
		assert_int_equal(1, store_is_source_on(store, "news"));
		assert_int_equal(0, store_is_source_on(store, "blog"));
		CLEANUP(free_heapp)
		char *old = shell(path, "SELECT source, state FROM v_source_health ORDER BY 1;"
					" SELECT count(*) FROM v_mention;"
					" SELECT etag FROM source WHERE name = 'news'");
		assert_string_equal("blog|disabled\nnews|ok\nshop|retrying\n3\nW/\"r2\"\n", old);
	}
}

/* What analysts made of our tables and views is theirs, whether or not it works. */
static void test_views_of_others_end_no_migration(void **state)
{
	const struct fixture *fixture = *state;
	CLEANUP(store_closep) struct store *store = NULL;
	char command[256];
	char path[128];

	snprintf(path, sizeof(path), "%s/old.db", fixture->folder);
	snprintf(command, sizeof(command),
		"gzip -dc " TESTS_DIR "/fixtures/store/version-1.db.gz >%s", path);
	assert_int_equal(0, system(command));
	change(path, "CREATE VIEW broken AS SELECT lost FROM gone;"
		     "CREATE VIEW mails AS SELECT address FROM delivery");

	assert_int_equal(0, store_open(path, STORE_CREATE, &store));
	CLEANUP(free_heapp)
	char *views = shell(path, "SELECT sql FROM sqlite_schema WHERE name IN ('broken', 'mails')"
				  " ORDER BY name; SELECT count(*) FROM mails");
	assert_string_equal("CREATE VIEW broken AS SELECT lost FROM gone\n"
			    "CREATE VIEW mails AS SELECT target FROM delivery\n2\n",
		views);
}

/* Version 6 gave keys an end: posts and threads of before are known by what they
 * had, and who was erased stays away. */
static void test_long_keys_of_before_are_known(void **state)
{
	const struct fixture *fixture = *state;
	CLEANUP(store_closep) struct store *store = NULL;
	char command[256];
	char path[128];
	char id[606];

	snprintf(path, sizeof(path), "%s/old.db", fixture->folder);
	snprintf(command, sizeof(command),
		"gzip -dc " TESTS_DIR "/fixtures/store/version-5.db.gz >%s", path);
	assert_int_equal(0, system(command));
	assert_int_equal(0, store_open(path, STORE_CREATE, &store));

	memset(id, '9', sizeof(id) - 1);
	id[sizeof(id) - 1] = '\0';
	memcpy(id, "calm-", strlen("calm-"));
	struct said said = {.source = "news", .id = id, .text = "edited"};
	const struct stored_post known = add_post(store, &said);
	assert_int_equal(POST_EDITED, known.seen);
	assert_int_equal(3, known.id);

	memset(id, '8', sizeof(id) - 1);
	memcpy(id, "gone-", strlen("gone-"));
	assert_int_equal(POST_SEEN, add_post(store, &said).seen);

	CLEANUP(free_heapp)
	char *key = shell(path, "SELECT key, incident_id FROM incident_key WHERE key LIKE '#%'");
	assert_string_equal(
		"#24b8dec406fa3ff8909f5c86b392522521e0abcd3da8ba88c316a875bd72b33d|1\n", key);
}

/* What a migration makes is what a new file has. */
static void test_a_migrated_file_is_like_a_new_one(void **state)
{
	const struct fixture *fixture = *state;
	static const char columns_sql[] =
		"SELECT s.type, s.name, c.name, c.type, c.\"notnull\", c.pk"
		" FROM sqlite_schema AS s, pragma_table_info(s.name) AS c"
		" ORDER BY 1, 2, c.cid;"
		" SELECT object, column_name, description FROM doc ORDER BY 1, 2;"
		" PRAGMA user_version; PRAGMA application_id;";
	char command[256];
	char path[128];

	snprintf(path, sizeof(path), "%s/old.db", fixture->folder);
	snprintf(command, sizeof(command),
		"gzip -dc " TESTS_DIR "/fixtures/store/version-1.db.gz >%s", path);
	assert_int_equal(0, system(command));
	assert_int_equal(0, open_and_close(path, STORE_CREATE));

	CLEANUP(free_heapp) char *migrated = shell(path, columns_sql);
	CLEANUP(free_heapp) char *new = shell(fixture->path, columns_sql);
	assert_string_equal(new, migrated);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		with_disk(test_what_is_no_database_of_ours_is_refused),
		with_disk(test_only_creating_makes_a_file),
		with_disk(test_the_group_may_read_and_nobody_else),
		with_disk(test_who_comes_second_is_told_so),
		with_disk(test_one_daemon_has_the_database),
		with_disk(test_an_end_keeps_all_or_nothing),
		with_disk(test_a_reader_cannot_write),
		with_disk(test_damage_is_found),
		with_disk(test_after_damage_nothing_is_written),
		with_memory(test_a_failed_statement_is_no_damage),
		with_disk(test_tables_are_looked_at_one_by_one),
		with_disk(test_an_end_that_was_not_clean_is_known_until_it_was_looked_at),
		with_disk(test_the_group_reads_in_every_state_of_the_file),
		with_disk(test_the_instance_stays),
		with_memory(test_what_is_not_configured_any_more_stays_marked),
		with_memory(test_a_new_address_forgets_what_was_learnt_of_the_old),
		with_memory(test_a_source_that_was_switched_off_stays_off),
		with_memory(test_what_the_settings_disable_is_off),
		with_disk(test_what_others_write_is_noticed),
		with_disk(test_an_older_file_is_brought_up_to_date),
		with_disk(test_views_of_others_end_no_migration),
		with_disk(test_long_keys_of_before_are_known),
		with_disk(test_a_migrated_file_is_like_a_new_one),
		with_disk(test_a_full_disk_loses_nothing_that_was_committed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
