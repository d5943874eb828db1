/* The commands on the database, run as people run them. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>

#include "base/file.h"
#include "base/str.h"
#include "unit/store_fixture.h"

static const struct said said[] = {
	{.id = "1",
		.author = "Wanjiru",
		.text = "Acme mislaid my parcel\x1b[31m again\x7f\xc2\x9b"
			"2J",
		.fetched = "2026-11-20 09:00:00"},
	{.id = "2",
		.author = "Ravi",
		.text = "=Acme, \"well\" done",
		.fetched = "2026-11-20 10:00:00"},
	{.id = "3", .text = "Globex opens", .fetched = "2026-11-21 09:00:00"},
};
static const struct felt felt[] = {
	{.compound = -0.8, .anger = 0.9}, {.compound = 0.6}, {.stream = "globex"}};

static int fill(void **state)
{
	fixture_on_disk(state);
	const struct fixture *fixture = *state;

	for (size_t i = 0; i < ARRAY_SIZE(said); i++) {
		const int64_t mention = say(fixture->store, &said[i], &felt[i]);
		const struct new_alert alert = {.rule = "angry-customer",
			.stream = "acme",
			.mention_id = mention,
			.now_us = at("2026-11-20 09:00:00"),
			.respond_within_us = US_PER_HOUR};
		struct raised_alert raised;

		if (felt[i].anger > 0)
			assert_int_equal(0, store_add_alert(fixture->store, &alert, &raised));
	}
	assert_int_equal(ARRAY_SIZE(said), store_index_some(fixture->store, 10));
	return 0;
}

/* What `mentionctl ARGUMENTS --database FILE` prints, errors too; *RET_CODE is its
 * exit code.  The caller frees. */
static char *run(const struct fixture *fixture, const char *arguments, int *ret_code)
{
	CLEANUP(str_done) struct str all = STR_INIT(1 << 20);
	char command[512];
	char buffer[4096];
	size_t n;
	char *text;

	snprintf(command, sizeof(command), "SUDO_USER=amina %s/mentionctl %s --database %s 2>&1",
		MENTIOND_BUILD_DIR, arguments, fixture->path);
	FILE *pipe = popen(command, "r");
	assert_non_null(pipe);
	while ((n = fread(buffer, 1, sizeof(buffer), pipe)) > 0)
		str_add(&all, slice_from(buffer, n));
	*ret_code = WEXITSTATUS(pclose(pipe));
	assert_int_equal(0, str_take(&all, &text));
	return text;
}

static void test_commands_print_what_is_asked_for(void **state)
{
	const struct fixture *fixture = *state;
	static const struct {
		const char *arguments;
		int code;
		const char *has, *lacks;
	} cases[] = {
		{"alerts", 0, "overdue", "Ravi"},
		{"alerts", 0, "angry-customer: worst", "\x1b"},
		{"alerts --json", 0, "\"state\":\"open\"", NULL},
		{"alerts list --stream globex", 0, "Nobody waits", "Wanjiru"},
		{"alerts show 1", 0, "2026-11-20 10:00:00 UTC", "\x1b"},
		{"alerts show 9", 66, "no incident 9", NULL},
		{"alerts show x", 64, "x is no incident's number", NULL},
		{"alerts dismiss 1", 64, "argument", NULL},
		{"alerts mute", 64, "name a rule", NULL},
		{"mentions", 0, "Wanjiru", "\x1b"},
		{"mentions --label positive", 0, "Ravi", "Wanjiru"},
		{"mentions --angry --json", 0, "\"angry\":true", "Ravi"},
		{"mentions 'parcel AND acme'", 0, "Wanjiru", "Ravi"},
		{"mentions --stream globex", 0, "Globex", "Acme"},
		{"mentions --stream acmee", 66, "no stream acmee", NULL},
		{"export --stream acmee", 66, "no stream acmee", NULL},
		{"alerts list --stream acmee", 66, "no stream acmee", NULL},
		{"alerts mute --stream acmee --for 1h", 66, "no stream acmee", NULL},
		{"mentions 'acme AND AND'", 65, "error", "Wanjiru"},
		{"mentions --limit 1", 0, "Globex", "Wanjiru"},
		{"sources", 0, "not polled yet", NULL},
		{"sources --json", 0, "\"name\":\"acme-news\"", NULL},
		{"stats", 0, "mentions        3", NULL},
		{"stats --json", 0, "\"mentions\":3", NULL},
		{"export", 0, "\"'=Acme, \"\"well\"\" done\"", NULL},
		{"export", 0, "parcel\xef\xbf\xbd[31m again", "\x1b"},
		{"export --format ndjson", 0, "parcel\\u001B[31m again\\u007F\\u009B2J", "\x7f"},
		{"export --format ndjson", 0, "parcel", "\xc2\x9b"},
		{"stats", 0, "at this rate", NULL},
		{"stats --json", 0, "\"growth_bytes_a_day\":", NULL},
		{"export --format ndjson --stream globex", 0, "\"text\":\"Globex opens\"",
			"parcel"},
		{"mentions relabel 1 furious", 64, "furious is not", NULL},
		{"mentions relabel 99 neutral", 66, "no mention 99", NULL},
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		int code;
		CLEANUP(free_heapp) char *got = run(fixture, cases[i].arguments, &code);

		expect(code == cases[i].code, "%s: exit code %d: %s", cases[i].arguments, code,
			got);
		expect(strstr(got, cases[i].has), "%s: no `%s' in: %s", cases[i].arguments,
			cases[i].has, got);
		expect(!cases[i].lacks || !strstr(got, cases[i].lacks), "%s: `%s' in: %s",
			cases[i].arguments, cases[i].lacks, got);
	}
}

