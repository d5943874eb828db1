#include "daemon/pushes.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <systemd/sd-daemon.h>

#include "base/log.h"
#include "base/map.h"
#include "base/str.h"
#include "config/secret.h"
#include "daemon/journal.h"
#include "push/live.h"
#include "push/subscriber.h"
#include "source/poll.h"

enum { ROWS_ARENA_BYTES = 512 << 20, PATH_TEXT_MAX = 4096, WORDS_SIZE = 256 };

/* A hub may tell of something new as often as it likes. */
#define HURRY_LEAST_US US_PER_MINUTE
/* A hub sends what it has at once; who is slower than this keeps a place from others. */
#define HUB_HEAD_US (10 * US_PER_S)
#define HUB_BODY_US (30 * US_PER_S)
/* Many feeds are read at a start: what they say of hubs is looked at together. */
#define SETTLE_US US_PER_S

struct pushes {
	struct pushes_options options;
	const struct settings *settings;
	struct live *live;
	struct subscriber *subscriber;
	struct listener *listener; /* NULL: no hub reaches us */
	struct str listens_at;
	struct push_key key;
	bool has_key;
	bool is_on; /* as the settings want it, and it can be */
	bool offers_changed;
	sd_event_source *settle;
};

static void save(struct pushes *pushes, const struct subscription *subscription)
{
	struct store *store = pushes->options.store;
	int r = store_begin(store);

	if (r >= 0)
		r = store_set_subscription(store, subscription);
	if (r == -EEXIST) /* its source has another one by now */
		r = store_drop_subscription(store, subscription->id);
	r = store_end(store, r);
	if (r < 0)
		(void)journal_store_failed(store, r, "Cannot write a subscription");
}

static void settle_soon(struct pushes *pushes)
{
	int enabled = SD_EVENT_OFF;

	if (sd_event_source_get_enabled(pushes->settle, &enabled) > 0)
		return;
	(void)sd_event_source_set_time_relative(pushes->settle, SETTLE_US);
	(void)sd_event_source_set_enabled(pushes->settle, SD_EVENT_ONESHOT);
}

/* --- streams ---------------------------------------------------------------------- */

static int read_secret(const struct secret *secret, char **ret)
{
	return secret_read(secret, ret, NULL);
}

static int make_stream_request(const struct source_settings *source, struct arena *arena,
	struct live_request *ret, void *userdata)
{
	struct poll_request request;
	const int r = poll_stream_request(source, read_secret, arena, &request);

	(void)userdata;
	*ret = (struct live_request){.url = request.url,
		.headers = request.headers,
		.secret_headers = request.secret_headers,
		.problem = request.problem};
	return r;
}

static int on_events(
	const struct source_settings *source, const struct live_events *events, void *userdata)
{
	const struct pushes *pushes = userdata;
	const struct streamed streamed = {.source = source,
		.events = events->items,
		.n_events = events->n,
		.after = events->after};

	return pushes->options.take_events(&streamed, pushes->options.userdata);
}

/* A source that streams is polled as soon as it does, so that nothing is missing
 * from the time without a connection. */
static void on_stream_change(const struct source_settings *source,
	const struct subscription *subscription, void *userdata)
{
	struct pushes *pushes = userdata;
	const struct log_fields fields = {.source = source->name};

	if (subscription->state == SUBSCRIPTION_LIVE)
		(void)log_full(
			LOG_LEVEL_INFO, 0, &fields, "Source %s: its stream is open", source->name);
	else if (subscription->failures == 1 || subscription->state == SUBSCRIPTION_REFUSED)
		(void)log_full(LOG_LEVEL_WARNING, 0, &fields,
			"Source %s: no stream, it is polled meanwhile: %s", source->name,
			subscription->last_error);
	save(pushes, subscription);
	if (subscription->state == SUBSCRIPTION_LIVE)
		pushes->options.hurry(source->name, 0, pushes->options.userdata);
}

/* --- hubs ------------------------------------------------------------------------- */

/* A push that is being stored. */
struct waiting_push {
	struct pushes *pushes;
	int64_t subscription_id;
	uint64_t ticket; /* of the call that waits for an answer */
};

