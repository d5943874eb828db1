#include <errno.h>

#include "fetch/policy.h"
#include "unit/unit.h"

/* Saturday 21 November 2026, 08:00 GMT. */
#define NOW_US   (INT64_C(1795248000) * US_PER_S)
#define IN(wait) INSTANT(NOW_US + (wait))
#define MINUTE   US_PER_MINUTE
#define HOUR     US_PER_HOUR
#define DAY      US_PER_DAY

static const struct feed_hints parsed = {.parsed = true, .n_posts = 10};
static const struct feed_hints expired = {.parsed = true, .expired = true};
static const struct feed_hints cut = {.parsed = true, .is_cut = true, .n_posts = 5};
static const struct feed_hints unparsed = {.error = "line 3: no feed"};

static struct source_state apply(const struct source_settings *source,
	const struct fetch_answer *answer, const struct feed_hints *hints,
	struct source_state state, struct arena *arena)
{
	const struct policy_input input = {
		.source = source, .answer = answer, .hints = hints, .now_us = NOW_US};
	struct random random = {.state = 1};

	assert_int_equal(policy_apply(&input, &random, arena, &state), 0);
	return state;
}

static struct arena *new_arena(void)
{
	struct arena *arena;

	assert_int_equal(arena_new(65536, &arena), 0);
	return arena;
}

static void test_backoff_doubles_up_to_six_hours(void **state)
{
	static const struct {
		int64_t interval_us;
		unsigned int failures;
		int64_t want_us;
	} cases[] = {
		{US_PER_S, 1, US_PER_S},
		{US_PER_S, 2, 2 * US_PER_S},
		{US_PER_S, 5, 16 * US_PER_S},
		{15 * MINUTE, 1, 15 * MINUTE},
		{15 * MINUTE, 4, 2 * HOUR},
		{15 * MINUTE, 6, 6 * HOUR},
		{15 * MINUTE, 4000000000, 6 * HOUR},
		{24 * HOUR, 1, 24 * HOUR},
		{24 * HOUR, 9, 24 * HOUR},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		const int64_t got = policy_backoff_us(cases[i].interval_us, cases[i].failures);

		expect(got == cases[i].want_us, "case %zu: got %lld s", i,
			(long long)(got / US_PER_S));
	}
}