static void test_an_incident_is_worked_on(void **state)
{
	const struct fixture *fixture = *state;
	static const struct {
		const char *arguments;
		int code;
		const char *says;
	} steps[] = {
		{"alerts ack 1", 0, "Incident 1: acknowledged, with amina\n"},
		{"alerts ack 1", 65, "cannot be done"},
		{"alerts note 1 called her, she waits", 0,
			"Incident 1: noted; it is acknowledged, with amina\n"},
		{"alerts assign 1 bold --by chief", 0, "Incident 1: acknowledged, with bold\n"},
		{"alerts respond 1", 0, "Incident 1: responded, with bold\n"},
		{"alerts resolve 1 refunded", 0, "Incident 1: resolved, with bold\n"},
		{"alerts mute angry-customer --for 2h --why outage", 0, "Muted until "},
		{"mentions relabel 1 neutral --by bold", 0, "Mention 1: neutral, not angry\n"},
	};
	int code;

	for (size_t i = 0; i < ARRAY_SIZE(steps); i++) {
		CLEANUP(free_heapp) char *got = run(fixture, steps[i].arguments, &code);

		expect(code == steps[i].code, "%s: exit code %d: %s", steps[i].arguments, code,
			got);
		expect(strstr(got, steps[i].says), "%s: no `%s' in: %s", steps[i].arguments,
			steps[i].says, got);
	}

	CLEANUP(free_heapp)
	char *log = shell(fixture->path,
		"SELECT actor, what, text FROM incident_event ORDER BY id;"
		" SELECT state, assignee FROM incident;"
		" SELECT rule, actor, why FROM mute;"
		" SELECT label, labelled_by, scored_label FROM mention WHERE id = 1;");
	assert_string_equal("mentiond|opened|\n"
			    "amina|acknowledged|\n"
			    "amina|noted|called her, she waits\n"
			    "chief|assigned|bold\n"
			    "amina|responded|\n"
			    "amina|resolved|refunded\n"
			    "resolved|bold\n"
			    "angry-customer|amina|outage\n"
			    "neutral|bold|negative\n",
		log);
}

static void test_a_source_is_switched_off_and_on(void **state)
{
	const struct fixture *fixture = *state;
	static const struct {
		const char *arguments;
		int code;
		const char *has;
	} steps[] = {
		{"sources disable acme-new", 66, "did you mean acme-news?"},
		{"sources disable zzzzzzzzzz", 66, "no source zzzzzzzzzz"},
		{"sources disable", 64, "argument"},
		{"sources disable acme-news --why 'its owner asked'", 0, "acme-news is disabled"},
		{"sources disable acme-news --by bold", 0, "disabled already, by amina"},
		{"sources", 0, "ago: its owner asked"},
		{"sources --json", 0, "\"switched_off_by\":\"amina\""},
		{"sources --json", 0, "\"state\":\"disabled\",\"why\":\"by amina, "},
		{"sources enable acme-news", 0, "acme-news is enabled"},
		{"sources enable acme-news", 0, "enabled already"},
		{"sources --json", 0, "\"state\":\"not polled yet\",\"url\""},
	};

	for (size_t i = 0; i < ARRAY_SIZE(steps); i++) {
		int code;
		CLEANUP(free_heapp) char *got = run(fixture, steps[i].arguments, &code);

		expect(code == steps[i].code, "%s: exit code %d: %s", steps[i].arguments, code,
			got);
		expect(strstr(got, steps[i].has), "%s: no `%s' in: %s", steps[i].arguments,
			steps[i].has, got);
	}
}

