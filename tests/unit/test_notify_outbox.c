/* The outbox, with the real client against real SMTP dialogues, and a queue in
 * memory in the place of the store. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "http/client.h"
#include "notify/mail/mail_channel.h"
#include "notify/outbox.h"
#include "unit/http_peer.h"
#include "unit/pigeon_channel.h"
#include "unit/unit.h"

enum { QUEUE_SIZE = 4 };

static const char body[] = "Subject: x\r\n\r\nHello\r\n";

struct bench {
	sd_event *event;
	struct http_client *client;
	struct outbox *outbox;
	struct clock clock;
	int64_t now_us;
	struct random random;
	struct settings settings;
	char url[300];
	struct delivery queue[QUEUE_SIZE];
	struct delivery_outcome outcomes[QUEUE_SIZE];
	char texts[QUEUE_SIZE][300];
	size_t n_queued;
	size_t n_settled;
	int settle_error;
	int n_failed; /* times that the outbox said that the store failed */
	int waiting;  /* what the drain said; -1: nothing yet */
};

/* Whether what QUERY asks for is queued at I. */
static bool is_wanted(const struct bench *bench, size_t i, const struct due_query *query)
{
	char line[100];

	snprintf(line, sizeof(line), "\n%s\n", bench->queue[i].target);
	return bench->outcomes[i].state == DELIVERY_QUEUED &&
	       strcmp(bench->queue[i].channel, query->channel) == 0 && !strstr(query->except, line);
}

static int take_due(
	void *userdata, const struct due_query *query, struct arena *arena, struct delivery *ret)
{
	struct bench *bench = userdata;

	for (size_t i = 0; i < bench->n_queued; i++) {
		if (is_wanted(bench, i, query) && bench->queue[i].due.us <= query->now_us) {
			*ret = bench->queue[i];
			return 1;
		}
	}
	return 0;
}

static int next_due(void *userdata, const struct due_query *query, struct instant *ret)
{
	struct bench *bench = userdata;

	*ret = (struct instant){0};
	for (size_t i = 0; i < bench->n_queued; i++)
		if (is_wanted(bench, i, query))
			*ret = instant_first(*ret, bench->queue[i].due);
	return 0;
}

static int settle(void *userdata, const struct delivery_outcome *outcome)
{
	struct bench *bench = userdata;
	const size_t i = (size_t)outcome->id - 1;

	if (bench->settle_error < 0)
		return bench->settle_error;
	assert_true(i < bench->n_queued);
	bench->n_settled++;
	bench->outcomes[i] = *outcome;
	bench->queue[i].due = INSTANT(outcome->due_us);
	bench->queue[i].attempts++;
	snprintf(
		bench->texts[i], sizeof(bench->texts[i]), "%s", outcome->text ? outcome->text : "");
	return 0;
}

static void failed(void *userdata, int error)
{
	((struct bench *)userdata)->n_failed++;
}

static void add_to(struct bench *bench, const char *channel, const char *target)
{
	static const char *const ids[QUEUE_SIZE] = {"a1@b", "../a2@b", "a/3@b", "a4@b"};
	const size_t i = bench->n_queued++;

	assert_true(i < QUEUE_SIZE);
	bench->queue[i] = (struct delivery){
		.id = (int64_t)i + 1,
		.channel = channel,
		.target = target,
		.message_id = ids[i],
		.message = slice_of(body),
		.queued = INSTANT(bench->now_us),
		.due = INSTANT(bench->now_us),
	};
}

static void add(struct bench *bench, const char *address)
{
	add_to(bench, "mail", address);
}

static void open_bench(struct bench *bench)
{
	*bench = (struct bench){.now_us = 1000 * US_PER_DAY, .random = {.state = 5}, .waiting = -1};
	bench->clock = clock_fixed(&bench->now_us);
	bench->settings.smtp = (struct smtp_settings){
		.url = bench->url,
		.from = "mentiond <m@acme.example>",
		.tls = TLS_NONE,
		.retry_first_us = US_PER_MINUTE,
		.retry_most_us = 4 * US_PER_HOUR,
		.give_up_after_us = 5 * US_PER_DAY,
	};
	assert_true(sd_event_new(&bench->event) >= 0);
	assert_int_equal(http_client_new(&(struct http_client_options){.event = bench->event},
				 &bench->client),
		0);
}

