#include <errno.h>

#include "store/item.h"
#include "store/lookup.h"
#include "store/names.h"
#include "store/rows.h"
#include "store/search.h"
#include "store/store.h"
#include "store/txn.h"

/* A word list in one cell is an explanation for people; the arrays that make it
 * are our own, so the separator is in none of their words. */
enum { MAX_WHY_BYTES = 4096, MOST_ANGRIEST = 5 };

/* --- writing ---------------------------------------------------------------- */

/* Every mention's post has a story, if only its own. */
static int ensure_story(struct store *store, int64_t post_id)
{
	int64_t story_id;
	const int r = store_story_of(store, post_id, &story_id);

	return r < 0 || story_id != 0
		       ? r
		       : store_set_story(store, post_id, 0, &(struct features){0}, &story_id);
}

/* What a person has said stays. */
static int put_mention(struct store *store, const struct new_mention *mention, int64_t stream_id)
{
	static const char put_sql[] =
		"INSERT INTO mention (post_id, stream_id, found_utc, label, scored_label, compound,"
		" pos, neu, neg, anger, angry, scored_angry, complaint, churn, legal, profanity,"
		" urgent, sarcasm, scored_lang, coverage, post_label, post_compound, post_anger, "
		"fetched_utc)"
		" SELECT ?, ?, ?, ?4, ?4, ?, ?, ?, ?, ?, ?, ?10, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?,"
		" fetched_utc FROM post WHERE id = ?1"
		" ON CONFLICT (post_id, stream_id) DO UPDATE SET"
		" label = CASE WHEN labelled_by IS NULL THEN excluded.label ELSE label END,"
		" scored_label = excluded.scored_label, compound = excluded.compound,"
		" pos = excluded.pos, neu = excluded.neu, neg = excluded.neg,"
		" anger = excluded.anger,"
		" angry = CASE WHEN labelled_by IS NULL THEN excluded.angry ELSE angry END,"
		" scored_angry = excluded.scored_angry,"
		" complaint = excluded.complaint, churn = excluded.churn, legal = excluded.legal,"
		" profanity = excluded.profanity, urgent = excluded.urgent,"
		" sarcasm = excluded.sarcasm, scored_lang = excluded.scored_lang,"
		" coverage = excluded.coverage, post_label = excluded.post_label,"
		" post_compound = excluded.post_compound, post_anger = excluded.post_anger";
	const struct sentiment *score = mention->sentiment;
	const struct sentiment *post = mention->post_sentiment;
	const unsigned int flags = score->flags;
	const int r = sql_change(store, put_sql,
		VALUES(value_int(mention->post_id), value_int(stream_id),
			value_time(mention->now_us), value_text(label_name(score->label)),
			value_real(score->compound), value_real(score->pos), value_real(score->neu),
			value_real(score->neg), value_real(score->anger), value_flag(score->angry),
			value_flag(flags & FLAG_COMPLAINT), value_flag(flags & FLAG_CHURN),
			value_flag(flags & FLAG_LEGAL), value_flag(flags & FLAG_PROFANITY),
			value_flag(flags & FLAG_URGENT), value_flag(flags & FLAG_SARCASM),
			value_text(score->lang), value_real(score->coverage),
			value_text(label_name(post->label)), value_real(post->compound),
			value_real(post->anger)));

	if (r < 0)
		return r;

	return r == 0 ? -ENOENT : 0;
}

static int add_hits(struct store *store, int64_t mention_id, const struct match *match)
{
	static const char add_sql[] =
		"INSERT INTO mention_term (mention_id, position, field, starts, ends, text, term)"
		" VALUES (?, ?, ?, ?, ?, ?, ?)";
	int r = 0;

	for (size_t i = 0; r == 0 && i < match->n_hits; i++) {
		const struct hit *hit = &match->hits[i];

		r = sql_run(store, add_sql,
			VALUES(value_int(mention_id), value_int((int64_t)i),
				value_text(field_name(hit->field)), value_int((int64_t)hit->start),
				value_int((int64_t)hit->end), value_text(hit->text),
				value_text(hit->term)));
	}
	return r;
}

