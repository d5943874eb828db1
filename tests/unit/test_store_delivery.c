#include <errno.h>
#include <stdio.h>

#include "unit/deliveries.h"
#include "unit/store_fixture.h"

/* A mail to ADDRESS of support with DUE as its time. */
static struct delivery mail(const char *address, const char *message_id, const char *due)
{
	return (struct delivery){
		.kind = DELIVERY_ALERT,
		.recipient = "support",
		.channel = "mail",
		.target = address,
		.message_id = message_id,
		.message = SLICE("Subject: x\r\n\r\nbytes \0 as they are\r\n"),
		.due = INSTANT(at(due)),
	};
}

static int64_t alert_on(struct store *store, const char *id)
{
	const struct said said = {.id = id, .author = id, .text = id};
	const struct new_alert alert = {
		.rule = "angry",
		.stream = "acme",
		.mention_id = say(store, &said, &(struct felt){.compound = -0.8, .anger = 0.9}),
		.now_us = at("2026-11-21 08:00:00"),
	};
	struct raised_alert raised;

	assert_int_equal(0, store_add_alert(store, &alert, &raised));
	return raised.alert_id;
}

static int64_t queue(struct store *store, const struct delivery *delivery, int64_t alert_id)
{
	int64_t id;

	expect(store_add_delivery(store, delivery, alert_id, 0, &id) == 0, "%s",
		store_error_text(store));
	return id;
}

static void test_what_is_due_comes_oldest_first_and_whole(void **state)
{
	const struct fixture *fixture = *state;
	const struct delivery late = mail("a@x.example", "1@x", "2026-11-21 09:00:00");
	const struct delivery early = mail("a@x.example", "2@x", "2026-11-21 08:00:00");
	const struct delivery tried = mail("a@x.example", "3@x", "2026-11-21 08:30:00");
	struct deliveries due;
	struct instant next;

	queue(fixture->store, &late, alert_on(fixture->store, "1"));
	queue(fixture->store, &early, alert_on(fixture->store, "2"));
	const struct delivery_outcome later = {
		.id = queue(fixture->store, &tried, alert_on(fixture->store, "3")),
		.state = DELIVERY_QUEUED,
		.now_us = at("2026-11-21 08:31:00"),
		.due_us = at("2026-11-21 10:00:00")};

	assert_int_equal(0, store_settle_delivery(fixture->store, &later));

	assert_int_equal(0, store_next_due(fixture->store, DUE_AT(0), &next));
	assert_int_equal(at("2026-11-21 08:00:00"), next.us);
	assert_int_equal(0, store_due_deliveries(fixture->store, DUE_AT(at("2026-11-21 09:00:00")),
				    10, fixture->arena, &due));
	assert_int_equal(2, due.n);
	assert_string_equal("2@x", due.list[0].message_id);
	assert_string_equal("1@x", due.list[1].message_id);
	assert_string_equal("support", due.list[0].recipient);
	assert_string_equal("a@x.example", due.list[0].target);
	assert_true(slice_equals(early.message, due.list[0].message));
}

static void test_a_recipient_is_told_once(void **state)
{
	const struct fixture *fixture = *state;
	const int64_t alert = alert_on(fixture->store, "1");
	const struct delivery one = mail("a@x.example", "1@x", "2026-11-21 08:00:00");
	const struct delivery again = mail("a@x.example", "2@x", "2026-11-21 08:00:00");
	const struct delivery other = mail("b@x.example", "3@x", "2026-11-21 08:00:00");
	int64_t id;

	queue(fixture->store, &one, alert);
	assert_int_equal(-EEXIST, store_add_delivery(fixture->store, &again, alert, 0, &id));
	queue(fixture->store, &other, alert);
}

