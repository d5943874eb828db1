/* What is said over it: tests/integration/test_push.py.  Here: who takes too long, too
 * many places, or too much. */
#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "push/listener.h"
#include "unit/unit.h"

#define NEVER_US US_PER_HOUR
/* Long enough for what is sent at once, also on a busy machine. */
#define SOON_US (300 * US_PER_MS)

enum { BODY_MOST = 100000, MANY_CLIENTS = LISTENER_CONNECTIONS_PER_NETWORK + 1 };

static const char whole[] = "POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\nbody";
static const char half[] = "POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\nbo";

struct rig {
	sd_event *event;
	struct listener *listener;
	struct sockaddr_in address;
	size_t n_accepted, n_calls;
};

static int accepts(const char *token, void *userdata)
{
	struct rig *rig = userdata;

	(void)token;
	rig->n_accepted++;
	return CALL_OK;
}

static int on_call(const struct hub_call *call, const char **ret_text, void *userdata)
{
	struct rig *rig = userdata;

	(void)call;
	(void)ret_text;
	rig->n_calls++;
	return CALL_OK;
}

static struct rig *new_rig(int64_t head_us, int64_t body_us)
{
	struct rig *rig = calloc(1, sizeof(*rig));
	socklen_t size = sizeof(rig->address);
	struct listener_options options = {.max_body_bytes = BODY_MOST,
		.head_timeout_us = head_us,
		.body_timeout_us = body_us,
		.accepts = accepts,
		.on_call = on_call,
		.userdata = rig,
		.fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)};

	rig->address = (struct sockaddr_in){
		.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	assert_int_equal(bind(options.fd, (struct sockaddr *)&rig->address, size), 0);
	assert_int_equal(listen(options.fd, 2 * LISTENER_CONNECTIONS), 0);
	assert_int_equal(getsockname(options.fd, (struct sockaddr *)&rig->address, &size), 0);
	assert_int_equal(sd_event_new(&rig->event), 0);
	options.event = rig->event;
	assert_int_equal(listener_open(&options, &rig->listener), 0);
	return rig;
}

static void rig_free(struct rig *rig)
{
	listener_close(rig->listener);
	sd_event_unref(rig->event);
	free(rig);
}
DEFINE_CLEANUP(struct rig *, rig_free);

static int connected_from(const struct rig *rig, const char *host)
{
	const struct sockaddr_in own = {.sin_family = AF_INET, .sin_addr.s_addr = inet_addr(host)};
	const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	assert_int_equal(bind(fd, (const struct sockaddr *)&own, sizeof(own)), 0);
	assert_int_equal(
		connect(fd, (const struct sockaddr *)&rig->address, sizeof(rig->address)), 0);
	return fd;
}

static void say(int fd, const char *text)
{
	assert_int_equal(send(fd, text, strlen(text), MSG_NOSIGNAL), strlen(text));
}

static void turn(const struct rig *rig)
{
	assert_true(sd_event_run(rig->event, UINT64_MAX) >= 0);
}

static bool is_closed(int fd)
{
	char byte;
	const ssize_t n = recv(fd, &byte, 1, MSG_DONTWAIT | MSG_PEEK);

	return n == 0 || (n < 0 && errno == ECONNRESET);
}

/* The status of the answer that FD gets. */
static int answer_to(const struct rig *rig, int fd)
{
	char text[1024] = "";
	int status = 0;
	ssize_t n;

	while ((n = recv(fd, text, sizeof(text) - 1, MSG_DONTWAIT)) < 0 && errno == EAGAIN)
		turn(rig);
	if (n <= 0 || sscanf(text, "HTTP/1.1 %d", &status) != 1)
		fail_msg("no answer: %zd bytes: %s", n, text);
	close(fd);
	return status;
}

static void test_headers_have_their_time_whatever_trickles(void **state)
{
	CLEANUP(rig_freep) struct rig *rig = new_rig(SOON_US, NEVER_US);
	const int patient = connected_from(rig, "127.0.0.1");

	say(patient, half);
	while (rig->n_accepted == 0)
		turn(rig);

	const int slow = connected_from(rig, "127.0.0.1");
	say(slow, "POST /a HTTP/1.1\r\nX-Slow: ");
	while (!is_closed(slow)) {
		(void)send(slow, "x", 1, MSG_NOSIGNAL);
		assert_true(sd_event_run(rig->event, 10 * US_PER_MS) >= 0);
	}
	close(slow);

	/* Its body has time. */
	say(patient, "dy");
	assert_int_equal(answer_to(rig, patient), 200);
}

