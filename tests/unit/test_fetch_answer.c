#include "fetch/answer.h"
#include "http/client.h"
#include "record/preset.h"
#include "unit/unit.h"

/* Saturday 21 November 2026, 08:00 GMT. */
#define NOW_S 1795248000

static struct fetch_answer read_headers(const char *headers, struct arena *arena)
{
	const struct http_answer answer = {
		.error_text = "", .status = 200, .headers = slice_of(headers), .url = "http://a/"};
	struct fetch_answer ret;

	assert_int_equal(fetch_answer_read(&answer, NULL, NOW_S * US_PER_S, arena, &ret), 0);
	return ret;
}

/* Seconds from NOW_S, -1: unknown. */
static long long ahead(struct instant instant)
{
	return instant.known ? instant.us / US_PER_S - NOW_S : -1;
}

static void test_times(void **state)
{
	static const struct {
		const char *headers;
		long long retry_after, fresh, limit;
	} cases[] = {
		{"", -1, -1, -1},
		{"Retry-After: 120\r\n", 120, -1, -1},
		{"RETRY-AFTER:  120  \r\n", 120, -1, -1},
		{"Retry-After: Sat, 21 Nov 2026 08:10:00 GMT\r\n", 600, -1, -1},
		{"Retry-After: Saturday, 21-Nov-26 08:10:00 GMT\r\n", 600, -1, -1},
		{"Retry-After: Sat Nov 21 08:10:00 2026\r\n", 600, -1, -1},
		{"Retry-After: Sat, 21 Nov 2026 07:00:00 GMT\r\n", -1, -1, -1},
		{"Retry-After: 99999999999999999999\r\n", 172800, -1, -1},
		{"Retry-After: Fri, 01 Jan 2100 00:00:00 GMT\r\n", 172800, -1, -1},
		{"Retry-After: Sat, 21 Nov 2026008:10:00 GMT\r\n", -1, -1, -1},
		{"Retry-After: -5\r\n", -1, -1, -1},
		{"Retry-After: nan\r\n", -1, -1, -1},
		{"Retry-After: soon\r\n", -1, -1, -1},
		{"Cache-Control: max-age=600\r\n", -1, 600, -1},
		{"Cache-Control: public, MAX-AGE=\"600\"\r\nAge: 100\r\n", -1, 500, -1},
		{"Cache-Control: max-age=600\r\nAge: 700\r\n", -1, -1, -1},
		{"Cache-Control: max-age=600, no-cache\r\n", -1, -1, -1},
		{"Cache-Control: s-maxage=600\r\n", -1, -1, -1},
		{"Cache-Control: max-age=60\r\nExpires: Sat, 21 Nov 2026 09:00:00 GMT\r\n", -1, 60,
			-1},
		{"Cache-Control: public\r\nCache-Control: max-age=60\r\n", -1, 60, -1},
		{"Cache-Control: max-age=60\r\nCache-Control: no-store\r\n", -1, -1, -1},
		{"Expires: Sat, 21 Nov 2026 09:00:00 GMT\r\n", -1, 3600, -1},
		/* The server's clock is an hour ahead. */
		{"Date: Sat, 21 Nov 2026 09:00:00 GMT\r\n"
		 "Expires: Sat, 21 Nov 2026 09:01:00 GMT\r\n",
			-1, 60, -1},
		{"Expires: 0\r\n", -1, -1, -1},
		{"X-RateLimit-Remaining: 0\r\nX-RateLimit-Reset: 1795248300\r\n", -1, -1, 300},
		{"x-ratelimit-remaining: 0.5\r\nx-ratelimit-reset: 42\r\n", -1, -1, 42},
		{"X-RateLimit-Remaining: 0\r\nX-RateLimit-Reset: 2026-11-21T08:05:00.000Z\r\n", -1,
			-1, 300},
		{"RateLimit-Remaining: 0\r\nRateLimit-Reset: 7\r\n", -1, -1, 7},
		{"X-RateLimit-Remaining: 3\r\nX-RateLimit-Reset: 300\r\n", -1, -1, -1},
		{"X-RateLimit-Remaining: 0\r\n", -1, -1, -1},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		CLEANUP(arena_freep) struct arena *arena = NULL;

		assert_int_equal(arena_new(65536, &arena), 0);
		const struct fetch_answer got = read_headers(cases[i].headers, arena);
		expect(ahead(got.retry_after) == cases[i].retry_after &&
				ahead(got.fresh_until) == cases[i].fresh &&
				ahead(got.limit_until) == cases[i].limit,
			"%s: retry after %lld, fresh for %lld, limit for %lld", cases[i].headers,
			ahead(got.retry_after), ahead(got.fresh_until), ahead(got.limit_until));
	}
}

static void test_content_type(void **state)
{
	static const struct {
		const char *headers, *type, *charset;
	} cases[] = {
		{"", NULL, NULL},
		{"Content-Type: text/xml\r\n", "text/xml", NULL},
		{"Content-Type: Application/RSS+XML; Charset=\"windows-1251\"\r\n",
			"application/rss+xml", "windows-1251"},
		{"Content-Type: text/xml;q=1; charset = utf-8 ;x=y\r\n", "text/xml", "utf-8"},
		{"Content-Type: ;charset=\r\n", NULL, NULL},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		CLEANUP(arena_freep) struct arena *arena = NULL;

		assert_int_equal(arena_new(65536, &arena), 0);
		const struct fetch_answer got = read_headers(cases[i].headers, arena);
		expect(same_text(got.content_type, cases[i].type) &&
				same_text(got.charset, cases[i].charset),
			"%s: %s, %s", cases[i].headers, got.content_type, got.charset);
	}
}

static void test_validators_are_kept_byte_for_byte(void **state)
{
	CLEANUP(arena_freep) struct arena *arena = NULL;

	(void)state;
	assert_int_equal(arena_new(65536, &arena), 0);
	const struct fetch_answer got = read_headers(
		"ETag: W/\"\xe4 b\"\r\nLast-Modified: Thu, 32 Foo 2026 25:00:00\r\n", arena);

	assert_string_equal(got.etag, "W/\"\xe4 b\"");
	assert_string_equal(got.last_modified, "Thu, 32 Foo 2026 25:00:00");
}

static void test_a_preset_may_name_the_limits(void **state)
{
	static const struct preset_limits limits = {
		.remaining = "Quota-Left", .reset = "Quota-Renewed"};
	CLEANUP(arena_freep) struct arena *arena = NULL;
	const struct http_answer answer = {.error_text = "",
		.status = 200,
		.headers = SLICE("Quota-Left: 0\r\nQuota-Renewed: 30\r\n"),
		.url = "http://a/"};
	struct fetch_answer ret;

	assert_int_equal(arena_new(1 << 16, &arena), 0);
	assert_int_equal(fetch_answer_read(&answer, &limits, NOW_S * US_PER_S, arena, &ret), 0);
	assert_int_equal(ahead(ret.limit_until), 30);
	assert_int_equal(fetch_answer_read(&answer, NULL, NOW_S * US_PER_S, arena, &ret), 0);
	assert_int_equal(ahead(ret.limit_until), -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_times),
		cmocka_unit_test(test_content_type),
		cmocka_unit_test(test_validators_are_kept_byte_for_byte),
		cmocka_unit_test(test_a_preset_may_name_the_limits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
