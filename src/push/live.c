#include "push/live.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/errors.h"
#include "base/map.h"
#include "http/header.h"
#include "push/sse.h"

/* A server that names no time of its own is asked again after this. */
#define RETRY_FIRST_US (3 * US_PER_S)
#define RETRY_LEAST_US US_PER_S
#define RETRY_MOST_US  (5 * US_PER_MINUTE)
#define REFUSED_US     US_PER_HOUR
/* A connection that lasted as long was none of those that break at once. */
#define STABLE_US US_PER_MINUTE

enum {
	EVENT_MAX_BYTES = 1 << 20,
	BATCH_MAX_BYTES = 8 << 20,
	BATCH_MOST = 1000,
	/* What is handed on in one turn of the loop. */
	TURN_MOST = 20,
	TURN_BYTES = 128 * 1024,
	REQUEST_MAX_BYTES = 1 << 20,
	HEADERS_MOST = 32, /* that a preset adds */
	HEADER_MAX_BYTES = 2048,
	ERROR_SIZE = 1024,
	STATUS_NO_CONTENT = 204,
};

struct connection {
	struct live *live;
	const struct source_settings *source;
	struct subscription row;
	char *texts; /* holds those of ROW that stay */
	char error[ERROR_SIZE];
	struct http_request *request; /* NULL: none */
	sd_event_source *timer;       /* for the next try */
	sd_event_source *batched;
	struct sse sse;
	struct str stored_id; /* of the last event that is stored */
	struct arena *batch;
	struct slice *events; /* in BATCH, as is what follows */
	const char **ids;     /* of each, or of the last one before it that had any */
	size_t n_events;
	size_t n_handed_on;
	int64_t opened_us; /* 0: it is not */
	bool is_news;      /* that it is open */
	bool kept;         /* over a reload */
};

struct live {
	struct live_options options;
	const struct settings *settings;
	struct connection **connections;
	size_t n_connections;
};

int64_t live_backoff_us(int64_t retry_us, unsigned int failures, bool is_final)
{
	int64_t wait_us = MAX(retry_us < 0 ? RETRY_FIRST_US : retry_us, RETRY_LEAST_US);

	if (is_final)
		return REFUSED_US;
	for (unsigned int i = 1; i < failures && wait_us < RETRY_MOST_US; i++)
		wait_us *= 2;

	return MAX(MIN(wait_us, RETRY_MOST_US), MIN(retry_us, REFUSED_US));
}

static int64_t now_of(const struct live *live)
{
	return clock_now_us(live->options.clock);
}

static void say(struct connection *connection)
{
	const struct live_options *options = &connection->live->options;

	options->on_change(connection->source, &connection->row, options->userdata);
}

/* --- what comes --------------------------------------------------------------------- */

static void set_stored_id(struct connection *connection, struct slice id)
{
	str_clear(&connection->stored_id);
	str_add(&connection->stored_id, id);
	connection->row.last_event_id = id.len > 0 ? str_text(&connection->stored_id) : NULL;
}

static bool is_wanted(const struct connection *connection, const char *type)
{
	const struct texts *types = &connection->source->service->stream.events;

	for (size_t i = 0; i < types->n; i++)
		if (strcmp(types->items[i], type) == 0)
			return true;

	return false;
}

static int on_event(const struct sse_event *event, void *userdata)
{
	struct connection *connection = userdata;

	if (!is_wanted(connection, event->type))
		return 0;
	if (connection->n_events == BATCH_MOST)
		return -EMSGSIZE;

	const char *copy = arena_copy(connection->batch, event->data);
	const char *id = arena_copy_text(connection->batch, event->id);

	if (!copy || !id)
		return -EMSGSIZE;
	connection->ids[connection->n_events] = id;
	connection->events[connection->n_events++] = slice_from(copy, event->data.len);
	return 0;
}

static int on_bytes(struct slice bytes, void *userdata)
{
	struct connection *connection = userdata;
	const int r = sse_read(&connection->sse, bytes, on_event, connection);

	if (connection->n_events > 0)
		(void)sd_event_source_set_enabled(connection->batched, SD_EVENT_ONESHOT);
	return r;
}

static void empty_batch(struct connection *connection)
{
	arena_reset(connection->batch);
	connection->n_events = connection->n_handed_on = 0;
	connection->events =
		arena_array(connection->batch, BATCH_MOST, sizeof(*connection->events));
	connection->ids = arena_array(connection->batch, BATCH_MOST, sizeof(*connection->ids));
}

