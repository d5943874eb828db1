#include "push/listener.h"

#include <errno.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>
#include <sys/socket.h>
#include <unistd.h>

#include <microhttpd.h>

#include "base/str.h"
#include "push/network.h"

enum {
	CONNECTION_MEMORY = 32 << 10, /* holds the headers */
	BODIES_AT_ONCE = 2,           /* times the longest one, over all connections */
	TEXT_MAX_BYTES = 4096,
	BACKLOG = 64,
	ADDRESS_MAX_BYTES = 256,
};

TAILQ_HEAD(calls, call);

/* One call on its way. */
struct call {
	TAILQ_ENTRY(call) entry; /* while it waits for its turn, or is pending */
	struct MHD_Connection *connection;
	struct guest *guest;
	struct listener *listener;
	const char *token; /* in MHD's memory */
	struct str body;
	size_t n_body_bytes; /* that were counted: the body may have been moved out */
	uint64_t ticket;
	int status;         /* of the answer; 0: not known yet */
	struct calls *line; /* where it stands; NULL: nowhere */
};

/* A connection.  It ends when its time is up, also if a byte comes now and then. */
struct guest {
	LIST_ENTRY(guest) entry;
	int fd;
	struct network network;
	const struct call *call; /* NULL: its headers are not there yet */
	uint64_t until_us;       /* 0: it is our turn */
};
LIST_HEAD(guests, guest);

struct listener {
	struct listener_options options;
	struct MHD_Daemon *daemon;
	struct calls waiting; /* for a turn */
	struct calls pending; /* had it, and their user has not said what to answer */
	uint64_t last_ticket;
	struct guests guests;
	size_t n_body_bytes; /* of all calls */
	sd_event_source *ready, *timer, *turn, *check;
};

/* --- time ---------------------------------------------------------------------------- */

static uint64_t now_us(const struct listener *listener)
{
	uint64_t now = 0;

	(void)sd_event_now(listener->options.event, CLOCK_MONOTONIC, &now);
	return now;
}

/* Looks again when the time of the first guest is up. */
static void watch(const struct listener *listener)
{
	const struct guest *guest;
	uint64_t first_us = UINT64_MAX;

	LIST_FOREACH(guest, &listener->guests, entry)
	if (guest->until_us > 0)
		first_us = MIN(first_us, guest->until_us);

	(void)sd_event_source_set_time(listener->check, first_us);
	(void)sd_event_source_set_enabled(
		listener->check, first_us < UINT64_MAX ? SD_EVENT_ONESHOT : SD_EVENT_OFF);
}

static void give_time(struct listener *listener, struct guest *guest, int64_t time_us)
{
	guest->until_us = time_us > 0 ? now_us(listener) + (uint64_t)time_us : 0;
	watch(listener);
}

/* --- answers ------------------------------------------------------------------------- */

static enum MHD_Result answer(struct MHD_Connection *connection, int status, const char *text)
{
	struct MHD_Response *response = MHD_create_response_from_buffer(text ? strlen(text) : 0,
		(void *)(uintptr_t)(text ? text : ""), MHD_RESPMEM_MUST_COPY);

	if (!response)
		return MHD_NO;

	bool set = MHD_add_response_header(response, MHD_HTTP_HEADER_CONNECTION, "close");
	if (text)
		set &= MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE,
			       "text/plain; charset=utf-8") &&
		       MHD_add_response_header(response, "X-Content-Type-Options", "nosniff");

	const enum MHD_Result queued =
		set ? MHD_queue_response(connection, (unsigned int)status, response) : MHD_NO;

	MHD_destroy_response(response);
	return queued;
}

static const char *argument(struct MHD_Connection *connection, const char *name)
{
	const char *value = MHD_lookup_connection_value(connection, MHD_GET_ARGUMENT_KIND, name);

	return value && strlen(value) <= TEXT_MAX_BYTES ? value : NULL;
}

static enum MHD_Result answer_get(struct call *call)
{
	const struct listener_options *options = &call->listener->options;
	const struct hub_call asked = {.token = call->token,
		.mode = argument(call->connection, "hub.mode"),
		.topic = argument(call->connection, "hub.topic"),
		.challenge = argument(call->connection, "hub.challenge"),
		.lease_seconds = argument(call->connection, "hub.lease_seconds"),
		.reason = argument(call->connection, "hub.reason")};
	const char *text = NULL;
	const int status = options->on_call(&asked, &text, options->userdata);

