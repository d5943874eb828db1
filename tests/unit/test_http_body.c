/* What large bodies take of the memory for all. */
#include <errno.h>
#include <fcntl.h>

#include "http/client.h"
#include "http/request.h"
#include "unit/http_peer.h"

enum { MANY = 6, HALF = BODY_BUDGET_BYTES / 2 };

struct bench {
	sd_event *event;
	struct body_budget budget;
	size_t n_granted;
	char order[MANY + 1];
};

struct waiting {
	struct bench *bench;
	char name;
};

static void on_granted(void *userdata)
{
	struct waiting *waiting = userdata;

	waiting->bench->order[waiting->bench->n_granted++] = waiting->name;
}

static void turn(struct bench *bench)
{
	while (sd_event_run(bench->event, 0) > 0)
		;
}

static void test_who_comes_first_is_served_first(void **state)
{
	struct bench bench = {0};
	struct body_share shares[MANY] = {0};
	struct body_share late = {0};
	struct waiting waiting[MANY];
	/* A bound above all there is, then halves. */
	const size_t bytes[MANY] = {2 * (size_t)BODY_BUDGET_BYTES, HALF, 2, HALF, HALF, 1};
	const bool at_once[MANY] = {true, false, false, false, false, false};

	assert_true(sd_event_new(&bench.event) >= 0);
	assert_int_equal(body_budget_open(&bench.budget, bench.event), 0);
	for (size_t i = 0; i < MANY; i++) {
		waiting[i] = (struct waiting){&bench, (char)('0' + i)};
		expect(body_share_take(&shares[i], &bench.budget, bytes[i], on_granted,
			       &waiting[i]) == at_once[i],
			"share %zu", i);
	}

	/* Who has one never waits again. */
	assert_true(body_share_take(&shares[0], &bench.budget, 1, on_granted, NULL));
	body_share_release(&shares[0]);
	turn(&bench);
	assert_string_equal(bench.order, "12");
	/* Nobody overtakes who waits for more. */
	assert_false(body_share_take(&late, &bench.budget, 1, on_granted, NULL));
	body_share_release(&late);
	body_share_release(&shares[2]);
	turn(&bench);
	assert_string_equal(bench.order, "123");
	/* Who gives up is not waited for; what is not needed goes back. */
	body_share_release(&shares[4]);
	body_share_shrink(&shares[1], HALF - 1);
	turn(&bench);
	assert_string_equal(bench.order, "1235");

	for (size_t i = 0; i < MANY; i++)
		body_share_release(&shares[i]);
	assert_int_equal(bench.budget.n_taken, 0);
	body_budget_close(&bench.budget);
	sd_event_unref(bench.event);
}

struct fetch {
	sd_event *event;
	struct http_client *client;
	struct body_share other;
	size_t n_taken;
	int error;
	size_t len;
};

static void on_done(const struct http_answer *answer, void *userdata)
{
	struct fetch *fetch = userdata;

	fetch->error = answer->error;
	fetch->len = answer->body.len;
	fetch->n_taken = fetch->client->bodies.n_taken;
	sd_event_exit(fetch->event, 0);
}

static int on_time(sd_event_source *source, uint64_t now_us, void *userdata)
{
	struct fetch *fetch = userdata;

	body_share_release(&fetch->other);
	return 0;
}

/* Its time is over while others have the memory: that is no fault of its server. */
static void test_the_time_of_a_body_that_waits_stands_still(void **state)
{
	struct fetch fetch = {.error = -1};
	char url[100];
	const struct http_exchange wanted = {.url = url,
		.allow_private = true,
		.max_body_bytes = 4 << 20,
		.timeout_us = US_PER_S};

	assert_true(sd_event_new(&fetch.event) >= 0);
	assert_int_equal(
		http_client_new(&(struct http_client_options){.event = fetch.event}, &fetch.client),
		0);
	assert_true(body_share_take(
		&fetch.other, &fetch.client->bodies, BODY_BUDGET_BYTES, on_granted, NULL));
	snprintf(url, sizeof(url), "http://127.0.0.1:%s/megabytes", peer_port("http"));
	assert_int_equal(http_exchange(fetch.client, &wanted, on_done, &fetch, NULL), 0);
	assert_true(sd_event_add_time_relative(fetch.event, NULL, CLOCK_MONOTONIC, 3 * US_PER_S / 2,
			    0, on_time, &fetch) >= 0);
	assert_true(sd_event_loop(fetch.event) >= 0);

	expect(fetch.error == 0 && fetch.len == 3 << 20, "error %d, %zu bytes", fetch.error,
		fetch.len);
	/* What it does not need is others', and what nobody keeps goes with it. */
	assert_int_equal(fetch.n_taken, 3 << 20);
	assert_int_equal(fetch.client->bodies.n_taken, 0);
	http_client_free(fetch.client);
	sd_event_unref(fetch.event);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_who_comes_first_is_served_first),
		cmocka_unit_test(test_the_time_of_a_body_that_waits_stands_still),
	};

	return cmocka_run_group_tests(tests, peer_start, peer_stop);
}
