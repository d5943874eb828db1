#include <errno.h>
#include <stdio.h>

#include "unit/store_fixture.h"

static size_t count_posts(const struct fixture *fixture)
{
	struct store_stats stats;

	assert_int_equal(0, store_count(fixture->store, &stats));
	return stats.n_posts;
}

static void test_prune_keeps_what_is_to_be_kept(void **state)
{
	const struct fixture *fixture = *state;
	static const struct {
		const char *id, *fetched;
		bool matched, stays;
	} cases[] = {
		{"old, unmatched", "2026-11-01 07:59:59", false, false},
		{"unmatched, just young enough", "2026-11-01 08:00:00", false, true},
		{"old mention", "2026-10-01 07:59:59", true, false},
		{"mention, just young enough", "2026-10-01 08:00:00", true, true},
		{"mention", "2026-11-01 07:59:59", true, true},
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		const struct said said = {
			.id = cases[i].id, .text = cases[i].id, .fetched = cases[i].fetched};
		const int64_t post = add_post(fixture->store, &said).id;

		if (cases[i].matched)
			add_mention(fixture->store, post, &(struct felt){0});
	}
	assert_int_equal(2, store_prune(fixture->store, at("2026-11-01 08:00:00"),
				    at("2026-10-01 08:00:00"), 100));
	assert_int_equal(0, store_prune(fixture->store, at("2026-11-01 08:00:00"),
				    at("2026-10-01 08:00:00"), 100));
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		const struct said again = {
			.id = cases[i].id, .text = cases[i].id, .fetched = "2026-11-21 08:00:00"};
		const enum seen seen = add_post(fixture->store, &again).seen;

		expect((seen == POST_SEEN) == cases[i].stays, "%s", cases[i].id);
	}
}

static void test_prune_does_a_little_at_a_time(void **state)
{
	const struct fixture *fixture = *state;
	char id[16];

	for (size_t i = 0; i < 10; i++) {
		snprintf(id, sizeof(id), "%zu", i);
		say(fixture->store, &(struct said){.id = id, .text = id}, &(struct felt){0});
	}
	assert_int_equal(4, store_prune(fixture->store, 0, at("2027-01-01 00:00:00"), 4));
	assert_int_equal(6, count_posts(fixture));
}

/* What somebody works on stays, though the words have gone. */
static void test_incidents_outlive_their_mentions(void **state)
{
	const struct fixture *fixture = *state;
	const struct new_alert alert = {
		.rule = "angry",
		.stream = "acme",
		.mention_id = say(
			fixture->store, &(struct said){.id = "1", .text = "a"}, &(struct felt){0}),
	};
	const struct delivery delivery = {.kind = DELIVERY_ALERT,
		.recipient = "support",
		.address = "a@x.example",
		.message_id = "1@x",
		.message = SLICE("bytes"),
		.due = INSTANT(at("2026-11-21 08:00:00"))};
	struct raised_alert raised;
	struct incident incident;
	struct deliveries due;
	int64_t id;

	assert_int_equal(0, store_add_alert(fixture->store, &alert, &raised));
	assert_int_equal(0, store_add_delivery(fixture->store, &delivery, raised.alert_id, 0, &id));
	assert_int_equal(1, store_prune(fixture->store, 0, at("2027-01-01 00:00:00"), 100));

	assert_int_equal(0,
		store_get_incident(fixture->store, raised.incident_id, fixture->arena, &incident));
	assert_int_equal(1, incident.n_alerts);
	assert_int_equal(0, incident.n_items);
	/* A mail that waits is sent nevertheless. */
	assert_int_equal(0, store_due_deliveries(fixture->store, at("2027-01-01 00:00:00"), 10,
				    fixture->arena, &due));
	assert_int_equal(1, due.n);
	assert_true(slice_equals(SLICE("bytes"), due.list[0].message));
}

static void test_counts(void **state)
{
	const struct fixture *fixture = *state;
	struct store_stats stats;

	say(fixture->store,
		&(struct said){.id = "1", .text = "a", .fetched = "2026-11-20 08:00:00"},
		&(struct felt){0});
	add_post(fixture->store,
		&(struct said){.id = "2", .text = "b", .fetched = "2026-11-21 08:00:00"});
	assert_int_equal(0, store_count(fixture->store, &stats));
	assert_int_equal(2, stats.n_sources);
	assert_int_equal(2, stats.n_posts);
	assert_int_equal(1, stats.n_mentions);
	assert_int_equal(1, stats.n_stories);
	assert_int_equal(1, stats.n_to_index);
	assert_int_equal(at("2026-11-20 08:00:00"), stats.first_fetched.us);
	assert_int_equal(at("2026-11-21 08:00:00"), stats.last_fetched.us);
	assert_true(stats.n_bytes > 100000);
}

static void test_a_backup_goes_to_a_new_file(void **state)
{
	const struct fixture *fixture = *state;
	CLEANUP(store_closep) struct store *copy = NULL;
	struct store_stats stats;
	char path[128];

	say(fixture->store, &(struct said){.id = "1", .text = "a"}, &(struct felt){0});
	snprintf(path, sizeof(path), "%s/copy.db", fixture->folder);
	assert_int_equal(0, store_backup(fixture->store, path));
	assert_int_equal(-EEXIST, store_backup(fixture->store, path));
	assert_int_equal(-ENOENT, store_backup(fixture->store, "/nowhere/copy.db"));

	assert_int_equal(0, store_open(path, STORE_READ, &copy));
	assert_int_equal(0, store_check(copy));
	assert_int_equal(0, store_count(copy, &stats));
	assert_int_equal(1, stats.n_mentions);
	assert_string_equal(store_instance(fixture->store), store_instance(copy));
}

static void test_what_a_person_says_stays(void **state)
{
	const struct fixture *fixture = *state;
	const int64_t post = add_post(fixture->store, &(struct said){.id = "1", .text = "a"}).id;
	const int64_t mention = add_mention(fixture->store, post, &(struct felt){.compound = -0.5});
	struct stream_count count;

	struct correction correction = {.mention_id = mention,
		.label = LABEL_POSITIVE,
		.angry = true,
		.actor = "amina",
		.now_us = at("2026-11-21 09:00:00")};

	assert_int_equal(0, store_correct(fixture->store, &correction));
	/* Scored again, after an edit. */
	assert_int_equal(
		mention, add_mention(fixture->store, post, &(struct felt){.compound = -0.9}));
	assert_int_equal(0, store_count_mentions(fixture->store, "acme",
				    &(struct count_window){at("2026-11-21 08:00:00"),
					    at("2026-11-21 08:00:01"), 0},
				    &count));
	assert_int_equal(1, count.n_positive);
	assert_int_equal(0, count.n_negative);
	assert_int_equal(1, count.n_angry);

	correction.mention_id++;
	assert_int_equal(-ENOENT, store_correct(fixture->store, &correction));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		with_memory(test_prune_keeps_what_is_to_be_kept),
		with_memory(test_prune_does_a_little_at_a_time),
		with_memory(test_incidents_outlive_their_mentions),
		with_memory(test_counts),
		with_disk(test_a_backup_goes_to_a_new_file),
		with_memory(test_what_a_person_says_stays),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
