#include <errno.h>
#include <stdlib.h>

#include "http/target.h"
#include "unit/unit.h"

static void test_parse(void **state)
{
	static const struct {
		const char *text, *base;
		int result;
		const char *want, *host;
		uint16_t port;
	} cases[] = {
		{"http://example.org", NULL, 0, "http://example.org/", "example.org", 80},
		{"https://EXAMPLE.org/a?b=c#d", NULL, 0, "https://EXAMPLE.org/a?b=c", "example.org",
			443},
		{"https://u:p@example.org:8443/", NULL, 0, "https://example.org:8443/",
			"example.org", 8443},
		{"http://example.org/a b/\xc3\xbc", NULL, 0, "http://example.org/a%20b/%c3%bc",
			"example.org", 80},
		{"http://b\xc3\xbc"
		 "cher.example/",
			NULL, 0, "http://xn--bcher-kva.example/", "xn--bcher-kva.example", 80},
		{"http://\xff\xfe.example/", NULL, -EINVAL, NULL, NULL, 0},
		{"http://0x7f.1/", NULL, 0, "http://127.0.0.1/", "127.0.0.1", 80},
		{"http://[2A00::1]:81/", NULL, 0, NULL, "2a00::1", 81},
		{"smtp://mail.example/own.example", NULL, 0, "smtp://mail.example/own.example",
			"mail.example", 25},
		{"smtps://mail.example", NULL, 0, NULL, "mail.example", 465},
		{"/b", "https://example.org/a/c", 0, "https://example.org/b", "example.org", 443},
		{"b?x", "https://example.org/a/c", 0, "https://example.org/a/b?x", "example.org",
			443},
		{"//other.example/b", "https://example.org/a", 0, "https://other.example/b",
			"other.example", 443},
		{"http://third.example", "https://example.org/a", 0, "http://third.example/",
			"third.example", 80},
		{"example.org", NULL, -EINVAL, NULL, NULL, 0},
		{"", NULL, -EINVAL, NULL, NULL, 0},
		{"http://", NULL, -EINVAL, NULL, NULL, 0},
		{"http://0%7f.1/", NULL, -EINVAL, NULL, NULL, 0},
		{"http://a%3ab/", NULL, -EINVAL, NULL, NULL, 0},
		{"http://[fe80::1%25lo]/", NULL, 0, NULL, "fe80::1", 80},
		{"http://example.org:0/", NULL, -EINVAL, NULL, NULL, 0},
		{"http://example.org:99999/", NULL, -EINVAL, NULL, NULL, 0},
		{"http://a\r\nb/", NULL, -EINVAL, NULL, NULL, 0},
		{"file:///etc/passwd", NULL, -EACCES, NULL, NULL, 0},
		{"ftp://example.org/", "http://example.org/", -EACCES, NULL, NULL, 0},
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		CLEANUP(target_done) struct target url = {0};
		const int r = target_parse(cases[i].text, cases[i].base, &url);

		expect(r == cases[i].result, "%s: got %d", cases[i].text, r);
		if (r < 0)
			continue;
		expect(!cases[i].want || strcmp(url.text, cases[i].want) == 0, "%s: got %s",
			cases[i].text, url.text);
		expect(strcmp(url.host, cases[i].host) == 0 && url.port == cases[i].port,
			"%s: got host %s, port %u", cases[i].text, url.host, url.port);
	}
}

static void test_user_and_password_are_taken_out(void **state)
{
	CLEANUP(target_done) struct target url = {0};
	CLEANUP(target_done) struct target plain = {0};

	assert_int_equal(target_parse("https://us%40er:p%3Aw@example.org/", NULL, &url), 0);
	assert_string_equal(url.user, "us@er");
	assert_string_equal(url.password, "p:w");
	assert_null(strstr(url.text, "p%3Aw"));
	assert_int_equal(target_parse("https://example.org/", NULL, &plain), 0);
	assert_null(plain.user);
	assert_null(plain.password);
}

static void test_length_is_bounded(void **state)
{
	CLEANUP(free_heapp) char *text = calloc(1, 20000);
	struct target url;

	memset(text, 'a', 19999);
	memcpy(text, "http://example.org/", 19);
	assert_int_equal(target_parse(text, NULL, &url), -EMSGSIZE);
	/* Encoding triples what is not ASCII. */
	memset(text + 19, '\xfc', 5000);
	text[5019] = '\0';
	assert_int_equal(target_parse(text, NULL, &url), -EMSGSIZE);
}

static void test_origin_is_scheme_host_and_port(void **state)
{
	static const struct {
		const char *a, *b;
		bool same;
	} cases[] = {
		{"https://example.org/a", "https://EXAMPLE.org:443/b", true},
		{"https://example.org/", "http://example.org/", false},
		{"https://example.org/", "https://example.org:8443/", false},
		{"https://example.org/", "https://www.example.org/", false},
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		CLEANUP(target_done) struct target a = {0};
		CLEANUP(target_done) struct target b = {0};

		assert_int_equal(target_parse(cases[i].a, NULL, &a), 0);
		assert_int_equal(target_parse(cases[i].b, NULL, &b), 0);
		expect(target_same_origin(&a, &b) == cases[i].same, "%s and %s", cases[i].a,
			cases[i].b);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_parse),
		cmocka_unit_test(test_user_and_password_are_taken_out),
		cmocka_unit_test(test_length_is_bounded),
		cmocka_unit_test(test_origin_is_scheme_host_and_port),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
