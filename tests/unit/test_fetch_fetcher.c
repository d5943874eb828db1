#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>

#include "fetch/fetcher.h"
#include "fetch/policy.h"
#include "unit/http_peer.h"

enum { MAX_SOURCES = 40, MAX_ANSWERS = 100 };

/* A fetcher with its loop, and what its callback saw. */
struct rig {
	sd_event *event;
	struct http_client *client;
	struct fetcher *fetcher;
	struct random random;
	struct settings settings;
	struct source_settings sources[MAX_SOURCES];
	struct source_state states[MAX_SOURCES];
	char names[MAX_SOURCES][16];
	char urls[MAX_SOURCES][100];

	int result;          /* what on_answer returns */
	size_t most_at_once; /* in flight when an answer came */
	size_t n;
	struct {
		char name[16];
		int error, status;
		bool conditional;
	} answers[MAX_ANSWERS];
	bool all_done;
};

static int on_answer(const struct source_settings *source, const struct fetch_answer *answer,
	struct source_state *state, void *userdata)
{
	struct rig *rig = userdata;
	const struct feed_hints hints = {.parsed = answer->status == 200};
	const struct policy_input input = {
		.source = source, .answer = answer, .hints = &hints, .now_us = answer->at.us};
	struct fetcher_stats stats;

	assert_true(rig->n < MAX_ANSWERS);
	snprintf(rig->answers[rig->n].name, sizeof(rig->answers[rig->n].name), "%s", source->name);
	rig->answers[rig->n].error = answer->error;
	rig->answers[rig->n].status = answer->status;
	rig->answers[rig->n].conditional = answer->conditional;
	fetcher_get_stats(rig->fetcher, &stats);
	rig->most_at_once = MAX(rig->most_at_once, stats.n_in_flight);
	rig->n++;
	if (rig->result != 0)
		return rig->result;

	return policy_apply(&input, &rig->random, answer->arena, state);
}

static void on_all_done(void *userdata)
{
	struct rig *rig = userdata;

	rig->all_done = true;
}

static struct source_settings *add_source(struct rig *rig, const char *host, const char *path)
{
	const size_t i = rig->settings.n_sources++;

	snprintf(rig->names[i], sizeof(rig->names[i]), "source-%zu", i);
	snprintf(rig->urls[i], sizeof(rig->urls[i]), "http://%s:%s%s", host, peer_port("http"),
		path);
	rig->sources[i] = (struct source_settings){.name = rig->names[i],
		.url = rig->urls[i],
		.every_us = 100 * US_PER_MS,
		.allow_private = true,
		.enabled = true};
	return &rig->sources[i];
}

static struct rig *new_rig(void)
{
	struct rig *rig = calloc(1, sizeof(*rig));

	rig->settings = (struct settings){.sources = rig->sources,
		.fetch = {.max_body_bytes = 100000,
			.timeout_us = 20 * US_PER_S,
			.max_redirects = 5,
			.max_parallel = 8,
			.max_per_host = 2}};
	rig->random.state = 1;
	assert_int_equal(sd_event_new(&rig->event), 0);
	assert_int_equal(
		http_client_new(&(struct http_client_options){.event = rig->event}, &rig->client),
		0);
	assert_int_equal(fetcher_new(&(struct fetcher_options){.event = rig->event,
					     .client = rig->client,
					     .clock = clock_system(),
					     .random = &rig->random,
					     .on_answer = on_answer,
					     .userdata = rig},
				 &rig->fetcher),
		0);
	return rig;
}

static void rig_free(struct rig *rig)
{
	fetcher_free(rig->fetcher);
	assert_int_equal(http_client_count(rig->client), 0);
	http_client_free(rig->client);
	sd_event_unref(rig->event);
	free(rig);
}
DEFINE_CLEANUP(struct rig *, rig_free);

/* Runs the loop until there are N answers in all. */
static void wait_for(struct rig *rig, size_t n)
{
	while (rig->n < n)
		assert_true(sd_event_run(rig->event, UINT64_MAX) >= 0);
}

static void run(struct rig *rig, size_t n_answers)
{
	assert_int_equal(fetcher_set_sources(rig->fetcher, &rig->settings, rig->states), 0);
	wait_for(rig, n_answers);
}

static void run_once(struct rig *rig)
{
	assert_int_equal(fetcher_set_sources(rig->fetcher, &rig->settings, rig->states), 0);
	assert_int_equal(fetcher_poll_once(rig->fetcher, on_all_done, rig), 0);
	assert_false(rig->all_done);
	while (!rig->all_done)
		assert_true(sd_event_run(rig->event, UINT64_MAX) >= 0);
}