/* As many of the events that wait as a turn has time for. */
static struct live_events next_events(const struct connection *connection)
{
	struct live_events events = {.items = connection->events + connection->n_handed_on};
	const size_t most = MIN(connection->n_events - connection->n_handed_on, (size_t)TURN_MOST);
	size_t n_bytes = 0;

	while (events.n < most && n_bytes < TURN_BYTES)
		n_bytes += events.items[events.n++].len;
	return events;
}

/* Has what came stored, or a part of it: 1 when more is left.  Negative: it is not, and
 * is to be asked for again. */
static int hand_on(struct connection *connection)
{
	const struct live_options *options = &connection->live->options;
	struct subscription after = connection->row;
	struct live_events events = next_events(connection);
	const size_t next = connection->n_handed_on + events.n;
	const bool is_last = next == connection->n_events;

	if (events.n == 0)
		return 0;

	const char *last_id =
		is_last ? str_text(&connection->sse.last_id) : connection->ids[next - 1];

	after.last_event_id = last_id;
	after.last_push = INSTANT(now_of(connection->live));
	after.n_pushes += events.n;
	events.after = &after;
	const int r = options->on_events(connection->source, &events, options->userdata);

	if (r >= 0) {
		connection->row = after;
		set_stored_id(connection, slice_of(last_id));
		connection->n_handed_on = next;
	}
	if (r < 0 || is_last)
		empty_batch(connection);
	return r < 0 ? r : !is_last;
}

/* --- the connection ------------------------------------------------------------------ */

static bool is_event_stream(struct slice headers)
{
	struct slice type;

	return header_find(headers, "content-type", &type) == 1 &&
	       slice_starts_with_nocase(type, SLICE("text/event-stream"));
}

/* Within libcurl, where no request may start: others are told in a turn of their
 * own. */
static int on_open(const struct http_answer *head, void *userdata)
{
	struct connection *connection = userdata;

	if (!is_event_stream(head->headers))
		return -EPROTONOSUPPORT;

	connection->opened_us = now_of(connection->live);
	connection->row.state = SUBSCRIPTION_LIVE;
	connection->row.next_try = (struct instant){0};
	connection->row.last_error = NULL;
	connection->is_news = true;
	(void)sd_event_source_set_enabled(connection->batched, SD_EVENT_ONESHOT);
	return 0;
}

static void try_later(struct connection *connection, int64_t wait_us)
{
	const struct live *live = connection->live;
	const int64_t jitter_us =
		(int64_t)(random_fraction(live->options.random) * (double)wait_us / 4);

	connection->row.next_try = INSTANT(now_of(live) + wait_us + jitter_us);
	(void)sd_event_source_set_time_relative(connection->timer, (uint64_t)(wait_us + jitter_us));
	(void)sd_event_source_set_enabled(connection->timer, SD_EVENT_ONESHOT);
}

/* The connection is no more, or was none, because of WHY. */
static void lose(struct connection *connection, const char *why, bool is_final)
{
	struct subscription *row = &connection->row;
	const int64_t now_us = now_of(connection->live);

	http_cancel(TAKE(connection->request));
	if (connection->opened_us > 0 && now_us - connection->opened_us >= STABLE_US)
		row->failures = 0;
	row->failures++;
	row->state = is_final ? SUBSCRIPTION_REFUSED : SUBSCRIPTION_ASKED;
	snprintf(connection->error, sizeof(connection->error), "%s", why);
	row->last_error = connection->error;
	connection->opened_us = 0;
	connection->is_news = false;
	try_later(connection, live_backoff_us(connection->sse.retry_us, row->failures, is_final));
	say(connection);
}

/* By the status: 204 and most of 4xx are a no, all else may pass. */
static bool is_refusal(const struct http_answer *answer)
{
	if (answer->error < 0)
		return answer->error == -EPROTONOSUPPORT || answer->error == -EACCES;

	return answer->status == STATUS_NO_CONTENT ||
	       (answer->status >= 400 && answer->status < 500 && answer->status != 408 &&
		       answer->status != 429);
}

