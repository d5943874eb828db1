/* store/store.h: the one SQLite file, and the only place that knows SQL.
 *
 * A struct store is one connection; the daemon has one that writes, readers
 * open their own.  Everything that one fetch brings is written between
 * store_begin() and store_end(), so a crash half-way is repaired by
 * fetching again.  What is read is copied to the caller's arena.
 *
 * Errors: -EUCLEAN damaged or not ours, -ESTALE made by a newer version (or an
 * older one, which STORE_CREATE alone brings up to date), -EBUSY locked by
 * somebody else, -EROFS, -EACCES, -ENOSPC, -EIO, -ENOMEM; -ENOENT
 * where nothing is found.
 *
 * Uses base/, record/, text/ (the words of the full-text tables).
 */
#pragma once

#include "config/settings.h"
#include "record/delivery.h"
#include "record/digest.h"
#include "record/item.h"
#include "record/search.h"
#include "record/source_state.h"
#include "record/subscription.h"

struct store;

enum store_access {
	STORE_READ,   /* never writes, also in a folder that it may not write to */
	STORE_WRITE,  /* must exist */
	STORE_CREATE, /* made, or migrated, when needed */

	/* A copy, of this version or an older one: only for what is done to a file as
	 * a whole.  The second may change it, and leaves no log beside it. */
	STORE_READ_COPY,
	STORE_MEND_COPY,
};

/* PATH ":memory:" is a database that goes with its connection. */
int store_open(const char *path, enum store_access access, struct store **ret);
/* Makes this process the one daemon of the database, until store_close() or
 * its end, however that comes: two would send each mail twice.  -EALREADY when
 * another one is. */
int store_claim(struct store *store);
/* Whether somebody did not close it, and, after store_claim(), whether all of it has
 * been looked at since a daemon ended so: a reason for store_check(). */
bool store_was_unclean(const struct store *store);
/* All of it was looked at, and is whole. */
int store_note_checked(struct store *store);
/* When the clock was taken as right last; unknown: never yet. */
int store_believed(struct store *store, struct instant *ret);
int store_note_believed(struct store *store, int64_t now_us);

/* TOLD is called once, when SQLite first says that the file is damaged.  From then on
 * no transaction begins. */
void store_on_damage(struct store *store, void (*told)(void *userdata), void *userdata);
bool store_is_damaged(const struct store *store);
/* Another connection has found it, and says so in TEXT. */
void store_set_damaged(struct store *store, const char *text);

/* Bytes of the log beside the file (-wal).  It grows as long as some reader holds a
 * transaction open, whoever that is. */
int store_log_size(const struct store *store, size_t *ret);
/* From any thread: what runs on STORE just now ends with -ECANCELED. */
void store_interrupt(struct store *store);

/* What STORE_CREATE would do to the file at PATH: 1, or 0 when it is new or of our
 * version. */
struct migration {
	int from, to;
	size_t n_bytes;      /* of the file */
	size_t n_disk_bytes; /* that it takes more, until it is done */
	int64_t duration_us; /* roughly */
};
int store_find_migration(const char *path, struct migration *ret);
/* The last failure in words: what SQLite said, on which file, and what an
 * administrator can do.  STORE NULL: of the last store_open(). */
const char *store_error_text(const struct store *store);
void store_close(struct store *store);
DEFINE_CLEANUP(struct store *, store_close);

/* Transactions do not nest.  A rollback after a failed statement is safe. */
int store_begin(struct store *store);
int store_commit(struct store *store);
void store_rollback(struct store *store);
/* Ends the transaction whose statements gave R: commits it, or after a failure rolls
 * it back.  Returns R, or why it could not be committed. */
int store_end(struct store *store, int r);

/* This database's UUID, made with it: the right side of Message-IDs. */
const char *store_instance(const struct store *store);
/* When the settings were first applied; unknown before. */
int store_first_start(struct store *store, struct instant *ret);

/* --- settings ------------------------------------------------------------ */

/* Makes the rows of source, stream and recipient agree with SETTINGS; what is
 * no longer configured stays, marked as such.  In a transaction of its own. */
int store_apply_settings(struct store *store, const struct settings *settings, int64_t now_us);

