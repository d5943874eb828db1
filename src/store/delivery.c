#include "store/delivery.h"

#include <errno.h>

#include "store/item.h"
#include "store/names.h"
#include "store/rows.h"
#include "store/store.h"
#include "store/txn.h"

enum { MOST_HELD_BACK = 30, MOST_FAILED = 20 };

/* --- writing ---------------------------------------------------------------- */

/* What was held back from the recipient is told by this mail: its text says how
 * many there were. */
static int tell_held_back(struct store *store, int64_t recipient_id, int64_t delivery_id)
{
	static const char tell_sql[] =
		"UPDATE held_back SET told_by = ? WHERE recipient_id = ? AND told_by IS NULL";

	return sql_run(store, tell_sql, VALUES(value_int(delivery_id), value_int(recipient_id)));
}

static int add_row(struct store *store, const struct delivery *delivery, int64_t recipient_id,
	int64_t alert_id, int64_t digest_id)
{
	static const char add_sql[] =
		"INSERT INTO delivery (kind, recipient_id, channel, target, alert_id, "
		"digest_run_id,"
		" message_id, message, state, queued_utc, due_utc, attempts, last_text)"
		" VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
	const enum delivery_state state = delivery->failure ? DELIVERY_FAILED : DELIVERY_QUEUED;
	const struct instant queued = delivery->queued.known ? delivery->queued : delivery->due;

	return sql_run(store, add_sql,
		VALUES(value_text(delivery_kind_name(delivery->kind)), value_int(recipient_id),
			value_text(delivery->channel), value_text(delivery->target),
			value_id(alert_id), value_id(digest_id), value_text(delivery->message_id),
			value_blob(delivery->message), value_text(delivery_state_name(state)),
			value_instant(queued), value_instant(delivery->due),
			value_int(delivery->attempts), value_text(delivery->failure)));
}

int store_add_delivery(struct store *store, const struct delivery *delivery, int64_t alert_id,
	int64_t digest_id, int64_t *ret_id)
{
	CLEANUP(txn_done) struct txn txn = {0};
	int64_t recipient_id;
	int64_t id;
	int r;

	r = names_recipient(store, delivery->recipient, &recipient_id);
	if (r == 0)
		r = txn_begin(store, &txn);
	if (r == 0)
		r = add_row(store, delivery, recipient_id, alert_id, digest_id);
	if (r < 0)
		return r;

	id = sql_last_id(store);
	if (!delivery->failure)
		r = tell_held_back(store, recipient_id, id);
	if (r == 0)
		r = txn_commit(&txn);
	if (r < 0)
		return r;

	*ret_id = id;
	return 0;
}

int store_tell_held_back(struct store *store, const char *recipient, int64_t delivery_id)
{
	int64_t recipient_id;
	const int r = names_recipient(store, recipient, &recipient_id);

	return r < 0 ? r : tell_held_back(store, recipient_id, delivery_id);
}

int store_hold_back(struct store *store, const char *recipient, int64_t alert_id, int64_t now_us,
	const char *why)
{
	static const char add_sql[] =
		"INSERT OR IGNORE INTO held_back"
		" (alert_id, recipient_id, held_utc, why) VALUES (?, ?, ?, ?)";
	int64_t recipient_id;
	const int r = names_recipient(store, recipient, &recipient_id);

	if (r < 0)
		return r;

	return sql_run(store, add_sql,
		VALUES(value_int(alert_id), value_int(recipient_id), value_time(now_us),
			value_text(why)));
}

/* --- what a mail is about ------------------------------------------------------ */

static void read_subject(struct rows *rows, struct alert_subject *ret)
{
	*ret = (struct alert_subject){0};
	ret->rule = rows_text(rows);
	ret->stream = rows_text(rows);
	ret->source = rows_text(rows);
	ret->id_key = rows_text(rows);
	ret->url_key = rows_text(rows);
	ret->content_hash = (uint64_t)rows_int(rows);
	ret->opened = rows_instant(rows);
	ret->alerted = rows_instant(rows);
	ret->is_first = rows_flag(rows);
}

