#include "store/digest.h"

#include <assert.h>
#include <errno.h>
#include <string.h>

#include "base/str.h"
#include "store/count.h"
#include "store/names.h"
#include "store/store.h"

/* What a mail can hold (record/digest.h); the numbers tell of the rest. */
enum {
	MOST_NEEDS_ANSWER = 20,
	MOST_STILL_OPEN = 10,
	MOST_NEGATIVE = 8,
	MOST_POSITIVE = 5,
	MOST_NEWS = 5,
	MAX_TOLD_BYTES = 64 * 1024,
};

/* A run further ahead was made under a clock that was wrong, and closes nothing. */
#define AHEAD_MOST_US (25 * US_PER_HOUR)

/* --- runs ------------------------------------------------------------------- */

int store_last_digest(
	struct store *store, const char *recipient, int64_t now_us, struct instant *ret_until)
{
	static const char last_sql[] =
		"SELECT max(until_utc) FROM digest_run WHERE until_utc <= ?1"
		" AND recipient_id = (SELECT id FROM recipient WHERE name = ?2)";
	static const char last_of_all_sql[] =
		"SELECT max(until_utc) FROM digest_run WHERE until_utc <= ?1";
	const struct value until = value_time(now_us + AHEAD_MOST_US);
	CLEANUP(rows_done) struct rows rows = {0};
	int r = recipient ? rows_open(&rows, store, last_sql, VALUES(until, value_text(recipient)),
				    NULL)
			  : rows_open(&rows, store, last_of_all_sql, VALUES(until), NULL);

	if (r == 0)
		r = rows_next(&rows);
	if (r < 0)
		return r;

	*ret_until = rows_instant(&rows);
	return 0;
}

static struct stream_count sum_streams(const struct digest *digest)
{
	struct stream_count sum = {0};

	for (size_t i = 0; i < digest->n_streams; i++) {
		sum.n_mentions += digest->streams[i].n_mentions;
		sum.n_negative += digest->streams[i].n_negative;
		sum.n_positive += digest->streams[i].n_positive;
		sum.n_angry += digest->streams[i].n_angry;
	}
	return sum;
}

static int find_run(
	struct store *store, int64_t recipient_id, const struct digest *digest, int64_t *ret_id)
{
	static const char find_sql[] =
		"SELECT id FROM digest_run WHERE recipient_id = ? AND until_utc = ?";

	return sql_find(store, find_sql,
		VALUES(value_int(recipient_id), value_time(digest->until_us)), ret_id);
}

int store_add_digest_run(struct store *store, const char *recipient, const struct digest *digest,
	int64_t now_us, int64_t *ret_id)
{
	static const char add_sql[] =
		"INSERT INTO digest_run (recipient_id, from_utc, until_utc, timezone, made_utc,"
		" mentions, negative, positive, angry, needs_answer, still_open, troubled_sources)"
		" VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
	const struct stream_count sum = sum_streams(digest);
	int64_t recipient_id;
	int r = names_recipient(store, recipient, &recipient_id);

	if (r == 0)
		r = find_run(store, recipient_id, digest, ret_id);
	if (r != 0)
		return MIN(r, 0);

	r = sql_run(store, add_sql,
		VALUES(value_int(recipient_id), value_time(digest->from_us),
			value_time(digest->until_us), value_text(digest->timezone),
			value_time(now_us), value_int((int64_t)sum.n_mentions),
			value_int((int64_t)sum.n_negative), value_int((int64_t)sum.n_positive),
			value_int((int64_t)sum.n_angry),
			value_int((int64_t)digest->needs_answer.n_all),
			value_int((int64_t)digest->still_open.n_all),
			value_int((int64_t)digest->n_troubled)));
	if (r < 0)
		return r;

	*ret_id = sql_last_id(store);
	return 1;
}

/* --- items ------------------------------------------------------------------ */

/* A section reads ?1 from, ?2 until, ?3 what was told, ?4 how many; behind an
 * item's columns stands how many there are in all. */
struct section {
	const char *sql;
	size_t most;
	size_t items; /* offset in struct digest */
};

/* An incident is told by its latest mention; one of a rate by the latest of its
 * stream, which the rate was about. */
#define OF_INCIDENTS                                                                               \
	"SELECT " ITEM_COLUMNS ", count(*) OVER () FROM incident AS i"                             \
	" JOIN stream AS st ON st.id = i.stream_id"                                                \
	" JOIN mention AS m ON m.id = coalesce("                                                   \
	"(SELECT max(a.mention_id) FROM alert AS a WHERE a.incident_id = i.id),"                   \
	" (SELECT r.id FROM mention AS r WHERE r.stream_id = i.stream_id"                          \
	" AND r.fetched_utc <= i.opened_utc ORDER BY r.fetched_utc DESC, r.id DESC LIMIT 1))"      \
	" JOIN post AS p ON p.id = m.post_id JOIN source AS so ON so.id = p.source_id"             \
	" WHERE i.opened_utc < ?2 AND ?3 IS NOT NULL AND "
