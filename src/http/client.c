#include "http/client.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "http/mail.h"
#include "http/multi.h"
#include "http/request.h"
#include "http/resolver.h"
#include "http/transfer.h"

enum { USER_AGENT_MAX_BYTES = 512 };

/* Delivers REQUEST, which may wait for nothing any more. */
static void deliver(struct http_request *request)
{
	struct http_client *client = request->client;

	if (client->mail == request)
		client->mail = NULL;
	request->kind->deliver(request);
	request_free(request);
	mail_start_next(client);
}

/* One a turn, because what the user does with an answer may take a while. */
static int on_deliver(sd_event_source *source, void *userdata)
{
	struct http_client *client = userdata;
	struct http_request *request = TAILQ_FIRST(&client->done);

	if (request)
		deliver(request);
	if (TAILQ_EMPTY(&client->done))
		sd_event_source_set_enabled(source, SD_EVENT_OFF);
	return 0;
}

static char *format_user_agent(const char *contact)
{
	CLEANUP(str_done) struct str text = STR_INIT(USER_AGENT_MAX_BYTES);
	char *ret = NULL;

	str_add_text(&text, "mentiond/" MENTIOND_VERSION);
	if (contact)
		str_add_format(&text, " (+%s)", contact);

	return str_take(&text, &ret) == 0 ? ret : NULL;
}

int http_client_configure(struct http_client *client, const struct http_client_options *options)
{
	CLEANUP(free_heapp) char *user_agent = format_user_agent(options->contact);
	CLEANUP(free_heapp) char *proxy = options->proxy ? strdup(options->proxy) : NULL;
	CLEANUP(free_heapp) char *ca_file = options->ca_file ? strdup(options->ca_file) : NULL;

	if (!user_agent || (options->proxy && !proxy) || (options->ca_file && !ca_file))
		return -ENOMEM;

	free(client->user_agent);
	free(client->proxy);
	free(client->ca_file);
	client->user_agent = TAKE(user_agent);
	client->proxy = TAKE(proxy);
	client->ca_file = TAKE(ca_file);
	return 0;
}

static int open_parts(struct http_client *client)
{
	const struct resolver_options resolver = {
		.event = client->event,
		.max_threads = 6,
		.max_queued = 512,
		.max_cached = 256,
		.keep_us = US_PER_MINUTE,
	};
	int r;

	r = sd_event_add_defer(client->event, &client->deliver, on_deliver, client);
	if (r < 0)
		return r;
	r = sd_event_source_set_enabled(client->deliver, SD_EVENT_OFF);
	if (r < 0)
		return r;
	r = body_budget_open(&client->bodies, client->event);
	if (r < 0)
		return r;
	r = multi_new(client->event, transfer_ended, &client->multi);
	if (r < 0)
		return r;

	return resolver_new(&resolver, &client->resolver);
}

int http_client_new(const struct http_client_options *options, struct http_client **ret)
{
	int r;

	if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
		return -EIO;
	/* A server that leaves while we write to it is an error, not our end. */
	signal(SIGPIPE, SIG_IGN);

	CLEANUP(http_client_freep) struct http_client *client = calloc(1, sizeof(*client));
	if (!client) {
		curl_global_cleanup();
		return -ENOMEM;
	}

	TAILQ_INIT(&client->active);
	TAILQ_INIT(&client->mails);
	TAILQ_INIT(&client->done);
	client->event = sd_event_ref(options->event);
	r = http_client_configure(client, options);
	if (r < 0)
		return r;
	r = open_parts(client);
	if (r < 0)
		return r;

	*ret = TAKE(client);
	return 0;
}

void http_client_free(struct http_client *client)
{
	if (!client)
		return;

	struct requests *const lists[] = {&client->mails, &client->active, &client->done};

	for (size_t i = 0; i < ARRAY_SIZE(lists); i++)
		while (!TAILQ_EMPTY(lists[i]))
			http_cancel(TAILQ_FIRST(lists[i]));
	mail_close(client);
	multi_free(client->multi);
	resolver_free(client->resolver);
	body_budget_close(&client->bodies);
	sd_event_source_disable_unref(client->deliver);
	sd_event_unref(client->event);
	free(client->user_agent);
	free(client->proxy);
	free(client->ca_file);
	free(client);
	curl_global_cleanup();
}

unsigned int http_client_count(const struct http_client *client)
{
	return client->n_requests;
}

void http_cancel(struct http_request *request)
{
	if (!request)
		return;

	if (request->state != REQUEST_DONE)
		request_finish(request, -ECANCELED, "cancelled");
	if (!request->kind->outcome_stands)
		request->error = -ECANCELED;
	deliver(request);
}
