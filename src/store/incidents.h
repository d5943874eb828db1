/* store/incidents.h: alerts, and the incidents that they open.
 *
 * A part of store/store.h, which others include. */
#pragma once

#include "base/clock.h"
#include "record/digest.h"
#include "record/incident.h"
#include "record/item.h"

struct arena;
struct store;

struct new_alert {
	const char *rule;
	const char *stream;
	int64_t mention_id;   /* 0: a rate */
	const char *evidence; /* JSON: the rule and what it saw */
	int64_t now_us;
	int64_t respond_within_us; /* 0: no deadline */
};

struct raised_alert {
	int64_t alert_id;
	int64_t incident_id;
	bool opened;                /* a new incident */
	bool reopened;              /* responded to before, and now angry again */
	struct instant last_mailed; /* of the incident; unknown: not yet */
	size_t n_alerts;            /* of the incident, this one included */
};

/* Records the alert; it joins the live incident of the same rule and the same
 * author, story or thread (of the same rule and stream for a rate), else opens
 * one with an event.  One that had been responded to is open again, with a new
 * deadline.  -EEXIST when this mention already raised this rule. */
int store_add_alert(struct store *store, const struct new_alert *alert, struct raised_alert *ret);

enum incident_action {
	ACTION_ACKNOWLEDGE,
	ACTION_ASSIGN,
	ACTION_NOTE,
	ACTION_RESPOND,
	ACTION_RESOLVE,
	ACTION_DISMISS,
	ACTION_REOPEN,
};

struct incident_change {
	int64_t incident_id;
	enum incident_action action;
	const char *actor;
	const char *text; /* a note, the assignee, the reason; NULL: none */
	int64_t now_us;
};

/* -ENOENT no such incident; -EINVAL the state does not allow it. */
int store_change_incident(struct store *store, const struct incident_change *change);

struct incident_event {
	struct instant at;
	const char *actor;
	const char *what; /* "opened", "joined", "acknowledged", "noted", ... */
	const char *text;
};

struct incident {
	int64_t id;
	const char *rule;
	const char *stream;
	enum incident_state state;
	struct instant opened, deadline, first_response, closed;
	const char *assignee;
	size_t n_alerts;
	struct item *items; /* its mentions, the latest first */
	size_t n_items;
	struct incident_event *events;
	size_t n_events;
};

struct incident_filter {
	bool live_only;
	const char *rule, *stream; /* NULL: any */
	size_t limit;              /* 0: 100 */
};

/* What is live stands first, by deadline; then the latest.  Each has its latest
 * item only, and no events. */
int store_list_incidents(struct store *store, const struct incident_filter *filter,
	struct arena *arena, struct incident **ret, size_t *ret_n);
int store_get_incident(struct store *store, int64_t id, struct arena *arena, struct incident *ret);

/* How often people dismissed what a stream, a rule or a term of a query brought;
 * see v_precision. */
struct precision_row {
	const char *kind; /* "stream", "rule", "term" */
	const char *stream;
	const char *name; /* the rule or the term; NULL: the stream as a whole */
	size_t n_all, n_handled, n_dismissed;
};
/* Streams, rules, and the terms of which something was dismissed. */
int store_list_precision(
	struct store *store, struct arena *arena, struct precision_row **ret, size_t *ret_n);
/* The query of STREAM as it was applied last.  -ENOENT. */
int store_stream_query(
	struct store *store, const char *stream, struct arena *arena, const char **ret);

/* Until then alerts of RULE (NULL: any) on STREAM (NULL: any) tell nobody. */
struct mute {
	const char *rule, *stream;
	int64_t until_us;
	const char *actor;
	const char *why; /* NULL: none given */
};
int store_add_mute(struct store *store, const struct mute *mute, int64_t now_us);
/* Until when alerts of RULE on STREAM are muted; unknown when they are not at
 * NOW. */
int store_muted_until(struct store *store, const char *rule, const char *stream, int64_t now_us,
	struct instant *ret);
/* Those in force at NOW, the first to end first. */
int store_list_mutes(
	struct store *store, int64_t now_us, struct arena *arena, struct mute **ret, size_t *ret_n);

/* What was fetched in [from, until) and said at most MAX_AGE_US (0: whenever) before. */
struct count_window {
	int64_t from_us, until_us;
	int64_t max_age_us;
};

/* Numbers for rate rules: mentions of STREAM in WINDOW.  The name is STREAM itself;
 * n_mentions_before and n_old are left out.  -ENODATA when the stream was added after
 * the window, -ENOENT when it is not known. */
int store_count_mentions(struct store *store, const char *stream, const struct count_window *window,
	struct stream_count *ret);

/* The angriest mentions of STREAM fetched since SINCE_US, a few. */
int store_list_angriest(struct store *store, const char *stream, int64_t since_us,
	struct arena *arena, struct items *ret);