static void open_outbox(struct bench *bench)
{
	static const struct channel *const channels[] = {&mail_channel, &pigeon_channel};
	const struct outbox_setup setup = {
		.channels = channels,
		.n_channels = ARRAY_SIZE(channels),
		.client = bench->client,
		.clock = &bench->clock,
		.random = &bench->random,
		.store = {take_due, next_due, settle, failed, bench},
	};

	outbox_free(bench->outbox);
	bench->outbox = NULL;
	assert_int_equal(outbox_new(&setup, &bench->outbox), 0);
	assert_int_equal(outbox_configure(bench->outbox, &bench->settings, NULL), 0);
}

static void use_server(struct bench *bench, const char *server)
{
	snprintf(bench->url, sizeof(bench->url), "smtp://127.0.0.1:%s", peer_port(server));
	open_outbox(bench);
}

static void close_bench(struct bench *bench)
{
	outbox_free(bench->outbox);
	http_client_free(bench->client);
	sd_event_unref(bench->event);
}

static void drained(void *userdata, int waiting)
{
	((struct bench *)userdata)->waiting = waiting;
}

static void drain(struct bench *bench)
{
	bench->waiting = -1;
	outbox_drain(bench->outbox, drained, bench);
	for (int turns = 0; bench->waiting < 0 && turns < 1000; turns++)
		assert_true(sd_event_run(bench->event, 20 * US_PER_S) > 0);
	assert_true(bench->waiting >= 0);
}

static void test_sends_what_is_due_and_says_so(void **state)
{
	struct bench bench;

	open_bench(&bench);
	use_server(&bench, "smtp");
	for (int i = 0; i < 3; i++)
		add(&bench, "support@acme.example");
	bench.queue[2].due.us += US_PER_S;
	drain(&bench);

	assert_int_equal(bench.n_settled, 2);
	assert_int_equal(bench.outcomes[0].state, DELIVERY_SENT);
	assert_int_equal(bench.outcomes[0].code, 250);
	assert_int_equal(bench.outcomes[1].state, DELIVERY_SENT);
	/* The third is due in a second. */
	assert_int_equal(bench.waiting, 1);
	assert_true(outbox_next(bench.outbox).us == bench.now_us + US_PER_S);

	bench.now_us += US_PER_S;
	drain(&bench);
	assert_int_equal(bench.outcomes[2].state, DELIVERY_SENT);
	assert_int_equal(bench.waiting, 0);
	assert_false(outbox_next(bench.outbox).known);
	close_bench(&bench);
}

static void test_a_refusal_concerns_one_or_all(void **state)
{
	static const struct {
		const char *server;
		size_t n_settled; /* of two that are due */
		enum delivery_state first;
	} cases[] = {
		{"smtp-rcpt-550", 2, DELIVERY_FAILED},
		{"smtp-dot-554", 2, DELIVERY_FAILED},
		{"smtp-rcpt-450", 2, DELIVERY_QUEUED},
		{"smtp-dot-451", 2, DELIVERY_QUEUED},
		/* Accepted or not? It is sent again. */
		{"smtp-dot-closed", 2, DELIVERY_QUEUED},
		{"smtp-greeting-421", 1, DELIVERY_QUEUED},
		{"smtp-greeting-554", 1, DELIVERY_QUEUED},
		{"smtp-greeting-closed", 1, DELIVERY_QUEUED},
		{"smtp-ehlo-550", 1, DELIVERY_QUEUED},
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct bench bench;

		open_bench(&bench);
		use_server(&bench, cases[i].server);
		add(&bench, "a@acme.example");
		add(&bench, "b@acme.example");
		drain(&bench);
		expect(bench.n_settled == cases[i].n_settled, "%s: %zu tried", cases[i].server,
			bench.n_settled);
		expect(bench.outcomes[0].state == cases[i].first, "%s: state %d", cases[i].server,
			bench.outcomes[0].state);
		expect(bench.texts[0][0] != '\0', "%s: no words", cases[i].server);
		expect(bench.waiting == (cases[i].first == DELIVERY_QUEUED), "%s: waiting %d",
			cases[i].server, bench.waiting);
		close_bench(&bench);
	}
}

