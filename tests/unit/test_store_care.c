#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>

#include "base/str.h"
#include "unit/deliveries.h"
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

static void test_what_is_pruned_makes_the_file_small(void **state)
{
	struct fixture *fixture = *state;
	CLEANUP(str_done) struct str text = STR_INIT(8192);
	struct store_stats before;
	struct store_stats after;
	char id[16];
	int r;

	while (text.len < 4000)
		str_add_text(&text, "acme opens ");
	assert_int_equal(0, store_begin(fixture->store));
	for (size_t i = 0; i < 500; i++) {
		snprintf(id, sizeof(id), "%zu", i);
		add_post(fixture->store, &(struct said){.id = id, .text = str_text(&text)});
	}
	assert_int_equal(0, store_commit(fixture->store));
	assert_int_equal(0, store_count(fixture->store, &before));
	while (store_prune(fixture->store, at("2027-01-01 00:00:00"), 0, 100) > 0)
		continue;
	while ((r = store_give_back(fixture->store, 50)) > 0)
		continue;
	assert_int_equal(0, r);
	assert_int_equal(0, store_count(fixture->store, &after));
	expect(after.n_bytes < before.n_bytes / 3, "%zu of %zu", after.n_bytes, before.n_bytes);
	assert_true(after.n_free_bytes <= after.n_bytes / 20 + 4096);

	/* Not only by what the log says. */
	struct stat status;

	assert_int_equal(0, stat(fixture->path, &status));
	assert_int_equal(after.n_bytes, status.st_size);
}

/* In a file of before that could be done, only writing it anew does. */
static void test_an_old_file_is_made_small_at_once(void **state)
{
	struct fixture *fixture = *state;
	struct compaction compaction;
	char command[256];

	add_post(fixture->store, &(struct said){.id = "1", .text = "a"});
	store_close(TAKE(fixture->store));
	snprintf(command, sizeof(command),
		"sqlite3 %s 'PRAGMA journal_mode = DELETE; PRAGMA auto_vacuum = NONE; VACUUM;"
		" CREATE TABLE big AS SELECT zeroblob(1000000); DROP TABLE big' >/dev/null",
		fixture->path);
	assert_int_equal(0, system(command));

	assert_int_equal(0, store_open(fixture->path, STORE_CREATE, &fixture->store));
	assert_int_equal(0, store_can_give_back(fixture->store));
	assert_int_equal(0, store_give_back(fixture->store, 1000));
	assert_int_equal(0, store_estimate_compaction(fixture->store, &compaction));
	assert_true(compaction.n_free_bytes > 900000);
	assert_true(compaction.n_disk_bytes == 2 * (compaction.n_bytes - compaction.n_free_bytes));
	assert_int_equal(0, store_compact(fixture->store));
	assert_int_equal(1, store_can_give_back(fixture->store));
	assert_int_equal(0, store_estimate_compaction(fixture->store, &compaction));
	assert_int_equal(0, compaction.n_free_bytes);
	assert_int_equal(0, store_check(fixture->store));
}

static void test_growth_is_what_comes_less_what_goes(void **state)
{
	const struct fixture *fixture = *state;
	const int64_t now_us = at("2026-11-30 00:00:00");
	struct store_stats stats;
	int64_t a_day = 0;
	char id[16];

	assert_int_equal(0, store_estimate_growth(fixture->store, now_us, 0, 0, &a_day));
	assert_int_equal(0, a_day);
	/* 14 in the last week, 7 that will go in the next one. */
	for (size_t i = 0; i < 21; i++) {
		snprintf(id, sizeof(id), "%zu", i);
		add_post(fixture->store,
			&(struct said){.id = id,
				.text = id,
				.fetched = i < 14 ? "2026-11-29 00:00:00" : "2026-11-17 00:00:00"});
	}
	assert_int_equal(0, store_count(fixture->store, &stats));
	const double post = (double)(stats.n_bytes - stats.n_free_bytes) / 21;

	assert_int_equal(0, store_estimate_growth(fixture->store, now_us, 0, 0, &a_day));
	assert_int_equal((int64_t)(post * 2), a_day);
	assert_int_equal(0, store_estimate_growth(
				    fixture->store, now_us, at("2026-11-16 00:00:00"), 0, &a_day));
	assert_int_equal((int64_t)post, a_day);
}

static void test_old_messages_and_fetches_go(void **state)
{
	const struct fixture *fixture = *state;

	for (int i = 0; i < 5; i++)
		assert_int_equal(
			0, store_log_fetch(fixture->store,
				   &(struct fetch_entry){.source = "acme-news",
					   .at_us = at("2026-11-20 00:00:00") + i * US_PER_DAY}));
	assert_int_equal(2, store_prune_logs(fixture->store, at("2026-11-23 00:00:00"), 0, 2));
	assert_int_equal(1, store_prune_logs(fixture->store, at("2026-11-23 00:00:00"), 0, 2));
	assert_int_equal(0, store_prune_logs(fixture->store, at("2026-11-23 00:00:00"), 0, 2));
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
		.channel = "mail",
		.target = "a@x.example",
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
	assert_int_equal(0, store_due_deliveries(fixture->store, DUE_AT(at("2027-01-01 00:00:00")),
				    10, fixture->arena, &due));
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
		with_disk(test_what_is_pruned_makes_the_file_small),
		with_disk(test_an_old_file_is_made_small_at_once),
		with_disk(test_growth_is_what_comes_less_what_goes),
		with_memory(test_old_messages_and_fetches_go),
		with_memory(test_incidents_outlive_their_mentions),
		with_memory(test_counts),
		with_disk(test_a_backup_goes_to_a_new_file),
		with_memory(test_what_a_person_says_stays),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
