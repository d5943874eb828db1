#include "http/request.h"

#include <assert.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/socket.h>

#include "base/errors.h"
#include "base/str.h"
#include "http/curl_errno.h"
#include "http/multi.h"

enum { REQUEST_MAX_BYTES = 512 * 1024, RESOLVE_MAX_BYTES = 4096, CONNECT_TIMEOUT_S = 15 };

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
	request->easy = curl_easy_init();
	request->names = curl_share_init();
	client->n_requests++;
	TAILQ_INSERT_TAIL(&client->active, request, entry);
	request->state = REQUEST_ACTIVE;
	if (!request->easy || !request->names) {
		request_free(request);
		return -ENOMEM;
	}

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

/* Stops all that could still call back. */
static void stop(struct http_request *request)
{
	request->deadline = sd_event_source_disable_unref(request->deadline);
	lookup_cancel(TAKE(request->lookup));
	if (request->in_multi)
		multi_remove(request->multi, request->easy);
	request->in_multi = false;
}

void request_free(struct http_request *request)
{
	if (!request)
		return;

	stop(request);
	request->kind->release(request);
	TAILQ_REMOVE(list_of(request), request, entry);
	request->client->n_requests--;
	curl_easy_cleanup(request->easy);
	curl_share_cleanup(request->names);
	curl_slist_free_all(request->resolve);
	url_done(&request->url);
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
	va_list arguments;

	assert(request->state != REQUEST_DONE);
	stop(request);
	request->error = error;
	va_start(arguments, format);
	vsnprintf(request->words, sizeof(request->words), format, arguments);
	va_end(arguments);

	TAILQ_REMOVE(list_of(request), request, entry);
	request->state = REQUEST_DONE;
	TAILQ_INSERT_TAIL(&client->done, request, entry);
	/* Fails only in a loop that is finished; http_client_free() delivers then. */
	(void)sd_event_source_set_enabled(client->deliver, SD_EVENT_ON);
}

void request_fail(struct http_request *request, CURLcode result)
{
	const char *more = request->curl_words;

	if (request->refused)
		request_finish(request, -EACCES,
			"%s leads to a private address; `allow_private: true' permits it",
			request->url.host);
	else if (*more != '\0')
		request_finish(
			request, errno_from_curl(result), "%s (%s)", curl_words(result), more);
	else
		request_finish(request, errno_from_curl(result), "%s", curl_words(result));
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

/* The second guard, in front of every connection: whatever path a URL took
 * through libcurl, it meets the list here. */
curl_socket_t request_open_socket(
	void *userdata, curlsocktype purpose, struct curl_sockaddr *wanted)
{
	struct http_request *request = userdata;
	struct address address;

	(void)purpose;
	if (address_from_sockaddr(&wanted->addr, &address) == 0)
		return CURL_SOCKET_BAD;
	if (!request->through_proxy && !request->allow_private && address_is_private(&address)) {
		request->refused = true;
		return CURL_SOCKET_BAD;
	}

	request->refused = false;
	return socket(
		wanted->family, wanted->socktype | SOCK_CLOEXEC | SOCK_NONBLOCK, wanted->protocol);
}

/* "HOST:PORT:ADDRESS,ADDRESS", those that may be asked; -EACCES when none may. */
static int format_resolve(
	const struct http_request *request, const struct addresses *addresses, struct str *line)
{
	const bool any = request->allow_private || request->through_proxy;
	char text[ADDRESS_TEXT_SIZE];
	size_t n = 0;

	str_add_format(line, "%s:%u:", request->connect_host, request->connect_port);
	for (size_t i = 0; i < addresses->n; i++) {
		const struct address *address = &addresses->items[i];

		if (!any && address_is_private(address))
			continue;
		str_add_format(line, address->family == AF_INET6 ? "%s[%s]" : "%s%s",
			n++ > 0 ? "," : "", address_format(address, text));
	}

	return n > 0 ? str_error(line) : -EACCES;
}

/* Gives libcurl the checked addresses, in a name cache of this request's own: in
 * the common one an address that another source may ask would be found too,
 * and 10,000 entries would be walked at every transfer. */
static int set_addresses(struct http_request *request, const struct addresses *addresses)
{
	CLEANUP(str_done) struct str line = STR_INIT(RESOLVE_MAX_BYTES);
	struct address numeric;
	int r;

	r = format_resolve(request, addresses, &line);
	if (r < 0)
		return r;
	/* A numeric host needs no look-up, and "::1:80:" could not be read. */
	if (address_parse(request->connect_host, &numeric) == 1)
		return 0;

	curl_slist_free_all(request->resolve);
	request->resolve = curl_slist_append(NULL, str_text(&line));
	if (!request->resolve)
		return -ENOMEM;
	if (curl_share_setopt(request->names, CURLSHOPT_SHARE, CURL_LOCK_DATA_DNS) ||
		curl_easy_setopt(request->easy, CURLOPT_SHARE, request->names) ||
		curl_easy_setopt(request->easy, CURLOPT_RESOLVE, request->resolve))
		return -EIO;

	return 0;
}

static int set_connection(struct http_request *request)
{
	CURL *easy = request->easy;

	request->refused = false;
	request->curl_words[0] = '\0';
	const bool set = !curl_easy_setopt(easy, CURLOPT_PRIVATE, request) &&
			 !curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L) &&
			 !curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, request->curl_words) &&
			 !curl_easy_setopt(easy, CURLOPT_URL, request->url.text) &&
			 !curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT, (long)CONNECT_TIMEOUT_S);

	return set ? 0 : -EIO;
}

static void transfer(struct http_request *request, const struct addresses *addresses)
{
	int r;

	r = set_addresses(request, addresses);
	if (r == -EACCES) {
		request->refused = true;
		request_fail(request, CURLE_COULDNT_CONNECT);
		return;
	}
	if (r >= 0)
		r = set_connection(request);
	if (r >= 0)
		r = multi_add(request->multi, request->easy);
	request->in_multi = r >= 0;
	if (r < 0)
		request_finish(request, r, "cannot start the transfer: %s", error_text(r));
}

static void on_addresses(
	const struct addresses *addresses, int error, const char *words, void *userdata)
{
	struct http_request *request = userdata;

	request->lookup = NULL; /* gone when this returns */
	if (error < 0)
		request_finish(
			request, error, "cannot look up %s: %s", request->connect_host, words);
	else
		transfer(request, addresses);
}

/* With a proxy only an address that stands in the URL itself can be checked. */
static bool names_private_address(const struct http_request *request)
{
	struct address address;

	return !request->allow_private && address_parse(request->url.host, &address) == 1 &&
	       address_is_private(&address);
}

void request_connect(struct http_request *request)
{
	const struct lookup_request wanted = {
		.host = request->connect_host, .on_done = on_addresses, .userdata = request};
	struct addresses addresses = {0};
	int r;

	if (names_private_address(request)) {
		request->refused = true;
		request_fail(request, CURLE_COULDNT_CONNECT);
		return;
	}

	r = resolver_find(request->client->resolver, &wanted, &addresses, &request->lookup);
	if (r < 0)
		request_finish(
			request, r, "cannot look up %s: %s", request->connect_host, error_text(r));
	else if (r == 1)
		transfer(request, &addresses);
}