static void test_validators_are_sent_back_as_they_came(void **state)
{
	CLEANUP(rig_freep) struct rig *rig = new_rig();

	add_source(rig, "127.0.0.1", "/conditional");
	run(rig, 2);
	assert_int_equal(rig->answers[0].status, 200);
	assert_false(rig->answers[0].conditional);
	assert_int_equal(rig->answers[1].status, 304);
	assert_true(rig->answers[1].conditional);
}

static void test_what_was_not_stored_is_asked_again_in_full(void **state)
{
	CLEANUP(rig_freep) struct rig *rig = new_rig();

	add_source(rig, "127.0.0.1", "/conditional");
	rig->result = -ENOSPC;
	run(rig, 2);
	assert_int_equal(rig->answers[1].status, 200);
	assert_false(rig->answers[1].conditional);
}

static void test_hosts_and_parallel_fetches_are_bounded(void **state)
{
	static const struct {
		unsigned int max_parallel, max_per_host;
		size_t most;
	} cases[] = {{8, 2, 4}, {3, 8, 3}, {1, 1, 1}};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		CLEANUP(rig_freep) struct rig *rig = new_rig();

		rig->settings.fetch.max_parallel = cases[i].max_parallel;
		rig->settings.fetch.max_per_host = cases[i].max_per_host;
		for (size_t j = 0; j < 20; j++)
			add_source(rig, j % 2 == 0 ? "127.0.0.1" : "localhost", "/plain");
		run_once(rig);
		expect(rig->n == 20 && rig->most_at_once == cases[i].most,
			"case %zu: %zu answers, %zu at once", i, rig->n, rig->most_at_once);
	}
}

static void test_a_slow_host_delays_no_other(void **state)
{
	CLEANUP(rig_freep) struct rig *rig = new_rig();
	size_t n_other = 0;

	for (size_t i = 0; i < 20; i++)
		add_source(rig, "localhost", "/hang");
	for (size_t i = 0; i < 5; i++)
		add_source(rig, "127.0.0.1", "/plain");
	run(rig, 5);
	for (size_t i = 0; i < rig->n; i++)
		n_other += rig->answers[i].status == 200;
	assert_int_equal(n_other, 5);
}

static void test_once_asks_every_source_that_may_be_asked(void **state)
{
	CLEANUP(rig_freep) struct rig *rig = new_rig();
	const struct instant later = INSTANT(clock_now_us(clock_system()) + US_PER_HOUR);

	add_source(rig, "127.0.0.1", "/plain");
	add_source(rig, "127.0.0.1", "/plain")->enabled = false;
	add_source(rig, "127.0.0.1", "/missing");
	add_source(rig, "127.0.0.1", "/plain");
	add_source(rig, "127.0.0.1", "/plain");
	add_source(rig, "127.0.0.1", "/plain");
	rig->states[3].gone = true;
	rig->states[4] = (struct source_state){.last_status = 429, .next_poll = later};
	rig->states[5] = (struct source_state){.last_status = 200, .next_poll = later};
	rig->states[4].wait_us = rig->states[5].wait_us = US_PER_HOUR;
	run_once(rig);
	assert_int_equal(rig->n, 3);
}

static void test_once_without_sources_ends(void **state)
{
	CLEANUP(rig_freep) struct rig *rig = new_rig();

	run_once(rig);
	assert_int_equal(rig->n, 0);
}

static void test_gone_is_not_asked_again(void **state)
{
	CLEANUP(rig_freep) struct rig *rig = new_rig();

	add_source(rig, "127.0.0.1", "/gone");
	add_source(rig, "127.0.0.1", "/plain");
	run(rig, 4);
	size_t n_gone = 0;
	for (size_t i = 0; i < rig->n; i++)
		n_gone += strcmp(rig->answers[i].name, "source-0") == 0;
	assert_int_equal(n_gone, 1);
}

static void test_a_stored_time_is_kept_over_a_restart(void **state)
{
	CLEANUP(rig_freep) struct rig *rig = new_rig();

	add_source(rig, "127.0.0.1", "/plain");
	add_source(rig, "127.0.0.1", "/plain");
	rig->states[0].next_poll = INSTANT(clock_now_us(clock_system()) + US_PER_HOUR);
	rig->states[0].wait_us = US_PER_HOUR;
	run(rig, 2);
	assert_string_equal(rig->answers[0].name, "source-1");
	assert_string_equal(rig->answers[1].name, "source-1");
}

/* What was stored while the clock was a day ahead. */
static void test_a_clock_that_was_wrong_delays_nothing(void **state)
{
	CLEANUP(rig_freep) struct rig *rig = new_rig();
	const int64_t then_us = clock_now_us(clock_system()) + US_PER_DAY;

	add_source(rig, "127.0.0.1", "/plain");
	rig->states[0] = (struct source_state){.last_poll = INSTANT(then_us),
		.next_poll = INSTANT(then_us + 100 * US_PER_MS),
		.wait_us = 100 * US_PER_MS};
	run(rig, 2);
	assert_int_equal(rig->answers[1].status, 200);
}

