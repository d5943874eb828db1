#include <errno.h>

#include "store/delivery.h"
#include "store/item.h"
#include "store/names.h"
#include "store/rows.h"
#include "store/store.h"
#include "store/txn.h"

enum { DEFAULT_LIMIT = 100, MAX_ITEMS = 100 };

/* Who acts when no person does. */
static const char daemon_name[] = "mentiond";

#define IS_LIVE "i.state IN ('open', 'acknowledged', 'responded')"

/* --- raising ---------------------------------------------------------------- */

/* By what posts belong together, ?1 being a mention: the author (by profile,
 * else by name within the source), the story, and the thread, where the id or
 * address of each post stands for itself and for what it answers. */
#define KEYS_OF_MENTION                                                                            \
	"WITH p AS (SELECT post.* FROM mention JOIN post ON post.id = mention.post_id"             \
	" WHERE mention.id = ?1),"                                                                 \
	" thread (key) AS (SELECT reply_to FROM p UNION SELECT url FROM p"                         \
	" UNION SELECT source_post_id FROM p),"                                                    \
	" whole (kind, key) AS ("                                                                  \
	" SELECT 'author', coalesce(author_url,"                                                   \
	" source_id || '/' || coalesce(author_handle, author)) FROM p"                             \
	" UNION ALL SELECT 'story', CAST(story_id AS TEXT) FROM p"                                 \
	" UNION ALL SELECT 'thread', CASE WHEN instr(thread.key, '://') > 0 THEN thread.key"       \
	" ELSE p.source_id || '/' || thread.key END FROM thread, p),"                              \
	" keys (kind, key) AS (SELECT kind, short_key(key) FROM whole)"

static int find_live(struct store *store, const struct new_alert *alert, int64_t *ret_id)
{
	static const char by_mention_sql[] =
		KEYS_OF_MENTION " SELECT i.id FROM keys JOIN incident_key AS k USING (kind, key)"
				" JOIN incident AS i ON i.id = k.incident_id"
				" WHERE i.rule = ?2 AND " IS_LIVE " ORDER BY i.id DESC LIMIT 1";
	static const char by_rate_sql[] =
		"SELECT i.id FROM incident_key AS k JOIN incident AS i ON i.id = k.incident_id"
		" WHERE k.kind = 'rate' AND k.key = ?1 AND i.rule = ?2 AND " IS_LIVE
		" ORDER BY i.id DESC LIMIT 1";

	if (alert->mention_id != 0)
		return sql_find(store, by_mention_sql,
			VALUES(value_int(alert->mention_id), value_text(alert->rule)), ret_id);

	return sql_find(store, by_rate_sql,
		VALUES(value_text(alert->stream), value_text(alert->rule)), ret_id);
}

static int add_keys(struct store *store, const struct new_alert *alert, int64_t incident_id)
{
	static const char of_mention_sql[] =
		"INSERT OR IGNORE INTO incident_key (kind, key, incident_id) " KEYS_OF_MENTION
		" SELECT kind, key, ?2 FROM keys WHERE key IS NOT NULL";
	static const char of_rate_sql[] =
		"INSERT OR IGNORE INTO incident_key (kind, key, incident_id)"
		" VALUES ('rate', ?1, ?2)";

	if (alert->mention_id != 0)
		return sql_run(store, of_mention_sql,
			VALUES(value_int(alert->mention_id), value_int(incident_id)));

	return sql_run(
		store, of_rate_sql, VALUES(value_text(alert->stream), value_int(incident_id)));
}

static struct value deadline(const struct new_alert *alert)
{
	return alert->respond_within_us > 0 ? value_time(alert->now_us + alert->respond_within_us)
					    : (struct value){0};
}

static int open_incident(
	struct store *store, const struct new_alert *alert, int64_t stream_id, int64_t *ret_id)
{
	static const char add_sql[] =
		"INSERT INTO incident (rule, stream_id, state, opened_utc, deadline_utc)"
		" VALUES (?, ?, 'open', ?, ?)";
	const int r = sql_run(store, add_sql,
		VALUES(value_text(alert->rule), value_int(stream_id), value_time(alert->now_us),
			deadline(alert)));

	if (r < 0)
		return r;

	*ret_id = sql_last_id(store);
	return 0;
}

