#include <errno.h>
#include <string.h>

#include "base/errors.h"
#include "base/str.h"
#include "http/address.h"
#include "http/content.h"
#include "http/header.h"
#include "http/request.h"
#include "http/transfer.h"

enum {
	HEADERS_MAX_BYTES = 64 * 1024,
	PIECE_BYTES =
		4096, /* that are read at once: coded, they may become a thousand times as many */
	LOW_SPEED_BYTES = 10, /* a second, over */
	LOW_SPEED_S = 20,
	STATUS_OK = 200,
};

struct exchange {
	struct http_request request; /* first: both have one address */
	struct transfer transfer;
	struct http_exchange wanted; /* texts are copies */
	void (*on_done)(const struct http_answer *answer, void *userdata);
	void *userdata;

	struct target origin; /* asked first: secrets go to no other */
	const char *user;
	const char *password;
	const char *proxy; /* NULL: none */
	const char *proxy_host;
	uint16_t proxy_port;

	struct curl_slist *sent_headers;
	struct str headers; /* of this hop */
	bool headers_complete;
	struct content *content; /* from the first byte of a body on */
	struct http_body body;
	unsigned int n_redirects;
	bool permanent; /* so far all hops were 301 or 308 */
	bool is_open;   /* an answer without an end has begun */
	int refused;    /* what its user said of it */
};

static bool is_endless(const struct exchange *exchange)
{
	return exchange->wanted.on_bytes != NULL;
}

static struct http_answer answer_of(const struct exchange *exchange)
{
	return (struct http_answer){
		.url = exchange->transfer.url.text ? exchange->transfer.url.text
						   : exchange->wanted.url,
		.n_redirects = exchange->n_redirects,
		.elapsed_us = request_elapsed_us(&exchange->request),
	};
}

/* The user is told that an answer without an end begins.  Whether it goes on. */
static bool open_endless(struct exchange *exchange)
{
	struct http_answer head = answer_of(exchange);
	long status = 0;

	curl_easy_getinfo(exchange->transfer.easy, CURLINFO_RESPONSE_CODE, &status);
	if (!is_endless(exchange) || status != STATUS_OK)
		return true;

	head.error_text = "";
	head.status = STATUS_OK;
	head.headers = str_slice(&exchange->headers);
	exchange->refused = exchange->wanted.on_open(&head, exchange->userdata);
	exchange->is_open = exchange->refused >= 0;
	request_extend_deadline(&exchange->request);
	return exchange->is_open;
}

/* Lines of the last response only: a status line starts anew (after 100, or a
 * proxy's answer), and trailers, which come after the body, don't count. */
static size_t on_header(char *bytes, size_t size, size_t n, void *userdata)
{
	struct exchange *exchange = userdata;
	const struct slice line = slice_from(bytes, size * n);

	if (slice_starts_with(line, SLICE("HTTP/"))) {
		str_clear(&exchange->headers);
		exchange->headers_complete = false;
		return line.len;
	}
	if (exchange->headers_complete)
		return line.len;
	if (slice_trim(line).len == 0) {
		exchange->headers_complete = true;
		return str_error(&exchange->headers) < 0 || open_endless(exchange) ? line.len : 0;
	}

	str_add(&exchange->headers, line);
	return str_error(&exchange->headers) == 0 ? line.len : 0;
}

/* libcurl's own limits count before decompression, and not at all what comes in
 * chunks. */
static int take_body(struct exchange *exchange, struct slice bytes)
{
	int r = 0;

	if (!exchange->content)
		r = content_new(
			str_slice(&exchange->headers), &exchange->body.bytes, &exchange->content);

	return r < 0 ? r : content_add(exchange->content, bytes);
}

/* There is room for the whole body: on with it.  Our waiting was no fault of the server. */
static void on_room(void *userdata)
{
	struct exchange *exchange = userdata;

	request_extend_deadline(&exchange->request);
	/* A failure comes as the end of the transfer. */
	(void)curl_easy_pause(exchange->transfer.easy, CURLPAUSE_CONT);
}

/* Whether N bytes more may be kept now. */
static bool has_room(struct exchange *exchange, size_t n)
{
	if (exchange->body.bytes.len + n <= BODY_SMALL_BYTES)
		return true;

	return body_share_take(&exchange->body.share, &exchange->request.client->bodies,
		exchange->wanted.max_body_bytes, on_room, exchange);
}