static void test_bodies_have_their_time_whatever_trickles(void **state)
{
	CLEANUP(rig_freep) struct rig *rig = new_rig(NEVER_US, SOON_US);
	const int patient = connected_from(rig, "127.0.0.1");
	const int slow = connected_from(rig, "127.0.0.1");

	say(slow, "POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 90000\r\n\r\n");
	while (!is_closed(slow)) {
		(void)send(slow, "x", 1, MSG_NOSIGNAL);
		assert_true(sd_event_run(rig->event, 10 * US_PER_MS) >= 0);
	}
	close(slow);
	assert_int_equal(rig->n_calls, 0);

	say(patient, whole);
	assert_int_equal(answer_to(rig, patient), 200);
}

static void test_one_network_cannot_hold_all_places(void **state)
{
	CLEANUP(rig_freep) struct rig *rig = new_rig(NEVER_US, NEVER_US);
	int clients[MANY_CLIENTS];
	size_t n_closed = 0;

	for (size_t i = 0; i < MANY_CLIENTS; i++)
		clients[i] = connected_from(rig, "127.0.0.1");
	while (!is_closed(clients[MANY_CLIENTS - 1]))
		turn(rig);
	for (size_t i = 0; i < MANY_CLIENTS; i++)
		n_closed += is_closed(clients[i]);
	assert_int_equal(n_closed, 1);

	const int other = connected_from(rig, "127.0.0.2");
	say(other, whole);
	assert_int_equal(answer_to(rig, other), 200);

	/* A place that is left is there for the next. */
	close(clients[0]);
	say(clients[1], whole);
	assert_int_equal(answer_to(rig, clients[1]), 200);
	const int next = connected_from(rig, "127.0.0.1");
	say(next, whole);
	assert_int_equal(answer_to(rig, next), 200);
	for (size_t i = 2; i < MANY_CLIENTS; i++)
		close(clients[i]);
}

static int begin_body(const struct rig *rig, const char *host, char token, size_t n_bytes)
{
	static const char piece[BODY_MOST];
	const int fd = connected_from(rig, host);
	char head[200];

	snprintf(head, sizeof(head), "POST /%c HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n",
		token, BODY_MOST);
	say(fd, head);
	for (size_t sent = 0; sent < n_bytes;) {
		const ssize_t n = send(fd, piece, n_bytes - sent, MSG_NOSIGNAL | MSG_DONTWAIT);

		sent += n > 0 ? (size_t)n : 0;
		assert_true(sd_event_run(rig->event, 0) >= 0);
	}
	return fd;
}

static void finish_body(const struct rig *rig, int fd, size_t n_bytes, int want)
{
	static const char piece[BODY_MOST];

	for (size_t sent = 0; sent < n_bytes;) {
		const ssize_t n = send(fd, piece, n_bytes - sent, MSG_NOSIGNAL | MSG_DONTWAIT);

		sent += n > 0 ? (size_t)n : 0;
		assert_true(sd_event_run(rig->event, 0) >= 0);
	}
	assert_int_equal(answer_to(rig, fd), want);
}

/* A feed whose hub is slow, or evil, takes the room of no other. */
static void test_bodies_are_bounded_for_each_feed_and_in_all(void **state)
{
	CLEANUP(rig_freep) struct rig *rig = new_rig(NEVER_US, NEVER_US);
	const size_t most = BODY_MOST - 1;
	const int first = begin_body(rig, "127.0.0.1", 'a', most);

	finish_body(rig, begin_body(rig, "127.0.0.1", 'a', most), 1, 503);
	finish_body(rig, begin_body(rig, "127.0.0.1", 'b', most), 1, 200);

	const int second = begin_body(rig, "127.0.0.1", 'b', most);
	finish_body(rig, begin_body(rig, "127.0.0.1", 'c', most), 1, 503);
	finish_body(rig, first, 1, 200);
	finish_body(rig, begin_body(rig, "127.0.0.1", 'c', most), 1, 200);
	finish_body(rig, second, 1, 200);
	assert_int_equal(rig->n_calls, 4);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_headers_have_their_time_whatever_trickles),
		cmocka_unit_test(test_bodies_have_their_time_whatever_trickles),
		cmocka_unit_test(test_one_network_cannot_hold_all_places),
		cmocka_unit_test(test_bodies_are_bounded_for_each_feed_and_in_all),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