static void test_next_poll(void **state)
{
	static const struct {
		const char *what;
		int64_t every_us, interval_us;
		unsigned int failures;
		struct fetch_answer answer;
		struct feed_hints hints;
		int64_t want_us;
	} cases[] = {
		{"every", 15 * MINUTE, 0, 0, {.status = 200}, {.parsed = true}, 15 * MINUTE},
		{"every beats ttl", 15 * MINUTE, 0, 0, {.status = 200},
			{.parsed = true, .ttl_us = HOUR}, 15 * MINUTE},
		{"every beats skipHours", 15 * MINUTE, 0, 0, {.status = 200},
			{.parsed = true, .skip_hours = 1 << 8}, 15 * MINUTE},
		{"max-age beats every", 15 * MINUTE, 0, 0,
			{.status = 200, .fresh_until = IN(30 * MINUTE)}, {.parsed = true},
			30 * MINUTE},
		{"max-age is capped at an hour", 15 * MINUTE, 0, 0,
			{.status = 200, .fresh_until = IN(30 * HOUR)}, {.parsed = true}, HOUR},
		{"a shorter max-age changes nothing", 15 * MINUTE, 0, 0,
			{.status = 200, .fresh_until = IN(MINUTE)}, {.parsed = true}, 15 * MINUTE},
		{"a limit that is used up", MINUTE, 0, 0, {.status = 200, .limit_until = IN(HOUR)},
			{.parsed = true}, HOUR},
		{"adaptive, nothing new", 0, 20 * MINUTE, 0, {.status = 200}, {.parsed = true},
			30 * MINUTE},
		{"adaptive, not modified", 0, 20 * MINUTE, 0, {.status = 304, .conditional = true},
			{0}, 30 * MINUTE},
		{"adaptive, never above six hours", 0, 5 * HOUR, 0, {.status = 200},
			{.parsed = true}, 6 * HOUR},
		/* The last success was an hour ago: six posts are one in ten minutes. */
		{"adaptive, busy", 0, HOUR, 0, {.status = 200}, {.parsed = true, .n_new = 6},
			35 * MINUTE},
		{"adaptive, never below five minutes", 0, 6 * MINUTE, 0, {.status = 200},
			{.parsed = true, .n_new = 100}, 5 * MINUTE},
		{"adaptive, ttl", 0, 20 * MINUTE, 0, {.status = 200},
			{.parsed = true, .ttl_us = 2 * HOUR}, 2 * HOUR},
		{"adaptive, ttl of a week", 0, 20 * MINUTE, 0, {.status = 200},
			{.parsed = true, .ttl_us = 168 * HOUR}, 6 * HOUR},
		{"adaptive, 8 and 9 o'clock are skipped", 0, 20 * MINUTE, 0, {.status = 200},
			{.parsed = true, .skip_hours = 1 << 8 | 1 << 9}, 2 * HOUR},
		{"adaptive, Saturday is skipped", 0, 20 * MINUTE, 0, {.status = 200},
			{.parsed = true, .skip_days = 1 << 6}, 16 * HOUR},
		{"adaptive, every day is skipped", 0, 20 * MINUTE, 0, {.status = 200},
			{.parsed = true, .skip_days = 0x7F}, 30 * MINUTE},
		{"adaptive, max-age of a month", 0, 20 * MINUTE, 0,
			{.status = 200, .fresh_until = IN(720 * HOUR)}, {.parsed = true}, 6 * HOUR},
		{"adaptive, ttl and max-age, the longer counts", 0, 20 * MINUTE, 0,
			{.status = 200, .fresh_until = IN(2 * HOUR)},
			{.parsed = true, .ttl_us = HOUR}, 2 * HOUR},
		{"adaptive, skipped from the end of the ttl on", 0, 20 * MINUTE, 0, {.status = 200},
			{.parsed = true, .ttl_us = HOUR, .skip_hours = 1 << 9 | 1 << 10}, 3 * HOUR},
		{"a whole day, and no storm of Retry-After", DAY, 0, 8,
			{.status = 503, .retry_after = IN(MINUTE)}, {0}, DAY},
		{"not modified, but fresh for longer", 15 * MINUTE, 0, 0,
			{.status = 304, .conditional = true, .fresh_until = IN(30 * MINUTE)}, {0},
			30 * MINUTE},
		{"a limit that is used up counts after a refusal", MINUTE, 0, 0,
			{.status = 403, .limit_until = IN(HOUR)}, {0}, HOUR},
		{"Retry-After of two days", 15 * MINUTE, 0, 3,
			{.status = 503, .retry_after = IN(2 * DAY)}, {0}, 2 * DAY},
		{"no feed", 15 * MINUTE, 0, 2, {.status = 200}, {0}, HOUR},
		{"time-out", 15 * MINUTE, 0, 0, {.error = -ETIMEDOUT}, {0}, 15 * MINUTE},
		{"server error, third in a row", 15 * MINUTE, 0, 2, {.status = 500}, {0}, HOUR},
		{"not found", 15 * MINUTE, 0, 1, {.status = 404}, {0}, 30 * MINUTE},
		{"304 that nobody asked for", 15 * MINUTE, 0, 0, {.status = 304}, {0}, 15 * MINUTE},
		{"too many requests", 15 * MINUTE, 0, 0, {.status = 429}, {0}, 30 * MINUTE},
		{"Retry-After", 15 * MINUTE, 0, 0, {.status = 429, .retry_after = IN(3 * HOUR)},
			{0}, 3 * HOUR},
		{"Retry-After is no promise to hurry", 15 * MINUTE, 0, 0,
			{.status = 503, .retry_after = IN(MINUTE)}, {0}, 15 * MINUTE},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		CLEANUP(arena_freep) struct arena *arena = new_arena();
		const struct source_settings source = {
			.url = "http://a/", .every_us = cases[i].every_us};
		struct fetch_answer answer = cases[i].answer;
		struct source_state before = {.failures = cases[i].failures,
			.interval_us = cases[i].interval_us,
			.last_success = INSTANT(NOW_US - HOUR)};

		answer.error_text = "";
		const struct source_state got =
			apply(&source, &answer, &cases[i].hints, before, arena);
		const int64_t wait_us = got.next_poll.us - NOW_US;

		/* Later by a tenth at most, never earlier. */
		expect(wait_us >= cases[i].want_us &&
				wait_us <= cases[i].want_us + cases[i].want_us / 10,
			"%s: next poll in %lld s, want %lld", cases[i].what,
			(long long)(wait_us / US_PER_S), (long long)(cases[i].want_us / US_PER_S));
	}
}