#define MOST_URGENT " ORDER BY coalesce(i.deadline_utc, '9999'), m.anger DESC, i.id LIMIT ?4"

static const char needs_answer_sql[] =
	OF_INCIDENTS "i.state = 'open' AND i.opened_utc >= ?1" MOST_URGENT;
static const char still_open_sql[] =
	OF_INCIDENTS "(i.state IN ('acknowledged', 'responded')"
		     " OR i.state = 'open' AND i.opened_utc < ?1)" MOST_URGENT;

/* What belongs to a live incident is told with it. */
#define NOT_AT_WORK                                                                                \
	" AND NOT EXISTS (SELECT 1 FROM alert AS a JOIN incident AS i ON i.id = a.incident_id"     \
	" WHERE a.mention_id = m.id AND i.state IN ('open', 'acknowledged', 'responded'))"

/* DIGEST_OLD_US in seconds. */
#define IS_OLD COUNT_IS_OLD("259200")
static_assert(DIGEST_OLD_US == 259200 * US_PER_S, "IS_OLD says the same");

/* A story is told once, by the mention that stands first in ORDER, of equal ones
 * the one said first, and not again in a later section. */
#define OF_STORIES(wanted, order)                                                                  \
	"WITH told AS (SELECT story_id FROM post"                                                  \
	" WHERE id IN (SELECT value FROM json_each(?3))),"                                         \
	" candidate AS (SELECT m.id, p.story_id, m.compound, m.anger, p.author,"                   \
	" coalesce(p.published_utc, p.fetched_utc) AS said, st.kind <> 'brand' AS is_other,"       \
	" (SELECT count(*) FROM post AS c WHERE c.story_id = p.story_id) AS copies"                \
	" FROM mention AS m JOIN post AS p ON p.id = m.post_id"                                    \
	" JOIN stream AS st ON st.id = m.stream_id"                                                \
	" WHERE m.fetched_utc >= ?1 AND m.fetched_utc < ?2"                                        \
	" AND NOT " IS_OLD " AND p.story_id NOT IN told AND " wanted "),"                          \
	" ranked AS (SELECT id, row_number() OVER (ORDER BY " order ", said, id) AS rank,"         \
	" row_number() OVER (PARTITION BY story_id ORDER BY " order ", said, id) AS place"         \
	" FROM candidate),"                                                                        \
	" chosen AS (SELECT id, rank, count(*) OVER () AS n_all FROM ranked WHERE place = 1"       \
	" ORDER BY rank LIMIT ?4)"                                                                 \
	" SELECT " ITEM_COLUMNS ", chosen.n_all FROM chosen"                                       \
	" JOIN" ITEM_TABLES " WHERE m.id = chosen.id ORDER BY chosen.rank"

static const char negative_sql[] =
	OF_STORIES("m.label = 'negative' AND st.kind <> 'competitor'" NOT_AT_WORK,
		"is_other, anger DESC, compound");
static const char positive_sql[] =
	OF_STORIES("m.label = 'positive' AND st.kind <> 'competitor'", "is_other, compound DESC");
static const char news_sql[] =
	OF_STORIES("(copies > 1 OR p.author IS NULL)", "copies DESC, is_other");

static const struct section sections[] = {
	{needs_answer_sql, MOST_NEEDS_ANSWER, offsetof(struct digest, needs_answer)},
	{still_open_sql, MOST_STILL_OPEN, offsetof(struct digest, still_open)},
	{negative_sql, MOST_NEGATIVE, offsetof(struct digest, negative)},
	{positive_sql, MOST_POSITIVE, offsetof(struct digest, positive)},
	{news_sql, MOST_NEWS, offsetof(struct digest, news)},
};

static int load_section(struct store *store, const struct section *section, const char *told,
	struct arena *arena, struct digest *digest)
{
	CLEANUP(rows_done) struct rows rows = {0};
	struct items *items = (void *)((char *)digest + section->items);
	int r = rows_open(&rows, store, section->sql,
		VALUES(value_time(digest->from_us), value_time(digest->until_us), value_text(told),
			value_int((int64_t)section->most)),
		arena);

	*items = (struct items){0};
	while (r >= 0 && (r = rows_next(&rows)) > 0) {
		struct item *item = rows_add(&rows, &items->list, items->n, sizeof(*item));

		if (!item)
			return -ENOMEM;
		r = item_read(&rows, item);
		items->n_all = rows_count(&rows);
		items->n++;
	}
	return r;
}

/* Posts as a JSON array of their ids, which SQLite can read. */
static void tell(struct str *told, const struct items *items)
{
	for (size_t i = 0; i < items->n; i++)
		str_add_format(told, "%s%lld", told->len > 1 ? "," : "",
			(long long)items->list[i].post_id);
}

