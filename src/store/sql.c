#include "store/sql.h"

#include <assert.h>
#include <errno.h>

#include <sqlite3.h>

#include "base/errors.h"
#include "base/map.h"

/* The first and last second that "YYYY-MM-DD HH:MM:SS" can say. */
#define TIME_FIRST_US (INT64_C(-62167219200) * US_PER_S)
#define TIME_LAST_US  (INT64_C(253402300800) * US_PER_S - 1)

static const struct {
	int error;
	const char *advice;
} advices[] = {
	{EACCES, "run as a user who may read it, for example in group mentiond"},
	{EALREADY, "stop it, or give this one a database of its own"},
	{EBUSY, "another program is writing to it; try again when it has finished"},
	{EIO, "look at the system's log: the disk may be failing"},
	{ENOSPC, "make room on the disk; what was committed before is safe"},
	{EROFS, "it may only be read here; to change it run as user mentiond, with sudo -u"},
	{EUCLEAN, "stop mentiond and put a backup in its place: mentionctl restore FILE; or name "
		  "another file"},
};

/* The one place where SQLite's codes become errno. */
static int errno_from_sqlite(struct sqlite3 *db, int code)
{
	const int system_errno = db ? sqlite3_system_errno(db) : 0;

	switch (code) {
	case SQLITE_CONSTRAINT_UNIQUE:
	case SQLITE_CONSTRAINT_PRIMARYKEY:
	case SQLITE_CONSTRAINT_ROWID:
		return -EEXIST;
	case SQLITE_CONSTRAINT_FOREIGNKEY:
		return -ENOENT;
	case SQLITE_IOERR_NOMEM:
		return -ENOMEM;
	}

	switch (code & 0xff) {
	case SQLITE_OK:
	case SQLITE_ROW:
	case SQLITE_DONE:
		return 0;
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
	case SQLITE_PROTOCOL:
		return -EBUSY;
	case SQLITE_READONLY:
		return -EROFS;
	case SQLITE_PERM:
	case SQLITE_AUTH:
		return -EACCES;
	case SQLITE_CANTOPEN:
		return system_errno ? -system_errno : -EACCES;
	case SQLITE_FULL:
		return -ENOSPC;
	case SQLITE_IOERR:
		return system_errno == ENOSPC || system_errno == EDQUOT ? -ENOSPC : -EIO;
	case SQLITE_NOMEM:
		return -ENOMEM;
	case SQLITE_TOOBIG:
		return -EMSGSIZE;
	case SQLITE_CONSTRAINT:
	case SQLITE_MISMATCH:
	case SQLITE_RANGE:
		return -EINVAL;
	case SQLITE_INTERRUPT:
		return -ECANCELED;
	default:
		/* SQLITE_ERROR too: our texts are right, so the tables are not. */
		return -EUCLEAN;
	}
}

int sql_fail_text(struct store *store, int error, const char *text)
{
	str_clear(&store->error);
	str_add_format(&store->error, "%s: %s", str_text(&store->path), text);
	for (size_t i = 0; i < ARRAY_SIZE(advices); i++)
		if (advices[i].error == -error)
			str_add_format(&store->error, " (%s)", advices[i].advice);

	return error;
}

/* Whoever owns the store hears of it once, from the first statement that met it. */
static void note_damage(struct store *store)
{
	if (store->damaged)
		return;

	store->damaged = true;
	if (store->on_damage)
		store->on_damage(store->userdata);
}

void sql_set_damaged(struct store *store, const char *text)
{
	str_clear(&store->error);
	str_add_text(&store->error, text);
	note_damage(store);
}

int sql_fail_damaged(struct store *store, const char *text)
{
	const int error = sql_fail_text(store, -EUCLEAN, text);

	note_damage(store);
	return error;
}

/* What no statement of ours can bring about; SQLITE_ERROR may come of one. */
static bool is_damage(int code)
{
	return (code & 0xff) == SQLITE_CORRUPT || (code & 0xff) == SQLITE_NOTADB;
}

int sql_fail(struct store *store, int code)
{
	if (is_damage(code) && store->db)
		return sql_fail_damaged(store, sqlite3_errmsg(store->db));

	const int error = errno_from_sqlite(store->db, code);

	return sql_fail_text(
		store, error, store->db ? sqlite3_errmsg(store->db) : error_text(error));
}

struct value value_text(const char *text)
{
	return (struct value){.type = text ? VALUE_TEXT : VALUE_NULL, .bytes = slice_of(text)};
}

struct value value_int(int64_t number)
{
	return (struct value){.type = VALUE_INT, .number = number};
}

struct value value_id(int64_t id)
{
	return (struct value){.type = id != 0 ? VALUE_INT : VALUE_NULL, .number = id};
}

struct value value_flag(bool flag)
{
	return value_int(flag ? 1 : 0);
}

struct value value_real(double number)
{
	return (struct value){.type = VALUE_REAL, .real = number};
}