/* Who is angry again after an answer needs another one.  1 when it was so. */
static int reopen(struct store *store, const struct new_alert *alert, int64_t incident_id)
{
	static const char reopen_sql[] = "UPDATE incident SET state = 'open', deadline_utc = ?"
					 " WHERE id = ? AND state = 'responded'";

	return sql_change(store, reopen_sql, VALUES(deadline(alert), value_int(incident_id)));
}

static int add_alert_row(
	struct store *store, const struct new_alert *alert, int64_t stream_id, int64_t incident_id)
{
	static const char add_sql[] = "INSERT INTO alert (incident_id, rule, stream_id, mention_id,"
				      " alerted_utc, evidence) VALUES (?, ?, ?, ?, ?, ?)";

	return sql_run(store, add_sql,
		VALUES(value_int(incident_id), value_text(alert->rule), value_int(stream_id),
			value_id(alert->mention_id), value_time(alert->now_us),
			value_text(alert->evidence ? alert->evidence : "{}")));
}

static int add_event(struct store *store, const struct incident_change *change, const char *what,
	int64_t alert_id)
{
	static const char add_sql[] =
		"INSERT INTO incident_event (incident_id, at_utc, actor, what, text, alert_id)"
		" VALUES (?, ?, ?, ?, ?, ?)";

	return sql_run(store, add_sql,
		VALUES(value_int(change->incident_id), value_time(change->now_us),
			value_text(change->actor), value_text(what), value_text(change->text),
			value_id(alert_id)));
}

static int add_raise_event(struct store *store, const struct raised_alert *raised, int64_t now_us)
{
	const struct incident_change change = {
		.incident_id = raised->incident_id, .actor = daemon_name, .now_us = now_us};
	const char *what = raised->opened ? "opened" : raised->reopened ? "reopened" : "joined";

	return add_event(store, &change, what, raised->alert_id);
}

static int count_alerts(struct store *store, struct raised_alert *raised)
{
	static const char count_sql[] = "SELECT count(*) FROM alert WHERE incident_id = ?";
	int64_t n = 0;
	const int r = sql_find(store, count_sql, VALUES(value_int(raised->incident_id)), &n);

	raised->n_alerts = (size_t)n;
	return r;
}

static int find_last_mail(struct store *store, struct raised_alert *raised)
{
	static const char last_sql[] =
		"SELECT max(d.queued_utc) FROM alert AS a JOIN delivery AS d ON d.alert_id = a.id"
		" WHERE a.incident_id = ? AND " DELIVERY_WAS_MADE;
	CLEANUP(rows_done) struct rows rows = {0};
	int r = rows_open(&rows, store, last_sql, VALUES(value_int(raised->incident_id)), NULL);

	if (r == 0)
		r = rows_next(&rows);
	if (r > 0)
		raised->last_mailed = rows_instant(&rows);
	return r;
}

/* Finds or opens the incident, and adds the alert to it. */
static int raise_alert(struct store *store, const struct new_alert *alert, int64_t stream_id,
	struct raised_alert *ret)
{
	int r = find_live(store, alert, &ret->incident_id);

	if (r > 0) {
		r = reopen(store, alert, ret->incident_id);
		ret->reopened = r > 0;
	} else if (r == 0) {
		ret->opened = true;
		r = open_incident(store, alert, stream_id, &ret->incident_id);
	}
	if (r >= 0)
		r = add_alert_row(store, alert, stream_id, ret->incident_id);
	if (r < 0)
		return r;

	ret->alert_id = sql_last_id(store);
	return add_keys(store, alert, ret->incident_id);
}

int store_add_alert(struct store *store, const struct new_alert *alert, struct raised_alert *ret)
{
	static const char find_sql[] = "SELECT id FROM alert WHERE mention_id = ? AND rule = ?";
	CLEANUP(txn_done) struct txn txn = {0};
	struct raised_alert raised = {0};
	int64_t stream_id;
	int64_t id;
	int r;

	r = names_stream(store, alert->stream, &stream_id);
	if (r == 0)
		r = txn_begin(store, &txn);
	if (r == 0)
		r = sql_find(store, find_sql,
			VALUES(value_id(alert->mention_id), value_text(alert->rule)), &id);
	if (r != 0)
		return r < 0 ? r : -EEXIST;

	r = raise_alert(store, alert, stream_id, &raised);
	if (r >= 0)
		r = add_raise_event(store, &raised, alert->now_us);
	if (r >= 0)
		r = count_alerts(store, &raised);
	if (r >= 0)
		r = find_last_mail(store, &raised);
	if (r >= 0)
		r = txn_commit(&txn);
	if (r < 0)
		return r;

	*ret = raised;
	return 0;
}