static int load_items(struct store *store, struct arena *arena, struct digest *digest)
{
	CLEANUP(str_done) struct str told = STR_INIT(MAX_TOLD_BYTES);
	CLEANUP(str_done) struct str list = STR_INIT(MAX_TOLD_BYTES);
	int r = 0;

	str_add_char(&told, '[');
	for (size_t i = 0; r == 0 && i < ARRAY_SIZE(sections); i++) {
		str_clear(&list);
		str_add_format(&list, "%s]", str_text(&told));
		r = load_section(store, &sections[i], str_text(&list), arena, digest);
		tell(&told, (const void *)((const char *)digest + sections[i].items));
	}
	return r < 0 ? r : str_error(&told);
}

/* --- numbers ---------------------------------------------------------------- */

static int count_stream(struct store *store, int64_t stream_id, const struct digest *digest,
	struct stream_count *count)
{
	static const char count_sql[] =
		"SELECT " COUNT_COLUMNS " FROM mention AS m"
		" JOIN post AS p ON p.id = m.post_id"
		" WHERE m.stream_id = ? AND m.fetched_utc >= ? AND m.fetched_utc < ?"
		" AND NOT " IS_OLD;
	static const char before_sql[] =
		"SELECT count(*) FROM mention AS m JOIN post AS p ON p.id = m.post_id"
		" WHERE m.stream_id = ? AND m.fetched_utc >= ? AND m.fetched_utc < ?"
		" AND NOT " IS_OLD;
	static const char old_sql[] =
		"SELECT count(*) FROM mention AS m JOIN post AS p ON p.id = m.post_id"
		" WHERE m.stream_id = ? AND m.fetched_utc >= ? AND m.fetched_utc < ?"
		" AND " IS_OLD;
	CLEANUP(rows_done) struct rows rows = {0};
	int64_t n_before = 0;
	int64_t n_old = 0;
	int r = rows_open(&rows, store, count_sql,
		VALUES(value_int(stream_id), value_time(digest->from_us),
			value_time(digest->until_us)),
		NULL);

	if (r == 0)
		r = rows_next(&rows);
	if (r < 0)
		return r;

	count_read(&rows, count);
	r = sql_find(store, before_sql,
		VALUES(value_int(stream_id), value_time(digest_before_us(digest)),
			value_time(digest->from_us)),
		&n_before);
	count->n_mentions_before = (size_t)n_before;
	if (r >= 0)
		r = sql_find(store, old_sql,
			VALUES(value_int(stream_id), value_time(digest->from_us),
				value_time(digest->until_us)),
			&n_old);
	count->n_old = (size_t)n_old;
	return MIN(r, 0);
}

static int add_stream(struct rows *rows, struct digest *digest, const struct stream_count *count)
{
	struct stream_count *added =
		rows_add(rows, &digest->streams, digest->n_streams, sizeof(*added));

	if (!added)
		return -ENOMEM;

	*added = *count;
	digest->n_streams++;
	return 0;
}

/* Brands and competitors always; topics when there is something to tell. */
static int load_streams(struct store *store, struct arena *arena, struct digest *digest)
{
	static const char list_sql[] = "SELECT id, kind = 'topic', name, label, kind FROM stream"
				       " WHERE configured ORDER BY kind, name";
	CLEANUP(rows_done) struct rows rows = {0};
	int r = rows_open(&rows, store, list_sql, NO_VALUES, arena);

	digest->streams = NULL;
	digest->n_streams = 0;
	while (r >= 0 && (r = rows_next(&rows)) > 0) {
		const int64_t id = rows_int(&rows);
		struct stream_count count = {0};

		r = count_stream(store, id, digest, &count);
		if (r < 0)
			return r;
		if (rows_flag(&rows) &&
			count.n_mentions + count.n_mentions_before + count.n_old == 0)
			continue;

		count.name = rows_text(&rows);
		count.label = rows_text(&rows);
		count.kind = rows_text(&rows);
		r = add_stream(&rows, digest, &count);
	}
	return r;
}

static int count_held_back(struct store *store, struct digest *digest)
{
	static const char count_sql[] = "SELECT count(DISTINCT alert_id) FROM held_back"
					" WHERE held_utc >= ? AND held_utc < ?";
	int64_t n = 0;
	const int r = sql_find(store, count_sql,
		VALUES(value_time(digest->from_us), value_time(digest->until_us)), &n);

	digest->n_held_back = (size_t)n;
	return MIN(r, 0);
}

int64_t digest_before_us(const struct digest *digest)
{
	return digest->from_us - (digest->until_us - digest->from_us);
}

int store_load_digest(struct store *store, struct arena *arena, struct digest *digest)
{
	int r = load_items(store, arena, digest);

	if (r == 0)
		r = digest_load_rising(store, arena, digest);
	if (r == 0)
		r = load_streams(store, arena, digest);
	if (r == 0)
		r = digest_load_troubled(store, arena, digest);
	if (r == 0)
		r = count_held_back(store, digest);
	if (r == 0)
		r = store_list_failed_mails(
			store, digest->from_us, digest->until_us, arena, &digest->failed);
	return r;
}