static size_t on_body(char *bytes, size_t size, size_t n, void *userdata)
{
	struct exchange *exchange = userdata;

	if (exchange->is_open) {
		request_extend_deadline(&exchange->request);
		exchange->refused =
			exchange->wanted.on_bytes(slice_from(bytes, size * n), exchange->userdata);
		return exchange->refused < 0 ? 0 : size * n;
	}
	if (!has_room(exchange, size * n)) {
		request_stop_deadline(&exchange->request);
		return CURL_WRITEFUNC_PAUSE;
	}
	return take_body(exchange, slice_from(bytes, size * n)) < 0 ? 0 : size * n;
}

static int add_headers(struct curl_slist **list, const char *const *headers)
{
	for (size_t i = 0; headers && headers[i]; i++) {
		struct curl_slist *longer = curl_slist_append(*list, headers[i]);

		if (!longer)
			return -ENOMEM;
		*list = longer;
	}
	return 0;
}

static int add_content_type(struct curl_slist **list, const char *content_type)
{
	CLEANUP(str_done) struct str line = STR_INIT(HEADERS_MAX_BYTES);

	if (!content_type)
		return 0;

	str_add_format(&line, "Content-Type: %s", content_type);
	const char *const type[] = {str_text(&line), NULL};
	return str_error(&line) < 0 ? -ENOMEM : add_headers(list, type);
}

/* What depends on the hop: secrets stay with the origin. */
static int set_hop(struct exchange *exchange)
{
	CURL *easy = exchange->transfer.easy;
	const bool at_home = target_same_origin(&exchange->origin, &exchange->transfer.url);
	int r;

	curl_slist_free_all(TAKE(exchange->sent_headers));
	r = add_headers(&exchange->sent_headers, exchange->wanted.headers);
	if (r >= 0)
		r = add_content_type(&exchange->sent_headers, exchange->wanted.content_type);
	if (r >= 0 && at_home)
		r = add_headers(&exchange->sent_headers, exchange->wanted.secret_headers);
	if (r < 0)
		return r;

	const bool set =
		!curl_easy_setopt(easy, CURLOPT_HTTPHEADER, exchange->sent_headers) &&
		!curl_easy_setopt(easy, CURLOPT_USERNAME, at_home ? exchange->user : NULL) &&
		!curl_easy_setopt(easy, CURLOPT_PASSWORD, at_home ? exchange->password : NULL);

	return set ? 0 : -ENOMEM;
}

/* What has no end may be slow, and comes as it is: a decoder might hold back what
 * it was given. */
static bool set_bounds(const struct exchange *exchange)
{
	CURL *easy = exchange->transfer.easy;

	if (is_endless(exchange))
		return true;

	return !curl_easy_setopt(easy, CURLOPT_ACCEPT_ENCODING, CONTENT_CODINGS) &&
	       !curl_easy_setopt(easy, CURLOPT_HTTP_CONTENT_DECODING, 0L) &&
	       !curl_easy_setopt(easy, CURLOPT_MAXFILESIZE_LARGE,
		       (curl_off_t)exchange->wanted.max_body_bytes) &&
	       !curl_easy_setopt(easy, CURLOPT_LOW_SPEED_LIMIT, (long)LOW_SPEED_BYTES) &&
	       !curl_easy_setopt(easy, CURLOPT_LOW_SPEED_TIME, (long)LOW_SPEED_S);
}

static bool set_method(const struct exchange *exchange)
{
	const struct slice content = exchange->wanted.content;
	CURL *easy = exchange->transfer.easy;

	if (!exchange->wanted.content_type)
		return !curl_easy_setopt(easy, CURLOPT_HTTPGET, 1L);

	return !curl_easy_setopt(easy, CURLOPT_POST, 1L) &&
	       !curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)content.len) &&
	       !curl_easy_setopt(easy, CURLOPT_POSTFIELDS, content.ptr);
}

/* Who names an authority means that one alone: libcurl would look into the system's folder
 * as well. */
static bool set_trust(CURL *easy, const char *ca_file)
{
	return !ca_file || (!curl_easy_setopt(easy, CURLOPT_CAINFO, ca_file) &&
				   !curl_easy_setopt(easy, CURLOPT_CAPATH, NULL));
}

/* One connection a transfer (HTTP/1.1, closed after it): 10,000 hosts are asked
 * minutes apart, and what a connection may reach was checked for this request
 * alone. */