static void test_a_backup_is_readable_by_itself(void **state)
{
	const struct fixture *fixture = *state;
	char arguments[160];
	char path[128];
	int code;

	snprintf(path, sizeof(path), "%s/copy.db", fixture->folder);
	snprintf(arguments, sizeof(arguments), "backup %s", path);
	CLEANUP(free_heapp) char *first = run(fixture, arguments, &code);
	expect(code == 0, "%s", first);
	CLEANUP(free_heapp) char *again = run(fixture, arguments, &code);
	expect(code == 73, "%s", again);

	CLEANUP(free_heapp)
	char *copy = shell(path,
		"PRAGMA journal_mode; PRAGMA integrity_check; SELECT count(*) FROM v_mention;"
		" SELECT count(*) FROM pragma_database_list WHERE file LIKE '%-wal';");
	assert_string_equal("delete\nok\n3\n0\n", copy);
}

static void test_nobody_is_erased_by_accident(void **state)
{
	const struct fixture *fixture = *state;
	static const struct {
		const char *arguments;
		int code;
		const char *says;
	} steps[] = {
		{"erase nobody", 66, "Nobody is known as nobody"},
		/* A name may be borne by several people. */
		{"erase Wanjiru", 66, "1 post bear it as a name"},
		{"erase --author-name wanjiru", 66, "Nobody is known"},
		{"erase --author-name --dry-run Wanjiru", 0,
			"1 post, 1 mention, 1 incident would be erased; 0 mails would be emptied,"
			" 0 queued mails would be withdrawn"},
	};

	for (size_t i = 0; i < ARRAY_SIZE(steps); i++) {
		int code;
		CLEANUP(free_heapp) char *got = run(fixture, steps[i].arguments, &code);

		expect(code == steps[i].code, "%s: exit code %d: %s", steps[i].arguments, code,
			got);
		expect(strstr(got, steps[i].says), "%s: no `%s' in: %s", steps[i].arguments,
			steps[i].says, got);
	}
	CLEANUP(free_heapp)
	char *left = shell(fixture->path, "SELECT count(*) FROM post; SELECT count(*) FROM"
					  " incident; SELECT count(*) FROM erased;");
	assert_string_equal("3\n1\n0\n", left);
}

static void test_what_is_erased_does_not_come_again(void **state)
{
	const struct fixture *fixture = *state;
	int code;
	CLEANUP(free_heapp) char *got = run(fixture, "erase --author-name Wanjiru", &code);

	assert_string_equal("1 post, 1 mention, 1 incident erased; 0 mails emptied,"
			    " 0 queued mails withdrawn\n",
		got);
	assert_int_equal(POST_SEEN, add_post(fixture->store, &said[0]).seen);
	CLEANUP(free_heapp)
	char *left = shell(fixture->path, "SELECT count(*) FROM post; SELECT count(*) FROM "
					  "incident; SELECT count(*) FROM alert;"
					  " SELECT count(*) FROM incident_key;"
					  " SELECT count(*) FROM incident_event;");
	assert_string_equal("2\n0\n0\n0\n0\n", left);

	/* Nor is it in the file, not even in what is free. */
	store_close(TAKE(((struct fixture *)*state)->store));
	char command[256];
	snprintf(command, sizeof(command), "! grep -q 'mislaid' %s*", fixture->path);
	assert_int_equal(0, system(command));
}

