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

struct get {
	struct http_request request; /* first: both have one address */
	struct transfer transfer;
	struct http_get wanted; /* texts are copies */
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

static bool is_endless(const struct get *get)
{
	return get->wanted.on_bytes != NULL;
}

static struct http_answer answer_of(const struct get *get)
{
	return (struct http_answer){
		.url = get->transfer.url.text ? get->transfer.url.text : get->wanted.url,
		.n_redirects = get->n_redirects,
		.elapsed_us = request_elapsed_us(&get->request),
	};
}

/* The user is told that an answer without an end begins.  Whether it goes on. */
static bool open_endless(struct get *get)
{
	struct http_answer head = answer_of(get);
	long status = 0;

	curl_easy_getinfo(get->transfer.easy, CURLINFO_RESPONSE_CODE, &status);
	if (!is_endless(get) || status != STATUS_OK)
		return true;

	head.error_text = "";
	head.status = STATUS_OK;
	head.headers = str_slice(&get->headers);
	get->refused = get->wanted.on_open(&head, get->userdata);
	get->is_open = get->refused >= 0;
	request_extend_deadline(&get->request);
	return get->is_open;
}

/* Lines of the last response only: a status line starts anew (after 100, or a
 * proxy's answer), and trailers, which come after the body, don't count. */
static size_t on_header(char *bytes, size_t size, size_t n, void *userdata)
{
	struct get *get = userdata;
	const struct slice line = slice_from(bytes, size * n);

	if (slice_starts_with(line, SLICE("HTTP/"))) {
		str_clear(&get->headers);
		get->headers_complete = false;
		return line.len;
	}
	if (get->headers_complete)
		return line.len;
	if (slice_trim(line).len == 0) {
		get->headers_complete = true;
		return str_error(&get->headers) < 0 || open_endless(get) ? line.len : 0;
	}

	str_add(&get->headers, line);
	return str_error(&get->headers) == 0 ? line.len : 0;
}

/* libcurl's own limits count before decompression, and not at all what comes in
 * chunks. */
static int take_body(struct get *get, struct slice bytes)
{
	int r = 0;

	if (!get->content)
		r = content_new(str_slice(&get->headers), &get->body.bytes, &get->content);

	return r < 0 ? r : content_add(get->content, bytes);
}

/* There is room for the whole body: on with it.  Our waiting was no fault of the server. */
static void on_room(void *userdata)
{
	struct get *get = userdata;

	request_extend_deadline(&get->request);
	/* A failure comes as the end of the transfer. */
	(void)curl_easy_pause(get->transfer.easy, CURLPAUSE_CONT);
}

/* Whether N bytes more may be kept now. */
static bool has_room(struct get *get, size_t n)
{
	if (get->body.bytes.len + n <= BODY_SMALL_BYTES)
		return true;

	return body_share_take(&get->body.share, &get->request.client->bodies,
		get->wanted.max_body_bytes, on_room, get);
}

static size_t on_body(char *bytes, size_t size, size_t n, void *userdata)
{
	struct get *get = userdata;

	if (get->is_open) {
		request_extend_deadline(&get->request);
		get->refused = get->wanted.on_bytes(slice_from(bytes, size * n), get->userdata);
		return get->refused < 0 ? 0 : size * n;
	}
	if (!has_room(get, size * n)) {
		request_stop_deadline(&get->request);
		return CURL_WRITEFUNC_PAUSE;
	}
	return take_body(get, slice_from(bytes, size * n)) < 0 ? 0 : size * n;
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

/* What depends on the hop: secrets stay with the origin. */
static int set_hop(struct get *get)
{
	CURL *easy = get->transfer.easy;
	const bool at_home = target_same_origin(&get->origin, &get->transfer.url);
	int r;

	curl_slist_free_all(TAKE(get->sent_headers));
	r = add_headers(&get->sent_headers, get->wanted.headers);
	if (r >= 0 && at_home)
		r = add_headers(&get->sent_headers, get->wanted.secret_headers);
	if (r < 0)
		return r;

	const bool set = !curl_easy_setopt(easy, CURLOPT_HTTPHEADER, get->sent_headers) &&
			 !curl_easy_setopt(easy, CURLOPT_USERNAME, at_home ? get->user : NULL) &&
			 !curl_easy_setopt(easy, CURLOPT_PASSWORD, at_home ? get->password : NULL);

	return set ? 0 : -ENOMEM;
}

/* What has no end may be slow, and comes as it is: a decoder might hold back what
 * it was given. */
static bool set_bounds(const struct get *get)
{
	CURL *easy = get->transfer.easy;

	if (is_endless(get))
		return true;

	return !curl_easy_setopt(easy, CURLOPT_ACCEPT_ENCODING, CONTENT_CODINGS) &&
	       !curl_easy_setopt(easy, CURLOPT_HTTP_CONTENT_DECODING, 0L) &&
	       !curl_easy_setopt(
		       easy, CURLOPT_MAXFILESIZE_LARGE, (curl_off_t)get->wanted.max_body_bytes) &&
	       !curl_easy_setopt(easy, CURLOPT_LOW_SPEED_LIMIT, (long)LOW_SPEED_BYTES) &&
	       !curl_easy_setopt(easy, CURLOPT_LOW_SPEED_TIME, (long)LOW_SPEED_S);
}

static bool set_method(const struct get *get)
{
	CURL *easy = get->transfer.easy;

	return get->wanted.form ? !curl_easy_setopt(easy, CURLOPT_POSTFIELDS, get->wanted.form)
				: !curl_easy_setopt(easy, CURLOPT_HTTPGET, 1L);
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
static int set_options(struct get *get)
{
	const struct http_client *client = get->request.client;
	CURL *easy = get->transfer.easy;
	const char *ca_file = get->wanted.ca_file ? get->wanted.ca_file : client->ca_file;

	const bool set =
		!curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https") &&
		!curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, transfer_open_socket) &&
		!curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, &get->transfer) &&
		set_method(get) && set_bounds(get) &&
		!curl_easy_setopt(easy, CURLOPT_BUFFERSIZE, (long)PIECE_BYTES) &&
		!curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1) &&
		!curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L) &&
		!curl_easy_setopt(easy, CURLOPT_FORBID_REUSE, 1L) &&
		!curl_easy_setopt(easy, CURLOPT_USERAGENT, client->user_agent) &&
		!curl_easy_setopt(easy, CURLOPT_HTTPAUTH, (long)CURLAUTH_BASIC) &&
		!curl_easy_setopt(easy, CURLOPT_PROXY, get->proxy ? get->proxy : "") &&
		!curl_easy_setopt(easy, CURLOPT_NOPROXY, "") &&
		!curl_easy_setopt(easy, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L) &&
		set_trust(easy, ca_file) &&
		!curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, on_header) &&
		!curl_easy_setopt(easy, CURLOPT_HEADERDATA, get) &&
		!curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_body) &&
		!curl_easy_setopt(easy, CURLOPT_WRITEDATA, get);

	return set ? 0 : -EIO;
}

