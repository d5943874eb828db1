#include <stdio.h>
#include <stdlib.h>

#include "base/file.h"
#include "store/schema.h"
#include "unit/store_fixture.h"

/* A few days of a small team, so that no view is empty. */
static int fill(void **state)
{
	fixture_on_disk(state);
	const struct fixture *fixture = *state;
	static const struct said said[] = {
		{.id = "1",
			.author = "Wanjiru",
			.text = "Acme lost my parcel again",
			.fetched = "2026-11-20 09:00:00",
			.published = "2026-11-20 08:58:00",
			.hashtag = "AcmeFail"},
		{.id = "2",
			.author = "Ravi",
			.text = "Acme recalls drills",
			.fetched = "2026-11-20 10:00:00"},
		{.id = "3",
			.author = "Bold",
			.text = "Globex is great",
			.fetched = "2026-11-21 09:00:00"},
		{.id = "4",
			.text = "Acme delivers parcels by bicycle",
			.fetched = "2026-11-21 09:30:00",
			.hashtag = "acme"},
	};
	static const struct felt felt[] = {
		{.compound = -0.8, .anger = 0.9, .flags = FLAG_COMPLAINT},
		{.compound = -0.2},
		{.stream = "globex", .compound = 0.7},
		{.compound = 0.4},
	};
	struct digest digest = {.from_us = at("2026-11-20 05:00:00"),
		.until_us = at("2026-11-21 05:00:00"),
		.timezone = "Africa/Nairobi"};
	struct raised_alert raised = {0};
	int64_t run;
	int64_t id;

	for (size_t i = 0; i < ARRAY_SIZE(said); i++) {
		const struct new_alert alert = {.rule = "angry-customer",
			.stream = "acme",
			.mention_id = say(fixture->store, &said[i], &felt[i]),
			.evidence = "{\"when\": \"anger >= 0.6\"}",
			.now_us = at(said[i].fetched),
			.respond_within_us = US_PER_HOUR};

		if (felt[i].compound < 0)
			assert_int_equal(0, store_add_alert(fixture->store, &alert, &raised));
	}
	assert_int_equal(0, store_change_incident(fixture->store,
				    &(struct incident_change){.incident_id = raised.incident_id,
					    .action = ACTION_RESPOND,
					    .actor = "amina",
					    .now_us = at("2026-11-20 10:24:00")}));
	assert_int_equal(
		0, store_log_fetch(fixture->store, &(struct fetch_entry){.source = "acme-news",
							   .at_us = at("2026-11-21 09:30:00"),
							   .status = 200,
							   .n_posts = 4,
							   .n_new = 4,
							   .n_mentions = 4}));
	assert_int_equal(0, store_load_digest(fixture->store, fixture->arena, &digest));
	assert_int_equal(1, store_add_digest_run(fixture->store, "support", &digest,
				    at("2026-11-21 05:00:01"), &run));
	const struct delivery delivery = {.kind = DELIVERY_DIGEST,
		.recipient = "support",
		.channel = "mail",
		.target = "a@x.example",
		.message_id = "1@x",
		.message = SLICE("bytes"),
		.due = INSTANT(at("2026-11-21 05:00:01"))};
	assert_int_equal(0, store_add_delivery(fixture->store, &delivery, 0, run, &id));
	assert_int_equal(0,
		store_settle_delivery(fixture->store, &(struct delivery_outcome){.id = id,
							      .state = DELIVERY_SENT,
							      .now_us = at("2026-11-21 05:00:02"),
							      .code = 250}));
	const struct stored_post both =
		add_post(fixture->store, &(struct said){.id = "5",
						 .author = "Ani",
						 .text = "Acme or Globex? I leave",
						 .fetched = "2026-11-21 10:00:00"});
	add_mention(fixture->store, both.id, &(struct felt){.flags = FLAG_CHURN});
	add_mention(fixture->store, both.id, &(struct felt){.stream = "globex"});
	while (store_index_some(fixture->store, 10) > 0)
		;
	return 0;
}

#define OBJECTS                                                                                    \
	"FROM sqlite_schema AS s WHERE s.type IN ('table', 'view') AND s.name NOT LIKE 'sqlite_%'" \
	" AND s.name NOT GLOB 'post_words_*' AND s.name NOT GLOB 'post_runs_*'"

static void expect_nothing(const struct fixture *fixture, const char *sql)
{
	CLEANUP(free_heapp) char *text = shell(fixture->path, sql);

	expect(text[0] == '\0', "%s", text);
}