	return answer(call->connection, status, status == CALL_OK ? text : NULL);
}

/* --- bodies --------------------------------------------------------------------------- */

static int64_t declared_bytes(struct MHD_Connection *connection)
{
	const char *text = MHD_lookup_connection_value(
		connection, MHD_HEADER_KIND, MHD_HTTP_HEADER_CONTENT_LENGTH);
	int64_t bytes;

	return text && slice_to_int64(slice_of(text), &bytes) == 1 ? bytes : 0;
}

/* Before the body: whether it may come. */
static int judge_post(const struct call *call)
{
	const struct listener_options *options = &call->listener->options;
	const int status = options->accepts(call->token, options->userdata);

	if (status != CALL_OK)
		return status;
	if (declared_bytes(call->connection) > (int64_t)options->max_body_bytes)
		return MHD_HTTP_CONTENT_TOO_LARGE;
	return 0;
}

/* Bytes of the bodies for one token: who knows it can keep no other's away. */
static size_t count_bytes_for(const struct listener *listener, const char *token)
{
	const struct guest *guest;
	size_t n = 0;

	LIST_FOREACH(guest, &listener->guests, entry)
	if (guest->call && strcmp(guest->call->token, token) == 0)
		n += guest->call->n_body_bytes;
	return n;
}

static void drop_body(struct call *call)
{
	call->listener->n_body_bytes -= call->n_body_bytes;
	call->n_body_bytes = 0;
	str_done(&call->body);
}

/* A body that is over a bound is read to its end, and not kept. */
static void add_to_body(struct call *call, struct slice piece)
{
	struct listener *listener = call->listener;
	const size_t most = listener->options.max_body_bytes;
	const size_t n_others = count_bytes_for(listener, call->token) - call->n_body_bytes;

	if (call->status != 0)
		return;
	if (listener->n_body_bytes + piece.len > BODIES_AT_ONCE * most ||
		(n_others > 0 && n_others + call->body.len + piece.len > most)) {
		call->status = CALL_LATER;
	} else {
		const size_t before = call->body.len;

		str_add(&call->body, piece);
		call->n_body_bytes += call->body.len - before;
		listener->n_body_bytes += call->body.len - before;
		if (str_error(&call->body) < 0)
			call->status = str_error(&call->body) == -ENOMEM
					       ? CALL_LATER
					       : MHD_HTTP_CONTENT_TOO_LARGE;
	}
	if (call->status != 0)
		drop_body(call);
}

static void stand_in(struct call *call, struct calls *line)
{
	TAILQ_INSERT_TAIL(line, call, entry);
	call->line = line;
}

static void leave_line(struct call *call)
{
	TAILQ_REMOVE(call->line, call, entry);
	call->line = NULL;
}

/* The body is there: the call waits for a turn of the loop. */
static enum MHD_Result wait_for_turn(struct call *call)
{
	struct listener *listener = call->listener;

	MHD_suspend_connection(call->connection);
	stand_in(call, &listener->waiting);
	give_time(listener, call->guest, 0);
	(void)sd_event_source_set_enabled(listener->turn, SD_EVENT_ON);
	return MHD_YES;
}

static void run(struct listener *listener);

static void release(struct call *call, int status)
{
	leave_line(call);
	drop_body(call);
	call->status = status;
	give_time(call->listener, call->guest, call->listener->options.head_timeout_us);
	MHD_resume_connection(call->connection);
}

static void take_call(struct call *call)
{
	const struct listener_options *options = &call->listener->options;
	const struct hub_call said = {.token = call->token,
		.has_content = true,
		.body = &call->body,
		.ticket = call->ticket,
		.content_type = MHD_lookup_connection_value(
			call->connection, MHD_HEADER_KIND, MHD_HTTP_HEADER_CONTENT_TYPE),
		.signature = MHD_lookup_connection_value(
			call->connection, MHD_HEADER_KIND, "X-Hub-Signature")};
	const char *text = NULL;
	const int status = options->on_call(&said, &text, options->userdata);

	if (status == CALL_PENDING) {
		leave_line(call);
		stand_in(call, &call->listener->pending);
	} else {
		release(call, status);
	}
}