/* Adds a stream that the daemon has not taken yet: its mentions can be written,
 * and the daemon applies it anew when it takes it.  A known one stays as it is. */
int store_add_stream(struct store *store, const struct stream_settings *stream, int64_t now_us);

/* A stream that is still to be applied to the posts up to an id. */
struct unapplied {
	const char *stream;
	int64_t upto;
};
/* All of them. */
int store_list_unapplied(
	struct store *store, struct arena *arena, struct unapplied **ret, size_t *ret_n);
/* All streams that are still to be applied to posts from FROM_ID on need only
 * be applied to those before it; FROM_ID 0: to none. */
int store_mark_applied(struct store *store, int64_t from_id);

/* --- sources ------------------------------------------------------------- */

int store_source_state(
	struct store *store, const char *source, struct arena *arena, struct source_state *ret);
int store_set_source_state(
	struct store *store, const char *source, const struct source_state *state);

struct source_row {
	const char *name;
	bool configured; /* false: no longer in the settings, its posts are still here */
	bool enabled;    /* in the settings */
	struct instant switched_off; /* by a person; unknown: it is not */
	const char *switched_off_by;
	const char *switched_off_why; /* NULL: no reason given */
	struct source_state state;
	const struct subscription *push; /* NULL: nothing comes without a poll */
	size_t n_posts_week;             /* new posts of the last seven days before NOW */
};
/* All sources, by name. */
int store_list_sources(struct store *store, int64_t now_us, struct arena *arena,
	struct source_row **ret, size_t *ret_n);

struct source_switch {
	const char *source;
	const char *actor;
	const char *why; /* NULL: none given */
	int64_t now_us;
};
/* A person's switch beside the settings: it stays off over restarts and
 * reloads, whatever the settings say, until somebody switches it on.  1, or 0
 * when it was so already; -ENOENT. */
int store_switch_source_off(struct store *store, const struct source_switch *wanted);
/* One that was gone is to be asked again, too. */
int store_switch_source_on(struct store *store, const char *source);
/* Whether SOURCE said that it is gone for good, and nobody revived it: 1 or 0;
 * -ENOENT. */
int store_is_source_gone(struct store *store, const char *source);
/* Whether SOURCE is to be asked: enabled in the settings that were applied, and
 * not switched off.  1 or 0; -ENOENT. */
int store_is_source_on(struct store *store, const char *source);
/* Whether somebody else has written to the file since the last call: 1 or 0; 1 the first
 * time. */
int store_is_touched(struct store *store);

/* What we were sent without asking. */
enum fetch_way { FETCH_POLL, FETCH_PUSH, FETCH_STREAM, N_FETCH_WAYS };

struct fetch_entry {
	const char *source;
	enum fetch_way way;
	int64_t at_us;
	int status;        /* HTTP; 0: none */
	const char *error; /* words; NULL: none */
	int64_t elapsed_us;
	size_t n_bytes, n_posts, n_new, n_mentions;
	size_t n_dropped; /* entries that could not be read, or over a limit */
};
int store_log_fetch(struct store *store, const struct fetch_entry *entry);
/* SOURCE sent something new, outside of a poll. */
int store_note_new_post(struct store *store, const char *source, int64_t now_us);

/* What a source says of itself. */
struct subscription_offer {
	const char *source;
	enum subscription_kind kind;
	const char *hub; /* NULL: it has none */
	const char *topic;
};
/* Keeps the offer.  Another one of the same source goes: at a hub that was asked
 * it is then being left.  1 when something changed, else 0; -ENOENT. */
int store_offer_subscription(struct store *store, const struct subscription_offer *offer);
/* All, those that are being left too. */
int store_list_subscriptions(
	struct store *store, struct arena *arena, struct subscription **ret, size_t *ret_n);
/* All but source, kind, hub and topic, of the row that its id names.  -ENOENT. */
int store_set_subscription(struct store *store, const struct subscription *subscription);
/* Something was pushed to the subscription ID, which may be gone by now. */
int store_note_push(struct store *store, int64_t id, int64_t now_us);
int store_drop_subscription(struct store *store, int64_t id);