static void join(struct str *str, const char *word)
{
	if (str->len > 0)
		str_add_text(str, "; ");
	str_add_text(str, word);
}

static int add_term(
	struct store *store, int64_t mention_id, size_t position, const struct scored_term *term)
{
	static const char add_sql[] =
		"INSERT INTO score_term (mention_id, position, field, starts, ends, text, valence,"
		" anger, raises, why) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
	CLEANUP(str_done) struct str raises = STR_INIT(MAX_WHY_BYTES);
	CLEANUP(str_done) struct str why = STR_INIT(MAX_WHY_BYTES);

	for (unsigned int i = 0; i < N_FLAGS; i++)
		if (term->flags & 1u << i)
			join(&raises, flag_name(i));
	for (size_t i = 0; i < term->why.n; i++)
		join(&why, term->why.items[i]);
	if (str_error(&raises) < 0 || str_error(&why) < 0)
		return MIN(str_error(&raises), str_error(&why));

	return sql_run(store, add_sql,
		VALUES(value_int(mention_id), value_int((int64_t)position),
			value_text(field_name(term->field)), value_int((int64_t)term->start),
			value_int((int64_t)term->end), value_text(term->text),
			value_real(term->valence), value_real(term->anger),
			value_text(raises.len > 0 ? str_text(&raises) : NULL),
			value_text(why.len > 0 ? str_text(&why) : NULL)));
}

static int add_terms(struct store *store, int64_t mention_id, const struct sentiment *sentiment)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < sentiment->n_terms; i++)
		r = add_term(store, mention_id, i, &sentiment->terms[i]);
	return r;
}

static int remove_terms(struct store *store, int64_t mention_id)
{
	static const char remove_hits_sql[] = "DELETE FROM mention_term WHERE mention_id = ?";
	static const char remove_terms_sql[] = "DELETE FROM score_term WHERE mention_id = ?";
	const int r = sql_run(store, remove_hits_sql, VALUES(value_int(mention_id)));

	return r < 0 ? r : sql_run(store, remove_terms_sql, VALUES(value_int(mention_id)));
}

static int find_mention(struct store *store, int64_t post_id, int64_t stream_id, int64_t *ret_id)
{
	static const char find_sql[] = "SELECT id FROM mention WHERE post_id = ? AND stream_id = ?";

	return sql_find(store, find_sql, VALUES(value_int(post_id), value_int(stream_id)), ret_id);
}

/* 1 when *RET_ID is new. */
static int write_mention(
	struct store *store, const struct new_mention *mention, int64_t stream_id, int64_t *ret_id)
{
	const int known = find_mention(store, mention->post_id, stream_id, ret_id);
	int r = known < 0 ? known : put_mention(store, mention, stream_id);

	if (r == 0 && known == 0)
		*ret_id = sql_last_id(store);
	else if (r == 0)
		r = remove_terms(store, *ret_id);
	if (r == 0)
		r = add_hits(store, *ret_id, mention->match);
	if (r == 0)
		r = add_terms(store, *ret_id, mention->sentiment);

	return r < 0 ? r : known == 0;
}

int store_add_mention(struct store *store, const struct new_mention *mention, int64_t *ret_id)
{
	CLEANUP(txn_done) struct txn txn = {0};
	int64_t stream_id;
	int is_new = 0;
	int r;

	r = names_stream(store, mention->match->stream, &stream_id);
	if (r == 0)
		r = txn_begin(store, &txn);
	if (r == 0)
		r = is_new = write_mention(store, mention, stream_id, ret_id);
	if (r >= 0)
		r = ensure_story(store, mention->post_id);
	if (r >= 0)
		r = search_mark(store, mention->post_id);
	if (r >= 0)
		r = txn_commit(&txn);

	return r < 0 ? r : is_new;
}

/* A post that is no mention any more is in no story. */
static int leave_if_unmatched(struct store *store, int64_t post_id)
{
	static const char has_sql[] = "SELECT 1 FROM mention WHERE post_id = ? LIMIT 1";
	int64_t one;
	const int r = sql_find(store, has_sql, VALUES(value_int(post_id)), &one);

	return r != 0 ? MIN(r, 0) : store_leave_story(store, post_id);
}

