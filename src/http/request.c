#include "http/request.h"

#include <assert.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>

#include "base/mask.h"
#include "base/str.h"

enum { REQUEST_MAX_BYTES = 512 * 1024 };

int request_new(struct http_client *client, const struct request_kind *kind, size_t bytes,
	struct http_request **ret)
{
	CLEANUP(arena_freep) struct arena *arena = NULL;
	int r;

	r = arena_new(REQUEST_MAX_BYTES, &arena);
	if (r < 0)
		return r;

	struct http_request *request = arena_alloc(arena, bytes);
	if (!request)
		return -ENOMEM;

	request->client = client;
	request->kind = kind;
	request->arena = TAKE(arena);
	request->state = REQUEST_ACTIVE;
	TAILQ_INSERT_TAIL(&client->active, request, entry);
	client->n_requests++;

	*ret = request;
	return 0;
}

static struct requests *list_of(const struct http_request *request)
{
	switch (request->state) {
	case REQUEST_QUEUED:
		return &request->client->mails;
	case REQUEST_DONE:
		return &request->client->done;
	default:
		return &request->client->active;
	}
}

void request_free(struct http_request *request)
{
	sd_event_source_disable_unref(request->deadline);
	request->kind->release(request);
	TAILQ_REMOVE(list_of(request), request, entry);
	request->client->n_requests--;
	arena_free(request->arena);
}

int64_t request_elapsed_us(const struct http_request *request)
{
	uint64_t now_us;

	if (request->started_us == 0 ||
		sd_event_now(request->client->event, CLOCK_MONOTONIC, &now_us) < 0)
		return 0;

	return (int64_t)(now_us - request->started_us);
}

void request_finish(struct http_request *request, int error, const char *format, ...)
{
	struct http_client *client = request->client;
	char words[REQUEST_WORDS_SIZE];
	CLEANUP(str_done) struct str masked = STR_INIT(8 * sizeof(words));
	va_list arguments;

	assert(request->state != REQUEST_DONE);
	va_start(arguments, format);
	vsnprintf(words, sizeof(words), format, arguments);
	va_end(arguments);
	/* They are kept as the reason of a failure, and may name an address with its key. */
	mask_add(&masked, slice_of(words));
	snprintf(request->words, sizeof(request->words), "%s", str_text(&masked));
	request->error = error;
	request->deadline = sd_event_source_disable_unref(request->deadline);
	request->kind->stop(request);

	TAILQ_REMOVE(list_of(request), request, entry);
	request->state = REQUEST_DONE;
	TAILQ_INSERT_TAIL(&client->done, request, entry);
	/* Fails only in a loop that is finished; http_client_free() delivers then. */
	(void)sd_event_source_set_enabled(client->deliver, SD_EVENT_ON);
}

static int on_deadline(sd_event_source *source, uint64_t now_us, void *userdata)
{
	struct http_request *request = userdata;

	(void)source;
	(void)now_us;
	request_finish(request, -ETIMEDOUT, "not done in %lld s, while %s",
		(long long)(request->timeout_us / US_PER_S), request->kind->waiting_for(request));
	return 0;
}

int request_set_deadline(struct http_request *request, int64_t timeout_us)
{
	sd_event *event = request->client->event;
	int r;

	r = sd_event_now(event, CLOCK_MONOTONIC, &request->started_us);
	if (r < 0)
		return r;

	request->timeout_us = timeout_us;
	return sd_event_add_time(event, &request->deadline, CLOCK_MONOTONIC,
		request->started_us + (uint64_t)timeout_us, 10 * US_PER_MS, on_deadline, request);
}

void request_stop_deadline(struct http_request *request)
{
	if (request->deadline)
		(void)sd_event_source_set_enabled(request->deadline, SD_EVENT_OFF);
}

void request_extend_deadline(struct http_request *request)
{
	uint64_t now_us;

	if (!request->deadline ||
		sd_event_now(request->client->event, CLOCK_MONOTONIC, &now_us) < 0)
		return;
	(void)sd_event_source_set_time(request->deadline, now_us + (uint64_t)request->timeout_us);
	(void)sd_event_source_set_enabled(request->deadline, SD_EVENT_ONESHOT);
}