static void on_done(const struct http_answer *answer, void *userdata)
{
	struct connection *connection = userdata;
	char why[ERROR_SIZE];

	connection->request = NULL;
	if (answer->error == -ECANCELED)
		return;

	/* What came whole counts, before the connection's end does. */
	while (hand_on(connection) > 0)
		continue;
	if (answer->error == -EPROTONOSUPPORT)
		snprintf(why, sizeof(why), "the answer is no stream of events");
	else if (answer->error < 0)
		snprintf(why, sizeof(why), "%s", answer->error_text);
	else if (answer->status == STATUS_NO_CONTENT)
		snprintf(why, sizeof(why), "HTTP 204: the server has no stream for us");
	else if (answer->status == 200)
		snprintf(why, sizeof(why), "the server ended the stream");
	else
		snprintf(why, sizeof(why), "HTTP %d", answer->status);
	lose(connection, why, is_refusal(answer));
}

static int send_request(struct connection *connection, const struct live_request *request)
{
	const struct live *live = connection->live;
	const char *lines[2 + HEADERS_MOST + 1] = {"Accept: text/event-stream"};
	char last_id[HEADER_MAX_BYTES];
	size_t n = 1;

	for (size_t i = 0; i < HEADERS_MOST && request->headers && request->headers[i]; i++)
		lines[n++] = request->headers[i];
	if (connection->stored_id.len > 0) {
		snprintf(last_id, sizeof(last_id), "Last-Event-ID: %s",
			str_text(&connection->stored_id));
		lines[n++] = last_id;
	}

	const struct http_exchange get = {
		.url = request->url,
		.headers = lines,
		.secret_headers = request->secret_headers,
		.ca_file = connection->source->ca_file,
		.allow_private = connection->source->allow_private,
		.max_body_bytes = EVENT_MAX_BYTES,
		.timeout_us = live->settings->push.silence_us,
		.max_redirects = live->settings->fetch.max_redirects,
		.on_open = on_open,
		.on_bytes = on_bytes,
	};

	return http_exchange(live->options.client, &get, on_done, connection, &connection->request);
}

static void start(struct connection *connection)
{
	const struct live_options *options = &connection->live->options;
	CLEANUP(arena_freep) struct arena *arena = NULL;
	struct live_request request = {0};
	int r = arena_new(REQUEST_MAX_BYTES, &arena);

	sse_restart(&connection->sse, str_slice(&connection->stored_id));
	empty_batch(connection);
	connection->row.asked = INSTANT(now_of(connection->live));
	if (r >= 0 && (!connection->events || !connection->ids))
		r = -ENOMEM;
	if (r >= 0)
		r = options->make_request(connection->source, arena, &request, options->userdata);
	if (r >= 0)
		r = send_request(connection, &request);
	if (r < 0)
		lose(connection, request.problem ? request.problem : error_text(r), r == -ENOENT);
}

static int on_hand_on(sd_event_source *defer, void *userdata)
{
	struct connection *connection = userdata;

	if (connection->is_news)
		say(connection);
	connection->is_news = false;
	const int r = hand_on(connection);

	if (r < 0)
		lose(connection, "what came could not be stored", false);
	return r > 0 ? sd_event_source_set_enabled(defer, SD_EVENT_ONESHOT) : 0;
}

static int on_timer(sd_event_source *timer, uint64_t at_us, void *userdata)
{
	(void)timer;
	(void)at_us;
	start(userdata);
	return 0;
}

/* --- sources --------------------------------------------------------------------------- */

static void connection_free(struct connection *connection)
{
	if (!connection)
		return;

	http_cancel(TAKE(connection->request));
	sd_event_source_disable_unref(connection->timer);
	sd_event_source_disable_unref(connection->batched);
	sse_done(&connection->sse);
	str_done(&connection->stored_id);
	arena_free(connection->batch);
	free(connection->texts);
	free(connection);
}
DEFINE_CLEANUP(struct connection *, connection_free);

/* A header line can hold it. */
static bool is_sendable(const char *id)
{
	return id && !strpbrk(id, "\r\n");
}

/* Hub and topic are the same text, and the source's name is that of its settings. */
static int keep_row(struct connection *connection, const struct subscription *row)
{
	connection->texts = strdup(row->hub);
	if (!connection->texts)
		return -ENOMEM;

	connection->row = *row;
	connection->row.source = connection->source->name;
	connection->row.hub = connection->row.topic = connection->texts;
	connection->row.state = SUBSCRIPTION_ASKED;
	connection->row.address_mark = NULL;
	connection->row.last_error = NULL;
	connection->row.failures = 0;
	set_stored_id(connection,
		is_sendable(row->last_event_id) ? slice_of(row->last_event_id) : SLICE(""));
	return str_error(&connection->stored_id);
}