static void test_how_an_attempt_ends(void **state)
{
	const struct fixture *fixture = *state;
	static const struct {
		struct delivery_outcome outcome;
		bool still_due;
	} cases[] = {
		{{.state = DELIVERY_SENT, .code = 250, .text = "Ok"}, false},
		{{.state = DELIVERY_FAILED, .code = 550, .text = "no such user"}, false},
		{{.state = DELIVERY_QUEUED, .code = 450}, true},
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		char name[16];
		struct deliveries due;

		snprintf(name, sizeof(name), "%zu@x", i);
		const struct delivery delivery = mail("a@x.example", name, "2026-11-21 08:00:00");
		struct delivery_outcome outcome = cases[i].outcome;

		outcome.id = queue(fixture->store, &delivery, alert_on(fixture->store, name));
		outcome.now_us = at("2026-11-21 08:01:00");
		outcome.due_us = at("2026-11-21 08:02:00");
		assert_int_equal(0, store_settle_delivery(fixture->store, &outcome));

		assert_int_equal(
			0, store_due_deliveries(fixture->store, DUE_AT(at("2026-11-21 08:01:59")),
				   10, fixture->arena, &due));
		expect(due.n == 0, "row %zu is due too early", i);
		assert_int_equal(
			0, store_due_deliveries(fixture->store, DUE_AT(at("2026-11-21 08:02:00")),
				   10, fixture->arena, &due));
		expect((due.n == 1) == cases[i].still_due, "row %zu: %zu due", i, due.n);
		expect(due.n == 0 || due.list[0].attempts == 1, "row %zu: %u attempts", i,
			due.n > 0 ? due.list[0].attempts : 0);
		if (due.n == 0)
			assert_int_equal(-ENOENT, store_settle_delivery(fixture->store, &outcome));
	}
}

static void test_a_mail_of_a_clock_that_was_ahead_is_due_now(void **state)
{
	const struct fixture *fixture = *state;
	const struct delivery ahead = mail("a@x.example", "1@x", "2026-11-22 08:00:00");
	struct deliveries due;
	size_t n_sent;

	queue(fixture->store, &ahead, alert_on(fixture->store, "1"));
	assert_int_equal(0, store_due_deliveries(fixture->store, DUE_AT(at("2026-11-21 08:00:00")),
				    10, fixture->arena, &due));
	assert_int_equal(1, due.n);
	/* Nor does it use up the hour's cap. */
	assert_int_equal(0, store_count_deliveries(
				    fixture->store, "support", at("2026-11-21 07:00:00"), &n_sent));
	assert_int_equal(0, n_sent);
}

/* It was tried under the clock of today, and what that found holds. */
static void test_a_mail_of_a_clock_that_was_ahead_waits_for_its_second_try(void **state)
{
	const struct fixture *fixture = *state;
	const struct delivery ahead = mail("a@x.example", "1@x", "2026-11-22 08:00:00");
	const struct delivery_outcome later = {
		.id = queue(fixture->store, &ahead, alert_on(fixture->store, "1")),
		.state = DELIVERY_QUEUED,
		.now_us = at("2026-11-21 08:00:00"),
		.due_us = at("2026-11-21 08:30:00")};
	static const struct {
		const char *now;
		size_t n;
	} rows[] = {{"2026-11-21 08:29:59", 0}, {"2026-11-21 08:30:00", 1}};
	struct deliveries due;

	assert_int_equal(0, store_settle_delivery(fixture->store, &later));
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		assert_int_equal(0, store_due_deliveries(fixture->store, DUE_AT(at(rows[i].now)),
					    10, fixture->arena, &due));
		expect(due.n == rows[i].n, "at %s %zu are due", rows[i].now, due.n);
	}
}

static void test_what_is_held_back_is_told_by_the_next_mail(void **state)
{
	const struct fixture *fixture = *state;
	const int64_t first = alert_on(fixture->store, "1");
	const int64_t second = alert_on(fixture->store, "2");
	const struct delivery next = mail("a@x.example", "1@x", "2026-11-21 08:00:00");
	size_t n;

	for (size_t i = 0; i < 2; i++) /* twice is once */
		assert_int_equal(0, store_hold_back(fixture->store, "support", first,
					    at("2026-11-21 08:00:00"), "cap"));
	assert_int_equal(0,
		store_hold_back(fixture->store, "press", first, at("2026-11-21 08:00:00"), "cap"));

	assert_int_equal(
		0, store_count_held_back(fixture->store, "support", at("2026-11-21 08:00:00"), &n));
	assert_int_equal(1, n);
	queue(fixture->store, &next, second);
	assert_int_equal(0, store_count_held_back(fixture->store, "support", 0, &n));
	assert_int_equal(0, n);
	assert_int_equal(0, store_count_held_back(fixture->store, "press", 0, &n));
	assert_int_equal(1, n);
}

