#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>

#include "base/str.h"
#include "http/client.h"
#include "http/header.h"
#include "unit/http_peer.h"

struct outcome {
	sd_event *event;
	unsigned int n_done;
	int error;
	int status;
	unsigned int n_redirects;
	char words[1024];
	char url[256];
	char permanent_url[256];
	char headers[4096];
	char *body; /* NUL-terminated */
	size_t body_len;
};

static void keep(char *place, size_t size, const char *text)
{
	snprintf(place, size, "%s", text ? text : "");
}

static void on_done(const struct http_answer *answer, void *userdata)
{
	struct outcome *outcome = userdata;

	outcome->n_done++;
	outcome->error = answer->error;
	outcome->status = answer->status;
	outcome->n_redirects = answer->n_redirects;
	keep(outcome->words, sizeof(outcome->words), answer->error_text);
	keep(outcome->url, sizeof(outcome->url), answer->url);
	keep(outcome->permanent_url, sizeof(outcome->permanent_url), answer->permanent_url);
	snprintf(outcome->headers, sizeof(outcome->headers), "%.*s", SLICE_FMT(answer->headers));
	free(outcome->body);
	outcome->body = strndup(answer->body.ptr ? answer->body.ptr : "", answer->body.len);
	outcome->body_len = answer->body.len;
	sd_event_exit(outcome->event, 0);
}

static void outcome_done(struct outcome *outcome)
{
	free(outcome->body);
}

static struct http_client *client_on(sd_event *event, const char *proxy, const char *ca_file)
{
	struct http_client *client = NULL;

	assert_int_equal(http_client_new(&(struct http_client_options){.event = event,
						 .contact = "social@acme.example",
						 .proxy = proxy,
						 .ca_file = ca_file},
				 &client),
		0);
	return client;
}

/* Runs one GET to its end in a loop of its own. */
static void run(const struct http_exchange *get, const char *proxy, const char *ca_file,
	struct outcome *ret)
{
	CLEANUP(sd_event_unrefp) sd_event *event = NULL;
	CLEANUP(http_client_freep) struct http_client *client = NULL;

	*ret = (struct outcome){0};
	assert_int_equal(sd_event_new(&event), 0);
	client = client_on(event, proxy, ca_file);
	ret->event = event;
	assert_int_equal(http_exchange(client, get, on_done, ret, NULL), 0);
	assert_int_equal(ret->n_done, 0);
	assert_int_equal(sd_event_loop(event), 0);
	assert_int_equal(ret->n_done, 1);
	assert_int_equal(http_client_count(client), 0);
}

static struct http_exchange get_of(const char *url)
{
	return (struct http_exchange){.url = url,
		.allow_private = true,
		.max_body_bytes = 100000,
		.timeout_us = 20 * US_PER_S,
		.max_redirects = 5};
}

static char *url_of(char *text, size_t size, const char *server, const char *path)
{
	snprintf(text, size, "http://127.0.0.1:%s%s", peer_port(server), path);
	return text;
}

