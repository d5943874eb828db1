/* store/deliveries.h: the outbox: what is told, and what a cap held back.
 *
 * A part of store/store.h, which others include. */
#pragma once

#include "base/clock.h"
#include "record/delivery.h"
#include "record/digest.h"

struct arena;
struct store;

/* DELIVERY's id is ignored; ALERT_ID or DIGEST_ID (the other 0) is what it
 * tells.  *RET_ID names the row; -EEXIST when this address of the recipient
 * already has a mail for it, or when another row has its Message-ID.  What was held
 * back from the recipient before counts as told by it, unless it is a failure. */
int store_add_delivery(struct store *store, const struct delivery *delivery, int64_t alert_id,
	int64_t digest_id, int64_t *ret_id);
/* What an alert is about, in words that are the same in another database: rows
 * have other numbers after a backup is put back. */
struct alert_subject {
	const char *rule, *stream;
	const char *source;     /* of the post; NULL: a rate, or the post is gone */
	const char *id_key;     /* with SOURCE; NULL as there */
	const char *url_key;    /* NULL: the post has no address */
	uint64_t content_hash;  /* of the post */
	struct instant opened;  /* the incident */
	struct instant alerted; /* the alert */
	bool is_first;          /* it opened the incident */
};
/* -ENOENT. */
int store_alert_subject(
	struct store *store, int64_t alert_id, struct arena *arena, struct alert_subject *ret);
/* The id that began the thread of INCIDENT_ID in DELIVERY's channel: of the first about it
 * to its target, else of the first to anybody.  1, or 0 when there is none yet. */
int store_find_thread(struct store *store, int64_t incident_id, const struct delivery *delivery,
	struct arena *arena, const char **ret);
/* An alert that is not mailed now: cooldown, the recipient's cap. */
int store_hold_back(struct store *store, const char *recipient, int64_t alert_id, int64_t now_us,
	const char *why);
/* What was held back from RECIPIENT counts as told by DELIVERY_ID. */
int store_tell_held_back(struct store *store, const char *recipient, int64_t delivery_id);
/* Mails that failed for good in [FROM_US, UNTIL_US), a few of them. */
int store_list_failed_mails(struct store *store, int64_t from_us, int64_t until_us,
	struct arena *arena, struct failed_mails *ret);
/* Alerts held back from RECIPIENT since SINCE_US that no mail has told yet. */
int store_count_held_back(
	struct store *store, const char *recipient, int64_t since_us, size_t *ret);
/* What its cap held back from a recipient and no mail has told. */
struct held_back {
	size_t n;                 /* alerts */
	int64_t alert_id;         /* the latest of them */
	struct instant last_told; /* when a mail last told of such alerts */
	struct items items;       /* their mentions, the angriest first; rates have none */
};
int store_find_held_back(
	struct store *store, const char *recipient, struct arena *arena, struct held_back *ret);
/* Immediate mails to RECIPIENT written since SINCE_US; those that could not be do not
 * count. */
int store_count_deliveries(
	struct store *store, const char *recipient, int64_t since_us, size_t *ret);

struct deliveries {
	struct delivery *list;
	size_t n;
};

/* Queued deliveries that are due, oldest first, at most MAX. */
int store_due_deliveries(struct store *store, const struct due_query *query, size_t max,
	struct arena *arena, struct deliveries *ret);
/* When the next queued one is due, now or later; unknown when none is queued. */
int store_next_due(struct store *store, const struct due_query *query, struct instant *ret);

/* What waits for channels that are not among KNOWN (lines, with a line break before the first): a
 * newer version wrote it.  How many deliveries, and in *RET the channel of one of them, in ARENA.
 */
int store_count_strange_deliveries(
	struct store *store, const char *known, struct arena *arena, const char **ret);

int store_settle_delivery(struct store *store, const struct delivery_outcome *outcome);
