#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <sqlite3.h>

#include "base/errors.h"
#include "base/map.h"
#include "store/claim.h"
#include "store/rows.h"
#include "store/schema.h"
#include "store/short_key.h"
#include "store/sql.h"
#include "store/store.h"
#include "store/tokens.h"
#include "store/txn.h"
#include "text/words.h"

enum {
	FOLDER_MODE = 0750, /* the group reads */
	FILE_MODE = 0640,
	BUSY_TIMEOUT_MS = 1000, /* the daemon's loop stands still meanwhile */
	MAX_VALUE_BYTES = 64 * 1024 * 1024,
	MAX_ERROR_BYTES = 4096,
	MAX_PATH_BYTES = 4096,
};

/* What is said of a store_open() that gave no store to ask. */
static char open_error[1024];

/* WAL and FULL: what was committed survives a power cut.  mmap_size 0: an I/O
 * error is a code and no SIGBUS.  The application may write no schema by
 * accident, and nothing in a foreign file's schema runs as ours. */
static const char reader_pragmas[] = "PRAGMA cell_size_check = ON;"
				     "PRAGMA mmap_size = 0;"
				     "PRAGMA foreign_keys = ON;"
				     "PRAGMA temp_store = MEMORY;";
/* Free pages can be given back.  It counts before the first table is made; an
 * older file gets it with store_compact(). */
static const char writer_pragmas[] = "PRAGMA auto_vacuum = INCREMENTAL;"
				     "PRAGMA journal_mode = WAL;"
				     "PRAGMA synchronous = FULL;"
				     "PRAGMA journal_size_limit = 67108864;"
				     "PRAGMA cache_size = -32000;";

static const struct {
	int option, value;
} options[] = {
	{SQLITE_DBCONFIG_DEFENSIVE, 1},
	{SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0},
	{SQLITE_DBCONFIG_ENABLE_TRIGGER, 0},
	{SQLITE_DBCONFIG_DQS_DDL, 0},
	{SQLITE_DBCONFIG_DQS_DML, 0},
};

static bool is_in_memory(const char *path)
{
	return strcmp(path, ":memory:") == 0;
}

/* The folder and an empty file, with the modes that let the group read: SQLite
 * gives its -wal and -shm the mode of the file. */
static int make_file(const char *path)
{
	const char *slash = strrchr(path, '/');

	if (slash && slash != path) {
		CLEANUP(free_heapp) char *folder = strndup(path, (size_t)(slash - path));

		if (!folder)
			return -ENOMEM;
		if (mkdir(folder, FOLDER_MODE) < 0 && errno != EEXIST)
			return -errno;
	}

	const int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, FILE_MODE);

	if (fd < 0)
		return errno == EEXIST ? 0 : -errno;

	/* The umask may have taken the group's right away. */
	const int r = fchmod(fd, FILE_MODE) < 0 ? -errno : 0;
	close(fd);

	return r;
}

/* A log that is not empty: the last program that wrote did not end well. */
static bool has_log(const char *path)
{
	CLEANUP(str_done) struct str log = STR_INIT(MAX_PATH_BYTES);
	struct stat status;

	str_add_format(&log, "%s-wal", path);
	return stat(str_text(&log), &status) == 0 && status.st_size > 0;
}

static int connect_to(struct store *store, const char *path, enum store_access access)
{
	const int flags = store->writes ? SQLITE_OPEN_READWRITE : SQLITE_OPEN_READONLY;
	struct stat status;
	int r = 0;

	if (is_in_memory(path)) {
		r = sqlite3_open_v2(path, &store->db, flags | SQLITE_OPEN_MEMORY, NULL);
		return r == SQLITE_OK ? 0 : sql_fail(store, r);
	}

	if (access == STORE_CREATE)
		r = make_file(path);
	else if (stat(path, &status) < 0)
		r = -errno;
	if (r < 0)
		return sql_fail_text(store, r, error_text(r));

	store->unclean = has_log(path);
	r = sqlite3_open_v2(path, &store->db, flags, NULL);
	if (r != SQLITE_OK)
		return sql_fail(store, r);
	/* SQLite opens for reading what it may not write, without a word. */
	if (store->writes && sqlite3_db_readonly(store->db, "main"))
		return sql_fail_text(store, -EROFS, "may not be written");

	return 0;
}

static int configure(struct store *store, enum store_access access)
{
	int keep_log = 1;
	int r;

	for (size_t i = 0; i < ARRAY_SIZE(options); i++)
		sqlite3_db_config(store->db, options[i].option, options[i].value, NULL);

	sqlite3_extended_result_codes(store->db, 1);
	sqlite3_busy_timeout(store->db, BUSY_TIMEOUT_MS);
	sqlite3_limit(store->db, SQLITE_LIMIT_LENGTH, MAX_VALUE_BYTES);
	sqlite3_limit(store->db, SQLITE_LIMIT_ATTACHED, 0);

	/* Without -wal and -shm a reader who may not write to the folder cannot
	 * open the file: they stay when the last connection goes. */
	sqlite3_file_control(store->db, "main", SQLITE_FCNTL_PERSIST_WAL, &keep_log);

	r = short_key_register(store);
	if (r == 0)
		r = sql_execute(store, reader_pragmas);
	if (r == 0 && store->writes && access != STORE_MEND_COPY)
		r = sql_execute(store, writer_pragmas);
	return r;
}