static int add_timers(struct connection *connection)
{
	sd_event *event = connection->live->options.event;
	/* Not all at once after a start. */
	const uint64_t first_us =
		(uint64_t)(random_fraction(connection->live->options.random) * US_PER_S / 4);
	int r = sd_event_add_time_relative(event, &connection->timer, CLOCK_BOOTTIME, first_us,
		10 * US_PER_MS, on_timer, connection);

	if (r >= 0)
		r = sd_event_add_defer(event, &connection->batched, on_hand_on, connection);
	return r < 0 ? r : sd_event_source_set_enabled(connection->batched, SD_EVENT_OFF);
}

static int connection_new(struct live *live, const struct source_settings *source,
	const struct subscription *row, struct connection **ret)
{
	CLEANUP(connection_freep) struct connection *connection = calloc(1, sizeof(*connection));
	int r;

	if (!connection)
		return -ENOMEM;

	connection->live = live;
	connection->source = source;
	sse_init(&connection->sse, EVENT_MAX_BYTES);
	connection->stored_id = STR_INIT(HEADER_MAX_BYTES);
	r = arena_new(BATCH_MAX_BYTES, &connection->batch);
	if (r >= 0)
		r = keep_row(connection, row);
	if (r >= 0)
		r = add_timers(connection);
	if (r < 0)
		return r;

	*ret = TAKE(connection);
	return 0;
}

static struct connection *find_connection(const struct live *live, int64_t id)
{
	for (size_t i = 0; i < live->n_connections; i++)
		if (live->connections[i]->row.id == id)
			return live->connections[i];

	return NULL;
}

/* Of the sources that stream, by name: there may be a hundred thousand others. */
static int find_streams(const struct settings *settings, struct map **ret)
{
	CLEANUP(map_freep) struct map *map = NULL;
	int r = map_new(&map);

	for (size_t i = 0; i < settings->n_sources && r >= 0; i++) {
		struct source_settings *source = &settings->sources[i];

		if (source->enabled && source->stream && source->service)
			r = map_set(
				map, slice_of(source->name), (union map_value){.pointer = source});
	}
	if (r < 0)
		return r;

	*ret = TAKE(map);
	return 0;
}

/* The source of ROW, if it is to have a connection. */
static const struct source_settings *source_of(
	const struct map *streams, const struct subscription *row)
{
	union map_value value;

	return row->kind == SUBSCRIPTION_STREAM && row->state != SUBSCRIPTION_LEAVING &&
			       map_find(streams, slice_of(row->source), &value)
		       ? value.pointer
		       : NULL;
}

/* Frees LIST and those of its connections that are not kept. */
static void drop(struct connection **list, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const bool kept = list[i]->kept;

		list[i]->kept = false;
		if (!kept)
			connection_free(list[i]);
	}
	free(list);
}

int live_set_sources(struct live *live, const struct settings *settings,
	const struct subscription *rows, size_t n_rows)
{
	CLEANUP(map_freep) struct map *streams = NULL;
	struct connection **list = calloc(MAX(n_rows, (size_t)1), sizeof(struct connection *));
	size_t n = 0;
	int r = list ? find_streams(settings, &streams) : -ENOMEM;

	for (size_t i = 0; i < n_rows && r >= 0; i++) {
		const struct source_settings *source = source_of(streams, &rows[i]);

		if (!source)
			continue;
		list[n] = find_connection(live, rows[i].id);
		if (list[n])
			list[n]->kept = true;
		else
			r = connection_new(live, source, &rows[i], &list[n]);
		n += r >= 0;
	}
	if (r < 0) {
		drop(list, n);
		return r;
	}

	/* Nothing can fail from here on. */
	for (size_t i = 0; i < n; i++) {
		list[i]->source = source_of(streams, &list[i]->row);
		list[i]->row.source = list[i]->source->name;
	}
	drop(live->connections, live->n_connections);
	live->connections = list;
	live->n_connections = n;
	live->settings = settings;
	return 0;
}

int live_new(const struct live_options *options, struct live **ret)
{
	struct live *live = calloc(1, sizeof(*live));

	if (!live)
		return -ENOMEM;

	live->options = *options;
	*ret = live;
	return 0;
}

void live_free(struct live *live)
{
	if (!live)
		return;

	drop(live->connections, live->n_connections);
	free(live);
}