int store_alert_subject(
	struct store *store, int64_t alert_id, struct arena *arena, struct alert_subject *ret)
{
	static const char get_sql[] =
		"SELECT a.rule, st.name, so.name, p.id_key, p.url_key, p.content_hash,"
		" i.opened_utc, a.alerted_utc,"
		" a.id = (SELECT min(f.id) FROM alert AS f WHERE f.incident_id = a.incident_id)"
		" FROM alert AS a JOIN incident AS i ON i.id = a.incident_id"
		" JOIN stream AS st ON st.id = a.stream_id"
		" LEFT JOIN mention AS m ON m.id = a.mention_id"
		" LEFT JOIN post AS p ON p.id = m.post_id"
		" LEFT JOIN source AS so ON so.id = p.source_id WHERE a.id = ?";
	CLEANUP(rows_done) struct rows rows = {0};
	int r = rows_open(&rows, store, get_sql, VALUES(value_int(alert_id)), arena);

	if (r == 0)
		r = rows_next(&rows);
	if (r <= 0)
		return r < 0 ? r : -ENOENT;

	read_subject(&rows, ret);
	return rows_error(&rows);
}

int store_find_thread(struct store *store, int64_t incident_id, const struct delivery *delivery,
	struct arena *arena, const char **ret)
{
	static const char find_sql[] =
		"SELECT d.message_id FROM alert AS a JOIN delivery AS d ON d.alert_id = a.id"
		" WHERE a.incident_id = ? AND d.channel = ? AND " DELIVERY_WAS_MADE
		" ORDER BY d.target <> ?, d.id LIMIT 1";
	CLEANUP(rows_done) struct rows rows = {0};
	int r = rows_open(&rows, store, find_sql,
		VALUES(value_int(incident_id), value_text(delivery->channel),
			value_text(delivery->target)),
		arena);

	if (r == 0)
		r = rows_next(&rows);
	if (r <= 0)
		return r;

	*ret = rows_text(&rows);
	r = rows_error(&rows);
	return r < 0 ? r : 1;
}

/* --- caps ------------------------------------------------------------------- */

static int count_since(
	struct store *store, const char *sql, const char *recipient, int64_t since_us, size_t *ret)
{
	int64_t recipient_id;
	int64_t n = 0;
	int r = names_recipient(store, recipient, &recipient_id);

	if (r == 0)
		r = sql_find(store, sql, VALUES(value_int(recipient_id), value_time(since_us)), &n);
	if (r < 0)
		return r;

	*ret = (size_t)n;
	return 0;
}

int store_count_held_back(struct store *store, const char *recipient, int64_t since_us, size_t *ret)
{
	static const char count_sql[] =
		"SELECT count(*) FROM held_back"
		" WHERE recipient_id = ? AND held_utc >= ? AND told_by IS NULL";

	return count_since(store, count_sql, recipient, since_us, ret);
}

int store_count_deliveries(
	struct store *store, const char *recipient, int64_t since_us, size_t *ret)
{
	/* A recipient with two addresses gets one mail, twice.  What a clock that was
	 * ahead has queued does not fill the hours of today. */
	static const char count_sql[] =
		"SELECT count(DISTINCT d.alert_id) FROM delivery AS d WHERE d.recipient_id = ?"
		" AND d.queued_utc >= ?2 AND d.queued_utc <= datetime(?2, '+2 hours')"
		" AND d.kind = 'alert' AND " DELIVERY_WAS_MADE;

	return count_since(store, count_sql, recipient, since_us, ret);
}

#define UNTOLD                                                                                     \
	" FROM held_back AS h WHERE h.recipient_id = (SELECT id FROM recipient WHERE name = ?1)"   \
	" AND h.told_by IS NULL AND h.why = 'cap'"