/* --- version --------------------------------------------------------------- */

static const char application_id_sql[] = "PRAGMA application_id";
static const char user_version_sql[] = "PRAGMA user_version";
static const char count_schema_sql[] = "SELECT count(*) FROM sqlite_schema";
static const char add_instance_sql[] = "INSERT OR IGNORE INTO instance (id, uuid) VALUES (1, ?)";
static const char get_instance_sql[] = "SELECT uuid FROM instance";

/* *RET_VERSION is 0 for a file that is still empty. */
static int read_version(struct store *store, int64_t *ret_version)
{
	int64_t application = 0;
	int64_t version = 0;
	int64_t n_schema = 0;
	int r = sql_find(store, count_schema_sql, NO_VALUES, &n_schema);

	if (r >= 0)
		r = sql_find(store, application_id_sql, NO_VALUES, &application);
	if (r >= 0)
		r = sql_find(store, user_version_sql, NO_VALUES, &version);
	if (r < 0)
		return r;
	if (n_schema > 0 && application != SCHEMA_APPLICATION_ID)
		return sql_fail_text(store, -EUCLEAN, "is a database of another program");

	*ret_version = n_schema > 0 ? version : 0;
	return 0;
}

static int set_version(struct store *store)
{
	char sql[128];

	snprintf(sql, sizeof(sql), "PRAGMA application_id = %d; PRAGMA user_version = %d",
		SCHEMA_APPLICATION_ID, schema_version());
	return sql_execute(store, sql);
}

/* ALTER TABLE looks through all views, also those that an analyst made: one of them that
 * names what is gone stays as it is, and ends no migration (sqlite.org/lang_altertable). */
static void mind_views(struct store *store, bool mind)
{
	sqlite3_db_config(store->db, SQLITE_DBCONFIG_DEFENSIVE, mind, NULL);
	sqlite3_db_config(store->db, SQLITE_DBCONFIG_WRITABLE_SCHEMA, !mind, NULL);
}

/* All in one transaction: a crash leaves the old file. */
static int migrate_all(struct store *store)
{
	CLEANUP(txn_done) struct txn txn = {0};
	char uuid[UUID_TEXT_SIZE];
	int64_t version = 0;
	int r;

	r = txn_begin(store, &txn);
	if (r == 0)
		r = read_version(store, &version); /* nobody else migrates now */
	for (int next = (int)version + 1; r == 0 && next <= schema_version(); next++)
		r = sql_execute(store, schema_migration(next));
	if (r == 0)
		r = sql_execute(store, schema_views());
	if (r == 0)
		r = sql_execute(store, schema_docs());
	if (r == 0)
		r = set_version(store);
	if (r == 0)
		r = sql_run(store, add_instance_sql, VALUES(value_text(uuid_make(uuid))));

	return r < 0 ? r : txn_commit(&txn);
}

/* From any older version to ours. */
static int migrate(struct store *store)
{
	mind_views(store, false);
	const int r = migrate_all(store);
	mind_views(store, true);

	return r;
}

static int check_version(struct store *store, enum store_access access)
{
	CLEANUP(str_done) struct str text = STR_INIT(MAX_ERROR_BYTES);
	int64_t version = 0;
	int r = read_version(store, &version);

	if (r < 0 || version == schema_version())
		return r;

	if (version > schema_version()) {
		str_add_format(&text,
			"has format %lld, made by a newer version of mentiond; this one knows %d",
			(long long)version, schema_version());
		return sql_fail_text(store, -ESTALE, str_text(&text));
	}
	if (access == STORE_CREATE)
		return migrate(store);
	if (version > 0 && (access == STORE_READ_COPY || access == STORE_MEND_COPY))
		return 0;
	if (version == 0)
		return sql_fail_text(store, -EUCLEAN, "is empty: mentiond has not filled it yet");

	return sql_fail_text(store, -ESTALE,
		"has an older format, which mentiond brings up to date when it starts");
}

static int load_instance(struct store *store)
{
	struct sqlite3_stmt *statement;
	int r = sql_bind(store, get_instance_sql, NO_VALUES, &statement);

	if (r < 0)
		return r;

	if (sqlite3_step(statement) != SQLITE_ROW)
		r = sql_fail_text(store, -EUCLEAN, "says nothing of its instance");
	else
		snprintf(store->instance, sizeof(store->instance), "%s",
			(const char *)sqlite3_column_text(statement, 0));
	sqlite3_reset(statement);

	return r;
}