static void test_a_stopped_queue_is_probed_and_goes_on(void **state)
{
	struct bench bench;

	open_bench(&bench);
	use_server(&bench, "smtp-greeting-421");
	add(&bench, "a@acme.example");
	add(&bench, "b@acme.example");
	drain(&bench);
	assert_int_equal(bench.n_settled, 1);

	/* The second one is due, but waits for the probe. */
	const struct instant probe = outbox_next(bench.outbox);
	assert_true(probe.known && probe.us > bench.now_us + 40 * US_PER_S);
	bench.now_us += 30 * US_PER_S;
	drain(&bench);
	assert_int_equal(bench.n_settled, 1);

	/* One probe, and then twice as long. */
	bench.now_us = probe.us;
	drain(&bench);
	assert_int_equal(bench.n_settled, 2);
	assert_true(outbox_next(bench.outbox).us - bench.now_us > 90 * US_PER_S);

	/* The clock is set back by a day: nothing waits for tomorrow. */
	bench.now_us -= US_PER_DAY;
	for (size_t i = 0; i < bench.n_queued; i++)
		bench.queue[i].due = INSTANT(bench.now_us);
	drain(&bench);
	assert_int_equal(bench.n_settled, 3);
	close_bench(&bench);
}

static void test_what_cannot_be_stored_is_not_sent_again(void **state)
{
	struct bench bench;

	open_bench(&bench);
	use_server(&bench, "smtp");
	add(&bench, "a@acme.example");
	bench.settle_error = -ENOSPC;
	drain(&bench);
	assert_int_equal(bench.n_failed, 1);
	assert_int_equal(bench.n_settled, 0);
	assert_int_equal(bench.waiting, 1);

	/* No server answers any more: storing the outcome needs none. */
	snprintf(bench.url, sizeof(bench.url), "smtp://127.0.0.1:1");
	bench.settle_error = 0;
	drain(&bench);
	assert_int_equal(bench.n_settled, 1);
	assert_int_equal(bench.outcomes[0].state, DELIVERY_SENT);
	close_bench(&bench);
}

static void test_ends_in_mid_flight(void **state)
{
	struct bench bench;

	open_bench(&bench);
	use_server(&bench, "smtp-greeting-hang");
	add(&bench, "a@acme.example");
	outbox_wake(bench.outbox);
	assert_int_equal(http_client_count(bench.client), 1);
	outbox_free(bench.outbox);
	bench.outbox = NULL;
	assert_int_equal(http_client_count(bench.client), 0);
	assert_int_equal(bench.n_settled, 0);
	close_bench(&bench);
}

static void test_refuses_an_address_that_is_none(void **state)
{
	struct bench bench;

	open_bench(&bench);
	use_server(&bench, "smtp");
	add(&bench, "a@b>\r\nRCPT TO:<c@d");
	add(&bench, "a@acme.example");
	drain(&bench);
	assert_int_equal(bench.outcomes[0].state, DELIVERY_FAILED);
	assert_int_equal(bench.outcomes[1].state, DELIVERY_SENT);
	close_bench(&bench);
}

static void test_writes_to_a_folder(void **state)
{
	static const char *const names[] = {"a1@b.eml", "_._a2@b.eml", "a_3@b.eml"};
	char folder[] = "/tmp/mentiond-test-XXXXXX";
	struct bench bench;

	assert_non_null(mkdtemp(folder));
	open_bench(&bench);
	snprintf(bench.url, sizeof(bench.url), "file:%s/mail", folder);
	open_outbox(&bench);
	for (int i = 0; i < 3; i++)
		add(&bench, "a@acme.example");
	drain(&bench);
	assert_int_equal(bench.n_settled, 3);
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		CLEANUP(free_heapp) char *bytes = NULL;
		char path[300];

		snprintf(path, sizeof(path), "%s/mail/%s", folder, names[i]);
		expect(file_read(path, 4096, &bytes, NULL) == 0, "no %s", path);
		assert_string_equal(bytes, body);
		unlink(path);
	}

	/* A folder that cannot be written stops the queue, and says why. */
	snprintf(bench.url, sizeof(bench.url), "file:%s/missing/mail", folder);
	open_outbox(&bench);
	add(&bench, "a@acme.example");
	drain(&bench);
	assert_int_equal(bench.outcomes[3].state, DELIVERY_QUEUED);
	assert_non_null(strstr(bench.texts[3], "/missing/mail"));
	close_bench(&bench);

	snprintf(bench.url, sizeof(bench.url), "%s/mail", folder);
	rmdir(bench.url);
	rmdir(folder);
}

/* --- channels beside each other ---------------------------------------------- */