static void test_everything_is_documented_and_nothing_else(void **state)
{
	const struct fixture *fixture = *state;

	expect_nothing(fixture,
		"SELECT s.name, c.name FROM sqlite_schema AS s, pragma_table_info(s.name) AS c"
		" WHERE s.name IN (SELECT s.name " OBJECTS ")"
		" UNION ALL SELECT s.name, '' " OBJECTS
		" EXCEPT SELECT object, column_name FROM doc;");
	expect_nothing(fixture,
		"SELECT object, column_name FROM doc EXCEPT"
		" SELECT s.name, c.name FROM sqlite_schema AS s, pragma_table_info(s.name) AS c"
		" EXCEPT SELECT s.name, '' " OBJECTS ";");
	expect_nothing(fixture,
		"SELECT object, column_name FROM doc WHERE description NOT LIKE '%.%'"
		" OR column_name <> '' AND example IS NULL"
		" AND object || '.' || column_name NOT IN ('post_runs.runs',"
		" 'delivery.message');");
}

static void test_docs_are_listed_views_first(void **state)
{
	const struct fixture *fixture = *state;
	struct doc_row *list;
	size_t n;
	bool tables = false;

	assert_int_equal(0, store_list_docs(fixture->store, fixture->arena, &list, &n));
	assert_true(n > 300);
	assert_null(list[0].column);
	for (size_t i = 0; i < n; i++) {
		if (list[i].column)
			continue;
		tables = tables || same_text(list[i].type, "table");
		expect(same_text(list[i].type, tables ? "table" : "view"), "%s: %s", list[i].object,
			list[i].type);
	}
	assert_true(tables);
}

static void test_the_promised_views_have_rows(void **state)
{
	const struct fixture *fixture = *state;
	static const char *const views[] = {"v_mention", "v_needs_answer", "v_incident_open",
		"v_daily", "v_share_of_voice", "v_response_time", "v_story", "v_author",
		"v_hashtag", "v_word", "v_source_health", "v_digest_run", "v_rule", "v_precision",
		"v_delivery"};

	for (size_t i = 0; i < ARRAY_SIZE(views); i++) {
		char sql[64];

		snprintf(sql, sizeof(sql), "SELECT * FROM %s", views[i]);
		CLEANUP(free_heapp) char *text = shell(fixture->path, sql);
		expect(text[0] != '\0', "%s is empty", views[i]);
	}
}

static void test_views_count_right(void **state)
{
	const struct fixture *fixture = *state;
	static const struct {
		const char *sql, *want;
	} cases[] = {
		{"SELECT day_utc, stream, mentions, negative, positive, angry, net_sentiment"
		 " FROM v_daily ORDER BY 1, 2",
			"2026-11-20|acme|2|2|0|1|-100.0\n2026-11-21|acme|2|0|1|0|50.0\n"
			"2026-11-21|globex|2|0|1|0|50.0\n"},
		{"SELECT stream, share_percent FROM v_share_of_voice WHERE day_utc = '2026-11-21'"
		 " ORDER BY 1",
			"acme|50.0\nglobex|50.0\n"},
		{"SELECT incident_id, minutes_to_response, in_time FROM v_response_time"
		 " WHERE state = 'responded'",
			"2|24.0|1\n"},
		{"SELECT stream, author, quote, overdue FROM v_needs_answer",
			"acme|Wanjiru|Acme lost my parcel again|1\n"},
		{"SELECT hashtag, mentions, negative FROM v_hashtag ORDER BY 1",
			"acme|1|0\nacmefail|1|1\n"},
		{"SELECT matched, why, copies, incident_id, alerted_utc FROM v_mention"
		 " WHERE mention_id = 1",
			"Acme|worst -3.20 (caps; booster so)|1|1|2026-11-20 09:00:00\n"},
		{"SELECT rule, incidents, live, precision_percent FROM v_rule",
			"angry-customer|2|2|100.0\n"},
		{"SELECT kind, name, total, handled, dismissed, dismissed_percent FROM v_precision"
		 " WHERE stream = 'acme' ORDER BY 1, 2 LIMIT 3",
			"rule|angry-customer|2|1|0|0.0\nstream||2|1|0|0.0\nterm|acme|4|1|0|0.0\n"},
		{"SELECT recipient, mentions, negative, mails_sent, last_sent_utc FROM "
		 "v_digest_run",
			"support|2|2|1|2026-11-21 05:00:02\n"},
		{"SELECT word, mentions, mean_valence FROM v_word WHERE word = 'worst' ORDER BY 2",
			"worst|2|-2.0\n"},
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		CLEANUP(free_heapp) char *got = shell(fixture->path, cases[i].sql);

		expect(strcmp(got, cases[i].want) == 0, "%s:\n%s", cases[i].sql, got);
	}
}

