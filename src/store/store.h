/* store/store.h: the one SQLite file, and the only place that knows SQL.
 *
 * A struct store is one connection; the daemon has one that writes, readers
 * open their own.  Everything that one fetch brings is written between
 * store_begin() and store_end(), so a crash half-way is repaired by
 * fetching again.  What is read is copied to the caller's arena.
 *
 * Errors: -EUCLEAN damaged or not ours, -ESTALE made by a newer version (or an
 * older one, which STORE_CREATE alone brings up to date), -EBUSY locked by
 * somebody else, -EROFS, -EACCES, -ENOSPC, -EIO, -ENOMEM; -ENOENT
 * where nothing is found.
 *
 * This is the door: the connection is here, each subject in a header of its own behind it.
 *
 * Uses base/, record/, text/ (the words of the full-text tables).
 */
#pragma once

#include "store/applied.h"
#include "store/deliveries.h"
#include "store/digest_runs.h"
#include "store/incidents.h"
#include "store/maintenance.h"
#include "store/mentions.h"
#include "store/posts.h"
#include "store/sources.h"
#include "store/stories.h"

struct store;

enum store_access {
	STORE_READ,   /* never writes, also in a folder that it may not write to */
	STORE_WRITE,  /* must exist */
	STORE_CREATE, /* made, or migrated, when needed */

	/* A copy, of this version or an older one: only for what is done to a file as
	 * a whole.  The second may change it, and leaves no log beside it. */
	STORE_READ_COPY,
	STORE_MEND_COPY,
};

/* PATH ":memory:" is a database that goes with its connection. */
int store_open(const char *path, enum store_access access, struct store **ret);
/* Makes this process the one daemon of the database, until store_close() or
 * its end, however that comes: two would send each mail twice.  -EALREADY when
 * another one is. */
int store_claim(struct store *store);
/* Whether somebody did not close it, and, after store_claim(), whether all of it has
 * been looked at since a daemon ended so: a reason for store_check(). */
bool store_was_unclean(const struct store *store);
/* All of it was looked at, and is whole. */
int store_note_checked(struct store *store);
/* When the clock was taken as right last; unknown: never yet. */
int store_believed(struct store *store, struct instant *ret);
int store_note_believed(struct store *store, int64_t now_us);

/* TOLD is called once, when SQLite first says that the file is damaged.  From then on
 * no transaction begins. */
void store_on_damage(struct store *store, void (*told)(void *userdata), void *userdata);
bool store_is_damaged(const struct store *store);
/* Another connection has found it, and says so in TEXT. */
void store_set_damaged(struct store *store, const char *text);

/* Bytes of the log beside the file (-wal).  It grows as long as some reader holds a
 * transaction open, whoever that is. */
int store_log_size(const struct store *store, size_t *ret);
/* From any thread: what runs on STORE just now ends with -ECANCELED. */
void store_interrupt(struct store *store);

/* What STORE_CREATE would do to the file at PATH: 1, or 0 when it is new or of our
 * version. */
struct migration {
	int from, to;
	size_t n_bytes;      /* of the file */
	size_t n_disk_bytes; /* that it takes more, until it is done */
	int64_t duration_us; /* roughly */
};
int store_find_migration(const char *path, struct migration *ret);
/* The last failure in words: what SQLite said, on which file, and what an
 * administrator can do.  STORE NULL: of the last store_open(). */
const char *store_error_text(const struct store *store);
void store_close(struct store *store);
DEFINE_CLEANUP(struct store *, store_close);

/* Transactions do not nest.  A rollback after a failed statement is safe. */
int store_begin(struct store *store);
int store_commit(struct store *store);
void store_rollback(struct store *store);
/* Ends the transaction whose statements gave R: commits it, or after a failure rolls
 * it back.  Returns R, or why it could not be committed. */
int store_end(struct store *store, int r);

/* This database's UUID, made with it: the right side of Message-IDs. */
const char *store_instance(const struct store *store);
/* When the settings were first applied; unknown before. */
int store_first_start(struct store *store, struct instant *ret);