static void test_an_answer_may_be_settled_later(void **state)
{
	CLEANUP(rig_freep) struct rig *rig = new_rig();
	struct fetcher_stats stats;

	add_source(rig, "127.0.0.1", "/plain");
	rig->result = 1;
	run(rig, 1);
	fetcher_get_stats(rig->fetcher, &stats);
	assert_int_equal(stats.n_in_flight, 1);

	rig->result = 0;
	fetcher_settle(rig->fetcher, "nobody", 0, &rig->states[0]);
	fetcher_settle(rig->fetcher, "source-0", -ECANCELED, NULL);
	wait_for(rig, 2);
}

static void test_a_reload_keeps_what_stays_and_ends_what_goes(void **state)
{
	CLEANUP(rig_freep) struct rig *rig = new_rig();
	struct settings fewer;
	struct fetcher_stats stats;

	add_source(rig, "127.0.0.1", "/conditional");
	add_source(rig, "localhost", "/hang");
	assert_int_equal(fetcher_set_sources(rig->fetcher, &rig->settings, rig->states), 0);
	assert_int_equal(fetcher_poll_source(rig->fetcher, "source-1"), 0);
	wait_for(rig, 1);
	assert_int_equal(http_client_count(rig->client), 1);

	fewer = rig->settings;
	fewer.n_sources = 1;
	assert_int_equal(fetcher_set_sources(rig->fetcher, &fewer, rig->states), 0);
	fetcher_get_stats(rig->fetcher, &stats);
	assert_int_equal(stats.n_sources, 1);
	assert_int_equal(stats.n_in_flight, 0);
	wait_for(rig, 2);
	assert_string_equal(rig->answers[1].name, "source-0");
	assert_true(rig->answers[1].conditional);
}

static void test_another_address_is_another_source(void **state)
{
	CLEANUP(rig_freep) struct rig *rig = new_rig();
	struct source_settings moved;
	struct settings reloaded;

	moved = *add_source(rig, "127.0.0.1", "/conditional");
	moved.url = add_source(rig, "localhost", "/conditional")->url;
	rig->settings.n_sources = 1;
	reloaded = rig->settings;
	reloaded.sources = &moved;
	run(rig, 2);
	assert_true(rig->answers[1].conditional);

	assert_int_equal(fetcher_set_sources(rig->fetcher, &reloaded, rig->states), 0);
	wait_for(rig, 3);
	assert_false(rig->answers[2].conditional);
}

static void test_free_in_flight_tells_nobody(void **state)
{
	struct rig *rig = new_rig();
	size_t n;

	for (size_t i = 0; i < 10; i++)
		add_source(rig, "localhost", "/hang");
	add_source(rig, "127.0.0.1", "/plain");
	run(rig, 1);
	n = rig->n;
	fetcher_free(TAKE(rig->fetcher));
	assert_int_equal(rig->n, n);
	rig_free(rig);
}

static void test_a_source_can_be_asked_by_name(void **state)
{
	CLEANUP(rig_freep) struct rig *rig = new_rig();

	add_source(rig, "127.0.0.1", "/plain");
	rig->states[0].next_poll = INSTANT(clock_now_us(clock_system()) + US_PER_HOUR);
	rig->states[0].wait_us = US_PER_HOUR;
	assert_int_equal(fetcher_set_sources(rig->fetcher, &rig->settings, rig->states), 0);
	assert_int_equal(fetcher_poll_source(rig->fetcher, "nobody"), -ENOENT);
	assert_int_equal(fetcher_poll_source(rig->fetcher, "source-0"), 0);
	assert_int_equal(fetcher_poll_source(rig->fetcher, "source-0"), 0);
	wait_for(rig, 1);
	assert_int_equal(rig->n, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_validators_are_sent_back_as_they_came),
		cmocka_unit_test(test_what_was_not_stored_is_asked_again_in_full),
		cmocka_unit_test(test_hosts_and_parallel_fetches_are_bounded),
		cmocka_unit_test(test_a_slow_host_delays_no_other),
		cmocka_unit_test(test_once_asks_every_source_that_may_be_asked),
		cmocka_unit_test(test_once_without_sources_ends),
		cmocka_unit_test(test_gone_is_not_asked_again),
		cmocka_unit_test(test_a_stored_time_is_kept_over_a_restart),
		cmocka_unit_test(test_a_reload_keeps_what_stays_and_ends_what_goes),
		cmocka_unit_test(test_another_address_is_another_source),
		cmocka_unit_test(test_free_in_flight_tells_nobody),
		cmocka_unit_test(test_a_source_can_be_asked_by_name),
		cmocka_unit_test(test_a_clock_that_was_wrong_delays_nothing),
		cmocka_unit_test(test_an_answer_may_be_settled_later),
	};

	return cmocka_run_group_tests(tests, peer_start, peer_stop);
}
