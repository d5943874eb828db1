#include <errno.h>

#include "store/store.h"

#pragma GCC diagnostic ignored "-Wunused-parameter"

int store_open(const char *path, enum store_access access, struct store **ret)
{
	return -ENOSYS;
}

const char *store_error_text(const struct store *store)
{
	return "";
}

void store_close(struct store *store)
{
}

int store_begin(struct store *store)
{
	return -ENOSYS;
}

int store_commit(struct store *store)
{
	return -ENOSYS;
}

void store_rollback(struct store *store)
{
}

const char *store_instance(const struct store *store)
{
	return "";
}

int store_first_start(struct store *store, struct instant *ret)
{
	return -ENOSYS;
}

int store_apply_settings(struct store *store, const struct settings *settings, int64_t now_us)
{
	return -ENOSYS;
}

int store_source_state(
	struct store *store, const char *source, struct arena *arena, struct source_state *ret)
{
	return -ENOSYS;
}

int store_set_source_state(
	struct store *store, const char *source, const struct source_state *state)
{
	return -ENOSYS;
}

int store_list_sources(struct store *store, int64_t now_us, struct arena *arena,
	struct source_row **ret, size_t *ret_n)
{
	return -ENOSYS;
}

int store_log_fetch(struct store *store, const struct fetch_entry *entry)
{
	return -ENOSYS;
}

int store_add_post(struct store *store, const struct post *post, const struct identity *identity,
	int64_t fetched_us, struct stored_post *ret)
{
	return -ENOSYS;
}

int store_add_mention(struct store *store, const struct new_mention *mention, int64_t *ret_id)
{
	return -ENOSYS;
}

int store_keep_mentions(
	struct store *store, int64_t post_id, const struct match *keep, size_t n_keep)
{
	return -ENOSYS;
}

int store_set_story(struct store *store, int64_t post_id, int64_t story_id, uint64_t fingerprint,
	int64_t *ret_story_id)
{
	return -ENOSYS;
}

int store_fingerprints(struct store *store, int64_t since_us,
	int (*found)(uint64_t fingerprint, int64_t story_id, int64_t at_us, void *userdata),
	void *userdata)
{
	return -ENOSYS;
}

int store_each_mention(struct store *store, const struct mention_filter *filter,
	struct arena *arena, int (*found)(const struct item *item, void *userdata), void *userdata)
{
	return -ENOSYS;
}

int store_each_post(struct store *store, int64_t since_us, struct arena *arena,
	int (*found)(const struct post *post, int64_t id, int64_t fetched_us, void *userdata),
	void *userdata)
{
	return -ENOSYS;
}

int store_add_alert(struct store *store, const struct new_alert *alert, struct raised_alert *ret)
{
	return -ENOSYS;
}

int store_change_incident(struct store *store, const struct incident_change *change)
{
	return -ENOSYS;
}

int store_list_incidents(struct store *store, const struct incident_filter *filter,
	struct arena *arena, struct incident **ret, size_t *ret_n)
{
	return -ENOSYS;
}

int store_get_incident(struct store *store, int64_t id, struct arena *arena, struct incident *ret)
{
	return -ENOSYS;
}

int store_add_mute(struct store *store, const struct mute *mute, int64_t now_us)
{
	return -ENOSYS;
}

int store_muted_until(struct store *store, const char *rule, const char *stream, int64_t now_us,
	struct instant *ret)
{
	return -ENOSYS;
}

int store_list_mutes(
	struct store *store, int64_t now_us, struct arena *arena, struct mute **ret, size_t *ret_n)
{
	return -ENOSYS;
}

int store_count_mentions(struct store *store, const char *stream, int64_t from_us, int64_t until_us,
	struct stream_count *ret)
{
	return -ENOSYS;
}

int store_add_delivery(struct store *store, const struct delivery *delivery, int64_t alert_id,
	int64_t digest_id, int64_t *ret_id)
{
	return -ENOSYS;
}

int store_hold_back(struct store *store, const char *recipient, int64_t alert_id, int64_t now_us,
	const char *why)
{
	return -ENOSYS;
}

int store_count_held_back(struct store *store, const char *recipient, int64_t since_us, size_t *ret)
{
	return -ENOSYS;
}

int store_count_deliveries(
	struct store *store, const char *recipient, int64_t since_us, size_t *ret)
{
	return -ENOSYS;
}

int store_due_deliveries(struct store *store, int64_t now_us, size_t max, struct arena *arena,
	struct delivery **ret, size_t *ret_n)
{
	return -ENOSYS;
}

int store_next_due(struct store *store, struct instant *ret)
{
	return -ENOSYS;
}

int store_settle_delivery(struct store *store, const struct delivery_outcome *outcome)
{
	return -ENOSYS;
}

int store_last_digest(struct store *store, const char *recipient, struct instant *ret_until)
{
	return -ENOSYS;
}

int store_add_digest_run(struct store *store, const char *recipient, const struct digest *digest,
	int64_t now_us, int64_t *ret_id)
{
	return -ENOSYS;
}

int store_load_digest(struct store *store, struct arena *arena, struct digest *digest)
{
	return -ENOSYS;
}

int store_index_some(struct store *store, size_t max)
{
	return -ENOSYS;
}

int store_prune(struct store *store, int64_t unmatched_us, int64_t mentions_us, size_t max)
{
	return -ENOSYS;
}

int store_count(struct store *store, struct store_stats *ret)
{
	return -ENOSYS;
}

int store_backup(struct store *store, const char *path)
{
	return -ENOSYS;
}

int store_check(struct store *store)
{
	return -ENOSYS;
}

int store_list_docs(struct store *store, struct arena *arena, struct doc_row **ret, size_t *ret_n)
{
	return -ENOSYS;
}