static int on_turn(sd_event_source *source, void *userdata)
{
	struct listener *listener = userdata;
	struct call *call = TAILQ_FIRST(&listener->waiting);

	if (call)
		take_call(call);
	if (TAILQ_EMPTY(&listener->waiting))
		(void)sd_event_source_set_enabled(source, SD_EVENT_OFF);
	run(listener);
	return 0;
}

void listener_answer(struct listener *listener, uint64_t ticket, int status)
{
	struct call *call;

	TAILQ_FOREACH(call, &listener->pending, entry)
	{
		if (call->ticket != ticket)
			continue;
		release(call, status);
		run(listener);
		return;
	}
}

/* --- what libmicrohttpd calls ---------------------------------------------------------- */

static const char *last_part(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

static struct guest *guest_of(struct MHD_Connection *connection)
{
	const union MHD_ConnectionInfo *info =
		MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);

	return info ? info->socket_context : NULL;
}

static enum MHD_Result begin(
	struct listener *listener, struct MHD_Connection *connection, const char *path, void **ret)
{
	struct guest *guest = guest_of(connection);
	struct call *call = guest ? calloc(1, sizeof(*call)) : NULL;

	if (!call)
		return MHD_NO;

	guest->call = call;
	give_time(listener, guest, listener->options.body_timeout_us);
	call->guest = guest;
	call->listener = listener;
	call->connection = connection;
	call->token = last_part(path);
	call->ticket = ++listener->last_ticket;
	call->body = STR_INIT(listener->options.max_body_bytes);
	*ret = call;
	return MHD_YES;
}

/* Called when the headers are there, for each piece of the body, and at its end.
 * NOLINTNEXTLINE(readability-function-size): libmicrohttpd wants eight parameters. */
static enum MHD_Result on_access(void *userdata, struct MHD_Connection *connection,
	const char *path, const char *method, const char *version, const char *bytes,
	size_t *n_bytes, void **place)
{
	struct call *call = *place;
	const bool is_post = strcmp(method, MHD_HTTP_METHOD_POST) == 0;

	(void)version;
	if (!call) {
		if (begin(userdata, connection, path, place) == MHD_NO)
			return MHD_NO;
		call = *place;
		if (strcmp(method, MHD_HTTP_METHOD_GET) != 0)
			call->status = is_post ? judge_post(call) : CALL_NOT_FOUND;
		/* Whoever may send no body is told so before it; a hub whose body is
		 * too long after it, or the answer might be lost with the rest. */
		return call->status == 0 || call->status == MHD_HTTP_CONTENT_TOO_LARGE
			       ? MHD_YES
			       : answer(connection, call->status, NULL);
	}
	if (*n_bytes > 0) {
		add_to_body(call, slice_from(bytes, *n_bytes));
		*n_bytes = 0;
		return MHD_YES;
	}
	if (!is_post)
		return answer_get(call);

	return call->status == 0 ? wait_for_turn(call) : answer(connection, call->status, NULL);
}

static void on_completed(void *userdata, struct MHD_Connection *connection, void **place,
	enum MHD_RequestTerminationCode why)
{
	struct call *call = *place;

	(void)userdata;
	(void)connection;
	(void)why;
	if (!call)
		return;
	if (call->line)
		leave_line(call);
	call->guest->call = NULL;
	drop_body(call);
	free(call);
	*place = NULL;
}

/* Whether one more connection may come from ADDRESS. */
static enum MHD_Result on_arrival(void *userdata, const struct sockaddr *address, socklen_t size)
{
	const struct listener *listener = userdata;
	struct network network;
	const struct guest *guest;
	size_t n = 0;

	if (!network_of(address, size, &network))
		return MHD_YES;

	LIST_FOREACH(guest, &listener->guests, entry)
	n += network_is_same(&guest->network, &network);
	return n < LISTENER_CONNECTIONS_PER_NETWORK ? MHD_YES : MHD_NO;
}