int store_find_held_back(
	struct store *store, const char *recipient, struct arena *arena, struct held_back *ret)
{
	static const char count_sql[] =
		"SELECT count(*), max(h.alert_id), (SELECT max(d.queued_utc) FROM held_back AS t"
		" JOIN delivery AS d ON d.id = t.told_by WHERE t.why = 'cap' AND t.recipient_id ="
		" (SELECT id FROM recipient WHERE name = ?1))" UNTOLD;
	static const char list_sql[] =
		"SELECT " ITEM_COLUMNS " FROM" ITEM_TABLES " WHERE m.id IN"
		" (SELECT a.mention_id FROM alert AS a WHERE a.id IN (SELECT h.alert_id" UNTOLD
		")) ORDER BY m.anger DESC, m.id LIMIT ?2";
	CLEANUP(rows_done) struct rows rows = {0};
	struct held_back held = {0};
	int r = rows_open(&rows, store, count_sql, VALUES(value_text(recipient)), arena);

	if (r == 0)
		r = rows_next(&rows);
	if (r < 0)
		return r;

	held.n = rows_count(&rows);
	held.alert_id = rows_int(&rows);
	held.last_told = rows_instant(&rows);
	r = item_list(store, list_sql, VALUES(value_text(recipient), value_int(MOST_HELD_BACK)),
		arena, &held.items);
	if (r < 0)
		return r;

	held.items.n_all = MAX(held.n, held.items.n);
	*ret = held;
	return 0;
}

/* --- sending ---------------------------------------------------------------- */

static void read_delivery(struct rows *rows, struct delivery *ret)
{
	ret->id = rows_int(rows);
	ret->kind = rows_flag(rows) ? DELIVERY_DIGEST : DELIVERY_ALERT;
	ret->recipient = rows_text(rows);
	ret->channel = rows_text(rows);
	ret->target = rows_text(rows);
	ret->message_id = rows_text(rows);
	ret->message = rows_bytes(rows);
	ret->queued = rows_instant(rows);
	ret->due = rows_instant(rows);
	ret->attempts = (unsigned int)rows_count(rows);
}

/* No retry waits longer (smtp.retry.most): a later one was written under a clock that was
 * ahead, as was a mail of the future that nobody has tried. */
#define DUE_MOST_US (8 * US_PER_DAY)

/* Names that are left out stand in lines of a text, with a line break before the first. */

int store_due_deliveries(struct store *store, const struct due_query *query, size_t max,
	struct arena *arena, struct deliveries *ret)
{
	static const char list_sql[] =
		"SELECT d.id, d.kind = 'digest', r.name, d.channel, d.target, d.message_id,"
		" d.message, d.queued_utc, d.due_utc, d.attempts"
		" FROM delivery AS d JOIN recipient AS r ON r.id = d.recipient_id"
		" WHERE d.state = 'queued' AND d.channel = ?4"
		" AND instr(?5, char(10) || d.target || char(10)) = 0"
		" AND (d.due_utc <= ?1 OR d.due_utc > ?2"
		" OR d.attempts = 0 AND d.queued_utc > ?1)"
		" ORDER BY d.due_utc, d.id LIMIT ?3";
	CLEANUP(rows_done) struct rows rows = {0};
	struct deliveries due = {0};
	int r = rows_open(&rows, store, list_sql,
		VALUES(value_time(query->now_us), value_time(query->now_us + DUE_MOST_US),
			value_int((int64_t)max), value_text(query->channel),
			value_text(query->except)),
		arena);

	while (r >= 0 && (r = rows_next(&rows)) > 0) {
		struct delivery *delivery = rows_add(&rows, &due.list, due.n, sizeof(*delivery));

		if (!delivery)
			return -ENOMEM;
		read_delivery(&rows, delivery);
		due.n++;
	}
	if (r < 0)
		return r;

	*ret = due;
	return 0;
}