/* Asks what the transfer's URL says now. */
static void start_hop(struct get *get)
{
	struct transfer *transfer = &get->transfer;
	int r;

	str_clear(&get->headers);
	str_clear(&get->body.bytes);
	content_free(TAKE(get->content));
	get->headers_complete = false;
	transfer->through_proxy = get->proxy != NULL;
	transfer->connect_host = get->proxy ? get->proxy_host : transfer->url.host;
	transfer->connect_port = get->proxy ? get->proxy_port : transfer->url.port;

	r = set_hop(get);
	if (r < 0)
		request_finish(&get->request, r, "cannot prepare the request: %s", error_text(r));
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
static bool is_redirect(const struct get *get, long status)
{
	if (get->wanted.form)
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

static bool is_downgrade(const struct get *get, const struct target *next)
{
	return strcmp(get->transfer.url.scheme, "https") == 0 && strcmp(next->scheme, "http") == 0;
}

/* What the way so far allows of the next hop. */
static void remember_hop(struct get *get, long status, const struct target *next)
{
	struct transfer *transfer = &get->transfer;

	/* A server of the public internet must not lead us into our own
	 * network, even when the source may be there. */
	if (!transfer->through_proxy && !went_to_private_address(transfer->easy))
		transfer->allow_private = false;
	/* Encryption is not given up for good. */
	if ((status != 301 && status != 308) || is_downgrade(get, next))
		get->permanent = false;
	get->n_redirects++;
}

static void follow(struct get *get, long status, struct slice location)
{
	struct http_request *request = &get->request;
	struct target next = {0};
	int r;

	if (get->n_redirects == get->wanted.max_redirects) {
		request_finish(
			request, -ELOOP, "more than %u redirects", get->wanted.max_redirects);
		return;
	}

	const char *text = arena_copy(request->arena, location);
	r = text ? parse_web_url(text, get->transfer.url.text, &next) : -ENOMEM;
	if (r >= 0 && get->wanted.form && is_downgrade(get, &next)) {
		target_done(&next);
		r = -EACCES;
	}
	if (r < 0) {
		request_finish(request, r, "cannot follow the redirect to %.200s: %s",
			text ? text : "", url_words(r));
		return;
	}

	remember_hop(get, status, &next);
	target_done(&get->transfer.url);
	get->transfer.url = next;
	start_hop(get);
}

static void on_hop_done(struct get *get)
{
	struct slice location;
	long status = 0;

	curl_easy_getinfo(get->transfer.easy, CURLINFO_RESPONSE_CODE, &status);
	if (is_redirect(get, status) &&
		header_find(str_slice(&get->headers), "location", &location) && location.len > 0)
		follow(get, status, location);
	else
		request_finish(&get->request, 0, "%s", "");
}

static void on_transfer_end(struct transfer *transfer, int error, const char *words)
{
	struct get *get = transfer->userdata;
	const int coded = get->content ? content_end(get->content) : 0;

	body_share_shrink(&get->body.share, get->body.bytes.len);

	if (str_error(&get->body.bytes) < 0)
		request_finish(&get->request, str_error(&get->body.bytes),
			"the body has more than %zu bytes", get->wanted.max_body_bytes);
	else if (str_error(&get->headers) < 0)
		request_finish(&get->request, str_error(&get->headers),
			"the headers have more than %d bytes", HEADERS_MAX_BYTES);
	else if (coded < 0)
		request_finish(&get->request, coded, "%s", content_words(get->content));
	else if (get->refused < 0)
		request_finish(&get->request, get->refused, "%s", error_text(get->refused));
	else if (error < 0)
		request_finish(&get->request, error, "%s", words);
	else
		on_hop_done(get);
}

static void stop_get(struct http_request *request)
{
	struct get *get = (struct get *)request;

	transfer_stop(&get->transfer);
	if (get->body.share.is_waiting)
		body_share_release(&get->body.share);
}

static void release_get(struct http_request *request)
{
	struct get *get = (struct get *)request;

	transfer_done(&get->transfer);
	curl_slist_free_all(get->sent_headers);
	str_done(&get->headers);
	http_body_done(&get->body);
	content_free(get->content);
	target_done(&get->origin);
}

static void deliver_get(struct http_request *request)
{
	struct get *get = (struct get *)request;
	const bool moved = get->permanent && get->n_redirects > 0;
	struct http_answer answer = answer_of(get);
	long status = 0;

	answer.error = request->error;
	answer.error_text = request->words;
	if (request->error == 0) {
		curl_easy_getinfo(get->transfer.easy, CURLINFO_RESPONSE_CODE, &status);
		answer.status = (int)status;
		answer.headers = str_slice(&get->headers);
		answer.body = str_slice(&get->body.bytes);
		answer.body_owner = &get->body;
		answer.permanent_url = moved ? get->transfer.url.text : NULL;
	}
	get->on_done(&answer, get->userdata);
}

static const char *get_waits_for(const struct http_request *request)
{
	const struct get *get = (const struct get *)request;
	curl_off_t when = 0;

	if (get->transfer.lookup)
		return "looking up the name";
	curl_easy_getinfo(get->transfer.easy, CURLINFO_PRETRANSFER_TIME_T, &when);
	if (when == 0)
		return "connecting";
	curl_easy_getinfo(get->transfer.easy, CURLINFO_STARTTRANSFER_TIME_T, &when);
	if (when == 0)
		return "waiting for the answer";
	return get->is_open ? "waiting for more" : "receiving";
}

static const struct request_kind get_kind = {
	.stop = stop_get,
	.deliver = deliver_get,
	.waiting_for = get_waits_for,
	.release = release_get,
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

static int copy_wanted(struct get *get, const struct http_get *wanted)
{
	struct arena *arena = get->request.arena;
	int r;

	get->wanted = *wanted;
	get->transfer.allow_private = wanted->allow_private;
	get->headers = STR_INIT(HEADERS_MAX_BYTES);
	get->body.bytes = STR_INIT(wanted->max_body_bytes);
	get->permanent = true;

	r = copy_text(arena, wanted->url, &get->wanted.url);
	if (r >= 0)
		r = copy_text(arena, wanted->user, &get->user);
	if (r >= 0)
		r = copy_text(arena, wanted->password, &get->password);
	if (r >= 0)
		r = copy_text(arena, wanted->form, &get->wanted.form);
	if (r >= 0)
		r = copy_text(arena, wanted->ca_file, &get->wanted.ca_file);
	if (r >= 0)
		r = copy_text(arena, get->request.client->proxy, &get->proxy);
	if (r >= 0)
		r = copy_headers(arena, wanted->headers, &get->wanted.headers);
	if (r >= 0)
		r = copy_headers(arena, wanted->secret_headers, &get->wanted.secret_headers);
	return r;
}

static int read_proxy(struct get *get)
{
	CLEANUP(target_done) struct target url = {0};
	int r;

	if (!get->proxy)
		return 0;

	r = parse_web_url(get->proxy, NULL, &url);
	if (r < 0)
		return r;
	get->proxy_port = url.port;
	get->proxy_host = arena_copy_text(get->request.arena, url.host);
	return get->proxy_host ? 0 : -ENOMEM;
}

/* User and password in the URL count when none are given beside it. */
static int read_url(struct get *get)
{
	int r;

	r = parse_web_url(get->wanted.url, NULL, &get->origin);
	if (r < 0)
		return r;
	if (!get->user) {
		get->user = get->origin.user;
		get->password = get->origin.password;
	}

	return parse_web_url(get->wanted.url, NULL, &get->transfer.url);
}

static void start_get(struct get *get)
{
	struct http_request *request = &get->request;
	int r;

	r = read_url(get);
	if (r < 0) {
		request_finish(request, r, "cannot ask %.200s: %s", get->wanted.url, url_words(r));
		return;
	}
	r = read_proxy(get);
	if (r < 0) {
		request_finish(request, r, "cannot use the proxy: %s", url_words(r));
		return;
	}

	start_hop(get);
}

int http_get(struct http_client *client, const struct http_get *wanted,
	void (*on_done)(const struct http_answer *answer, void *userdata), void *userdata,
	struct http_request **ret)
{
	struct http_request *request;
	int r;

	if (has_line_break(wanted->headers) || has_line_break(wanted->secret_headers))
		return -EINVAL;

	r = request_new(client, &get_kind, sizeof(struct get), &request);
	if (r < 0)
		return r;

	struct get *get = (struct get *)request;

	get->on_done = on_done;
	get->userdata = userdata;
	r = transfer_init(&get->transfer, client->multi, client->resolver);
	get->transfer.on_end = on_transfer_end;
	get->transfer.userdata = get;
	if (r >= 0)
		r = copy_wanted(get, wanted);
	if (r >= 0)
		r = set_options(get);
	if (r >= 0)
		r = request_set_deadline(request, wanted->timeout_us);
	if (r < 0) {
		request_free(request);
		return r;
	}

	start_get(get);
	if (ret)
		*ret = request;
	return 0;
}
