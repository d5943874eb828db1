#include <errno.h>

#include "store/digest.h"

enum {
	MANY_FAILURES = 3,
	MIN_RHYTHM_FETCHES = 5, /* fetches with new posts that make a rhythm */
	SILENT_FACTOR = 5,      /* times the usual gap */
};

#define RHYTHM_US     (14 * US_PER_DAY)
#define MIN_SILENT_US US_PER_DAY

/* How a source has been: what its row and its fetch log say. */
struct health {
	struct source_health shown;
	const char *error;
	bool gone;
	size_t n_fetches; /* with new posts, lately */
	struct instant first, last;
};

/* In whole days or hours: TEXT has room for TIME_TEXT_SIZE. */
static const char *about(int64_t us, char *text)
{
	const int64_t unit = us >= 2 * US_PER_DAY ? US_PER_DAY : US_PER_HOUR;

	return duration_format(MAX(us / unit, 1) * unit, text);
}

/* The usual time between fetches that bring something; 0: not known. */
static int64_t usual_gap_us(const struct health *health)
{
	if (health->n_fetches < MIN_RHYTHM_FETCHES)
		return 0;

	return (health->last.us - health->first.us) / (int64_t)(health->n_fetches - 1);
}

/* What is wrong, in words; NULL: nothing. */
static const char *find_problem(const struct health *health, int64_t until_us, struct arena *arena)
{
	const int64_t gap_us = usual_gap_us(health);
	const int64_t silent_us = until_us - health->last.us;
	const char *error = health->error ? health->error : "no reason known";
	char silent[TIME_TEXT_SIZE];
	char gap[TIME_TEXT_SIZE];

	if (health->gone)
		return arena_format(arena, "gone, is asked no more: %s", error);
	if (health->shown.failures >= MANY_FAILURES)
		return arena_format(
			arena, "failed %u times in a row: %s", health->shown.failures, error);
	if (health->shown.failures > 0 && !health->shown.last_success.known)
		return arena_format(arena, "has not worked yet: %s", error);
	if (gap_us > 0 && silent_us > SILENT_FACTOR * gap_us && silent_us > MIN_SILENT_US)
		return arena_format(arena, "silent for %s, usually something every %s",
			about(silent_us, silent), about(gap_us, gap));

	return NULL;
}

static void read_health(struct rows *rows, struct health *ret)
{
	ret->shown.name = rows_text(rows);
	ret->shown.last_success = rows_instant(rows);
	ret->shown.last_new_post = rows_instant(rows);
	ret->shown.failures = (unsigned int)rows_count(rows);
	ret->error = rows_text(rows);
	ret->gone = rows_flag(rows);
	ret->n_fetches = rows_count(rows);
	ret->first = rows_instant(rows);
	ret->last = rows_instant(rows);
}

int digest_load_troubled(struct store *store, struct arena *arena, struct digest *digest)
{
	static const char list_sql[] =
		"SELECT s.name, s.last_success_utc, s.last_new_post_utc, s.failures, s.last_error,"
		" s.gone, count(f.id), min(f.at_utc), max(f.at_utc) FROM source AS s"
		" LEFT JOIN fetch_log AS f ON f.source_id = s.id AND f.at_utc >= ?1"
		" AND f.at_utc < ?2 AND f.new_posts > 0"
		" WHERE s.configured AND s.enabled AND s.switched_off_utc IS NULL GROUP BY s.id "
		"ORDER BY s.name";
	CLEANUP(rows_done) struct rows rows = {0};
	int r = rows_open(&rows, store, list_sql,
		VALUES(value_time(digest->until_us - RHYTHM_US), value_time(digest->until_us)),
		arena);

	digest->troubled = NULL;
	digest->n_troubled = 0;
	digest->n_sources = 0;
	while (r >= 0 && (r = rows_next(&rows)) > 0) {
		struct health health = {0};

		read_health(&rows, &health);
		digest->n_sources++;
		health.shown.problem = find_problem(&health, digest->until_us, arena);
		if (!health.shown.problem)
			continue;

		struct source_health *shown =
			rows_add(&rows, &digest->troubled, digest->n_troubled, sizeof(*shown));

		if (!shown)
			return -ENOMEM;
		*shown = health.shown;
		digest->n_troubled++;
	}
	return r;
}