static int set_options(struct exchange *exchange)
{
	const struct http_client *client = exchange->request.client;
	CURL *easy = exchange->transfer.easy;
	const char *ca_file = exchange->wanted.ca_file ? exchange->wanted.ca_file : client->ca_file;

	const bool set =
		!curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https") &&
		!curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, transfer_open_socket) &&
		!curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, &exchange->transfer) &&
		set_method(exchange) && set_bounds(exchange) &&
		!curl_easy_setopt(easy, CURLOPT_BUFFERSIZE, (long)PIECE_BYTES) &&
		!curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1) &&
		!curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L) &&
		!curl_easy_setopt(easy, CURLOPT_FORBID_REUSE, 1L) &&
		!curl_easy_setopt(easy, CURLOPT_USERAGENT, client->user_agent) &&
		!curl_easy_setopt(easy, CURLOPT_HTTPAUTH, (long)CURLAUTH_BASIC) &&
		!curl_easy_setopt(easy, CURLOPT_PROXY, exchange->proxy ? exchange->proxy : "") &&
		!curl_easy_setopt(easy, CURLOPT_NOPROXY, "") &&
		!curl_easy_setopt(easy, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L) &&
		set_trust(easy, ca_file) &&
		!curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, on_header) &&
		!curl_easy_setopt(easy, CURLOPT_HEADERDATA, exchange) &&
		!curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_body) &&
		!curl_easy_setopt(easy, CURLOPT_WRITEDATA, exchange);

	return set ? 0 : -EIO;
}

/* Asks what the transfer's URL says now. */
static void start_hop(struct exchange *exchange)
{
	struct transfer *transfer = &exchange->transfer;
	int r;

	str_clear(&exchange->headers);
	str_clear(&exchange->body.bytes);
	content_free(TAKE(exchange->content));
	exchange->headers_complete = false;
	transfer->through_proxy = exchange->proxy != NULL;
	transfer->connect_host = exchange->proxy ? exchange->proxy_host : transfer->url.host;
	transfer->connect_port = exchange->proxy ? exchange->proxy_port : transfer->url.port;

	r = set_hop(exchange);
	if (r < 0)
		request_finish(
			&exchange->request, r, "cannot prepare the request: %s", error_text(r));
	else
		transfer_start(transfer);
}

static int parse_web_url(const char *text, const char *base, struct target *ret)
{
	CLEANUP(target_done) struct target url = {0};
	int r;

	r = target_parse(text, base, &url);
	if (r < 0)
		return r;
	if (!slice_starts_with(slice_of(url.scheme), SLICE("http")))
		return -EACCES;

	*ret = url;
	url = (struct target){0};
	return 0;
}