/* An incident in which somebody else complains too stays, with the other. */
static void test_what_others_say_stays(void **state)
{
	const struct fixture *fixture = *state;
	const struct said other = {.id = "9",
		.author = "Bold",
		.text = "Mine too",
		.reply_to = "https://posts.example/1"};
	const struct new_alert alert = {.rule = "angry-customer",
		.stream = "acme",
		.mention_id = say(fixture->store, &other, &(struct felt){.anger = 0.8}),
		.now_us = at("2026-11-20 10:00:00")};
	struct raised_alert raised;
	int code;

	assert_int_equal(0, store_add_alert(fixture->store, &alert, &raised));
	assert_int_equal(2, raised.n_alerts);
	CLEANUP(free_heapp) char *got = run(fixture, "erase --author-name Wanjiru", &code);
	assert_string_equal("1 post, 1 mention, 0 incidents erased; 0 mails emptied,"
			    " 0 queued mails withdrawn\n",
		got);

	CLEANUP(free_heapp)
	char *left = shell(fixture->path, "SELECT author, alerts FROM v_incident_open");
	assert_string_equal("Bold|2\n", left);
}

static void test_older_copies_go(void **state)
{
	const struct fixture *fixture = *state;
	char arguments[256];
	char command[512];
	int code;

	snprintf(command, sizeof(command),
		"cd %s && echo mine > mentions-1.db && echo mine > notes-1.txt", fixture->folder);
	assert_int_equal(0, system(command));
	for (int i = 8; i <= 11; i++) {
		snprintf(arguments, sizeof(arguments), "backup %s/mentions-%d.db --keep 2",
			fixture->folder, i);
		CLEANUP(free_heapp) char *got = run(fixture, arguments, &code);
		expect(code == 0, "%s", got);
	}
	/* What is no database of ours stays, whatever its name, and so does the
	 * database. */
	snprintf(command, sizeof(command),
		"cd %s && test \"$(ls -1 | tr '\\n' ' ')\" ="
		" 'mentions-1.db mentions-10.db mentions-11.db mentions.db mentions.db-shm"
		" mentions.db-wal notes-1.txt '",
		fixture->folder);
	assert_int_equal(0, system(command));

	snprintf(arguments, sizeof(arguments), "backup %s --keep 0", fixture->folder);
	CLEANUP(free_heapp) char *none = run(fixture, arguments, &code);
	expect(code == 64, "%s", none);
	snprintf(arguments, sizeof(arguments), "backup %s", fixture->folder);
	CLEANUP(free_heapp) char *named = run(fixture, arguments, &code);
	expect(code == 0, "%s", named);
	snprintf(command, sizeof(command), "ls %s/mentions-20*Z.db >/dev/null", fixture->folder);
	assert_int_equal(0, system(command));
}

static void test_the_manual_is_what_the_program_prints(void **state)
{
	CLEANUP(free_heapp) char *manual = NULL;
	char *printed = NULL;
	size_t n = 0;

	(void)state;
	assert_int_equal(
		0, file_read(MENTIOND_SOURCE_DIR "/docs/database.md", 1 << 20, &manual, NULL));
	FILE *pipe = popen(MENTIOND_BUILD_DIR "/mentionctl schema --markdown", "r");
	assert_non_null(pipe);
	assert_true(getdelim(&printed, &n, '\0', pipe) > 0);
	pclose(pipe);
	expect(strcmp(manual, printed) == 0,
		"print it anew: mentionctl schema --markdown > docs/database.md");
	free(printed);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			test_commands_print_what_is_asked_for, fill, fixture_tear_down),
		cmocka_unit_test_setup_teardown(
			test_an_incident_is_worked_on, fill, fixture_tear_down),
		cmocka_unit_test_setup_teardown(
			test_a_source_is_switched_off_and_on, fill, fixture_tear_down),
		cmocka_unit_test_setup_teardown(
			test_a_backup_is_readable_by_itself, fill, fixture_tear_down),
		cmocka_unit_test_setup_teardown(
			test_nobody_is_erased_by_accident, fill, fixture_tear_down),
		cmocka_unit_test_setup_teardown(
			test_what_is_erased_does_not_come_again, fill, fixture_tear_down),
		cmocka_unit_test_setup_teardown(
			test_what_others_say_stays, fill, fixture_tear_down),
		cmocka_unit_test_setup_teardown(test_older_copies_go, fill, fixture_tear_down),
		cmocka_unit_test(test_the_manual_is_what_the_program_prints),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
