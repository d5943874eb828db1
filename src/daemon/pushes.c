#include "daemon/pushes.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "config/secret.h"
#include "push/live.h"
#include "source/poll.h"

enum { ROWS_ARENA_BYTES = 64 << 20 };

struct pushes {
	struct pushes_options options;
	const struct settings *settings;
	struct live *live;
};

static int log_store(const struct pushes *pushes, int error, const char *what)
{
	const struct log_fields fields = {.message_id = LOG_ID_STORE_FAILED};

	return log_full(LOG_LEVEL_ERROR, error, &fields, "%s: %s", what,
		store_error_text(pushes->options.store));
}

static void save(struct pushes *pushes, const struct subscription *subscription)
{
	struct store *store = pushes->options.store;
	int r = store_begin(store);

	if (r >= 0)
		r = store_set_subscription(store, subscription);
	if (r >= 0)
		r = store_commit(store);
	if (r >= 0)
		return;

	store_rollback(store);
	(void)log_store(pushes, r, "Cannot write a subscription");
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

static size_t arena_bytes(const struct pushes *pushes)
{
	return 4 * pushes->settings->fetch.max_body_bytes + (16 << 20);
}

static int on_events(
	const struct source_settings *source, const struct live_events *events, void *userdata)
{
	const struct pushes *pushes = userdata;
	CLEANUP(arena_freep) struct arena *arena = NULL;
	struct pushed pushed = {.source = source,
		.way = FETCH_STREAM,
		.events = events->items,
		.n_events = events->n,
		.after = events->after};
	const int r = arena_new(arena_bytes(pushes), &arena);

	pushed.arena = arena;
	return r < 0 ? r : pushes->options.take(&pushed, pushes->options.userdata);
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

/* --- sources ---------------------------------------------------------------------- */

static const struct source_settings *find_source(const struct settings *settings, const char *name)
{
	for (size_t i = 0; i < settings->n_sources; i++)
		if (strcmp(settings->sources[i].name, name) == 0)
			return &settings->sources[i];

	return NULL;
}

static bool has_stream(const struct source_settings *source)
{
	return source && source->enabled && source->stream && source->stream_url;
}

/* Streams that the settings have no more. */
static int drop_streams(struct store *store, const struct settings *settings, struct arena *arena)
{
	struct subscription *rows = NULL;
	size_t n = 0;
	int r = store_list_subscriptions(store, arena, &rows, &n);

	for (size_t i = 0; i < n && r >= 0; i++)
		if (rows[i].kind == SUBSCRIPTION_STREAM &&
			!has_stream(find_source(settings, rows[i].source)))
			r = store_drop_subscription(store, rows[i].id);
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

static int write_offers(struct store *store, const struct settings *settings, struct arena *arena)
{
	int r = store_begin(store);

	if (r >= 0)
		r = drop_streams(store, settings, arena);
	if (r >= 0)
		r = offer_streams(store, settings);
	if (r >= 0)
		r = store_commit(store);
	if (r < 0)
		store_rollback(store);
	return r;
}

int pushes_set_sources(struct pushes *pushes, const struct settings *settings)
{
	CLEANUP(arena_freep) struct arena *arena = NULL;
	struct store *store = pushes->options.store;
	struct subscription *rows = NULL;
	size_t n = 0;
	int r = arena_new(ROWS_ARENA_BYTES, &arena);

	if (r >= 0)
		r = write_offers(store, settings, arena);
	if (r >= 0)
		r = store_list_subscriptions(store, arena, &rows, &n);
	if (r >= 0)
		r = live_set_sources(pushes->live, settings, rows, n);
	if (r < 0)
		return r;

	pushes->settings = settings;
	return 0;
}

int pushes_new(const struct pushes_options *options, struct pushes **ret)
{
	CLEANUP(pushes_freep) struct pushes *pushes = calloc(1, sizeof(*pushes));
	struct live_options live = {.event = options->event,
		.client = options->client,
		.clock = options->clock,
		.random = options->random,
		.make_request = make_stream_request,
		.on_events = on_events,
		.on_change = on_stream_change};

	if (!pushes)
		return -ENOMEM;

	pushes->options = *options;
	live.userdata = pushes;
	const int r = live_new(&live, &pushes->live);
	if (r < 0)
		return r;

	*ret = TAKE(pushes);
	return 0;
}

void pushes_free(struct pushes *pushes)
{
	if (!pushes)
		return;

	live_free(pushes->live);
	free(pushes);
}