/* A POST is repeated only where the server wants just that. */
static bool is_redirect(const struct exchange *exchange, long status)
{
	if (exchange->wanted.content_type)
		return status == 307 || status == 308;

	return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

static bool went_to_private_address(CURL *easy)
{
	struct address address;
	const char *text = NULL;

	return curl_easy_getinfo(easy, CURLINFO_PRIMARY_IP, &text) == CURLE_OK && text &&
	       address_parse(text, &address) == 1 && address_is_private(&address);
}

static bool is_downgrade(const struct exchange *exchange, const struct target *next)
{
	return strcmp(exchange->transfer.url.scheme, "https") == 0 &&
	       strcmp(next->scheme, "http") == 0;
}

/* What the way so far allows of the next hop. */
static void remember_hop(struct exchange *exchange, long status, const struct target *next)
{
	struct transfer *transfer = &exchange->transfer;

	/* A server of the public internet must not lead us into our own
	 * network, even when the source may be there. */
	if (!transfer->through_proxy && !went_to_private_address(transfer->easy))
		transfer->allow_private = false;
	/* Encryption is not given up for good. */
	if ((status != 301 && status != 308) || is_downgrade(exchange, next))
		exchange->permanent = false;
	exchange->n_redirects++;
}

static void follow(struct exchange *exchange, long status, struct slice location)
{
	struct http_request *request = &exchange->request;
	struct target next = {0};
	int r;

	if (exchange->n_redirects == exchange->wanted.max_redirects) {
		request_finish(
			request, -ELOOP, "more than %u redirects", exchange->wanted.max_redirects);
		return;
	}

	const char *text = arena_copy(request->arena, location);
	r = text ? parse_web_url(text, exchange->transfer.url.text, &next) : -ENOMEM;
	if (r >= 0 && exchange->wanted.content_type && is_downgrade(exchange, &next)) {
		target_done(&next);
		r = -EACCES;
	}
	if (r < 0) {
		request_finish(request, r, "cannot follow the redirect to %.200s: %s",
			text ? text : "", url_words(r));
		return;
	}

	remember_hop(exchange, status, &next);
	target_done(&exchange->transfer.url);
	exchange->transfer.url = next;
	start_hop(exchange);
}

static void on_hop_done(struct exchange *exchange)
{
	struct slice location;
	long status = 0;

	curl_easy_getinfo(exchange->transfer.easy, CURLINFO_RESPONSE_CODE, &status);
	if (is_redirect(exchange, status) &&
		header_find(str_slice(&exchange->headers), "location", &location) &&
		location.len > 0)
		follow(exchange, status, location);
	else
		request_finish(&exchange->request, 0, "%s", "");
}

static void on_transfer_end(struct transfer *transfer, int error, const char *words)
{
	struct exchange *exchange = transfer->userdata;
	const int coded = exchange->content ? content_end(exchange->content) : 0;

	body_share_shrink(&exchange->body.share, exchange->body.bytes.len);

	if (str_error(&exchange->body.bytes) < 0)
		request_finish(&exchange->request, str_error(&exchange->body.bytes),
			"the body has more than %zu bytes", exchange->wanted.max_body_bytes);
	else if (str_error(&exchange->headers) < 0)
		request_finish(&exchange->request, str_error(&exchange->headers),
			"the headers have more than %d bytes", HEADERS_MAX_BYTES);
	else if (coded < 0)
		request_finish(&exchange->request, coded, "%s", content_words(exchange->content));
	else if (exchange->refused < 0)
		request_finish(
			&exchange->request, exchange->refused, "%s", error_text(exchange->refused));
	else if (error < 0)
		request_finish(&exchange->request, error, "%s", words);
	else
		on_hop_done(exchange);
}

static void stop_exchange(struct http_request *request)
{
	struct exchange *exchange = (struct exchange *)request;

	transfer_stop(&exchange->transfer);
	if (exchange->body.share.is_waiting)
		body_share_release(&exchange->body.share);
}

static void release_exchange(struct http_request *request)
{
	struct exchange *exchange = (struct exchange *)request;

	transfer_done(&exchange->transfer);
	curl_slist_free_all(exchange->sent_headers);
	str_done(&exchange->headers);
	http_body_done(&exchange->body);
	content_free(exchange->content);
	target_done(&exchange->origin);
}

static void deliver_exchange(struct http_request *request)
{
	struct exchange *exchange = (struct exchange *)request;
	const bool moved = exchange->permanent && exchange->n_redirects > 0;
	struct http_answer answer = answer_of(exchange);
	long status = 0;

	answer.error = request->error;
	answer.error_text = request->words;
	if (request->error == 0) {
		curl_easy_getinfo(exchange->transfer.easy, CURLINFO_RESPONSE_CODE, &status);
		answer.status = (int)status;
		answer.headers = str_slice(&exchange->headers);
		answer.body = str_slice(&exchange->body.bytes);
		answer.body_owner = &exchange->body;
		answer.permanent_url = moved ? exchange->transfer.url.text : NULL;
	}
	exchange->on_done(&answer, exchange->userdata);
}

static const char *exchange_waits_for(const struct http_request *request)
{
	const struct exchange *exchange = (const struct exchange *)request;
	curl_off_t when = 0;

	if (exchange->transfer.lookup)
		return "looking up the name";
	curl_easy_getinfo(exchange->transfer.easy, CURLINFO_PRETRANSFER_TIME_T, &when);
	if (when == 0)
		return "connecting";
	curl_easy_getinfo(exchange->transfer.easy, CURLINFO_STARTTRANSFER_TIME_T, &when);
	if (when == 0)
		return "waiting for the answer";
	return exchange->is_open ? "waiting for more" : "receiving";
}

static const struct request_kind exchange_kind = {
	.stop = stop_exchange,
	.deliver = deliver_exchange,
	.waiting_for = exchange_waits_for,
	.release = release_exchange,
};

static bool has_line_break(const char *const *headers)
{
	for (size_t i = 0; headers && headers[i]; i++)
		if (strpbrk(headers[i], "\r\n"))
			return true;

	return false;
}

static int copy_headers(struct arena *arena, const char *const *headers, const char *const **ret)
{
	size_t n = 0;

	if (!headers)
		return 0;
	while (headers[n])
		n++;

	const char **copy = arena_array(arena, n + 1, sizeof(*copy));
	if (!copy)
		return -ENOMEM;
	for (size_t i = 0; i < n; i++) {
		copy[i] = arena_copy_text(arena, headers[i]);
		if (!copy[i])
			return -ENOMEM;
	}

	*ret = copy;
	return 0;
}

/* TEXT may be NULL. */
static int copy_text(struct arena *arena, const char *text, const char **ret)
{
	*ret = text ? arena_copy_text(arena, text) : NULL;
	return text && !*ret ? -ENOMEM : 0;
}

/* An empty one is a POST all the same. */
static int copy_content(struct exchange *exchange, const struct http_exchange *wanted)
{
	if (!wanted->content_type)
		return 0;

	const char *copy = arena_copy(exchange->request.arena, wanted->content);
	if (!copy)
		return -ENOMEM;
	exchange->wanted.content = slice_from(copy, wanted->content.len);
	return 0;
}

static int copy_wanted(struct exchange *exchange, const struct http_exchange *wanted)
{
	struct arena *arena = exchange->request.arena;
	int r;

	exchange->wanted = *wanted;
	exchange->transfer.allow_private = wanted->allow_private;
	exchange->headers = STR_INIT(HEADERS_MAX_BYTES);
	exchange->body.bytes = STR_INIT(wanted->max_body_bytes);
	exchange->permanent = true;

	r = copy_text(arena, wanted->url, &exchange->wanted.url);
	if (r >= 0)
		r = copy_text(arena, wanted->user, &exchange->user);
	if (r >= 0)
		r = copy_text(arena, wanted->password, &exchange->password);
	if (r >= 0)
		r = copy_text(arena, wanted->content_type, &exchange->wanted.content_type);
	if (r >= 0)
		r = copy_content(exchange, wanted);
	if (r >= 0)
		r = copy_text(arena, wanted->ca_file, &exchange->wanted.ca_file);
	if (r >= 0)
		r = copy_text(arena, exchange->request.client->proxy, &exchange->proxy);
	if (r >= 0)
		r = copy_headers(arena, wanted->headers, &exchange->wanted.headers);
	if (r >= 0)
		r = copy_headers(arena, wanted->secret_headers, &exchange->wanted.secret_headers);
	return r;
}

static int read_proxy(struct exchange *exchange)
{
	CLEANUP(target_done) struct target url = {0};
	int r;

	if (!exchange->proxy)
		return 0;

	r = parse_web_url(exchange->proxy, NULL, &url);
	if (r < 0)
		return r;
	exchange->proxy_port = url.port;
	exchange->proxy_host = arena_copy_text(exchange->request.arena, url.host);
	return exchange->proxy_host ? 0 : -ENOMEM;
}

/* User and password in the URL count when none are given beside it. */
static int read_url(struct exchange *exchange)
{
	int r;

	r = parse_web_url(exchange->wanted.url, NULL, &exchange->origin);
	if (r < 0)
		return r;
	if (!exchange->user) {
		exchange->user = exchange->origin.user;
		exchange->password = exchange->origin.password;
	}

	return parse_web_url(exchange->wanted.url, NULL, &exchange->transfer.url);
}

static void start_get(struct exchange *exchange)
{
	struct http_request *request = &exchange->request;
	int r;

	r = read_url(exchange);
	if (r < 0) {
		request_finish(
			request, r, "cannot ask %.200s: %s", exchange->wanted.url, url_words(r));
		return;
	}
	r = read_proxy(exchange);
	if (r < 0) {
		request_finish(request, r, "cannot use the proxy: %s", url_words(r));
		return;
	}

	start_hop(exchange);
}

int http_exchange(struct http_client *client, const struct http_exchange *wanted,
	void (*on_done)(const struct http_answer *answer, void *userdata), void *userdata,
	struct http_request **ret)
{
	struct http_request *request;
	int r;

	if (has_line_break(wanted->headers) || has_line_break(wanted->secret_headers))
		return -EINVAL;

	r = request_new(client, &exchange_kind, sizeof(struct exchange), &request);
	if (r < 0)
		return r;

	struct exchange *exchange = (struct exchange *)request;

	exchange->on_done = on_done;
	exchange->userdata = userdata;
	r = transfer_init(&exchange->transfer, client->multi, client->resolver);
	exchange->transfer.on_end = on_transfer_end;
	exchange->transfer.userdata = exchange;
	if (r >= 0)
		r = copy_wanted(exchange, wanted);
	if (r >= 0)
		r = set_options(exchange);
	if (r >= 0)
		r = request_set_deadline(request, wanted->timeout_us);
	if (r < 0) {
		request_free(request);
		return r;
	}

	start_get(exchange);
	if (ret)
		*ret = request;
	return 0;
}