/* --- posts --------------------------------------------------------------- */

/* What makes a post the same post: made by dedupe/. */
struct identity {
	const char *id_key;    /* the source's id, normalised */
	const char *url_key;   /* the url, normalised; NULL: none */
	uint64_t content_hash; /* of title and text */
	uint64_t title_hash;   /* of the title; used when the link is all that tells a post */
	enum link_role link;
};

/* Whether the post with IDENTITY is here already, from SOURCE and with the same
 * content: 1 or 0.  Then it need not be looked at again. */
int store_has_post(struct store *store, const char *source, const struct identity *identity);

enum seen { POST_NEW, POST_EDITED, POST_SEEN };

struct stored_post {
	int64_t id;
	enum seen seen;
};

/* Adds POST of source POST->source, or finds it: by id_key within the source,
 * else by url_key with the same content, also of another source.  A post that only its
 * link tells is another one when title or content say so (docs/sources.md).  An edited
 * one is updated in place and keeps its id; new metrics alone are no edit. */
int store_add_post(struct store *store, const struct post *post, const struct identity *identity,
	int64_t fetched_us, struct stored_post *ret);

/* --- mentions ------------------------------------------------------------ */

struct new_mention {
	int64_t post_id;
	const struct match *match;
	const struct sentiment *sentiment;      /* of the sentences that matched */
	const struct sentiment *post_sentiment; /* of the whole post */
	int64_t now_us;
};

/* Adds the mention, or replaces what it says after an edit (it keeps its id).
 * Its time is that of the fetch of its post.  A post that store_set_story()
 * was not called for gets a story of its own.  1 new, 0 replaced. */
int store_add_mention(struct store *store, const struct new_mention *mention, int64_t *ret_id);
/* Mentions of the post by streams that are not among KEEP go away (an edit). */
int store_keep_mentions(
	struct store *store, int64_t post_id, const struct match *keep, size_t n_keep);

struct post_mention {
	int64_t id;
	const char *stream;
	bool is_touched; /* a person relabelled it, or it raised an alert */
};
int store_list_post_mentions(struct store *store, int64_t post_id, struct arena *arena,
	struct post_mention **ret, size_t *ret_n);
/* Whether the mention's hits are those of MATCH: 1 or 0. */
int store_has_hits(struct store *store, int64_t mention_id, const struct match *match);
/* A post that is no mention any more is in no story. */
int store_remove_mention(struct store *store, int64_t mention_id, int64_t post_id);

struct mention_filter {
	const char *stream;             /* NULL: any */
	const char *label;              /* "negative", ...; NULL: any */
	bool angry_only, labelled_only; /* labelled by a person */
	int64_t from_us, until_us;      /* fetched, half-open; until 0: no end */
	int64_t after_id;               /* only mentions with a larger id */
	const struct search *search;    /* NULL: any; leaves out posts that do not fulfil it, but
					 * not all of them */
	bool oldest_first;
	size_t limit; /* 0: no limit */
};
/* Calls FOUND for each mention, the latest first unless asked otherwise.  The
 * item lives in ARENA, which is emptied for each. */
int store_each_mention(struct store *store, const struct mention_filter *filter,
	struct arena *arena, int (*found)(const struct item *item, void *userdata), void *userdata);
/* What a person says of a mention. */
struct correction {
	int64_t mention_id;
	enum sentiment_label label;
	bool angry;
	const char *actor;
	int64_t now_us;
};
/* It counts more than the score, from now on, and is kept with who and when.
 * -ENOENT. */
int store_correct(struct store *store, const struct correction *correction);
/* -ENOENT. */
int store_get_post(struct store *store, int64_t id, struct arena *arena, struct post *ret);
int store_fetched_at(struct store *store, int64_t post_id, int64_t *ret_us);
/* Calls FOUND for each post fetched since SINCE_US, matched or not, the oldest
 * first: for backtest and rescore.  As above. */
int store_each_post(struct store *store, int64_t since_us, struct arena *arena,
	int (*found)(const struct post *post, int64_t id, int64_t fetched_us, void *userdata),
	void *userdata);

