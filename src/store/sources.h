/* store/sources.h: sources, their state, their subscriptions and fetches.
 *
 * A part of store/store.h, which others include. */
#pragma once

#include "base/clock.h"
#include "record/source_state.h"
#include "record/subscription.h"

struct arena;
struct store;

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