/* Runs the loop until SETTLED deliveries are settled. */
static void run_until(struct bench *bench, size_t settled)
{
	for (int turns = 0; bench->n_settled < settled && turns < 1000; turns++)
		assert_true(sd_event_run(bench->event, 20 * US_PER_S) > 0);
	assert_int_equal(bench->n_settled, settled);
}

static void test_a_channel_that_never_answers_harms_itself_alone(void **state)
{
	struct bench bench;

	open_bench(&bench);
	use_server(&bench, "smtp");
	add_to(&bench, "pigeon", "/hang");
	add_to(&bench, "pigeon", "/plain");
	add(&bench, "a@acme.example");
	add(&bench, "b@acme.example");
	outbox_wake(bench.outbox);
	run_until(&bench, 2);
	assert_int_equal(bench.outcomes[2].state, DELIVERY_SENT);
	assert_int_equal(bench.outcomes[3].state, DELIVERY_SENT);
	/* It is under way still, and the other one waits for it. */
	assert_int_equal(http_client_count(bench.client), 1);
	close_bench(&bench);
}

static void test_a_target_that_is_stopped_stops_no_other(void **state)
{
	struct bench bench;

	open_bench(&bench);
	open_outbox(&bench);
	add_to(&bench, "pigeon", "/missing");
	add_to(&bench, "pigeon", "/missing");
	add_to(&bench, "pigeon", "/plain");
	drain(&bench);

	/* The first is the probe; the second is not tried. */
	assert_int_equal(bench.n_settled, 2);
	assert_int_equal(bench.outcomes[0].state, DELIVERY_QUEUED);
	assert_int_equal(bench.queue[1].attempts, 0);
	assert_int_equal(bench.outcomes[2].state, DELIVERY_SENT);
	assert_int_equal(bench.waiting, 1);

	/* One probe, when the time is over. */
	const struct instant probe = outbox_next(bench.outbox);
	assert_true(probe.known && probe.us > bench.now_us);
	bench.now_us = probe.us;
	bench.queue[0].target = bench.queue[1].target = "/plain";
	drain(&bench);
	assert_int_equal(bench.n_settled, 4);
	assert_int_equal(bench.waiting, 0);
	close_bench(&bench);
}

static void test_what_no_channel_takes_is_left_alone(void **state)
{
	struct bench bench;

	open_bench(&bench);
	bench.settings.smtp.url = NULL;
	open_outbox(&bench);
	add_to(&bench, "smoke", "hill");
	/* Nor what its channel is not set up for: there is no mail server. */
	add(&bench, "a@acme.example");
	drain(&bench);
	assert_int_equal(bench.n_settled, 0);
	assert_int_equal(bench.queue[0].attempts, 0);
	close_bench(&bench);
}

static void test_a_channel_renders_what_mails_tell(void **state)
{
	CLEANUP(arena_freep) struct arena *arena = NULL;
	const struct notice notice = {.kind = NOTICE_ALERT,
		.recipient = "support",
		.alert = {.rule = "angry", .stream_label = "Acme"}};
	const struct rendering rendering = {.notice = &notice, .to = "/plain", .key = "0123"};
	struct delivery delivery = {.channel = "pigeon"};

	assert_int_equal(arena_new(1 << 16, &arena), 0);
	assert_int_equal(pigeon_channel.render(&rendering, arena, &delivery), 0);
	assert_string_equal(delivery.message_id, "0123");
	assert_true(slice_equals(delivery.message, SLICE("angry at Acme")));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sends_what_is_due_and_says_so),
		cmocka_unit_test(test_a_refusal_concerns_one_or_all),
		cmocka_unit_test(test_a_stopped_queue_is_probed_and_goes_on),
		cmocka_unit_test(test_what_cannot_be_stored_is_not_sent_again),
		cmocka_unit_test(test_ends_in_mid_flight),
		cmocka_unit_test(test_refuses_an_address_that_is_none),
		cmocka_unit_test(test_writes_to_a_folder),
		cmocka_unit_test(test_a_channel_that_never_answers_harms_itself_alone),
		cmocka_unit_test(test_a_target_that_is_stopped_stops_no_other),
		cmocka_unit_test(test_what_no_channel_takes_is_left_alone),
		cmocka_unit_test(test_a_channel_renders_what_mails_tell),
	};

	return cmocka_run_group_tests(tests, peer_start, peer_stop);
}
