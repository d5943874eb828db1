/* daemon/journal.h: what the journal is told of the store and of sources, with the
 * fields and message ids that operators look for (docs/operations.md).
 */
#pragma once

#include "daemon/ingest.h"

/* WHAT could not be done to STORE.  Returns ERROR. */
int journal_store_failed(const struct store *store, int error, const char *what);

/* The same for what SOURCE brought. */
int journal_fetch_failed(
	const struct store *store, int error, const struct source_settings *source);

/* STORE is damaged: what that means, and what to do. */
void journal_store_damaged(const struct store *store);

/* What is to be done to the database at PATH before anything else, and what that takes. */
void journal_migration(const char *path, const struct migration *migration);

/* How SOURCE does since BEFORE.  A person who asks ONCE is told of each failure; an
 * operator of lasting ones. */
void journal_source(const struct source_settings *source, const struct source_state *before,
	const struct source_state *after, bool once);

/* What came of a body of SOURCE, and what of it is missing. */
void journal_ingest(const struct source_settings *source, const struct ingest_result *result);

/* A match that a limit prevented is not passed over in silence. */
void journal_exceeded(const struct tools *tools, const struct source_settings *source);

/* What came of one poll of everything. */
void journal_totals(size_t n_new, size_t n_mentions, size_t n_alerts);
