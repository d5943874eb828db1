#include <errno.h>

#include "store/names.h"
#include "store/rows.h"
#include "store/store.h"

/* What a hub that is no longer named was asked for is given back to it. */
static int withdraw_others(
	struct store *store, int64_t source_id, const struct subscription_offer *offer)
{
	static const char leave_sql[] =
		"UPDATE subscription SET state = 'leaving', next_try_utc = NULL, failures = 0,"
		" last_error = NULL WHERE source_id = ?1 AND kind = 'hub'"
		" AND state IN ('asked', 'live') AND (kind, hub, topic) IS NOT (?2, ?3, ?4)";
	static const char drop_sql[] =
		"DELETE FROM subscription WHERE source_id = ?1 AND state <> 'leaving'"
		" AND (kind, hub, topic) IS NOT (?2, ?3, ?4)";
	const struct values values =
		VALUES(value_int(source_id), value_text(subscription_kind_name(offer->kind)),
			value_text(offer->hub), value_text(offer->topic));
	const int r = sql_change(store, leave_sql, values);

	if (r < 0)
		return r;

	const int r_drop = sql_change(store, drop_sql, values);

	return r_drop < 0 ? r_drop : r + r_drop;
}

int store_offer_subscription(struct store *store, const struct subscription_offer *offer)
{
	static const char add_sql[] =
		"INSERT INTO subscription (source_id, kind, hub, topic, state)"
		" VALUES (?1, ?2, ?3, ?4, 'offered') ON CONFLICT (source_id, kind, hub, topic)"
		" DO UPDATE SET state = 'offered', next_try_utc = NULL, failures = 0"
		" WHERE state = 'leaving'";
	int64_t source_id;
	int r = names_source(store, offer->source, &source_id);

	if (r < 0)
		return r;

	const int n_others = withdraw_others(store, source_id, offer);

	if (n_others < 0 || !offer->hub)
		return n_others < 0 ? n_others : n_others > 0;

	r = sql_change(store, add_sql,
		VALUES(value_int(source_id), value_text(subscription_kind_name(offer->kind)),
			value_text(offer->hub), value_text(offer->topic)));
	return r < 0 ? r : r + n_others > 0;
}

static void read_row(struct rows *rows, struct subscription *ret)
{
	ret->id = rows_int(rows);
	ret->source = rows_text(rows);
	ret->kind = subscription_kind_find(rows_text(rows));
	ret->hub = rows_text(rows);
	ret->topic = rows_text(rows);
	ret->state = subscription_state_find(rows_text(rows));
	ret->address_mark = rows_text(rows);
	ret->asked = rows_instant(rows);
	ret->until = rows_instant(rows);
	ret->next_try = rows_instant(rows);
	ret->failures = (unsigned int)rows_count(rows);
	ret->last_push = rows_instant(rows);
	ret->n_pushes = rows_count(rows);
	ret->n_forged = rows_count(rows);
	ret->last_event_id = rows_text(rows);
	ret->last_error = rows_text(rows);
}

int store_list_subscriptions(
	struct store *store, struct arena *arena, struct subscription **ret, size_t *ret_n)
{
	static const char list_sql[] =
		"SELECT p.id, s.name, p.kind, p.hub, p.topic, p.state, p.address_mark, p.asked_utc,"
		" p.until_utc, p.next_try_utc, p.failures, p.last_push_utc, p.pushes, p.forged,"
		" p.last_event_id, p.last_error"
		" FROM subscription AS p JOIN source AS s ON s.id = p.source_id ORDER BY p.id";
	CLEANUP(rows_done) struct rows rows = {0};
	struct subscription *list = NULL;
	size_t n = 0;
	int r = rows_open(&rows, store, list_sql, NO_VALUES, arena);

	while (r >= 0 && (r = rows_next(&rows)) > 0) {
		struct subscription *row = rows_add(&rows, &list, n, sizeof(*list));

		if (!row)
			return -ENOMEM;
		read_row(&rows, row);
		n++;
	}
	if (r < 0)
		return r;

	*ret = list;
	*ret_n = n;
	return 0;
}

int store_set_subscription(struct store *store, const struct subscription *subscription)
{
	static const char set_sql[] =
		"UPDATE subscription SET state = ?, address_mark = ?, asked_utc = ?, until_utc = ?,"
		" next_try_utc = ?, failures = ?, last_push_utc = ?, pushes = ?, forged = ?,"
		" last_event_id = ?, last_error = ? WHERE id = ?";
	const int r = sql_change(store, set_sql,
		VALUES(value_text(subscription_state_name(subscription->state)),
			value_text(subscription->address_mark), value_instant(subscription->asked),
			value_instant(subscription->until), value_instant(subscription->next_try),
			value_int(subscription->failures), value_instant(subscription->last_push),
			value_int((int64_t)subscription->n_pushes),
			value_int((int64_t)subscription->n_forged),
			value_text(subscription->last_event_id),
			value_text(subscription->last_error), value_int(subscription->id)));

	if (r < 0)
		return r;

	return r == 0 ? -ENOENT : 0;
}

int store_note_push(struct store *store, int64_t id, int64_t now_us)
{
	static const char note_sql[] =
		"UPDATE subscription SET last_push_utc = ?, pushes = pushes + 1 WHERE id = ?";

	return sql_run(store, note_sql, VALUES(value_time(now_us), value_int(id)));
}

int store_drop_subscription(struct store *store, int64_t id)
{
	static const char drop_sql[] = "DELETE FROM subscription WHERE id = ?";

	return sql_run(store, drop_sql, VALUES(value_int(id)));
}

int store_note_new_post(struct store *store, const char *source, int64_t now_us)
{
	static const char note_sql[] = "UPDATE source SET last_new_post_utc = ? WHERE name = ?";

	return sql_run(store, note_sql, VALUES(value_time(now_us), value_text(source)));
}