static void test_who_posted_lately_is_asked_every_hour(void **state)
{
	static const struct {
		const char *what;
		struct instant last_new_post;
		size_t n_new;
		int64_t want_us;
	} cases[] = {
		{"never posted", {0}, 0, 6 * HOUR},
		{"yesterday", IN(-DAY), 0, HOUR},
		{"before the weekend", IN(-DAY * 5 / 2), 0, HOUR},
		{"last week", IN(-7 * DAY), 0, 6 * HOUR},
		{"now, after a long time", IN(-70 * DAY), 1, HOUR},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		CLEANUP(arena_freep) struct arena *arena = new_arena();
		const struct source_settings source = {.url = "http://a/"};
		const struct fetch_answer answer = {.status = 200};
		const struct feed_hints hints = {.parsed = true, .n_new = cases[i].n_new};
		const struct source_state before = {.interval_us = 6 * HOUR,
			.last_success = INSTANT(NOW_US - 6 * HOUR),
			.last_new_post = cases[i].last_new_post};
		const struct source_state got = apply(&source, &answer, &hints, before, arena);

		expect(got.interval_us == cases[i].want_us, "%s: %lld s", cases[i].what,
			(long long)(got.interval_us / US_PER_S));
	}
}

static void test_validators(void **state)
{
	static const struct {
		const char *what;
		struct fetch_answer answer;
		const struct feed_hints *hints;
		const char *etag, *last_modified;
	} cases[] = {
		{"new ones", {.status = 200, .etag = "new"}, &parsed, "new", NULL},
		{"none: forgotten", {.status = 200}, &parsed, NULL, NULL},
		{"cut: forgotten", {.status = 200, .etag = "new", .last_modified = "now"}, &cut,
			NULL, NULL},
		{"not parsed: kept", {.status = 200, .etag = "new"}, &unparsed, "old", "then"},
		{"not modified: kept", {.status = 304, .conditional = true}, NULL, "old", "then"},
		{"not modified, a newer one", {.status = 304, .conditional = true, .etag = "new"},
			NULL, "new", "then"},
		{"server error: kept", {.status = 503, .etag = "new"}, NULL, "old", "then"},
		{"no answer: kept", {.error = -ETIMEDOUT}, NULL, "old", "then"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		CLEANUP(arena_freep) struct arena *arena = new_arena();
		const struct source_settings source = {.url = "http://a/"};
		struct fetch_answer answer = cases[i].answer;

		answer.error_text = "";
		const struct source_state got = apply(&source, &answer, cases[i].hints,
			(struct source_state){.etag = "old", .last_modified = "then"}, arena);
		expect(same_text(got.etag, cases[i].etag) &&
				same_text(got.last_modified, cases[i].last_modified),
			"%s: %s, %s", cases[i].what, got.etag, got.last_modified);
	}
}

static void test_what_becomes_of_the_source(void **state)
{
	static const struct {
		const char *what;
		struct fetch_answer answer;
		const struct feed_hints *hints;
		const char *url, *error;
		unsigned int failures;
		bool gone;
	} cases[] = {
		{"moved", {.status = 200, .permanent_url = "http://b/"}, &parsed, "http://b/", NULL,
			0, false},
		{"moved and not modified",
			{.status = 304, .conditional = true, .permanent_url = "http://b/"}, NULL,
			"http://b/", NULL, 0, false},
		{"moved to what is no feed", {.status = 200, .permanent_url = "http://b/"},
			&unparsed, "http://a/", "line 3: no feed", 4, false},
		{"moved to nothing", {.status = 404, .permanent_url = "http://b/"}, NULL,
			"http://a/", "HTTP 404: nothing is there", 4, false},
		{"gone", {.status = 410}, NULL, "http://a/", "HTTP 410: gone for good", 3, true},
		{"expired", {.status = 200}, &expired, "http://a/",
			"the feed says that it has ended", 3, true},
		{"teapot", {.status = 418}, NULL, "http://a/", "HTTP 418", 4, false},
		{"no answer", {.error = -ETIMEDOUT, .error_text = "too slow"}, NULL, "http://a/",
			"too slow", 4, false},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		CLEANUP(arena_freep) struct arena *arena = new_arena();
		const struct source_settings source = {.url = "http://a/"};
		const struct source_state got = apply(&source, &cases[i].answer, cases[i].hints,
			(struct source_state){.failures = 3}, arena);

		expect(same_text(got.url, cases[i].url) &&
				same_text(got.last_error, cases[i].error) &&
				got.failures == cases[i].failures && got.gone == cases[i].gone &&
				got.last_status == cases[i].answer.status,
			"%s: %s, `%s', %u failures", cases[i].what, got.url, got.last_error,
			got.failures);
		expect(got.next_poll.known == !got.gone, "%s: asked again", cases[i].what);
	}
}

static void test_out_of_memory_changes_nothing(void **state)
{
	CLEANUP(arena_freep) struct arena *arena = NULL;
	const struct source_settings source = {.url = "http://a/"};
	const struct fetch_answer answer = {.status = 404};
	const struct policy_input input = {.source = &source, .answer = &answer, .now_us = NOW_US};
	struct random random = {.state = 1};
	struct source_state got = {.failures = 3};

	(void)state;
	assert_int_equal(arena_new(4, &arena), 0);
	assert_int_equal(policy_apply(&input, &random, arena, &got), -ENOMEM);
	assert_int_equal(got.failures, 3);
	assert_false(got.last_poll.known);
}

static void test_no_stored_time_waits_longer_than_was_planned(void **state)
{
	static const struct {
		const char *what;
		int64_t last_us, next_us, wait_us; /* from now; the last: as stored */
		unsigned int failures;
		int64_t every_us, want_us;
	} cases[] = {
		{"as planned", -US_PER_MINUTE, 14 * US_PER_MINUTE, 15 * US_PER_MINUTE, 0, 0,
			14 * US_PER_MINUTE},
		{"a clock that was a day ahead", US_PER_DAY, US_PER_DAY + 2 * US_PER_S,
			2 * US_PER_S, 0, 2 * US_PER_S, 2 * US_PER_S},
		{"a clock that was a year behind", -365 * US_PER_DAY, -364 * US_PER_DAY,
			US_PER_MINUTE, 0, 0, -364 * US_PER_DAY},
		{"an older program: the interval", -US_PER_S, 40 * US_PER_HOUR, 0, 0, US_PER_MINUTE,
			US_PER_MINUTE},
		{"an older program: the back-off", -US_PER_S, 40 * US_PER_HOUR, 0, 3, US_PER_MINUTE,
			4 * US_PER_MINUTE},
		{"Retry-After of a day", -US_PER_HOUR, 23 * US_PER_HOUR, US_PER_DAY, 1,
			US_PER_MINUTE, 23 * US_PER_HOUR},
		{"Retry-After of a day, then the clock went back", 47 * US_PER_HOUR,
			71 * US_PER_HOUR, US_PER_DAY, 1, US_PER_MINUTE, US_PER_DAY},
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		const struct source_settings source = {.every_us = cases[i].every_us};
		const struct source_state stored = {.last_poll = INSTANT(NOW_US + cases[i].last_us),
			.next_poll = INSTANT(NOW_US + cases[i].next_us),
			.wait_us = cases[i].wait_us,
			.failures = cases[i].failures};
		const int64_t got_us = policy_wait_us(&source, &stored, NOW_US);

		expect(got_us == cases[i].want_us, "%s: %lld s", cases[i].what,
			(long long)(got_us / US_PER_S));
	}
}

static void test_whoever_ended_the_daemon_waits_longer_each_time(void **state)
{
	CLEANUP(arena_freep) struct arena *arena = NULL;
	const struct source_settings source = {.every_us = US_PER_MINUTE};
	struct source_state got = {0};

	assert_int_equal(arena_new(1 << 16, &arena), 0);
	assert_int_equal(policy_blame(&source, 15000000, NOW_US, arena, &got), 0);
	assert_string_equal(
		got.last_error, "the daemon ended while it read 15 MB from this source");
	assert_int_equal(policy_wait_us(&source, &got, NOW_US), US_PER_MINUTE);
	assert_int_equal(policy_blame(&source, 700, NOW_US, arena, &got), 0);
	assert_string_equal(got.last_error, "the daemon ended while it read 1 kB from this source");
	assert_int_equal(policy_wait_us(&source, &got, NOW_US), 2 * US_PER_MINUTE);
	assert_int_equal(got.failures, 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_backoff_doubles_up_to_six_hours),
		cmocka_unit_test(test_no_stored_time_waits_longer_than_was_planned),
		cmocka_unit_test(test_whoever_ended_the_daemon_waits_longer_each_time),
		cmocka_unit_test(test_next_poll),
		cmocka_unit_test(test_who_posted_lately_is_asked_every_hour),
		cmocka_unit_test(test_validators),
		cmocka_unit_test(test_what_becomes_of_the_source),
		cmocka_unit_test(test_out_of_memory_changes_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