static void on_push_done(int result, void *userdata)
{
	CLEANUP(free_heapp) struct waiting_push *waiting = userdata;
	struct pushes *pushes = waiting->pushes;
	const int status =
		subscriber_end_push(pushes->subscriber, waiting->subscription_id, result);

	if (pushes->listener)
		listener_answer(pushes->listener, waiting->ticket, status);
}

static int on_push(
	const struct source_settings *source, const struct hub_push *push, void *userdata)
{
	struct pushes *pushes = userdata;
	CLEANUP(free_heapp) struct waiting_push *waiting = malloc(sizeof(*waiting));
	const struct pushed pushed = {.source = source,
		.subscription_id = push->row->id,
		.body = push->body,
		.content_type = push->content_type,
		.url = push->row->topic};

	if (!waiting)
		return -ENOMEM;
	*waiting = (struct waiting_push){
		.pushes = pushes, .subscription_id = push->row->id, .ticket = push->ticket};
	const int r =
		pushes->options.take_push(&pushed, on_push_done, waiting, pushes->options.userdata);

	if (r >= 0)
		(void)TAKE(waiting);
	return r;
}

static void on_hub_news(const struct source_settings *source, void *userdata)
{
	const struct pushes *pushes = userdata;

	pushes->options.hurry(source->name, HURRY_LEAST_US, pushes->options.userdata);
}

static void log_hub(const struct subscription *subscription)
{
	const struct log_fields fields = {.source = subscription->source};

	if (subscription->state == SUBSCRIPTION_LIVE && !subscription->last_error &&
		!subscription->last_push.known)
		(void)log_full(LOG_LEVEL_INFO, 0, &fields, "Source %s: the hub %s pushes it",
			subscription->source, subscription->hub);
	else if (subscription->last_error && subscription->failures == 1)
		(void)log_full(LOG_LEVEL_WARNING, 0, &fields,
			"Source %s: not pushed, it is polled: %s", subscription->source,
			subscription->last_error);
}

static void on_hub_change(const struct source_settings *source,
	const struct subscription *subscription, void *userdata)
{
	struct pushes *pushes = userdata;

	if (source)
		log_hub(subscription);
	save(pushes, subscription);
	if (!pushes->is_on)
		settle_soon(pushes);
}

static void on_hub_end(int64_t id, void *userdata)
{
	struct pushes *pushes = userdata;
	struct store *store = pushes->options.store;
	int r = store_begin(store);

	if (r >= 0)
		r = store_end(store, store_drop_subscription(store, id));
	if (r < 0)
		(void)journal_store_failed(store, r, "Cannot remove a subscription");
	if (!pushes->is_on)
		settle_soon(pushes);
}

/* The first is told, and each power of two: who forges shall not fill the journal. */
static void on_forged(const struct source_settings *source, size_t n_forged, void *userdata)
{
	const struct log_fields fields = {.source = source->name};

	(void)userdata;
	if ((n_forged & (n_forged - 1)) == 0)
		(void)log_full(LOG_LEVEL_WARNING, 0, &fields,
			"Source %s: a push with a wrong signature was dropped (%zu so far)",
			source->name, n_forged);
}

/* --- the listener ------------------------------------------------------------------- */

static int read_key(struct pushes *pushes, const struct settings *settings)
{
	CLEANUP(str_done) struct str path = STR_INIT(PATH_TEXT_MAX);
	int r = 0;

	if (pushes->has_key)
		return 0;

	str_add_format(&path, "%s-push.key", settings->database);
	r = str_error(&path);
	if (r >= 0)
		r = key_open(str_text(&path), &pushes->key);
	if (r < 0)
		return log_error(r, "Hubs cannot push: the key %s cannot be used%s",
			str_text(&path),
			r == -EPERM ? ", others may read it: chmod 600 it, or remove it so that a "
				      "new one is made"
				    : "");

	pushes->has_key = true;
	return 0;
}

/* A copy of the socket that systemd handed over, which stays for the next reload;
 * -1: there is none. */
static int inherited_socket(void)
{
	const int n = sd_listen_fds(0);

	for (int fd = SD_LISTEN_FDS_START; fd < SD_LISTEN_FDS_START + n; fd++) {
		if (sd_is_socket(fd, AF_UNSPEC, SOCK_STREAM, 1) <= 0)
			continue;

		const int copy = fcntl(fd, F_DUPFD_CLOEXEC, 3);

		if (copy >= 0)
			(void)fcntl(copy, F_SETFL, fcntl(copy, F_GETFL) | O_NONBLOCK);
		return copy;
	}
	return -1;
}