static bool is_kept(struct slice stream, const struct match *keep, size_t n_keep)
{
	for (size_t i = 0; i < n_keep; i++)
		if (slice_equals(stream, slice_of(keep[i].stream)))
			return true;

	return false;
}

int store_keep_mentions(
	struct store *store, int64_t post_id, const struct match *keep, size_t n_keep)
{
	static const char list_sql[] = "SELECT m.id, st.name FROM mention AS m"
				       " JOIN stream AS st ON st.id = m.stream_id"
				       " WHERE m.post_id = ?";
	static const char remove_sql[] = "DELETE FROM mention WHERE id = ?";
	CLEANUP(rows_done) struct rows rows = {0};
	CLEANUP(txn_done) struct txn txn = {0};
	int r = txn_begin(store, &txn);

	if (r == 0)
		r = rows_open(&rows, store, list_sql, VALUES(value_int(post_id)), NULL);
	while (r >= 0 && (r = rows_next(&rows)) > 0) {
		const int64_t id = rows_int(&rows);

		if (!is_kept(rows_borrow(&rows), keep, n_keep))
			r = sql_run(store, remove_sql, VALUES(value_int(id)));
	}
	rows_done(&rows);
	if (r == 0)
		r = leave_if_unmatched(store, post_id);

	return r < 0 ? r : txn_commit(&txn);
}

static void read_post_mention(struct rows *rows, void *element)
{
	struct post_mention *mention = element;

	mention->id = rows_int(rows);
	mention->stream = rows_text(rows);
	mention->is_touched = rows_flag(rows);
}

int store_list_post_mentions(struct store *store, int64_t post_id, struct arena *arena,
	struct post_mention **ret, size_t *ret_n)
{
	static const char list_sql[] =
		"SELECT m.id, st.name, m.labelled_by IS NOT NULL"
		" OR EXISTS (SELECT 1 FROM alert AS a WHERE a.mention_id = m.id)"
		" FROM mention AS m JOIN stream AS st ON st.id = m.stream_id WHERE m.post_id = ?";
	CLEANUP(rows_done) struct rows rows = {0};
	const int r = rows_open(&rows, store, list_sql, VALUES(value_int(post_id)), arena);

	return rows_list(&rows, r, sizeof(struct post_mention), read_post_mention, ret, ret_n);
}

static bool is_hit(struct rows *rows, const struct hit *hit)
{
	bool same = slice_equals(rows_borrow(rows), slice_of(field_name(hit->field)));

	same &= rows_count(rows) == hit->start;
	same &= rows_count(rows) == hit->end;
	return slice_equals(rows_borrow(rows), slice_of(hit->term)) && same;
}

int store_has_hits(struct store *store, int64_t mention_id, const struct match *match)
{
	static const char list_sql[] = "SELECT field, starts, ends, term FROM mention_term"
				       " WHERE mention_id = ? ORDER BY position";
	CLEANUP(rows_done) struct rows rows = {0};
	size_t n = 0;
	int r = rows_open(&rows, store, list_sql, VALUES(value_int(mention_id)), NULL);

	while (r >= 0 && (r = rows_next(&rows)) > 0) {
		if (n == match->n_hits || !is_hit(&rows, &match->hits[n]))
			return 0;
		n++;
	}
	return r < 0 ? r : n == match->n_hits;
}

int store_remove_mention(struct store *store, int64_t mention_id, int64_t post_id)
{
	static const char remove_sql[] = "DELETE FROM mention WHERE id = ?";
	CLEANUP(txn_done) struct txn txn = {0};
	int r = txn_begin(store, &txn);

	if (r == 0)
		r = sql_run(store, remove_sql, VALUES(value_int(mention_id)));
	if (r == 0)
		r = leave_if_unmatched(store, post_id);
	if (r == 0)
		r = search_mark(store, post_id);

	return r < 0 ? r : txn_commit(&txn);
}