/* Posts by id, downwards. */
struct post_walk {
	int64_t upto_id;
	int64_t since_us; /* fetched */
	size_t most;
	const struct search *search; /* as that of a mention_filter */
};
/* Calls FOUND for each, as store_each_post(). */
int store_each_post_down(struct store *store, const struct post_walk *walk, struct arena *arena,
	int (*found)(const struct post *post, int64_t id, int64_t fetched_us, void *userdata),
	void *userdata);
/* The largest id of a post, 0 when there is none, and how many there are since
 * SINCE_US. */
int store_count_posts(struct store *store, int64_t since_us, int64_t *ret_last_id, size_t *ret_n);

/* --- stories ---------------------------------------------------------------- */

/* By what the copies of a text are found, sorted; made by dedupe/. */
struct features {
	const uint32_t *list;
	size_t n;
};

/* Assigns the post to a story: STORY_ID, or a new one when that is 0.  From now
 * on it is found by FEATURES. */
int store_set_story(struct store *store, int64_t post_id, int64_t story_id,
	const struct features *features, int64_t *ret_story_id);
/* The story of the post; *RET is 0 when it has none. */
int store_story_of(struct store *store, int64_t post_id, int64_t *ret);
/* The post has no story any more, and is not found. */
int store_leave_story(struct store *store, int64_t post_id);
/* All posts of the story FROM are of INTO; FROM is gone. */
int store_merge_stories(struct store *store, int64_t into, int64_t from);
/* These posts of STORY_ID become a story of their own. */
int store_split_story(
	struct store *store, int64_t story_id, const int64_t *post_ids, size_t n_posts);

struct post_ids {
	int64_t *list;
	size_t n;
};
/* The posts of a story, the first ones first, at most MOST. */
int store_list_story(struct store *store, int64_t story_id, size_t most, struct arena *arena,
	struct post_ids *ret);

struct kin_search {
	int64_t post_id;
	int64_t window_us; /* between the fetches of the two */
	struct features features;
};
struct kin {
	int64_t post_id, story_id;
	size_t n_features, n_shared;
};
/* Posts in the window that have features in common, those with most first.  Few
 * for each feature, so a search costs the same however many posts there are. */
int store_find_kin(struct store *store, const struct kin_search *search, struct arena *arena,
	struct kin **ret, size_t *ret_n);

/* --- alerts and incidents ------------------------------------------------- */

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

/* --- mail ----------------------------------------------------------------- */

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

/* --- digests --------------------------------------------------------------- */

/* End of the last digest's window for RECIPIENT (NULL: for anybody); unknown when there was
 * none.  One that lies more than a day after NOW_US does not count. */
int store_last_digest(
	struct store *store, const char *recipient, int64_t now_us, struct instant *ret_until);
/* Records a run for its window; 1 new, 0 there already (*RET_ID either way). */
int store_add_digest_run(struct store *store, const char *recipient, const struct digest *digest,
	int64_t now_us, int64_t *ret_id);
/* Fills DIGEST, whose window and timezone are set, from the database. */
int store_load_digest(struct store *store, struct arena *arena, struct digest *digest);

/* --- care ------------------------------------------------------------------ */

/* Indexes up to MAX posts for full-text search; returns how many, 0: all are
 * done.  For idle time. */
int store_index_some(struct store *store, size_t max);
/* Removes unmatched posts fetched before UNMATCHED_US and mentions before
 * MENTIONS_US, at most MAX posts a call; returns how many. */
int store_prune(struct store *store, int64_t unmatched_us, int64_t mentions_us, size_t max);
/* As store_prune(), for what was told and for what happened at each fetch: MAX rows of
 * each kind. */
int store_prune_logs(struct store *store, int64_t unmatched_us, int64_t mentions_us, size_t max);
/* Gives up to MAX free pages back to the file system, where many are free; a part of
 * them stays for what comes next.  1: there may be more, 0: none, also in a file that
 * was made before this could be done (store_can_give_back()). */
int store_give_back(struct store *store, size_t max);
int store_can_give_back(struct store *store);