static void stop_listening(struct pushes *pushes)
{
	listener_close(TAKE(pushes->listener));
	str_clear(&pushes->listens_at);
}

static int start_listening(struct pushes *pushes, const struct settings *settings)
{
	const struct listener_options options = {.event = pushes->options.event,
		.address = settings->push.listen,
		.fd = inherited_socket(),
		.max_body_bytes = settings->fetch.max_body_bytes,
		.head_timeout_us = HUB_HEAD_US,
		.body_timeout_us = HUB_BODY_US,
		.accepts = subscriber_accepts,
		.on_call = subscriber_answer,
		.userdata = pushes->subscriber};
	CLEANUP(str_done) struct str wanted = STR_INIT(PATH_TEXT_MAX);
	int r;

	str_add_format(&wanted, "%s %zu", settings->push.listen, options.max_body_bytes);
	if (pushes->listener && slice_equals(str_slice(&wanted), str_slice(&pushes->listens_at))) {
		if (options.fd >= 0)
			close(options.fd);
		return 0;
	}

	stop_listening(pushes);
	r = listener_open(&options, &pushes->listener);
	if (r < 0)
		return log_error(r, "Hubs cannot push: cannot listen at %s (push.listen)",
			settings->push.listen);

	str_add(&pushes->listens_at, str_slice(&wanted));
	return 0;
}

/* Whether hubs reach us from now on.  A listener that is no longer wanted stays until
 * the hubs have been told. */
static bool open_for_hubs(struct pushes *pushes, const struct settings *settings)
{
	return settings->push.address && read_key(pushes, settings) >= 0 &&
	       start_listening(pushes, settings) >= 0;
}

static int on_settle(sd_event_source *timer, uint64_t at_us, void *userdata)
{
	struct pushes *pushes = userdata;
	int r = 0;

	(void)timer;
	(void)at_us;
	if (pushes->offers_changed)
		r = pushes_set_sources(pushes, pushes->settings);
	if (r < 0)
		(void)journal_store_failed(
			pushes->options.store, r, "Cannot follow what feeds say of their hubs");
	pushes->offers_changed = false;
	if (!pushes->is_on && subscriber_count_leaving(pushes->subscriber) == 0)
		stop_listening(pushes);
	return 0;
}

void pushes_offers_changed(struct pushes *pushes)
{
	pushes->offers_changed = true;
	settle_soon(pushes);
}

/* --- sources ---------------------------------------------------------------------- */

static bool has_stream(const struct source_settings *source)
{
	return source->enabled && source->stream && source->stream_url;
}

/* The names of those that have one. */
static int find_streams(const struct settings *settings, struct map **ret)
{
	CLEANUP(map_freep) struct map *map = NULL;
	int r = map_new(&map);

	for (size_t i = 0; i < settings->n_sources && r >= 0; i++)
		if (has_stream(&settings->sources[i]))
			r = map_set(map, slice_of(settings->sources[i].name),
				(union map_value){.number = 1});
	if (r < 0)
		return r;

	*ret = TAKE(map);
	return 0;
}

/* Of a hub that cannot reach us, and does not know it: its lease ends by itself. */
static int reset_hub(struct store *store, struct subscription *row)
{
	if (row->state == SUBSCRIPTION_LEAVING)
		return store_drop_subscription(store, row->id);
	if (row->state == SUBSCRIPTION_OFFERED)
		return 0;

	row->state = SUBSCRIPTION_OFFERED;
	row->address_mark = row->last_error = NULL;
	row->until = row->next_try = (struct instant){0};
	row->failures = 0;
	return store_set_subscription(store, row);
}

