#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <libgen.h>

#include "base/errors.h"
#include "store/backup.h"
#include "store/claim.h"
#include "store/rows.h"
#include "store/store.h"

enum {
	PATH_MAX_BYTES = 4096,
	MAX_SEQUENCES = 64, /* tables that number their rows */
	MANY = 100,         /* rows that may have come since, whatever came before */
	FACTOR = 4,         /* times as many as came before in the same time */
};

/* The last number that a table gave to a row. */
struct sequence {
	char table[64];
	int64_t last;
};

struct sequences {
	struct sequence list[MAX_SEQUENCES];
	size_t n;
};

/* All that one call has at hand. */
struct swap {
	const struct restoring *wanted;
	struct restored *done;
	struct store *backup;
	struct sequences sequences;
	char part[PATH_MAX_BYTES]; /* the new file, until it has its place */
	int claim;
};

static int fail(struct swap *swap, int error, const char *path, const char *why)
{
	snprintf(swap->done->problem, sizeof(swap->done->problem), "%.600s: %.400s", path, why);
	return error;
}

static int fail_by_store(struct swap *swap, int error, const struct store *store)
{
	snprintf(swap->done->problem, sizeof(swap->done->problem), "%s", store_error_text(store));
	return error;
}

/* --- the backup ----------------------------------------------------------------- */

static int look_at_backup(struct swap *swap)
{
	static const char version_sql[] = "PRAGMA user_version";
	const char *path = swap->wanted->backup;
	int64_t version = 0;
	int r = store_is_ours(path);

	if (r < 0)
		return fail(swap, r, path, error_text(r));
	if (r == 0)
		return fail(swap, -EUCLEAN, path, "is no copy that `mentionctl backup' made");

	r = store_open(path, STORE_READ_COPY, &swap->backup);
	if (r < 0)
		return fail_by_store(swap, r, NULL);

	r = store_check(swap->backup);
	if (r == -EUCLEAN)
		return fail(swap, r, path, "is damaged: take an older copy");
	if (r == 0)
		r = sql_find(swap->backup, version_sql, NO_VALUES, &version);
	if (r >= 0)
		r = store_count(swap->backup, &swap->done->stats);

	swap->done->version = (int)version;
	return r < 0 ? fail_by_store(swap, r, swap->backup) : 0;
}

/* --- numbers that are not to be given again ----------------------------------------- */

static struct sequence *find_sequence(struct sequences *sequences, struct slice table)
{
	for (size_t i = 0; i < sequences->n; i++)
		if (slice_equals(slice_of(sequences->list[i].table), table))
			return &sequences->list[i];

	return NULL;
}

/* Those of STORE: adds them to SEQUENCES, or raises what is there. */
static int read_sequences(struct store *store, struct sequences *sequences)
{
	/* A table that has had no row yet has no number either. */
	static const char list_sql[] = "SELECT t.name, coalesce(s.seq, 0) FROM sqlite_schema AS t"
				       " LEFT JOIN sqlite_sequence AS s ON s.name = t.name"
				       " WHERE t.type = 'table' AND t.sql LIKE '%AUTOINCREMENT%'";
	CLEANUP(rows_done) struct rows rows = {0};
	int r = rows_open(&rows, store, list_sql, NO_VALUES, NULL);

	while (r >= 0 && (r = rows_next(&rows)) > 0) {
		const struct slice table = rows_borrow(&rows);
		const int64_t last = rows_int(&rows);
		struct sequence *sequence = find_sequence(sequences, table);

		if (!sequence && sequences->n < MAX_SEQUENCES &&
			table.len < sizeof(sequence->table)) {
			sequence = &sequences->list[sequences->n++];
			*sequence = (struct sequence){0};
			memcpy(sequence->table, table.ptr, table.len);
		}
		if (sequence)
			sequence->last = MAX(sequence->last, last);
	}
	return r;
}

/* What cannot be read is estimated, by how fast the numbers grew before. */
static int guess_sequences(struct swap *swap)
{
	const struct instant last = swap->done->stats.last_fetched;
	struct instant started = {0};
	const int r = store_first_start(swap->backup, &started);

	if (r < 0)
		return fail_by_store(swap, r, swap->backup);

	const int64_t life_us = last.known && started.known ? last.us - started.us : 0;
	const int64_t since_us = last.known ? swap->wanted->now_us - last.us : 0;
	const double times = FACTOR * (double)MAX(since_us, (int64_t)0) /
			     (double)MAX(life_us, (int64_t)US_PER_DAY);

	for (size_t i = 0; i < swap->sequences.n; i++) {
		struct sequence *sequence = &swap->sequences.list[i];

		sequence->last += MANY + (int64_t)((double)sequence->last * times);
	}
	return 0;
}

static int find_sequences(struct swap *swap)
{
	CLEANUP(store_closep) struct store *old = NULL;
	int r = read_sequences(swap->backup, &swap->sequences);

	if (r < 0)
		return fail_by_store(swap, r, swap->backup);

	swap->done->old_is_read = swap->done->replaces &&
				  store_open(swap->wanted->path, STORE_READ_COPY, &old) == 0 &&
				  read_sequences(old, &swap->sequences) == 0;
	if (!swap->done->old_is_read)
		r = guess_sequences(swap);

	const struct sequence *incident = find_sequence(&swap->sequences, SLICE("incident"));

	swap->done->last_incident = incident ? incident->last : 0;
	return r;
}