static void add_guest(struct listener *listener, struct MHD_Connection *connection, void **ret)
{
	const union MHD_ConnectionInfo *info =
		MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
	struct sockaddr_storage address;
	socklen_t size = sizeof(address);
	struct guest *guest = info ? calloc(1, sizeof(*guest)) : NULL;

	if (!guest) { /* nobody would look after it */
		if (info)
			(void)shutdown(info->connect_fd, SHUT_RDWR);
		return;
	}

	guest->fd = info->connect_fd;
	if (getpeername(guest->fd, (struct sockaddr *)&address, &size) == 0)
		(void)network_of((struct sockaddr *)&address, size, &guest->network);
	LIST_INSERT_HEAD(&listener->guests, guest, entry);
	give_time(listener, guest, listener->options.head_timeout_us);
	*ret = guest;
}

static void on_connection(void *userdata, struct MHD_Connection *connection, void **place,
	enum MHD_ConnectionNotificationCode code)
{
	struct guest *guest = *place;

	if (code == MHD_CONNECTION_NOTIFY_STARTED) {
		add_guest(userdata, connection, place);
		return;
	}
	if (guest)
		LIST_REMOVE(guest, entry);
	free(guest);
	*place = NULL;
}

/* What it has to say comes from outside, and says nothing to an administrator. */
static void on_log(void *userdata, const char *format, va_list arguments)
{
	(void)userdata;
	(void)format;
	(void)arguments;
}

/* --- the loop --------------------------------------------------------------------------- */

/* Runs what is ready, and notes when it wants to run by itself. */
static void run(struct listener *listener)
{
	MHD_UNSIGNED_LONG_LONG wait_ms;

	MHD_run(listener->daemon);
	if (MHD_get_timeout(listener->daemon, &wait_ms) == MHD_NO) {
		(void)sd_event_source_set_enabled(listener->timer, SD_EVENT_OFF);
		return;
	}
	(void)sd_event_source_set_time_relative(listener->timer, wait_ms * US_PER_MS);
	(void)sd_event_source_set_enabled(listener->timer, SD_EVENT_ONESHOT);
}

static int on_ready(sd_event_source *source, int fd, uint32_t events, void *userdata)
{
	(void)source;
	(void)fd;
	(void)events;
	run(userdata);
	return 0;
}

static int on_timer(sd_event_source *source, uint64_t at_us, void *userdata)
{
	(void)source;
	(void)at_us;
	run(userdata);
	return 0;
}

static int on_check(sd_event_source *source, uint64_t at_us, void *userdata)
{
	struct listener *listener = userdata;
	const uint64_t now = now_us(listener);
	struct guest *guest;

	(void)source;
	(void)at_us;
	LIST_FOREACH(guest, &listener->guests, entry)
	if (guest->until_us > 0 && guest->until_us <= now) {
		guest->until_us = 0;
		(void)shutdown(guest->fd, SHUT_RDWR);
	}
	watch(listener);
	run(listener);
	return 0;
}

static int add_events(struct listener *listener)
{
	sd_event *event = listener->options.event;
	const union MHD_DaemonInfo *info =
		MHD_get_daemon_info(listener->daemon, MHD_DAEMON_INFO_EPOLL_FD);
	int r = info ? sd_event_add_io(
			       event, &listener->ready, info->epoll_fd, EPOLLIN, on_ready, listener)
		     : -EIO;

	if (r >= 0)
		r = sd_event_add_time_relative(event, &listener->timer, CLOCK_MONOTONIC, 0,
			10 * US_PER_MS, on_timer, listener);
	if (r >= 0)
		r = sd_event_add_time_relative(event, &listener->check, CLOCK_MONOTONIC, 0,
			10 * US_PER_MS, on_check, listener);
	if (r >= 0)
		r = sd_event_source_set_enabled(listener->check, SD_EVENT_OFF);
	if (r >= 0)
		r = sd_event_add_defer(event, &listener->turn, on_turn, listener);
	return r < 0 ? r : sd_event_source_set_enabled(listener->turn, SD_EVENT_OFF);
}

/* --- the socket -------------------------------------------------------------------------- */