struct value value_blob(struct slice bytes)
{
	return (struct value){.type = VALUE_BLOB, .bytes = bytes};
}

struct value value_time(int64_t time_us)
{
	const bool can_be_said = time_us >= TIME_FIRST_US && time_us <= TIME_LAST_US;

	return (struct value){.type = can_be_said ? VALUE_TIME : VALUE_NULL, .number = time_us};
}

struct value value_instant(struct instant instant)
{
	return instant.known ? value_time(instant.us) : (struct value){0};
}

static int bind_value(struct sqlite3_stmt *statement, int index, const struct value *value)
{
	char time[TIME_TEXT_SIZE];

	switch (value->type) {
	case VALUE_INT:
		return sqlite3_bind_int64(statement, index, value->number);
	case VALUE_REAL:
		return sqlite3_bind_double(statement, index, value->real);
	case VALUE_TEXT:
		return sqlite3_bind_text64(statement, index, value->bytes.ptr, value->bytes.len,
			SQLITE_STATIC, SQLITE_UTF8);
	case VALUE_BLOB:
		return sqlite3_bind_blob64(
			statement, index, value->bytes.ptr, value->bytes.len, SQLITE_STATIC);
	case VALUE_TIME:
		time_format_sql(value->number, time);
		return sqlite3_bind_text(statement, index, time, -1, SQLITE_TRANSIENT);
	case VALUE_NULL:
		break;
	}
	return sqlite3_bind_null(statement, index);
}

/* The statement for SQL, prepared when it is first asked for. */
static int prepare(struct store *store, const char *sql, struct sqlite3_stmt **ret)
{
	const struct slice key = slice_from((const char *)&sql, sizeof(sql));
	union map_value known;
	int r;

	if (map_find(store->statements, key, &known)) {
		*ret = known.pointer;
		return 0;
	}

	r = sqlite3_prepare_v3(store->db, sql, -1, SQLITE_PREPARE_PERSISTENT, ret, NULL);
	if (r != SQLITE_OK)
		return sql_fail(store, r);

	r = map_set(store->statements, key, (union map_value){.pointer = *ret});
	if (r < 0)
		sqlite3_finalize(*ret);
	return r < 0 ? r : 0;
}

int sql_bind(struct store *store, const char *sql, struct values values, struct sqlite3_stmt **ret)
{
	struct sqlite3_stmt *statement = NULL;
	int r = prepare(store, sql, &statement);

	if (r < 0)
		return r;

	assert(!sqlite3_stmt_busy(statement));
	assert((size_t)sqlite3_bind_parameter_count(statement) == values.n);
	for (size_t i = 0; i < values.n; i++) {
		r = bind_value(statement, (int)i + 1, &values.list[i]);
		if (r != SQLITE_OK)
			return sql_fail(store, r);
	}

	*ret = statement;
	return 0;
}

int sql_run(struct store *store, const char *sql, struct values values)
{
	struct sqlite3_stmt *statement = NULL;
	int r = sql_bind(store, sql, values, &statement);

	if (r < 0)
		return r;

	do
		r = sqlite3_step(statement);
	while (r == SQLITE_ROW);
	r = r == SQLITE_DONE ? 0 : sql_fail(store, sqlite3_extended_errcode(store->db));
	sqlite3_reset(statement);

	return r;
}

int sql_change(struct store *store, const char *sql, struct values values)
{
	const int r = sql_run(store, sql, values);

	return r < 0 ? r : sqlite3_changes(store->db);
}

int64_t sql_last_id(const struct store *store)
{
	return sqlite3_last_insert_rowid(store->db);
}

int sql_find(struct store *store, const char *sql, struct values values, int64_t *ret)
{
	struct sqlite3_stmt *statement = NULL;
	int r = sql_bind(store, sql, values, &statement);

	if (r < 0)
		return r;

	r = sqlite3_step(statement);
	if (r == SQLITE_ROW && sqlite3_column_type(statement, 0) != SQLITE_NULL) {
		*ret = sqlite3_column_int64(statement, 0);
		r = 1;
	} else if (r == SQLITE_ROW || r == SQLITE_DONE) {
		r = 0;
	} else {
		r = sql_fail(store, sqlite3_extended_errcode(store->db));
	}
	sqlite3_reset(statement);

	return r;
}

int sql_execute(struct store *store, const char *sql)
{
	const int code = sqlite3_exec(store->db, sql, NULL, NULL, NULL);

	return code == SQLITE_OK ? 0 : sql_fail(store, sqlite3_extended_errcode(store->db));
}

void sql_done(struct store *store)
{
	union map_value statement = {0};
	struct slice key;
	size_t position = 0;

	while (store->statements && map_next(store->statements, &position, &key, &statement))
		sqlite3_finalize(statement.pointer);

	map_free(store->statements);
	store->statements = NULL;
}