int store_correct(struct store *store, const struct correction *correction)
{
	static const char label_sql[] = "UPDATE mention SET label = ?, angry = ?, labelled_by = ?,"
					" labelled_utc = ? WHERE id = ?";
	static const char keep_sql[] =
		"INSERT INTO correction (label, angry, actor, at_utc, mention_id)"
		" VALUES (?, ?, ?, ?, ?)";
	const struct values values = VALUES(value_text(label_name(correction->label)),
		value_flag(correction->angry), value_text(correction->actor),
		value_time(correction->now_us), value_int(correction->mention_id));
	CLEANUP(txn_done) struct txn txn = {0};
	int r = txn_begin(store, &txn);

	if (r == 0)
		r = sql_change(store, label_sql, values);
	if (r == 0)
		return -ENOENT;
	if (r > 0)
		r = sql_run(store, keep_sql, values);

	return r < 0 ? r : txn_commit(&txn);
}

/* --- reading ---------------------------------------------------------------- */

#define FILTER                                                                                     \
	" WHERE m.fetched_utc >= ?1 AND (?2 IS NULL OR m.fetched_utc < ?2)"                        \
	" AND (?3 IS NULL OR st.name = ?3) AND (?4 IS NULL OR m.label = ?4)"                       \
	" AND (NOT ?5 OR m.angry) AND m.id > ?6"                                                   \
	" AND (NOT ?8 OR m.labelled_by IS NOT NULL)"

#define LATEST_FIRST " ORDER BY m.fetched_utc DESC, m.id DESC LIMIT ?7"
#define OLDEST_FIRST " ORDER BY m.id LIMIT ?7"
#define NARROW       " AND " LOOKUP_FINDS("p.id", "?9", "?10")

/* [narrow][oldest first] */
static const char *const each_sql[2][2] = {
	{"SELECT " ITEM_COLUMNS " FROM" ITEM_TABLES FILTER LATEST_FIRST,
		"SELECT " ITEM_COLUMNS " FROM" ITEM_TABLES FILTER OLDEST_FIRST},
	{"SELECT " ITEM_COLUMNS " FROM" ITEM_TABLES FILTER NARROW LATEST_FIRST,
		"SELECT " ITEM_COLUMNS " FROM" ITEM_TABLES FILTER NARROW OLDEST_FIRST},
};

int store_each_mention(struct store *store, const struct mention_filter *filter,
	struct arena *arena, int (*found)(const struct item *item, void *userdata), void *userdata)
{
	CLEANUP(lookup_done) struct lookup lookup = {0};
	CLEANUP(rows_done) struct rows rows = {0};
	const int64_t limit = filter->limit > 0 ? (int64_t)filter->limit : -1;
	const struct value until =
		filter->until_us != 0 ? value_time(filter->until_us) : (struct value){0};
	int r = lookup_make(store, filter->search, &lookup);

	if (r == 0)
		r = rows_open(&rows, store, each_sql[lookup.is_narrow][filter->oldest_first],
			lookup_values(&lookup,
				VALUES(value_time(filter->from_us), until,
					value_text(filter->stream), value_text(filter->label),
					value_flag(filter->angry_only), value_int(filter->after_id),
					value_int(limit), value_flag(filter->labelled_only),
					value_text(lookup.words), value_text(lookup.runs))),
			arena);

	while (r >= 0 && (r = rows_next(&rows)) > 0) {
		struct item item;

		arena_reset(arena);
		r = item_read(&rows, &item);
		if (r == 0)
			r = found(&item, userdata);
	}
	return r;
}

int store_list_angriest(struct store *store, const char *stream, int64_t since_us,
	struct arena *arena, struct items *ret)
{
	static const char list_sql[] =
		"SELECT " ITEM_COLUMNS " FROM" ITEM_TABLES " WHERE m.stream_id ="
		" (SELECT id FROM stream WHERE name = ?) AND m.fetched_utc >= ?"
		" ORDER BY m.anger DESC, m.compound, m.id LIMIT ?";

	return item_list(store, list_sql,
		VALUES(value_text(stream), value_time(since_us), value_int(MOST_ANGRIEST)), arena,
		ret);
}