static void test_a_mail_to_two_addresses_counts_once(void **state)
{
	const struct fixture *fixture = *state;
	const int64_t alert = alert_on(fixture->store, "1");
	const struct delivery one = mail("a@x.example", "1@x", "2026-11-21 08:00:00");
	const struct delivery two = mail("b@x.example", "2@x", "2026-11-21 08:00:00");
	size_t n;

	queue(fixture->store, &one, alert);
	queue(fixture->store, &two, alert);
	assert_int_equal(0,
		store_count_deliveries(fixture->store, "support", at("2026-11-21 08:00:00"), &n));
	assert_int_equal(1, n);
	assert_int_equal(0,
		store_count_deliveries(fixture->store, "support", at("2026-11-21 08:00:01"), &n));
	assert_int_equal(0, n);
	assert_int_equal(-ENOENT, store_count_deliveries(fixture->store, "nobody", 0, &n));
}

static void test_a_joined_alert_knows_the_last_mail(void **state)
{
	const struct fixture *fixture = *state;
	const struct delivery first = mail("a@x.example", "1@x", "2026-11-21 08:00:05");
	const struct said again = {.id = "2", .author = "1", .text = "again"};
	struct new_alert alert = {
		.rule = "angry", .stream = "acme", .now_us = at("2026-11-21 09:00:00")};
	struct raised_alert raised;

	queue(fixture->store, &first, alert_on(fixture->store, "1"));
	alert.mention_id = say(fixture->store, &again, &(struct felt){.compound = -0.8});
	assert_int_equal(0, store_add_alert(fixture->store, &alert, &raised));
	assert_true(raised.last_mailed.known);
	assert_int_equal(at("2026-11-21 08:00:05"), raised.last_mailed.us);
}

/* There is nothing to send, and nothing that it would have told is told. */
static void test_what_cannot_be_written_is_a_failure_with_its_reason(void **state)
{
	const struct fixture *fixture = *state;
	const int64_t first = alert_on(fixture->store, "1");
	const int64_t second = alert_on(fixture->store, "2");
	struct delivery failed = mail("a@x.example", "1@x", "2026-11-21 08:00:00");
	struct failed_mails found;
	struct instant next;
	const char *thread;
	size_t n;

	failed.message = SLICE("");
	failed.failure = "too large";
	assert_int_equal(0, store_hold_back(fixture->store, "support", first,
				    at("2026-11-21 08:00:00"), "cap"));
	const int64_t id = queue(fixture->store, &failed, second);

	assert_int_equal(0, store_next_due(fixture->store, DUE_AT(0), &next));
	assert_false(next.known);
	assert_int_equal(0, store_count_deliveries(fixture->store, "support", 0, &n));
	assert_int_equal(0, n);
	assert_int_equal(0, store_count_held_back(fixture->store, "support", 0, &n));
	assert_int_equal(1, n);
	assert_int_equal(0, store_find_thread(fixture->store, second, TO("a@x.example"),
				    fixture->arena, &thread));

	assert_int_equal(0, store_list_failed_mails(fixture->store, at("2026-11-21 08:00:00"),
				    at("2026-11-21 08:00:01"), fixture->arena, &found));
	assert_int_equal(1, found.n);
	assert_string_equal("too large", found.list[0].why);
	assert_string_equal("acme-news", found.list[0].source);
	assert_int_equal(0, store_list_failed_mails(fixture->store, at("2026-11-21 08:00:01"),
				    at("2026-11-22 08:00:00"), fixture->arena, &found));
	assert_int_equal(0, found.n);

	assert_int_equal(0, store_tell_held_back(fixture->store, "support", id));
	assert_int_equal(0, store_count_held_back(fixture->store, "support", 0, &n));
	assert_int_equal(0, n);
}

