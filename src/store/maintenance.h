/* store/maintenance.h: what is kept, removed, counted, copied and put back.
 *
 * A part of store/store.h, which others include. */
#pragma once

#include "base/clock.h"

struct arena;
struct store;

/* Indexes up to MAX posts for full-text search; returns how many, 0: all are
 * done.  For idle time. */
int store_index_some(struct store *store, size_t max);
/* Removes unmatched posts fetched before UNMATCHED_US and mentions before
 * MENTIONS_US, at most MAX posts a call; returns how many. */
int store_prune(struct store *store, int64_t unmatched_us, int64_t mentions_us, size_t max);
/* As store_prune(), for what was told and for what happened at each fetch: MAX rows of
 * each kind. */
int store_prune_logs(struct store *store, int64_t unmatched_us, int64_t mentions_us, size_t max);
/* Gives up to MAX free pages back to the file system, where many are free; a part of
 * them stays for what comes next.  1: there may be more, 0: none, also in a file that
 * was made before this could be done (store_can_give_back()). */
int store_give_back(struct store *store, size_t max);
int store_can_give_back(struct store *store);

/* What store_compact() takes. */
struct compaction {
	size_t n_bytes, n_free_bytes; /* of the file; of it, free */
	size_t n_disk_bytes;          /* that it takes more, until it is done */
	int64_t duration_us;          /* roughly */
};
int store_estimate_compaction(struct store *store, struct compaction *ret);
/* Writes the whole file anew, without what is free in it; nobody else can write
 * meanwhile.  Afterwards store_give_back() can. */
int store_compact(struct store *store);

struct erasing {
	const char *author; /* a profile's address or a handle, as it stands in the posts */
	bool by_name;       /* no: a name, which several people may bear */
	bool dry_run;       /* count only */
	int64_t now_us;
};
struct erased {
	size_t n_posts, n_mentions;
	size_t n_incidents; /* that were about nothing else, and go */
	size_t n_mails;     /* that are sent and quote them: emptied */
	size_t n_withdrawn; /* that wait and may quote them: they have failed, and are empty */
};
/* Removes all posts of the author with what hangs on them, keeps a tombstone of each so
 * that it is not stored again, takes what mails said of them out of the outbox's archive,
 * and sends none that waits in it: for its recipient that is a mail that has failed. */
int store_erase_author(struct store *store, const struct erasing *erasing, struct erased *ret);

struct store_stats {
	size_t n_sources, n_posts, n_mentions, n_stories;
	size_t n_live_incidents;
	size_t n_queued, n_failed; /* deliveries */
	size_t n_to_index;         /* posts that full-text search does not know yet */
	struct instant first_fetched, last_fetched;
	size_t n_bytes;      /* of the database, without its log */
	size_t n_free_bytes; /* of them, to be used again */
};
int store_count(struct store *store, struct store_stats *ret);
/* Sets the bytes only, which takes no time. */
int store_count_bytes(struct store *store, struct store_stats *stats);

/* How many bytes a day the database grows at this rate: in the next week as many posts
 * come as in the last, and those go that are then kept no longer: unmatched ones fetched
 * before UNMATCHED_US and mentions before MENTIONS_US a week before.  It may be below 0. */
int store_estimate_growth(struct store *store, int64_t now_us, int64_t unmatched_us,
	int64_t mentions_us, int64_t *ret);

/* Writes a copy to PATH, which must not exist; it is readable without our
 * help (no write-ahead log).  Also while the daemon runs.  It is there when it is
 * whole and was looked at, not before. */
int store_backup(struct store *store, const char *path);
/* Whether the file at PATH is a database of mentiond by its first bytes: 1 or 0. */
int store_is_ours(const char *path);

/* Reads every page; -EUCLEAN when something is wrong, and store_error_text()
 * says what. */
int store_check(struct store *store);
/* The same for one table after the other, with its indexes, so that no look lasts as
 * long as all of them: the first behind *POSITION (0: of all).  1, or 0 behind the last;
 * -ECANCELED after store_interrupt(). */
int store_check_next(struct store *store, int64_t *position);

struct restoring {
	const char *backup; /* a file that store_backup() made, of this version or older */
	const char *path;   /* the database */
	int64_t now_us;
	bool dry_run; /* look at everything, change nothing */
};
struct restored {
	int version; /* of the backup's format; older than ours: the next start migrates */
	struct store_stats stats; /* of the backup */
	bool replaces;            /* there was a database */
	bool old_is_read;         /* and its numbers could be read */
	int64_t last_incident;    /* the highest number that may have been told to people */
	char aside[512];          /* where the old files went, or would go */
	char problem[1024];       /* what is wrong, in words */
};
/* Looks at all of the backup and puts it in the place of the database, whole: the old
 * one, with its log, goes aside.  Numbers that the old one gave to incidents, posts and
 * mentions, or may have given since the backup was made, are not given again.
 * -EALREADY while a daemon works on the database, -EUCLEAN for a backup that is none.
 * After a failure RET->problem says why. */
int store_restore(const struct restoring *restoring, struct restored *ret);

struct doc_row {
	const char *object; /* a table or view */
	const char *column; /* NULL: of the object as a whole */
	const char *type;   /* "table", "view"; of a column "TEXT", ... */
	const char *description;
	const char *example;
};
/* What every table, view and column holds; views first, columns in their order. */
int store_list_docs(struct store *store, struct arena *arena, struct doc_row **ret, size_t *ret_n);