static void test_outcomes(void **state)
{
	static const struct {
		const char *path;
		int error, status;
		const char *words; /* part of the error's text, or the body */
	} cases[] = {
		{"/plain", 0, 200, "<rss/>"},
		{"/missing", 0, 404, "no"},
		{"/not-modified", 0, 304, ""},
		{"/gzip", 0, 200, "<rss/>"},
		{"/raw-deflate", 0, 200, "<rss/>"},
		{"/zlib", 0, 200, "<rss/>"},
		{"/gzip-unsaid", 0, 200, "<rss/>"},
		{"/gzip-of-gzip", 0, 200, "<rss/>"},
		{"/gzip-joined", 0, 200, "<rss/>"},
		{"/gzip-without-end", 0, 200, "<rss/>"},
		{"/gzip-named-utf-8", 0, 200, "<rss/>"},
		{"/plain-as-gzip", 0, 200, "<rss/>"},
		{"/plain-as-deflate", 0, 200, "<rss/>"},
		{"/plain-as-br", 0, 200, "<rss/>"},
		{"/plain-as-utf-8", 0, 200, "<rss/>"},
		{"/plain-as-UTF-8", 0, 200, "<rss/>"},
		{"/plain-as-aws-chunked", 0, 200, "<rss/>"},
		{"/plain-as-binary", 0, 200, "<rss/>"},
		{"/plain-as-two", 0, 200, "<rss/>"},
		{"/one-byte", 0, 200, "x"},
		{"/trailer", 0, 200, "<rss/>"},
		{"/continue", 0, 200, "<rss/>"},
		{"/no-location", 0, 301, ""},
		{"/to-nothing", 0, 302, ""},
		{"/gzip-bomb", -EMSGSIZE, 0, "more than 100000 bytes"},
		{"/damaged-gzip", -EBADMSG, 0, "compressed body is damaged"},
		{"/gzip-flipped", -EBADMSG, 0, "compressed body is damaged"},
		{"/gzip-flipped-unsaid", -EBADMSG, 0, "compressed body is damaged"},
		{"/brotli", -EBADMSG, 0, "not asked for"},
		{"/bomb-unsaid", -EMSGSIZE, 0, "more than 100000 bytes"},
		{"/bomb-of-bomb", -EMSGSIZE, 0, "more than 100000 bytes"},
		{"/slow-bomb", -EMSGSIZE, 0, "more than 100000 bytes"},
		{"/endless", -EMSGSIZE, 0, "more than 100000 bytes"},
		{"/large", -EMSGSIZE, 0, "larger than the limit"},
		{"/half-body", -ECONNRESET, 0, "before the end of the body"},
		{"/close", -ECONNRESET, 0, "without an answer"},
		{"/many-headers", -EMSGSIZE, 0, "headers have more than"},
		{"/wide-headers", -EMSGSIZE, 0, "headers have more than"},
		{"/http09", -EBADMSG, 0, "no HTTP/1"},
		{"/loop", -ELOOP, 0, "more than 5 redirects"},
		{"/to-file", -EACCES, 0, "only http and https"},
		{"/to-gopher", -EACCES, 0, "only http and https"},
		{"/to-smtp", -EACCES, 0, "only http and https"},
		{"/to-loopback", -ECONNREFUSED, 0, "is the server up?"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		CLEANUP(outcome_done) struct outcome got;
		char url[200];
		struct http_exchange get = get_of(url_of(url, sizeof(url), "http", cases[i].path));

		run(&get, NULL, NULL, &got);
		expect(got.error == cases[i].error && got.status == cases[i].status,
			"%s: got error %d (%s), status %d", cases[i].path, got.error, got.words,
			got.status);
		expect(got.error < 0 ? strstr(got.words, cases[i].words) != NULL
				     : strcmp(got.body, cases[i].words) == 0,
			"%s: got words `%s', body `%s'", cases[i].path, got.words, got.body);
	}
}

static void test_time_is_bounded(void **state)
{
	static const char *const paths[] = {"/hang", "/slow-headers"};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(paths); i++) {
		CLEANUP(outcome_done) struct outcome got;
		char url[200];
		struct http_exchange get = get_of(url_of(url, sizeof(url), "http", paths[i]));

		get.timeout_us = 300 * US_PER_MS;
		run(&get, NULL, NULL, &got);
		expect(got.error == -ETIMEDOUT && strstr(got.words, "while "),
			"%s: got error %d (%s)", paths[i], got.error, got.words);
	}
}

static void test_private_addresses_are_refused_however_written(void **state)
{
	static const char *const urls[] = {
		"http://127.0.0.1/",
		"http://localhost/",
		"http://2130706433/",
		"http://0x7f.1/",
		"http://017700000001/",
		"http://0/",
		"http://[::1]/",
		"http://[::]/",
		"http://[::ffff:127.0.0.1]/",
		"http://[64:ff9b::7f00:1]/",
		"http://169.254.169.254/latest/meta-data/",
		"https://user:secret@127.0.0.1/",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(urls); i++) {
		CLEANUP(outcome_done) struct outcome got;
		struct http_exchange get = get_of(urls[i]);

		get.allow_private = false;
		run(&get, NULL, NULL, &got);
		expect(got.error == -EACCES && strstr(got.words, "allow_private"),
			"%s: got error %d (%s)", urls[i], got.error, got.words);
		expect(!strstr(got.words, "secret") && !strstr(got.url, "secret"),
			"%s: tells the password", urls[i]);
	}
}

static void test_what_is_no_web_address_is_told(void **state)
{
	static const struct {
		const char *url;
		int error;
	} cases[] = {
		{"", -EINVAL},
		{"example.org", -EINVAL},
		{"http://", -EINVAL},
		{"http://exa mple/", -EINVAL},
		{"file:///etc/passwd", -EACCES},
		{"smtp://127.0.0.1/", -EACCES},
		{"http://no-such-host.invalid/", -EHOSTUNREACH},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		CLEANUP(outcome_done) struct outcome got;
		struct http_exchange get = get_of(cases[i].url);

		run(&get, NULL, NULL, &got);
		expect(got.error == cases[i].error && got.words[0] != '\0',
			"`%s': got error %d (%s)", cases[i].url, got.error, got.words);
	}
}