/* --- working on it ---------------------------------------------------------- */

enum effect { EFFECT_NONE, EFFECT_ASSIGN, EFFECT_TAKE };

/* What each action does: the state that it leads to, and to whom the incident
 * belongs afterwards: to the one it is assigned to, or to who first took it. */
static const struct {
	const char *what;
	bool moves;
	enum incident_state to;
	enum effect effect;
} actions[] = {
	[ACTION_ACKNOWLEDGE] = {"acknowledged", true, INCIDENT_ACKNOWLEDGED, EFFECT_TAKE},
	[ACTION_ASSIGN] = {"assigned", false, INCIDENT_OPEN, EFFECT_ASSIGN},
	[ACTION_NOTE] = {"noted", false, INCIDENT_OPEN, EFFECT_NONE},
	[ACTION_RESPOND] = {"responded", true, INCIDENT_RESPONDED, EFFECT_TAKE},
	[ACTION_RESOLVE] = {"resolved", true, INCIDENT_RESOLVED, EFFECT_NONE},
	[ACTION_DISMISS] = {"dismissed", true, INCIDENT_DISMISSED, EFFECT_NONE},
	[ACTION_REOPEN] = {"reopened", true, INCIDENT_OPEN, EFFECT_NONE},
};

static int get_state(struct store *store, int64_t id, enum incident_state *ret)
{
	static const char get_sql[] = "SELECT state FROM incident WHERE id = ?";
	CLEANUP(rows_done) struct rows rows = {0};
	int r = rows_open(&rows, store, get_sql, VALUES(value_int(id)), NULL);

	if (r == 0)
		r = rows_next(&rows);
	if (r <= 0)
		return r < 0 ? r : -ENOENT;

	/* The CHECK of the column lets only known names in, NUL-terminated. */
	return incident_state_find(rows_borrow(&rows).ptr, ret) ? 0 : -EUCLEAN;
}

static int set_state(struct store *store, int64_t id, enum incident_state state)
{
	static const char set_sql[] = "UPDATE incident SET state = ? WHERE id = ?";

	return sql_run(
		store, set_sql, VALUES(value_text(incident_state_name(state)), value_int(id)));
}

static int set_assignee(struct store *store, const struct incident_change *change)
{
	static const char assign_sql[] = "UPDATE incident SET assignee = ? WHERE id = ?";
	static const char take_it_sql[] =
		"UPDATE incident SET assignee = coalesce(assignee, ?) WHERE id = ?";

	switch (actions[change->action].effect) {
	case EFFECT_ASSIGN:
		return sql_run(store, assign_sql,
			VALUES(value_text(change->text), value_int(change->incident_id)));
	case EFFECT_TAKE:
		return sql_run(store, take_it_sql,
			VALUES(value_text(change->actor), value_int(change->incident_id)));
	case EFFECT_NONE:
		break;
	}
	return 0;
}

int store_change_incident(struct store *store, const struct incident_change *change)
{
	CLEANUP(txn_done) struct txn txn = {0};
	const bool moves = actions[change->action].moves;
	const enum incident_state to = actions[change->action].to;
	enum incident_state from = INCIDENT_OPEN;
	int r;

	r = txn_begin(store, &txn);
	if (r == 0)
		r = get_state(store, change->incident_id, &from);
	if (r < 0)
		return r;
	if (moves ? !incident_state_may_follow(from, to)
		  : change->action == ACTION_ASSIGN && !incident_state_is_live(from))
		return -EINVAL;

	if (moves)
		r = set_state(store, change->incident_id, to);
	if (r == 0)
		r = set_assignee(store, change);
	if (r == 0)
		r = add_event(store, change, actions[change->action].what, 0);

	return r < 0 ? r : txn_commit(&txn);
}

/* --- reading ---------------------------------------------------------------- */

/* In the order of read_incident(). */
#define INCIDENT                                                                                   \
	"SELECT i.id, i.rule, st.name, i.state, i.opened_utc, i.deadline_utc,"                     \
	" (SELECT min(at_utc) FROM incident_event WHERE incident_id = i.id"                        \
	" AND what = 'responded'),"                                                                \
	" (SELECT max(at_utc) FROM incident_event WHERE incident_id = i.id"                        \
	" AND what = i.state AND i.state IN ('resolved', 'dismissed')),"                           \
	" i.assignee, (SELECT count(*) FROM alert WHERE incident_id = i.id)"                       \
	" FROM incident AS i JOIN stream AS st ON st.id = i.stream_id"