static void test_a_thread_begins_with_the_first_mail_to_an_address(void **state)
{
	const struct fixture *fixture = *state;
	const int64_t alert = alert_on(fixture->store, "1");
	const struct delivery one = mail("a@x.example", "1@x", "2026-11-21 08:00:00");
	const struct delivery two = mail("b@x.example", "2@x", "2026-11-21 08:00:00");
	static const char *const rows[][2] = {
		{"a@x.example", "1@x"}, {"b@x.example", "2@x"}, {"c@x.example", "1@x"}};
	const char *thread;

	queue(fixture->store, &one, alert);
	queue(fixture->store, &two, alert);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		/* The first alert of a new database is of its first incident. */
		assert_int_equal(1, store_find_thread(fixture->store, 1, TO(rows[i][0]),
					    fixture->arena, &thread));
		assert_string_equal(rows[i][1], thread);
	}
}

static void test_an_alert_is_about_what_has_no_number(void **state)
{
	const struct fixture *fixture = *state;
	const struct new_alert rate = {
		.rule = "crisis", .stream = "acme", .now_us = at("2026-11-21 09:00:00")};
	struct alert_subject subject;
	struct raised_alert raised;

	assert_int_equal(0, store_alert_subject(fixture->store, alert_on(fixture->store, "1"),
				    fixture->arena, &subject));
	assert_string_equal("angry", subject.rule);
	assert_string_equal("acme", subject.stream);
	assert_string_equal("acme-news", subject.source);
	assert_string_equal("1", subject.id_key);
	assert_string_equal("https://posts.example/1", subject.url_key);
	assert_true(subject.is_first);

	for (size_t i = 0; i < 2; i++) {
		assert_int_equal(0, store_add_alert(fixture->store, &rate, &raised));
		assert_int_equal(0, store_alert_subject(fixture->store, raised.alert_id,
					    fixture->arena, &subject));
		assert_null(subject.source);
		assert_int_equal(at("2026-11-21 09:00:00"), subject.opened.us);
		assert_true(subject.is_first == (i == 0));
	}
	assert_int_equal(
		-ENOENT, store_alert_subject(fixture->store, 99, fixture->arena, &subject));
}

static int64_t queue_digest(struct store *store, const char *message_id, const char *when)
{
	struct delivery digest = mail("a@x.example", message_id, when);
	const struct digest window = {.from_us = at(when) - US_PER_DAY, .until_us = at(when)};
	int64_t run_id;
	int64_t id;

	digest.kind = DELIVERY_DIGEST;
	assert_int_equal(1, store_add_digest_run(store, "support", &window, at(when), &run_id));
	expect(store_add_delivery(store, &digest, 0, run_id, &id) == 0, "%s",
		store_error_text(store));
	return id;
}

/* Ann is angry, her alert and that of another are held back, and all that is mailed
 * afterwards may quote her, but for the alert of somebody else. */