static void test_only_a_permanent_chain_moves_the_source(void **state)
{
	static const struct {
		const char *path;
		unsigned int n_redirects;
		const char *end;
		bool permanent;
	} cases[] = {
		{"/moved", 2, "/plain?a=b+c", true},
		{"/moved-for-now", 2, "/plain", false},
		{"/found", 1, "/plain", false},
		{"/plain", 0, "/plain", false},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		CLEANUP(outcome_done) struct outcome got;
		char url[200];
		char end[200];
		struct http_exchange get = get_of(url_of(url, sizeof(url), "http", cases[i].path));

		url_of(end, sizeof(end), "http", cases[i].end);
		run(&get, NULL, NULL, &got);
		expect(got.status == 200 && got.n_redirects == cases[i].n_redirects &&
				strcmp(got.url, end) == 0 &&
				strcmp(got.permanent_url, cases[i].permanent ? end : "") == 0,
			"%s: status %d (%s) after %u, at %s, moved to `%s'", cases[i].path,
			got.status, got.words, got.n_redirects, got.url, got.permanent_url);
	}
}

static void test_the_request_says_who_asks_and_no_more(void **state)
{
	static const char *const headers[] = {"Accept: application/rss+xml", NULL};
	CLEANUP(outcome_done) struct outcome got;
	char url[200];
	struct http_exchange get = get_of(url_of(url, sizeof(url), "http", "/echo"));

	(void)state;
	get.headers = headers;
	run(&get, NULL, NULL, &got);
	assert_int_equal(got.status, 200);
	assert_non_null(strstr(got.body, "GET /echo HTTP/1.1\r\n"));
	assert_non_null(strstr(
		got.body, "User-Agent: mentiond/" MENTIOND_VERSION " (+social@acme.example)\r\n"));
	assert_non_null(strstr(got.body, "Accept: application/rss+xml\r\n"));
	assert_non_null(strstr(got.body, "Accept-Encoding: deflate, gzip"));
	assert_null(strstr(got.body, "Cookie"));
	assert_null(strstr(got.body, "Referer"));
	assert_null(strstr(got.body, "Authorization"));
}

static void test_secrets_stay_with_the_origin(void **state)
{
	static const char *const secrets[] = {"Api-Key: k3y", NULL};
	static const struct {
		const char *path; /* %s: the other server's port */
		bool sent;
	} cases[] = {
		{"/echo", true},
		{"/to-port/%s/echo", false},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		CLEANUP(outcome_done) struct outcome got;
		char path[100];
		char url[200];
		struct http_exchange get;

		snprintf(path, sizeof(path), "%.20s%s%.20s", cases[i].sent ? "/echo" : "/to-port/",
			cases[i].sent ? "" : peer_port("http-other"), cases[i].sent ? "" : "/echo");
		get = get_of(url_of(url, sizeof(url), "http", path));
		get.secret_headers = secrets;
		get.user = "user";
		get.password = "password";
		run(&get, NULL, NULL, &got);
		expect(got.status == 200, "%s: status %d (%s)", path, got.status, got.words);
		expect((strstr(got.body, "Api-Key: k3y") != NULL) == cases[i].sent &&
				(strstr(got.body, "Authorization: Basic") != NULL) == cases[i].sent,
			"%s: sent\n%s", path, got.body);
	}
}

static void test_headers_are_those_of_the_answer_itself(void **state)
{
	static const struct {
		const char *path, *name, *value;
	} cases[] = {
		{"/plain", "etag", "W/\"a b\""},
		{"/plain", "Content-TYPE", "text/xml"},
		{"/plain", "location", NULL},
		{"/continue", "x-which", "second"},
		{"/trailer", "etag", NULL},
		{"/not-modified", "etag", "\"x\""},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		CLEANUP(outcome_done) struct outcome got;
		char url[200];
		struct slice value = {0};
		struct http_exchange get = get_of(url_of(url, sizeof(url), "http", cases[i].path));

		run(&get, NULL, NULL, &got);
		const int found = header_find(slice_of(got.headers), cases[i].name, &value);
		expect(found == (cases[i].value != NULL) &&
				(!found || slice_equals(value, slice_of(cases[i].value))),
			"%s: %s is `%.*s'", cases[i].path, cases[i].name, SLICE_FMT(value));
	}
}

static void test_a_proxy_is_used_only_when_configured(void **state)
{
	CLEANUP(outcome_done) struct outcome direct;
	CLEANUP(outcome_done) struct outcome proxied;
	CLEANUP(outcome_done) struct outcome led_home;
	char proxy[100];
	char url[200];
	struct http_exchange get = get_of(url_of(url, sizeof(url), "http", "/plain"));

	(void)state;
	/* Nobody listens on port 9. */
	setenv("http_proxy", "http://127.0.0.1:9", 1);
	run(&get, NULL, NULL, &direct);
	unsetenv("http_proxy");
	assert_int_equal(direct.status, 200);

	url_of(proxy, sizeof(proxy), "http", "");
	get = get_of("http://proxied.example/plain");
	get.allow_private = false;
	run(&get, proxy, NULL, &proxied);
	expect(proxied.status == 200, "through the proxy: %d (%s)", proxied.error, proxied.words);

	get = get_of("http://203.0.113.7/to-loopback");
	get.allow_private = false;
	run(&get, proxy, NULL, &led_home);
	expect(led_home.error == -EACCES && led_home.n_redirects == 1, "led home: %d (%s)",
		led_home.error, led_home.words);
}