/* --- connection ------------------------------------------------------------ */

int store_open(const char *path, enum store_access access, struct store **ret)
{
	CLEANUP(store_closep) struct store *store = calloc(1, sizeof(*store));
	int r;

	open_error[0] = '\0';
	if (!store)
		return -ENOMEM;

	store->claim = -1;
	store->writes = access != STORE_READ && access != STORE_READ_COPY;
	store->path = STR_INIT(MAX_PATH_BYTES);
	store->error = STR_INIT(MAX_ERROR_BYTES);
	str_add_text(&store->path, path);
	r = map_new(&store->statements);
	if (r == 0)
		r = connect_to(store, path, access);
	if (r == 0)
		r = configure(store, access);
	if (r == 0)
		r = check_version(store, access);
	if (r == 0)
		r = load_instance(store);
	if (r < 0) {
		snprintf(open_error, sizeof(open_error), "%s", str_text(&store->error));
		return r;
	}

	*ret = TAKE(store);
	return 0;
}

/* Whoever ended without store_close() has left its mark; the file is looked at
 * until that has been done once, over further starts. */
static int note_start(struct store *store)
{
	static const char start_sql[] =
		"UPDATE instance SET unchecked = max(unchecked, running, ?), running = 1";
	static const char unchecked_sql[] = "SELECT unchecked FROM instance";
	int64_t unchecked = 0;
	int r = sql_run(store, start_sql, VALUES(value_flag(store->unclean)));

	if (r == 0)
		r = MIN(sql_find(store, unchecked_sql, NO_VALUES, &unchecked), 0);
	store->unclean = unchecked != 0;
	return r;
}

static void note_end(struct store *store)
{
	static const char end_sql[] = "UPDATE instance SET running = 0";

	if (!store->damaged)
		sql_run(store, end_sql, NO_VALUES);
}

int store_claim(struct store *store)
{
	const char *path = str_text(&store->path);

	if (is_in_memory(path))
		return 0;

	const int r = claim_take(path, &store->claim);

	if (r == -EALREADY)
		return sql_fail_text(store, r, "another mentiond works on it");
	if (r < 0)
		return sql_fail_text(store, r, "cannot be locked");

	return note_start(store);
}

int store_note_checked(struct store *store)
{
	static const char checked_sql[] = "UPDATE instance SET unchecked = 0";

	return sql_run(store, checked_sql, NO_VALUES);
}

int store_believed(struct store *store, struct instant *ret)
{
	static const char believed_sql[] = "SELECT believed_utc FROM instance";
	CLEANUP(rows_done) struct rows rows = {0};
	int r = rows_open(&rows, store, believed_sql, NO_VALUES, NULL);

	if (r == 0)
		r = rows_next(&rows);
	if (r < 0)
		return r;

	*ret = rows_instant(&rows);
	return 0;
}

int store_note_believed(struct store *store, int64_t now_us)
{
	static const char believed_sql[] = "UPDATE instance SET believed_utc = ?";

	return sql_run(store, believed_sql, VALUES(value_time(now_us)));
}

void store_on_damage(struct store *store, void (*told)(void *userdata), void *userdata)
{
	store->on_damage = told;
	store->userdata = userdata;
}

bool store_is_damaged(const struct store *store)
{
	return store->damaged;
}

void store_set_damaged(struct store *store, const char *text)
{
	sql_set_damaged(store, text);
}

void store_interrupt(struct store *store)
{
	sqlite3_interrupt(store->db);
}

int store_log_size(const struct store *store, size_t *ret)
{
	CLEANUP(str_done) struct str log = STR_INIT(MAX_PATH_BYTES);
	struct stat status;

	str_add_format(&log, "%s-wal", str_text(&store->path));
	*ret = 0;
	if (stat(str_text(&log), &status) < 0)
		return errno == ENOENT ? 0 : -errno;

	*ret = (size_t)status.st_size;
	return 0;
}

void store_close(struct store *store)
{
	if (!store)
		return;

	if (store->claim >= 0)
		note_end(store);
	sql_done(store);
	tokens_free(store->tokens);
	words_free(store->words);
	/* The next reader finds all in the file.  One who reads just now keeps the
	 * log busy, which is no harm. */
	if (store->db && store->writes)
		sqlite3_wal_checkpoint_v2(
			store->db, "main", SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
	sqlite3_close(store->db);
	/* After SQLite's: whoever closes any descriptor of a file gives up all of
	 * the process's locks on it (fcntl(2)). */
	if (store->claim >= 0)
		close(store->claim);
	str_done(&store->path);
	str_done(&store->error);
	free(store);
}

const char *store_error_text(const struct store *store)
{
	return store ? str_text(&store->error) : open_error;
}

const char *store_instance(const struct store *store)
{
	return store->instance;
}

bool store_was_unclean(const struct store *store)
{
	return store->unclean;
}