static void test_no_mail_leaves_that_quotes_who_was_erased(void **state)
{
	const struct fixture *fixture = *state;
	struct store *store = fixture->store;
	const struct new_alert rate = {
		.rule = "crisis", .stream = "acme", .now_us = at("2026-11-21 09:00:00")};
	const struct new_alert elsewhere = {
		.rule = "crisis", .stream = "globex", .now_us = at("2026-11-21 09:00:00")};
	const struct erasing erasing = {.author = "ann", .by_name = true};
	struct erasing dry = erasing;
	struct raised_alert raised;
	struct deliveries due;
	struct erased erased;
	struct delivery one;

	queue_digest(store, "digest-before@x", "2026-11-20 08:00:00");
	const int64_t ann = alert_on(store, "ann");
	const int64_t ben = alert_on(store, "ben");
	const int64_t cem = alert_on(store, "cem");

	one = mail("a@x.example", "ann@x", "2026-11-21 09:00:00");
	queue(store, &one, ann);
	one = mail("a@x.example", "rest@x", "2026-11-21 09:00:00");
	assert_int_equal(0, store_hold_back(store, "support", ann, one.due.us, "cap"));
	assert_int_equal(0, store_hold_back(store, "support", ben, one.due.us, "cap"));
	queue(store, &one, ben);
	one = mail("a@x.example", "cem@x", "2026-11-21 09:00:00");
	queue(store, &one, cem);
	assert_int_equal(0, store_add_alert(store, &rate, &raised));
	one = mail("a@x.example", "rate@x", "2026-11-21 09:00:00");
	queue(store, &one, raised.alert_id);
	assert_int_equal(0, store_add_alert(store, &elsewhere, &raised));
	one = mail("a@x.example", "elsewhere@x", "2026-11-21 09:00:00");
	queue(store, &one, raised.alert_id);
	queue_digest(store, "digest-after@x", "2026-11-22 08:00:00");

	dry.dry_run = true;
	assert_int_equal(0, store_erase_author(store, &dry, &erased));
	assert_int_equal(4, erased.n_withdrawn);
	expect(store_erase_author(store, &erasing, &erased) == 0, "%s", store_error_text(store));
	assert_int_equal(4, erased.n_withdrawn);
	assert_int_equal(0, erased.n_mails);

	assert_int_equal(0, store_due_deliveries(store, DUE_AT(at("2026-11-23 08:00:00")), 10,
				    fixture->arena, &due));
	static const char *const left[] = {"digest-before@x", "cem@x", "elsewhere@x"};
	assert_int_equal(ARRAY_SIZE(left), due.n);
	for (size_t i = 0; i < due.n; i++)
		assert_string_equal(left[i], due.list[i].message_id);
}

/* What hangs on an incident that stays is told as a failure, without its words. */
static void test_what_was_withdrawn_is_told(void **state)
{
	const struct fixture *fixture = *state;
	const struct new_alert rate = {
		.rule = "crisis", .stream = "acme", .now_us = at("2026-11-21 09:00:00")};
	const struct delivery one = mail("a@x.example", "rate@x", "2026-11-21 09:00:00");
	const struct erasing erasing = {.author = "ann", .by_name = true};
	struct raised_alert raised;
	struct failed_mails failed;
	struct erased erased;

	alert_on(fixture->store, "ann");
	assert_int_equal(0, store_add_alert(fixture->store, &rate, &raised));
	queue(fixture->store, &one, raised.alert_id);
	assert_int_equal(0, store_erase_author(fixture->store, &erasing, &erased));
	assert_int_equal(1, erased.n_withdrawn);
	assert_int_equal(0, store_list_failed_mails(fixture->store, 0, at("2026-11-23 08:00:00"),
				    fixture->arena, &failed));
	assert_int_equal(1, failed.n);
	assert_string_equal("crisis", failed.list[0].rule);
	assert_string_equal("withdrawn: a post that it quotes was erased", failed.list[0].why);

	CLEANUP(free_heapp)
	char *left = shell(fixture->path, "SELECT count(*) FROM delivery WHERE message <> x''");
	assert_string_equal("0\n", left);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		with_memory(test_what_is_due_comes_oldest_first_and_whole),
		with_memory(test_a_mail_of_a_clock_that_was_ahead_is_due_now),
		with_memory(test_a_mail_of_a_clock_that_was_ahead_waits_for_its_second_try),
		with_memory(test_a_recipient_is_told_once),
		with_memory(test_how_an_attempt_ends),
		with_memory(test_what_is_held_back_is_told_by_the_next_mail),
		with_memory(test_a_mail_to_two_addresses_counts_once),
		with_memory(test_a_joined_alert_knows_the_last_mail),
		with_memory(test_what_cannot_be_written_is_a_failure_with_its_reason),
		with_memory(test_a_thread_begins_with_the_first_mail_to_an_address),
		with_memory(test_an_alert_is_about_what_has_no_number),
		with_memory(test_no_mail_leaves_that_quotes_who_was_erased),
		with_disk(test_what_was_withdrawn_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