/* As SQLite's own datetime() writes them, so that comparisons are right. */
static void test_times_are_utc_texts(void **state)
{
	const struct fixture *fixture = *state;
	CLEANUP(free_heapp)
	char *columns = shell(fixture->path,
		"SELECT 'SELECT ''' || s.name || '.' || c.name || ''' WHERE EXISTS (SELECT 1 FROM '"
		" || s.name || ' WHERE ' || c.name || ' IS NOT datetime(' || c.name || '));'"
		" FROM sqlite_schema AS s, pragma_table_info(s.name) AS c"
		" WHERE s.type IN ('table', 'view') AND c.name LIKE '%\\_utc' ESCAPE '\\'"
		" AND c.name <> 'day_utc';");

	assert_true(strlen(columns) > 2000);
	expect_nothing(fixture, columns);
}

static void test_the_file_says_what_it_is(void **state)
{
	const struct fixture *fixture = *state;
	CLEANUP(free_heapp)
	char *text = shell(fixture->path,
		"PRAGMA application_id; PRAGMA user_version; PRAGMA journal_mode;"
		" SELECT count(*) FROM pragma_table_list WHERE type = 'table' AND NOT strict"
		" AND name NOT GLOB 'post_words_*' AND name NOT GLOB 'post_runs_*'"
		" AND name NOT LIKE 'sqlite_%';");
	char want[64];

	snprintf(want, sizeof(want), "%d\n%d\nwal\n0\n", SCHEMA_APPLICATION_ID, schema_version());
	assert_string_equal(want, text);
}

/* The questions of docs/questions.sql, each "-- question" and its statement. */
static void test_the_questions_of_the_manual_are_answered(void **state)
{
	const struct fixture *fixture = *state;
	CLEANUP(free_heapp) char *questions = NULL;
	size_t n = 0;

	assert_int_equal(
		0, file_read(MENTIOND_SOURCE_DIR "/docs/questions.sql", 1 << 20, &questions, NULL));
	/* What stands before the first empty line is the heading. */
	for (char *next = strstr(questions, "\n\n-- "); next;) {
		char *question = next + strlen("\n\n-- ");
		const char *end;

		next = strstr(question, "\n\n-- ");
		end = next ? next : question + strlen(question);
		CLEANUP(free_heapp) char *text = strndup(question, (size_t)(end - question));
		const char *sql = strchr(text, '\n');
		assert_non_null(sql);

		CLEANUP(free_heapp) char *answer = shell(fixture->path, sql);
		expect(answer[0] != '\0', "no answer: %s", text);
		n++;
	}
	assert_true(n >= 20);
}

/* A condition is looked at before the rows are grouped, and what nobody asks for is
 * read nowhere: else a day takes as long as all years. */
static void test_views_read_what_is_asked_for(void **state)
{
	const struct fixture *fixture = *state;
	static const struct {
		const char *sql;
		const char *has, *lacks;
	} cases[] = {
		{"SELECT mentions, angry FROM v_daily WHERE day_utc = '2026-11-20'",
			"mention_by_day (<expr>=?", "post"},
		{"SELECT mentions FROM v_daily WHERE day_utc >= '2026-11-20'",
			"mention_by_day (<expr>>?", "SCAN m"},
		{"SELECT mentions FROM v_share_of_voice WHERE day_utc = '2026-11-20'",
			"mention_by_day (<expr>=?", "SCAN m"},
		{"SELECT word FROM v_word WHERE day_utc = '2026-11-20'", "mention_by_day (<expr>=?",
			"SCAN t"},
		{"SELECT hashtag FROM v_hashtag WHERE day_utc = '2026-11-20'",
			"mention_by_day (<expr>=?", "SCAN t"},
		{"SELECT mentions FROM v_author WHERE stream = 'acme'",
			"mention_by_stream (stream_id=?)", "SCAN m"},
		{"SELECT copies FROM v_story WHERE story_id = 1",
			"COVERING INDEX post_by_story (story_id=?)", "CORRELATED"},
		{"SELECT story_id, copies FROM v_story ORDER BY copies DESC LIMIT 5",
			"COVERING INDEX post_by_story", "CORRELATED"},
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		char sql[256];

		snprintf(sql, sizeof(sql), "EXPLAIN QUERY PLAN %s;", cases[i].sql);
		CLEANUP(free_heapp) char *plan = shell(fixture->path, sql);

		expect(strstr(plan, cases[i].has), "%s: no `%s' in: %s", cases[i].sql, cases[i].has,
			plan);
		expect(!strstr(plan, cases[i].lacks), "%s: `%s' in: %s", cases[i].sql,
			cases[i].lacks, plan);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_everything_is_documented_and_nothing_else),
		cmocka_unit_test(test_docs_are_listed_views_first),
		cmocka_unit_test(test_the_promised_views_have_rows),
		cmocka_unit_test(test_views_count_right),
		cmocka_unit_test(test_views_read_what_is_asked_for),
		cmocka_unit_test(test_times_are_utc_texts),
		cmocka_unit_test(test_the_file_says_what_it_is),
		cmocka_unit_test(test_the_questions_of_the_manual_are_answered),
	};

	return cmocka_run_group_tests(tests, fill, fixture_tear_down);
}
