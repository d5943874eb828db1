/* store/sql.h: one connection to SQLite, and statements run on it.
 *
 * Each statement is a `static const char ..._sql[]` beside the function that runs
 * it; it is prepared once, when it first runs, and known by its address.
 * Values are typed where they are written:
 *
 *	r = sql_run(store, set_state_sql, VALUES(SQL_TEXT("open"), SQL_INT(id)));
 *
 * Inside of store/ only.  All of it returns 0 or more, or a negative errno
 * whose words sql_fail() has kept for store_error_text().
 */
#pragma once

#include "base/arena.h"
#include "base/clock.h"
#include "base/random.h"
#include "base/str.h"

struct map;
struct tokens;
struct words;
struct sqlite3;
struct sqlite3_stmt;

struct store {
	struct sqlite3 *db;
	struct map *statements;
	struct str path;
	struct str error;
	struct words *words;   /* made when the first post is indexed */
	struct tokens *tokens; /* made when they are first asked for */
	char instance[UUID_TEXT_SIZE];
	int64_t seen_version; /* of what others wrote, by store_is_touched() */
	int claim;            /* descriptor that holds store_claim()'s lock; -1: none */
	bool writes;
	bool unclean;
	bool damaged; /* SQLite has said so */
	void (*on_damage)(void *userdata);
	void *userdata; /* of on_damage */
};

struct value {
	enum { VALUE_NULL, VALUE_INT, VALUE_REAL, VALUE_TEXT, VALUE_BLOB, VALUE_TIME } type;
	int64_t number;
	double real;
	struct slice bytes;
};

struct values {
	const struct value *list;
	size_t n;
};

#define VALUES(...)                                                                                \
	((struct values){(const struct value[]){__VA_ARGS__},                                      \
		sizeof((const struct value[]){__VA_ARGS__}) / sizeof(struct value)})
#define NO_VALUES ((struct values){0})

/* NULL pointers and unknown instants are NULL; so is a time that is in no year
 * from 0 to 9999. */
struct value value_text(const char *text);
struct value value_int(int64_t number);
/* NULL for 0, which is no id. */
struct value value_id(int64_t id);
struct value value_flag(bool flag);
struct value value_real(double number);
struct value value_blob(struct slice bytes);
struct value value_time(int64_t time_us);
struct value value_instant(struct instant instant);

/* Runs the statement to its end; rows that it gives are ignored.  -EEXIST for a
 * key that is there already, -ENOENT for one that is not. */
int sql_run(struct store *store, const char *sql, struct values values);

/* As sql_run(); returns the number of rows that it changed. */
int sql_change(struct store *store, const char *sql, struct values values);

/* The id of the row that the last INSERT made. */
int64_t sql_last_id(const struct store *store);

/* The first column of the first row: 1 and *RET, or 0 when there is no row or
 * it is NULL. */
int sql_find(struct store *store, const char *sql, struct values values, int64_t *ret);

/* Statements that are run once, without values; several, each with its ';'. */
int sql_execute(struct store *store, const char *sql);

/* The prepared statement for SQL with its values bound: for rows.c, which
 * resets it. */
int sql_bind(struct store *store, const char *sql, struct values values, struct sqlite3_stmt **ret);

/* Keeps the words of the failure that SQLite has just reported as CODE, and
 * returns it as errno. */
int sql_fail(struct store *store, int code);
/* Keeps words of our own: what is wrong and, for ERROR, what to do. */
int sql_fail_text(struct store *store, int error, const char *text);

/* As sql_fail_text() with -EUCLEAN, and nothing is written any more: the file is
 * damaged. */
int sql_fail_damaged(struct store *store, const char *text);
/* As the above, with words that need no more. */
void sql_set_damaged(struct store *store, const char *text);

/* Finalises what was prepared. */
void sql_done(struct store *store);
