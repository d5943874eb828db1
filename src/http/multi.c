#include "http/multi.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/epoll.h>

#include "base/clock.h"
#include "http/curl_errno.h"

/* GETs close their connections, and those of mail are ours (http/smtp.c). */
enum { MAX_IDLE_CONNECTIONS = 4 };

struct multi {
	sd_event *event;
	CURLM *curl;
	sd_event_source *timer;
	void (*on_end)(CURL *easy, CURLcode result);
};

/* Drains the messages: libcurl reports all that ended, not one a wake-up. */
static void take_ended(struct multi *multi)
{
	CURLMsg *message;
	int left;

	while ((message = curl_multi_info_read(multi->curl, &left))) {
		/* Copies: the message goes when ON_END removes the handle. */
		CURL *easy = message->easy_handle;
		const CURLcode result = message->data.result;

		if (message->msg == CURLMSG_DONE)
			multi->on_end(easy, result);
	}
}

static int on_socket_ready(sd_event_source *source, int fd, uint32_t events, void *userdata)
{
	struct multi *multi = userdata;
	int action = 0;
	int running;

	(void)source;
	if (events & EPOLLIN)
		action |= CURL_CSELECT_IN;
	if (events & EPOLLOUT)
		action |= CURL_CSELECT_OUT;
	if (events & (EPOLLERR | EPOLLHUP))
		action |= CURL_CSELECT_ERR;

	curl_multi_socket_action(multi->curl, fd, action, &running);
	take_ended(multi);
	return 0;
}

static int on_timer(sd_event_source *source, uint64_t now_us, void *userdata)
{
	struct multi *multi = userdata;
	int running;

	(void)source;
	(void)now_us;
	curl_multi_socket_action(multi->curl, CURL_SOCKET_TIMEOUT, 0, &running);
	take_ended(multi);
	return 0;
}

static uint32_t epoll_events(int what)
{
	switch (what) {
	case CURL_POLL_IN:
		return EPOLLIN;
	case CURL_POLL_OUT:
		return EPOLLOUT;
	case CURL_POLL_INOUT:
		return EPOLLIN | EPOLLOUT;
	default:
		return 0;
	}
}

/* libcurl wants FD watched for WHAT.  The io source, SOCKET_POINTER, has to go
 * inside the call with CURL_POLL_REMOVE: the descriptor is closed next, and
 * its number may come back at once. */
static int on_socket_wanted(
	CURL *easy, curl_socket_t fd, int what, void *userdata, void *socket_pointer)
{
	struct multi *multi = userdata;
	sd_event_source *source = socket_pointer;
	int r;

	(void)easy;
	if (what == CURL_POLL_REMOVE) {
		sd_event_source_disable_unref(source);
		curl_multi_assign(multi->curl, fd, NULL);
		return 0;
	}
	if (sd_event_get_state(multi->event) == SD_EVENT_FINISHED)
		return 0;
	if (source)
		return sd_event_source_set_io_events(source, epoll_events(what)) < 0 ? -1 : 0;

	r = sd_event_add_io(multi->event, &source, fd, epoll_events(what), on_socket_ready, multi);
	if (r < 0)
		return -1;
	curl_multi_assign(multi->curl, fd, source);
	return 0;
}

static int on_timer_wanted(CURLM *curl, long timeout_ms, void *userdata)
{
	struct multi *multi = userdata;
	int r;

	(void)curl;
	if (sd_event_get_state(multi->event) == SD_EVENT_FINISHED)
		return 0;
	if (timeout_ms < 0)
		return sd_event_source_set_enabled(multi->timer, SD_EVENT_OFF) < 0 ? -1 : 0;

	r = sd_event_source_set_time_relative(multi->timer, (uint64_t)(timeout_ms * US_PER_MS));
	if (r >= 0)
		r = sd_event_source_set_enabled(multi->timer, SD_EVENT_ONESHOT);
	return r < 0 ? -1 : 0;
}

static int set_options(struct multi *multi)
{
	CURLM *curl = multi->curl;

	const bool set = !curl_multi_setopt(curl, CURLMOPT_SOCKETFUNCTION, on_socket_wanted) &&
			 !curl_multi_setopt(curl, CURLMOPT_SOCKETDATA, multi) &&
			 !curl_multi_setopt(curl, CURLMOPT_TIMERFUNCTION, on_timer_wanted) &&
			 !curl_multi_setopt(curl, CURLMOPT_TIMERDATA, multi) &&
			 !curl_multi_setopt(curl, CURLMOPT_MAXCONNECTS, (long)MAX_IDLE_CONNECTIONS);

	return set ? 0 : -EINVAL;
}

int multi_new(sd_event *event, void (*on_end)(CURL *easy, CURLcode result), struct multi **ret)
{
	CLEANUP(multi_freep) struct multi *multi = calloc(1, sizeof(*multi));
	int r;

	if (!multi)
		return -ENOMEM;

	multi->event = sd_event_ref(event);
	multi->on_end = on_end;
	multi->curl = curl_multi_init();
	if (!multi->curl)
		return -ENOMEM;
	r = sd_event_add_time_relative(
		event, &multi->timer, CLOCK_MONOTONIC, 0, US_PER_MS, on_timer, multi);
	if (r < 0)
		return r;
	r = sd_event_source_set_enabled(multi->timer, SD_EVENT_OFF);
	if (r < 0)
		return r;
	r = set_options(multi);
	if (r < 0)
		return r;

	*ret = TAKE(multi);
	return 0;
}

void multi_free(struct multi *multi)
{
	if (!multi)
		return;

	/* Closes idle connections, which calls back for their sockets. */
	if (multi->curl)
		curl_multi_cleanup(multi->curl);
	sd_event_source_disable_unref(multi->timer);
	sd_event_unref(multi->event);
	free(multi);
}

int multi_add(struct multi *multi, CURL *easy)
{
	return errno_from_curl_multi(curl_multi_add_handle(multi->curl, easy));
}

void multi_remove(struct multi *multi, CURL *easy)
{
	curl_multi_remove_handle(multi->curl, easy);
}