/* "127.0.0.1:8780", "[::1]:8780", ":8780" for every address. */
static int split_address(const char *address, struct str *host, const char **ret_port)
{
	const char *colon = strrchr(address, ':');
	struct slice name;

	if (!colon || colon[1] == '\0')
		return -EINVAL;

	name = slice_from(address, (size_t)(colon - address));
	if (slice_starts_with(name, SLICE("[")) && slice_ends_with(name, SLICE("]")))
		name = slice_from(name.ptr + 1, name.len - 2);
	else if (slice_find_char(name, ':') >= 0)
		return -EINVAL;
	str_add(host, name);
	*ret_port = colon + 1;
	return str_error(host);
}

static int listen_at(const struct addrinfo *found)
{
	static const int on = 1;
	const int fd =
		socket(found->ai_family, found->ai_socktype | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	if (fd < 0)
		return -errno;
	(void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (bind(fd, found->ai_addr, found->ai_addrlen) == 0 && listen(fd, BACKLOG) == 0)
		return fd;

	const int error = -errno;

	close(fd);
	return error;
}

static int open_socket(const char *address)
{
	static const struct addrinfo wanted = {.ai_socktype = SOCK_STREAM,
		.ai_flags = AI_PASSIVE | AI_NUMERICHOST | AI_NUMERICSERV};
	CLEANUP(str_done) struct str host = STR_INIT(ADDRESS_MAX_BYTES);
	struct addrinfo *found = NULL;
	const char *port;
	int r = split_address(address, &host, &port);

	if (r < 0)
		return r;
	if (getaddrinfo(host.len > 0 ? str_text(&host) : NULL, port, &wanted, &found) != 0)
		return -EINVAL;

	r = listen_at(found);
	freeaddrinfo(found);
	return r;
}

/* libmicrohttpd closes FD when it ends. */
static int start(struct listener *listener, int fd)
{
	listener->daemon =
		MHD_start_daemon(MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ERROR_LOG, 0,
			on_arrival, listener, on_access, listener, MHD_OPTION_EXTERNAL_LOGGER,
			on_log, NULL, MHD_OPTION_LISTEN_SOCKET, fd, MHD_OPTION_CONNECTION_LIMIT,
			(unsigned int)LISTENER_CONNECTIONS, MHD_OPTION_CONNECTION_MEMORY_LIMIT,
			(size_t)CONNECTION_MEMORY, MHD_OPTION_STRICT_FOR_CLIENT, 1,
			MHD_OPTION_NOTIFY_COMPLETED, on_completed, NULL,
			MHD_OPTION_NOTIFY_CONNECTION, on_connection, listener, MHD_OPTION_END);
	return listener->daemon ? 0 : -EIO;
}

int listener_open(const struct listener_options *options, struct listener **ret)
{
	CLEANUP(listener_closep) struct listener *listener = calloc(1, sizeof(*listener));
	const int fd = options->fd >= 0 ? options->fd : open_socket(options->address);

	if (!listener || fd < 0) {
		if (fd >= 0 && options->fd < 0)
			close(fd);
		return fd < 0 ? fd : -ENOMEM;
	}

	TAILQ_INIT(&listener->waiting);
	TAILQ_INIT(&listener->pending);
	listener->options = *options;
	int r = start(listener, fd);
	if (r < 0 && options->fd < 0)
		close(fd);
	if (r >= 0)
		r = add_events(listener);
	if (r < 0)
		return r;

	*ret = TAKE(listener);
	return 0;
}

static void dismiss_all(struct calls *line)
{
	struct call *call;

	while ((call = TAILQ_FIRST(line))) {
		leave_line(call);
		call->status = CALL_LATER;
		MHD_resume_connection(call->connection);
	}
}

void listener_close(struct listener *listener)
{
	if (!listener)
		return;

	listener->ready = sd_event_source_disable_unref(listener->ready);
	listener->timer = sd_event_source_disable_unref(listener->timer);
	listener->check = sd_event_source_disable_unref(listener->check);
	listener->turn = sd_event_source_disable_unref(listener->turn);
	/* What still waits is answered by nobody; libmicrohttpd wants none to. */
	dismiss_all(&listener->waiting);
	dismiss_all(&listener->pending);
	if (listener->daemon)
		MHD_stop_daemon(listener->daemon);
	free(listener);
}