static void read_incident(struct rows *rows, struct incident *ret)
{
	*ret = (struct incident){0};
	ret->id = rows_int(rows);
	ret->rule = rows_text(rows);
	ret->stream = rows_text(rows);
	incident_state_find(rows_text(rows), &ret->state);
	ret->opened = rows_instant(rows);
	ret->deadline = rows_instant(rows);
	ret->first_response = rows_instant(rows);
	ret->closed = rows_instant(rows);
	ret->assignee = rows_text(rows);
	ret->n_alerts = rows_count(rows);
}

/* The one to answer first: who a person says is angry, then the angriest.
 * v_incident_open follows the same rule. */
static int load_items(
	struct store *store, size_t most, struct arena *arena, struct incident *incident)
{
	static const char list_sql[] = "SELECT " ITEM_COLUMNS " FROM" ITEM_TABLES
				       " WHERE m.id IN (SELECT mention_id FROM alert"
				       " WHERE incident_id = ?)"
				       " ORDER BY m.angry DESC, m.anger DESC, m.id LIMIT ?";
	struct items items = {0};
	const int r = item_list(store, list_sql,
		VALUES(value_int(incident->id), value_int((int64_t)most)), arena, &items);

	incident->items = items.list;
	incident->n_items = items.n;
	return r;
}

static int load_events(struct store *store, struct arena *arena, struct incident *incident)
{
	static const char list_sql[] = "SELECT at_utc, actor, what, text FROM incident_event"
				       " WHERE incident_id = ? ORDER BY id";
	CLEANUP(rows_done) struct rows rows = {0};
	int r = rows_open(&rows, store, list_sql, VALUES(value_int(incident->id)), arena);

	while (r >= 0 && (r = rows_next(&rows)) > 0) {
		struct incident_event *event =
			rows_add(&rows, &incident->events, incident->n_events, sizeof(*event));

		if (!event)
			return -ENOMEM;
		event->at = rows_instant(&rows);
		event->actor = rows_text(&rows);
		event->what = rows_text(&rows);
		event->text = rows_text(&rows);
		incident->n_events++;
	}
	return r;
}

int store_get_incident(struct store *store, int64_t id, struct arena *arena, struct incident *ret)
{
	static const char get_sql[] = INCIDENT " WHERE i.id = ?";
	CLEANUP(rows_done) struct rows rows = {0};
	struct incident incident;
	int r;

	r = rows_open(&rows, store, get_sql, VALUES(value_int(id)), arena);
	if (r == 0)
		r = rows_next(&rows);
	if (r <= 0)
		return r < 0 ? r : -ENOENT;

	read_incident(&rows, &incident);
	r = rows_error(&rows);
	if (r == 0)
		r = load_items(store, MAX_ITEMS, arena, &incident);
	if (r == 0)
		r = load_events(store, arena, &incident);
	if (r < 0)
		return r;

	*ret = incident;
	return 0;
}

int store_list_incidents(struct store *store, const struct incident_filter *filter,
	struct arena *arena, struct incident **ret, size_t *ret_n)
{
	static const char list_sql[] =
		INCIDENT " WHERE (NOT ?1 OR " IS_LIVE ") AND (?2 IS NULL OR i.rule = ?2)"
			 " AND (?3 IS NULL OR st.name = ?3)"
			 " ORDER BY NOT " IS_LIVE ","
			 " CASE WHEN " IS_LIVE " THEN coalesce(i.deadline_utc, '9999') END,"
			 " CASE WHEN " IS_LIVE " THEN i.id ELSE -i.id END LIMIT ?4";
	CLEANUP(rows_done) struct rows rows = {0};
	struct incident *list = NULL;
	size_t n = 0;
	int r = rows_open(&rows, store, list_sql,
		VALUES(value_flag(filter->live_only), value_text(filter->rule),
			value_text(filter->stream),
			value_int(filter->limit > 0 ? (int64_t)filter->limit : DEFAULT_LIMIT)),
		arena);

	while (r >= 0 && (r = rows_next(&rows)) > 0) {
		struct incident *incident = rows_add(&rows, &list, n, sizeof(*incident));

		if (!incident)
			return -ENOMEM;
		read_incident(&rows, incident);
		r = load_items(store, 1, arena, incident);
		n++;
	}
	if (r < 0)
		return r;

	*ret = list;
	*ret_n = n;
	return 0;
}