static int set_sequences(struct store *store, const struct sequences *sequences)
{
	static const char remove_sql[] = "DELETE FROM sqlite_sequence WHERE name = ?";
	static const char add_sql[] = "INSERT INTO sqlite_sequence (name, seq) SELECT name, ?2"
				      " FROM sqlite_schema WHERE type = 'table' AND name = ?1";
	int r = store_begin(store);

	for (size_t i = 0; i < sequences->n && r == 0; i++) {
		const struct value table = value_text(sequences->list[i].table);

		r = sql_run(store, remove_sql, VALUES(table));
		if (r == 0)
			r = sql_run(
				store, add_sql, VALUES(table, value_int(sequences->list[i].last)));
	}
	return store_end(store, r);
}

/* --- the new file ------------------------------------------------------------------- */

/* It belongs to whom the old one belongs to, else to the folder's owner: whoever
 * restores is root, and the daemon is not. */
static int give_to_owner(struct swap *swap)
{
	CLEANUP(free_heapp) char *copy = strdup(swap->wanted->path);
	struct stat owner;

	if (!copy)
		return -ENOMEM;
	if (stat(swap->wanted->path, &owner) < 0 && stat(dirname(copy), &owner) < 0)
		return -errno;
	if (owner.st_uid == geteuid())
		return 0;

	return lchown(swap->part, owner.st_uid, owner.st_gid) < 0 ? -errno : 0;
}

static int write_part(struct swap *swap)
{
	CLEANUP(store_closep) struct store *part = NULL;
	int r = backup_write(swap->backup, swap->part);

	if (r < 0)
		return fail_by_store(swap, r, swap->backup);

	r = store_open(swap->part, STORE_MEND_COPY, &part);
	if (r < 0)
		return fail_by_store(swap, r, NULL);

	r = set_sequences(part, &swap->sequences);
	if (r < 0)
		return fail_by_store(swap, r, part);

	store_close(TAKE(part));
	r = give_to_owner(swap);
	if (r == 0)
		r = backup_sync(swap->part);
	return r < 0 ? fail(swap, r, swap->part, error_text(r)) : 0;
}

/* --- the swap ----------------------------------------------------------------------- */

static int name_aside(struct swap *swap)
{
	char time[TIME_TEXT_SIZE];
	struct stat status;

	time_format_rfc3339(swap->wanted->now_us, time);
	for (char *c = time; *c != '\0'; c++)
		if (*c == ':' || *c == '.')
			*c = '-';
	snprintf(swap->done->aside, sizeof(swap->done->aside), "%s.replaced-%s", swap->wanted->path,
		time);
	if (lstat(swap->done->aside, &status) == 0)
		return fail(swap, -EEXIST, swap->done->aside, "is there already");

	return 0;
}

/* 1, or 0 where there is no such file. */
static int move_beside(const char *path, const char *aside, const char *suffix)
{
	char from[PATH_MAX_BYTES];
	char to[PATH_MAX_BYTES];

	snprintf(from, sizeof(from), "%s%s", path, suffix);
	snprintf(to, sizeof(to), "%s%s", aside, suffix);
	if (rename(from, to) < 0)
		return errno == ENOENT ? 0 : -errno;

	return 1;
}

/* The log first: with another's log beside it the new file would be destroyed.  The
 * database itself has its name at every moment, so that no daemon which starts now
 * makes a new one. */
static int swap_files(struct swap *swap)
{
	const char *path = swap->wanted->path;
	const char *aside = swap->done->aside;
	int r = move_beside(path, aside, "-wal");

	if (r >= 0)
		r = move_beside(path, aside, "-shm");
	if (r >= 0 && swap->done->replaces && link(path, aside) < 0)
		r = errno == EPERM || errno == EOPNOTSUPP ? move_beside(path, aside, "") : -errno;
	if (r >= 0 && rename(swap->part, path) < 0)
		r = -errno;
	if (r >= 0)
		r = backup_sync_folder(path);

	return r < 0 ? fail(swap, r, path, error_text(r)) : 0;
}

static int prepare(struct swap *swap)
{
	const char *path = swap->wanted->path;
	struct stat status;
	int r = look_at_backup(swap);

	if (r < 0)
		return r;

	swap->done->replaces = lstat(path, &status) == 0;
	if (swap->done->replaces)
		r = claim_take(path, &swap->claim);
	if (r == -EALREADY)
		return fail(swap, r, path, "a mentiond works on it: stop it first");
	if (r < 0)
		return fail(swap, r, path, error_text(r));

	r = name_aside(swap);
	return r < 0 ? r : find_sequences(swap);
}

static void swap_done(struct swap *swap)
{
	store_close(swap->backup);
	if (swap->claim >= 0)
		close(swap->claim);
}

int store_restore(const struct restoring *restoring, struct restored *ret)
{
	/* A link is to stay one: the log is beside what it leads to. */
	CLEANUP(free_heapp) char *real = realpath(restoring->path, NULL);
	struct restoring wanted = *restoring;
	CLEANUP(swap_done) struct swap swap = {.wanted = &wanted, .done = ret, .claim = -1};

	*ret = (struct restored){0};
	if (real)
		wanted.path = real;
	snprintf(swap.part, sizeof(swap.part), "%s.%ld.part", wanted.path, (long)getpid());

	int r = prepare(&swap);
	if (r < 0 || restoring->dry_run)
		return MIN(r, 0);

	r = write_part(&swap);
	if (r == 0)
		r = swap_files(&swap);
	if (r < 0)
		unlink(swap.part);
	return r;
}