/* Streams that the settings have no more, and hubs that nobody listens to. */
static int drop_rows(struct pushes *pushes, const struct settings *settings, struct arena *arena)
{
	CLEANUP(map_freep) struct map *streams = NULL;
	struct store *store = pushes->options.store;
	const bool is_deaf = !pushes->is_on && !pushes->listener;
	struct subscription *rows = NULL;
	size_t n = 0;
	int r = find_streams(settings, &streams);

	if (r >= 0)
		r = store_list_subscriptions(store, arena, &rows, &n);

	for (size_t i = 0; i < n && r >= 0; i++) {
		if (rows[i].kind == SUBSCRIPTION_HUB && is_deaf)
			r = reset_hub(store, &rows[i]);
		else if (rows[i].kind == SUBSCRIPTION_STREAM &&
			 !map_find(streams, slice_of(rows[i].source), NULL))
			r = store_drop_subscription(store, rows[i].id);
	}
	return r;
}

static int offer_streams(struct store *store, const struct settings *settings)
{
	int r = 0;

	for (size_t i = 0; i < settings->n_sources && r >= 0; i++) {
		const struct source_settings *source = &settings->sources[i];
		const struct subscription_offer offer = {.source = source->name,
			.kind = SUBSCRIPTION_STREAM,
			.hub = source->stream_url,
			.topic = source->stream_url};

		if (has_stream(source))
			r = store_offer_subscription(store, &offer);
	}
	return r;
}

static int write_offers(struct pushes *pushes, const struct settings *settings, struct arena *arena)
{
	struct store *store = pushes->options.store;
	int r = store_begin(store);

	if (r >= 0)
		r = drop_rows(pushes, settings, arena);
	if (r >= 0)
		r = offer_streams(store, settings);
	return store_end(store, r);
}

int pushes_set_sources(struct pushes *pushes, const struct settings *settings)
{
	CLEANUP(arena_freep) struct arena *arena = NULL;
	struct store *store = pushes->options.store;
	struct subscription *rows = NULL;
	size_t n = 0;
	int r = arena_new(ROWS_ARENA_BYTES, &arena);

	if (r < 0)
		return r;

	pushes->is_on = open_for_hubs(pushes, settings);
	r = write_offers(pushes, settings, arena);
	if (r >= 0)
		r = store_list_subscriptions(store, arena, &rows, &n);
	if (r >= 0)
		r = live_set_sources(pushes->live, settings, rows, n);
	if (r >= 0)
		r = subscriber_set_sources(
			pushes->subscriber, settings, pushes->is_on ? &pushes->key : NULL, rows, n);
	if (r < 0)
		return r;

	pushes->settings = settings;
	if (!pushes->is_on)
		settle_soon(pushes);
	return 0;
}

static int open_parts(struct pushes *pushes)
{
	const struct pushes_options *options = &pushes->options;
	const struct live_options live = {.event = options->event,
		.client = options->client,
		.clock = options->clock,
		.random = options->random,
		.make_request = make_stream_request,
		.on_events = on_events,
		.on_change = on_stream_change,
		.userdata = pushes};
	const struct subscriber_options subscriber = {.event = options->event,
		.client = options->client,
		.clock = options->clock,
		.random = options->random,
		.on_push = on_push,
		.on_news = on_hub_news,
		.on_change = on_hub_change,
		.on_end = on_hub_end,
		.on_forged = on_forged,
		.userdata = pushes};
	int r = live_new(&live, &pushes->live);

	if (r >= 0)
		r = subscriber_new(&subscriber, &pushes->subscriber);
	if (r >= 0)
		r = sd_event_add_time_relative(options->event, &pushes->settle, CLOCK_MONOTONIC,
			SETTLE_US, US_PER_S / 10, on_settle, pushes);
	return r < 0 ? r : sd_event_source_set_enabled(pushes->settle, SD_EVENT_OFF);
}

int pushes_new(const struct pushes_options *options, struct pushes **ret)
{
	CLEANUP(pushes_freep) struct pushes *pushes = calloc(1, sizeof(*pushes));

	if (!pushes)
		return -ENOMEM;

	pushes->options = *options;
	pushes->listens_at = STR_INIT(PATH_TEXT_MAX);
	const int r = open_parts(pushes);
	if (r < 0)
		return r;

	*ret = TAKE(pushes);
	return 0;
}

void pushes_free(struct pushes *pushes)
{
	if (!pushes)
		return;

	listener_close(pushes->listener);
	subscriber_free(pushes->subscriber);
	live_free(pushes->live);
	sd_event_source_disable_unref(pushes->settle);
	str_done(&pushes->listens_at);
	free(pushes);
}