/* What store_compact() takes. */
struct compaction {
	size_t n_bytes, n_free_bytes; /* of the file; of it, free */
	size_t n_disk_bytes;          /* that it takes more, until it is done */
	int64_t duration_us;          /* roughly */
};
int store_estimate_compaction(struct store *store, struct compaction *ret);
/* Writes the whole file anew, without what is free in it; nobody else can write
 * meanwhile.  Afterwards store_give_back() can. */
int store_compact(struct store *store);

struct erasing {
	const char *author; /* a profile's address or a handle, as it stands in the posts */
	bool by_name;       /* no: a name, which several people may bear */
	bool dry_run;       /* count only */
	int64_t now_us;
};
struct erased {
	size_t n_posts, n_mentions;
	size_t n_incidents; /* that were about nothing else, and go */
	size_t n_mails;     /* that are sent and quote them: emptied */
	size_t n_withdrawn; /* that wait and may quote them: they have failed, and are empty */
};
/* Removes all posts of the author with what hangs on them, keeps a tombstone of each so
 * that it is not stored again, takes what mails said of them out of the outbox's archive,
 * and sends none that waits in it: for its recipient that is a mail that has failed. */
int store_erase_author(struct store *store, const struct erasing *erasing, struct erased *ret);

struct store_stats {
	size_t n_sources, n_posts, n_mentions, n_stories;
	size_t n_live_incidents;
	size_t n_queued, n_failed; /* deliveries */
	size_t n_to_index;         /* posts that full-text search does not know yet */
	struct instant first_fetched, last_fetched;
	size_t n_bytes;      /* of the database, without its log */
	size_t n_free_bytes; /* of them, to be used again */
};
int store_count(struct store *store, struct store_stats *ret);
/* Sets the bytes only, which takes no time. */
int store_count_bytes(struct store *store, struct store_stats *stats);

/* How many bytes a day the database grows at this rate: in the next week as many posts
 * come as in the last, and those go that are then kept no longer: unmatched ones fetched
 * before UNMATCHED_US and mentions before MENTIONS_US a week before.  It may be below 0. */
int store_estimate_growth(struct store *store, int64_t now_us, int64_t unmatched_us,
	int64_t mentions_us, int64_t *ret);

/* Writes a copy to PATH, which must not exist; it is readable without our
 * help (no write-ahead log).  Also while the daemon runs.  It is there when it is
 * whole and was looked at, not before. */
int store_backup(struct store *store, const char *path);
/* Whether the file at PATH is a database of mentiond by its first bytes: 1 or 0. */
int store_is_ours(const char *path);

/* Reads every page; -EUCLEAN when something is wrong, and store_error_text()
 * says what. */
int store_check(struct store *store);
/* The same for one table after the other, with its indexes, so that no look lasts as
 * long as all of them: the first behind *POSITION (0: of all).  1, or 0 behind the last;
 * -ECANCELED after store_interrupt(). */
int store_check_next(struct store *store, int64_t *position);

struct restoring {
	const char *backup; /* a file that store_backup() made, of this version or older */
	const char *path;   /* the database */
	int64_t now_us;
	bool dry_run; /* look at everything, change nothing */
};
struct restored {
	int version; /* of the backup's format; older than ours: the next start migrates */
	struct store_stats stats; /* of the backup */
	bool replaces;            /* there was a database */
	bool old_is_read;         /* and its numbers could be read */
	int64_t last_incident;    /* the highest number that may have been told to people */
	char aside[512];          /* where the old files went, or would go */
	char problem[1024];       /* what is wrong, in words */
};
/* Looks at all of the backup and puts it in the place of the database, whole: the old
 * one, with its log, goes aside.  Numbers that the old one gave to incidents, posts and
 * mentions, or may have given since the backup was made, are not given again.
 * -EALREADY while a daemon works on the database, -EUCLEAN for a backup that is none.
 * After a failure RET->problem says why. */
int store_restore(const struct restoring *restoring, struct restored *ret);

struct doc_row {
	const char *object; /* a table or view */
	const char *column; /* NULL: of the object as a whole */
	const char *type;   /* "table", "view"; of a column "TEXT", ... */
	const char *description;
	const char *example;
};
/* What every table, view and column holds; views first, columns in their order. */
int store_list_docs(struct store *store, struct arena *arena, struct doc_row **ret, size_t *ret_n);