static void test_certificates_are_verified(void **state)
{
	CLEANUP(outcome_done) struct outcome stranger;
	CLEANUP(outcome_done) struct outcome trusted;
	CLEANUP(outcome_done) struct outcome by_source;
	CLEANUP(outcome_done) struct outcome by_other;
	char url[200] = "";
	char ca_file[300];
	struct http_exchange get = get_of(url);

	(void)state;
	snprintf(url, sizeof(url), "https://localhost:%s/plain", peer_port("https"));
	snprintf(ca_file, sizeof(ca_file), "%s/certificate.pem", peer_port("folder"));
	run(&get, NULL, NULL, &stranger);
	expect(stranger.error == -EACCES && strstr(stranger.words, "certificate is not trusted"),
		"stranger: %d (%s)", stranger.error, stranger.words);
	run(&get, NULL, ca_file, &trusted);
	expect(trusted.status == 200, "trusted: %d (%s)", trusted.error, trusted.words);

	/* That of the request counts, not the client's. */
	get.ca_file = ca_file;
	run(&get, NULL, NULL, &by_source);
	expect(by_source.status == 200, "by source: %d (%s)", by_source.error, by_source.words);
	get.ca_file = "/dev/null";
	run(&get, NULL, ca_file, &by_other);
	assert_int_equal(by_other.error, -EACCES);
}

static void test_cancel_tells_once(void **state)
{
	CLEANUP(sd_event_unrefp) sd_event *event = NULL;
	struct outcome cancelled = {0};
	struct outcome freed = {0};
	struct http_request *request = NULL;
	char url[200];
	struct http_exchange get = get_of(url_of(url, sizeof(url), "http", "/hang"));

	(void)state;
	assert_int_equal(sd_event_new(&event), 0);
	cancelled.event = freed.event = event;
	struct http_client *client = client_on(event, NULL, NULL);

	assert_int_equal(http_exchange(client, &get, on_done, &cancelled, &request), 0);
	assert_int_equal(http_exchange(client, &get, on_done, &freed, NULL), 0);
	assert_int_equal(sd_event_run(event, 0), 1); /* the connection is under way */
	http_cancel(request);
	assert_int_equal(cancelled.n_done, 1);
	assert_int_equal(cancelled.error, -ECANCELED);
	assert_int_equal(freed.n_done, 0);
	http_client_free(client);
	assert_int_equal(cancelled.n_done, 1);
	assert_int_equal(freed.n_done, 1);
	assert_int_equal(freed.error, -ECANCELED);
	outcome_done(&cancelled);
	outcome_done(&freed);
}

static void test_a_header_with_a_line_break_is_our_mistake(void **state)
{
	static const char *const headers[] = {"X: a\r\nCookie: evil", NULL};
	CLEANUP(sd_event_unrefp) sd_event *event = NULL;
	CLEANUP(http_client_freep) struct http_client *client = NULL;
	struct http_exchange get = get_of("http://127.0.0.1/");

	(void)state;
	assert_int_equal(sd_event_new(&event), 0);
	client = client_on(event, NULL, NULL);
	get.headers = headers;
	assert_int_equal(http_exchange(client, &get, on_done, NULL, NULL), -EINVAL);
	assert_int_equal(http_client_count(client), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_outcomes),
		cmocka_unit_test(test_time_is_bounded),
		cmocka_unit_test(test_private_addresses_are_refused_however_written),
		cmocka_unit_test(test_what_is_no_web_address_is_told),
		cmocka_unit_test(test_only_a_permanent_chain_moves_the_source),
		cmocka_unit_test(test_the_request_says_who_asks_and_no_more),
		cmocka_unit_test(test_secrets_stay_with_the_origin),
		cmocka_unit_test(test_headers_are_those_of_the_answer_itself),
		cmocka_unit_test(test_a_proxy_is_used_only_when_configured),
		cmocka_unit_test(test_certificates_are_verified),
		cmocka_unit_test(test_cancel_tells_once),
		cmocka_unit_test(test_a_header_with_a_line_break_is_our_mistake),
	};

	return cmocka_run_group_tests(tests, peer_start, peer_stop);
}