int store_next_due(struct store *store, const struct due_query *query, struct instant *ret)
{
	static const char next_sql[] =
		"SELECT d.due_utc FROM delivery AS d WHERE d.state = 'queued' AND d.channel = ?1"
		" AND instr(?2, char(10) || d.target || char(10)) = 0"
		" ORDER BY d.due_utc LIMIT 1";
	CLEANUP(rows_done) struct rows rows = {0};
	int r = rows_open(&rows, store, next_sql,
		VALUES(value_text(query->channel), value_text(query->except)), NULL);

	if (r == 0)
		r = rows_next(&rows);
	if (r < 0)
		return r;

	*ret = r > 0 ? rows_instant(&rows) : (struct instant){0};
	return 0;
}

int store_count_strange_deliveries(
	struct store *store, const char *known, struct arena *arena, const char **ret)
{
	static const char count_sql[] =
		"SELECT count(*), max(channel) FROM delivery WHERE state = 'queued'"
		" AND instr(?, char(10) || channel || char(10)) = 0";
	CLEANUP(rows_done) struct rows rows = {0};
	int r = rows_open(&rows, store, count_sql, VALUES(value_text(known)), arena);

	if (r == 0)
		r = rows_next(&rows);
	if (r < 0)
		return r;

	const int n = (int)rows_count(&rows);
	*ret = rows_text(&rows);
	r = rows_error(&rows);
	return r < 0 ? r : n;
}

int store_settle_delivery(struct store *store, const struct delivery_outcome *outcome)
{
	static const char settle_sql[] =
		"UPDATE delivery SET state = ?1, attempts = attempts + 1, tried_utc = ?2,"
		" sent_utc = CASE WHEN ?1 = 'sent' THEN ?2 END,"
		" due_utc = CASE WHEN ?1 = 'queued' THEN ?3 ELSE due_utc END,"
		" last_code = ?4, last_text = ?5 WHERE id = ?6 AND state = 'queued'";
	const int r = sql_change(store, settle_sql,
		VALUES(value_text(delivery_state_name(outcome->state)), value_time(outcome->now_us),
			value_time(outcome->due_us), value_id(outcome->code),
			value_text(outcome->text), value_int(outcome->id)));

	if (r < 0)
		return r;

	return r == 0 ? -ENOENT : 0;
}

/* --- failures --------------------------------------------------------------- */

static void read_failure(struct rows *rows, struct failed_mail *ret)
{
	ret->kind = rows_flag(rows) ? DELIVERY_DIGEST : DELIVERY_ALERT;
	ret->recipient = rows_text(rows);
	ret->channel = rows_text(rows);
	ret->target = rows_text(rows);
	ret->rule = rows_text(rows);
	ret->stream = rows_text(rows);
	ret->source = rows_text(rows);
	ret->why = rows_text(rows);
	ret->at = rows_instant(rows);
}

int store_list_failed_mails(struct store *store, int64_t from_us, int64_t until_us,
	struct arena *arena, struct failed_mails *ret)
{
	static const char list_sql[] =
		"SELECT kind = 'digest', recipient, channel, target, rule, stream, source, why, "
		"at_utc,"
		" count(*) OVER () FROM v_undelivered WHERE at_utc >= ? AND at_utc < ?"
		" ORDER BY at_utc DESC, delivery_id DESC LIMIT ?";
	CLEANUP(rows_done) struct rows rows = {0};
	struct failed_mails failed = {0};
	int r = rows_open(&rows, store, list_sql,
		VALUES(value_time(from_us), value_time(until_us), value_int(MOST_FAILED)), arena);

	while (r >= 0 && (r = rows_next(&rows)) > 0) {
		struct failed_mail *mail = rows_add(&rows, &failed.list, failed.n, sizeof(*mail));

		if (!mail)
			return -ENOMEM;
		*mail = (struct failed_mail){0};
		read_failure(&rows, mail);
		failed.n_all = rows_count(&rows);
		failed.n++;
	}
	if (r < 0)
		return r;

	*ret = failed;
	return 0;
}
