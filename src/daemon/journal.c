#include "daemon/journal.h"

#include <stdio.h>

#include "base/log.h"
#include "base/str.h"
#include "match/engine.h"

enum {
	FAILING_AFTER = 3, /* failures in a row until an operator is told */
	COUNTS_TEXT_MAX = 128,
	WHAT_MAX_BYTES = 4096,
};

/* Not each failure is the store's. */
static int log_failure(
	const struct store *store, int error, const struct log_fields *fields, const char *what)
{
	const char *words = store_error_text(store);

	return *words ? log_full(LOG_LEVEL_ERROR, error, fields, "%s: %s", what, words)
		      : log_full(LOG_LEVEL_ERROR, error, fields, "%s", what);
}

int journal_store_failed(const struct store *store, int error, const char *what)
{
	const struct log_fields fields = {.message_id = LOG_ID_STORE_FAILED};

	return log_failure(store, error, &fields, what);
}

int journal_fetch_failed(const struct store *store, int error, const struct source_settings *source)
{
	const struct log_fields fields = {
		.source = source->name, .message_id = LOG_ID_STORE_FAILED};
	CLEANUP(str_done) struct str what = STR_INIT(WHAT_MAX_BYTES);

	str_add_format(&what, "Cannot store a fetch of source %s", source->name);
	return log_failure(store, error, &fields, str_text(&what));
}

void journal_store_damaged(const struct store *store)
{
	const struct log_fields fields = {.message_id = LOG_ID_STORE_DAMAGED};

	(void)log_full(LOG_LEVEL_ERROR, 0, &fields,
		"The database is damaged, nothing more is written: %s", store_error_text(store));
}

void journal_migration(const char *path, const struct migration *migration)
{
	log_info(
		"Brings %s from format %d to %d: %zu MB, %zu MB more on the disk until it is done, "
		"about %lld s",
		path, migration->from, migration->to, migration->n_bytes / 1000000,
		migration->n_disk_bytes / 1000000,
		(long long)(migration->duration_us / US_PER_S) + 1);
}

void journal_source(const struct source_settings *source, const struct source_state *before,
	const struct source_state *after, bool once)
{
	struct log_fields fields = {.source = source->name, .message_id = LOG_ID_SOURCE_FAILING};

	if (after->gone && !before->gone)
		(void)log_full(LOG_LEVEL_ERROR, 0, &fields,
			"Source %s is gone and will not be asked again: %s", source->name,
			after->last_error ? after->last_error : "it says so");
	else if (after->failures == FAILING_AFTER)
		(void)log_full(LOG_LEVEL_WARNING, 0, &fields,
			"Source %s failed %u times in a row: %s", source->name, after->failures,
			after->last_error ? after->last_error : "unknown reason");
	else if (after->failures > 0 && once)
		(void)log_full(LOG_LEVEL_WARNING, 0, &(struct log_fields){.source = source->name},
			"Source %s failed: %s", source->name,
			after->last_error ? after->last_error : "unknown reason");

	fields.message_id = LOG_ID_SOURCE_RECOVERED;
	if (after->failures == 0 && before->failures >= FAILING_AFTER)
		(void)log_full(LOG_LEVEL_INFO, 0, &fields, "Source %s answers again", source->name);
}

static void log_dropped(const struct source_settings *source, const struct ingest_result *result)
{
	const struct log_fields fields = {.source = source->name};
	char where[64] = "";

	if (result->dropped_line > 0)
		(void)snprintf(where, sizeof(where), ", the first on line %u of the body",
			result->dropped_line);
	(void)log_full(LOG_LEVEL_WARNING, 0, &fields,
		"Source %s: %zu entries could not be read or are over a limit%s", source->name,
		result->n_dropped, where);
}

/* "1 new post, 2 mentions, 0 alerts", in BUFFER. */
static const char *counts_text(
	size_t n_new, size_t n_mentions, size_t n_alerts, char buffer[COUNTS_TEXT_MAX])
{
	snprintf(buffer, COUNTS_TEXT_MAX, "%zu new post%s, %zu mention%s, %zu alert%s", n_new,
		n_new == 1 ? "" : "s", n_mentions, n_mentions == 1 ? "" : "s", n_alerts,
		n_alerts == 1 ? "" : "s");
	return buffer;
}

void journal_ingest(const struct source_settings *source, const struct ingest_result *result)
{
	const struct log_fields fields = {.source = source->name};
	const struct log_fields limit = {.source = source->name, .message_id = LOG_ID_LIMIT_HIT};

	if (result->n_dropped > 0)
		log_dropped(source, result);
	if (result->n_cut > 0)
		(void)log_full(LOG_LEVEL_WARNING, 0, &limit,
			"Source %s: %zu post%s too long, a part is not kept (docs/limits.md)",
			source->name, result->n_cut, result->n_cut == 1 ? " is" : "s are");
	if (result->is_cut)
		(void)log_full(LOG_LEVEL_WARNING, 0, &limit,
			"Source %s: posts may be missing, there are more than one poll takes (%u "
			"pages); ask more often (every: ...) or for less",
			source->name,
			source->service->pages.kind == PAGING_NONE ? 1
								   : source->service->pages.most);
	if (result->stored.n_mentions > 0 || result->stored.n_alerts > 0) {
		char counts[COUNTS_TEXT_MAX];

		(void)log_full(LOG_LEVEL_INFO, 0, &fields, "Source %s: %s", source->name,
			counts_text(result->stored.n_new, result->stored.n_mentions,
				result->stored.n_alerts, counts));
	}
}

void journal_exceeded(const struct tools *tools, const struct source_settings *source)
{
	struct log_fields fields = {.source = source->name, .message_id = LOG_ID_LIMIT_HIT};
	uint64_t n;

	while (engine_take_exceeded(tools->engine, &fields.stream, &n))
		(void)log_full(LOG_LEVEL_WARNING, 0, &fields,
			"Stream %s: on %llu posts of source %s a regular expression or a distance "
			"took more steps than are allowed; matches may be missing (simplify the "
			"query)",
			fields.stream, (unsigned long long)n, source->name);
}

void journal_totals(size_t n_new, size_t n_mentions, size_t n_alerts)
{
	char counts[COUNTS_TEXT_MAX];

	log_info("%s", counts_text(n_new, n_mentions, n_alerts, counts));
}
