/* The opening of a mail connection is libcurl's: how far it came is read off the lines that
 * it shows of what it sends (http/smtp.c), which no manual promises.  They are those of
 * libcurl 7.88.1, Debian 12's; another version has to show the same.  (QUIT, which is never
 * waited for, is test_http_mail.c's: smtp-quit-hang.) */
#include <fcntl.h>

#include <curl/curl.h>

#include "base/str.h"
#include "unit/http_peer.h"

static int on_line(CURL *easy, curl_infotype kind, char *bytes, size_t size, void *userdata)
{
	const struct slice line = slice_from(bytes, size);

	if (kind == CURLINFO_HEADER_OUT)
		str_add_format(userdata, "[%.*s]", SLICE_FMT(slice_trim(line)));
	return 0;
}

static size_t ignore(char *bytes, size_t size, size_t n, void *userdata)
{
	return size * n;
}

/* What libcurl shows of one opening. */
static void open_connection(const char *server, const char *user, struct str *said)
{
	char url[100];
	CURL *easy = curl_easy_init();

	snprintf(url, sizeof(url), "smtp://localhost:%s/client.example", peer_port(server));
	curl_easy_setopt(easy, CURLOPT_URL, url);
	curl_easy_setopt(easy, CURLOPT_CONNECT_ONLY, 1L);
	curl_easy_setopt(easy, CURLOPT_USERNAME, user);
	curl_easy_setopt(easy, CURLOPT_PASSWORD, user ? "password" : NULL);
	curl_easy_setopt(easy, CURLOPT_VERBOSE, 1L);
	curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, ignore);
	curl_easy_setopt(easy, CURLOPT_DEBUGFUNCTION, on_line);
	curl_easy_setopt(easy, CURLOPT_DEBUGDATA, said);
	(void)curl_easy_perform(easy);
	curl_easy_cleanup(easy);
}

static void test_the_lines_that_stages_are_read_off(void **state)
{
	static const struct {
		const char *server, *user, *want;
	} cases[] = {
		{"smtp", NULL, "[EHLO client.example]"},
		{"smtp-ehlo-550", NULL, "[EHLO client.example][HELO client.example]"},
		{"smtp-auth-535", "user", "[EHLO client.example][AUTH PLAIN]"},
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		CLEANUP(str_done) struct str said = STR_INIT(10000);

		open_connection(cases[i].server, cases[i].user, &said);
		expect(slice_starts_with(str_slice(&said), slice_of(cases[i].want)),
			"libcurl %s says %s to %s: see on_opening_command()",
			curl_version_info(CURLVERSION_NOW)->version, str_text(&said),
			cases[i].server);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_lines_that_stages_are_read_off),
	};

	return cmocka_run_group_tests(tests, peer_start, peer_stop);
}
