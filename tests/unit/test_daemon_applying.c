/* What a stream that is applied later leaves in the database, beside what it
 * would have left had it been there from the start. */
#include <errno.h>
#include <stdlib.h>

#include "base/diags.h"
#include "base/str.h"
#include "config/load.h"
#include "daemon/applying.h"
#include "unit/ingest_now.h"
#include "unit/store_fixture.h"

enum { ARENA_BYTES = 256 << 20, N_POLLS = 24, POSTS_A_POLL = 12, MOST_TURNS = 1000 };

#define SETTINGS(streams, alerts)                                                                  \
	"database: x\n"                                                                            \
	"sources: [{ name: forum, url: 'http://forum.example/feed' }]\n"                           \
	"streams:\n" streams "recipients: [{ name: support, email: s@acme.example }]\n" alerts     \
	"smtp: { url: 'smtp://localhost:25', from: m@acme.example, tls: none }\n"

#define ACME        "  - { name: acme, kind: brand, query: 'acme' }\n"
#define ACME_STRICT "  - { name: acme, kind: brand, query: 'acme NOT parcel' }\n"
#define ACME_LATE   "  - { name: acme, kind: brand, query: '\"acme courier\" OR acme' }\n"
#define GLOBEX                                                                                                       \
	"  - { name: globex, kind: competitor, query: '(globex OR #globexfail OR ក្រុមហ៊ុន*) NOT " \
	"bridge' }\n"

static const char from_start[] = SETTINGS(ACME_STRICT GLOBEX, "");
static const char before[] = SETTINGS(ACME, "");
static const char between[] = SETTINGS(ACME_LATE GLOBEX, "");

/* One daemon: a database on disk, and tools that a reload replaces. */
struct daemon {
	int64_t now_us;
	struct clock clock;
	struct random random;
	struct settings *settings;
	struct store *store;
	struct tools *tools;
	struct turn_context context;
	struct source_state state;
	char folder[64];
	char path[96];
};

static void reload(struct daemon *daemon, const char *text)
{
	CLEANUP(diags_freep) struct diags *diags = NULL;

	tools_free(daemon->tools);
	settings_free(daemon->settings);
	assert_int_equal(0, diags_new(&diags));
	const int r = settings_parse("settings", slice_of(text), &daemon->settings, diags);
	diags_print(diags, stderr);
	assert_int_equal(0, r);
	assert_int_equal(0, store_apply_settings(daemon->store, daemon->settings, daemon->now_us));

	assert_int_equal(0, tools_new(daemon->settings, &daemon->tools, diags));
	daemon->context = (struct turn_context){.tools = daemon->tools,
		.store = daemon->store,
		.clock = &daemon->clock,
		.random = &daemon->random};
}

static void daemon_init(struct daemon *daemon, const char *settings)
{
	*daemon = (struct daemon){.random = {.state = 1}};
	assert_int_equal(1, time_parse("2026-11-10T06:00:00Z", &daemon->now_us));
	daemon->clock = clock_fixed(&daemon->now_us);
	snprintf(daemon->folder, sizeof(daemon->folder), "/tmp/mentiond-test-XXXXXX");
	assert_non_null(mkdtemp(daemon->folder));
	snprintf(daemon->path, sizeof(daemon->path), "%s/mentions.db", daemon->folder);
	assert_int_equal(0, store_open(daemon->path, STORE_CREATE, &daemon->store));
	reload(daemon, settings);
}

static void daemon_done(struct daemon *daemon)
{
	char command[128];

	tools_free(daemon->tools);
	store_close(daemon->store);
	settings_free(daemon->settings);
	snprintf(command, sizeof(command), "rm -r %s", daemon->folder);
	assert_int_equal(0, system(command));
}

/* Turns until all is done; how many there were. */
static int apply_all(struct daemon *daemon, struct applying *applying)
{
	int n = 0;
	int r;

	while ((r = applying_step(&daemon->context, applying)) > 0 && n < MOST_TURNS)
		n++;
	expect(r == 0, "a turn failed: %d %s", r, store_error_text(daemon->store));
	return n;
}

/* --- a forum --------------------------------------------------------------------- */

/* Each with a number of its family: only within one do they say the same.  The
 * bridges join what has nothing in common. */
static const char *const texts[] = {
	"Acme lost parcel % again, the third time this month, and nobody answers",
	"RT @wanjiru: Acme lost parcel % again, the third time this month, and nobody answers",
	"Globex lost parcel % again, the third time this month, and nobody answers",
	"The courier Acme said that it will close % of its eleven sorting centres in the north by "
	"the end of March, after a winter in which one parcel in nine came late and its rival "
	"Globex won half of the market.",
	"The courier Acme said that it will close % of its eleven sorting centres in the north by "
	"the end of March, after a winter in which one par...",
	"NAIROBI (Newswire) - The courier Acme said that it will close % of its eleven sorting "
	"centres in the north by the end of March, after a winter in which one parcel in nine came "
	"late and its rival Globex won half of the market. Read more",
	"Acme courier is great, my order % came before breakfast today! #GlobexFail",
	"ក្រុមហ៊ុនដឹកជញ្ជូនបានបាត់កញ្ចប់ % របស់ខ្ញុំម្តងទៀតហើយគ្មាននរណាឆ្លើយទូរស័ព្ទទេ",
	"ក្រុមហ៊ុនដឹកជញ្ជូនបានបាត់កញ្ចប់ % របស់ខ្ញុំម្តងទៀតហើយ acme",
	"Nothing of interest happened at all on this %. long and grey day",
	"RT @x: Nothing of interest happened at all on this %. long and grey day, says globex",
	"Globex was late with all of my % orders in this spring",
	"the winter was cold and globex sent % bills to our house",
	"A bridge of an acme parcel: Globex was late with all of my % orders in this spring, "
	"the winter was cold and globex sent % bills to our house",
	"All in all: Globex was late with all of my % orders in this spring, "
	"the winter was cold and globex sent % bills to our house",
};

enum { N_FAMILIES = 16 };

static size_t pick(struct random *random, size_t n)
{
	return (size_t)(random_next(random) % n);
}

static void add_text(struct str *feed, const char *text, int family)
{
	for (; *text; text++)
		if (*text == '%')
			str_add_format(feed, "%d", family);
		else
			str_add_char(feed, *text);
}

/* Some posts of a poll are those of earlier polls with another text. */
static void add_items(struct str *feed, int poll)
{
	struct random random = {.state = (uint64_t)poll + 77};

	for (int i = 0; i < POSTS_A_POLL; i++) {
		const bool is_edit = poll > 0 && pick(&random, 5) == 0;
		const int of = is_edit ? (int)pick(&random, (size_t)poll) : poll;
		const char *text = texts[pick(&random, ARRAY_SIZE(texts))];
		const int family = (int)pick(&random, N_FAMILIES) + 100;

		str_add_format(feed,
			"<item><guid>post-%d-%d</guid><link>http://forum.example/%d/%d</link>"
			"<author>ann%d</author><pubDate>%02d Nov 2026 %02d:00:00 GMT</pubDate>"
			"<description>",
			of, i, of, i, i % 5, 8 + of / 8, (int)pick(&random, 24));
		add_text(feed, text, family);
		str_add_text(feed, "</description></item>");
	}
}

static void poll_forum(struct daemon *daemon, int poll)
{
	CLEANUP(arena_freep) struct arena *arena = NULL;
	CLEANUP(str_done) struct str body = STR_INIT(1 << 20);
	struct ingest_result result = {0};

	assert_int_equal(0, arena_new(ARENA_BYTES, &arena));
	daemon->now_us += 7 * US_PER_HOUR;
	str_add_text(&body, "<rss version='2.0'><channel>");
	add_items(&body, poll);
	str_add_text(&body, "</channel></rss>");

	const struct fetch_answer answer = {.status = 200,
		.body = str_slice(&body),
		.url = "http://forum.example/feed",
		.at = INSTANT(daemon->now_us),
		.error_text = "",
		.arena = arena};

	assert_int_equal(0, ingest_now(&daemon->context, &daemon->settings->sources[0], &answer,
				    &daemon->state, &result));
	daemon->state = (struct source_state){0}; /* its strings went with the arena */
}

/* --- what a user sees --------------------------------------------------------------- */

/* Ids are given in the order of writing and differ; everything else is the same. */

static const char *const seen[] = {
	"SELECT (SELECT source_post_id FROM post WHERE id = post_id), stream, stream_kind, source,"
	" published_utc, fetched_utc, edited_utc, author, text, lang, label, labelled_by, compound,"
	" anger, angry, complaint, churn, coverage, matched, why, copies, is_copy FROM"
	" v_mention ORDER BY 1, 2",
	"SELECT p.source_post_id, s.name, t.position, t.field, t.starts, t.ends, t.text, t.term"
	" FROM mention_term t JOIN mention m ON m.id = t.mention_id JOIN post p ON p.id = m.post_id"
	" JOIN stream s ON s.id = m.stream_id ORDER BY 1, 2, 3",
	"SELECT p.source_post_id, s.name, t.position, t.text, t.valence, t.anger, t.raises, t.why"
	" FROM score_term t JOIN mention m ON m.id = t.mention_id JOIN post p ON p.id = m.post_id"
	" JOIN stream s ON s.id = m.stream_id ORDER BY 1, 2, 3",
	"SELECT * FROM v_daily ORDER BY 1, 2",
	"SELECT * FROM v_share_of_voice ORDER BY 1, 2",
	"SELECT headline, url, first_fetched_utc, last_fetched_utc, copies, sources, authors,"
	" streams FROM v_story ORDER BY 1, 2, 3",
	"SELECT group_concat(k) FROM (SELECT story_id, source_post_id AS k FROM post"
	" WHERE story_id IS NOT NULL ORDER BY k) GROUP BY story_id ORDER BY 1",
	"SELECT p.source_post_id, w.words FROM post_words w JOIN post p ON p.id = w.rowid"
	" ORDER BY 1",
	"SELECT p.source_post_id, f.feature FROM story_feature f JOIN post p ON p.id = f.post_id"
	" ORDER BY 1, 2",
	"SELECT count(*) FROM story WHERE NOT EXISTS (SELECT 1 FROM post WHERE story_id = "
	"story.id)",
};

static void expect_same(struct daemon *want, struct daemon *got)
{
	while (store_index_some(want->store, 100) > 0)
		continue;
	while (store_index_some(got->store, 100) > 0)
		continue;
	for (size_t i = 0; i < ARRAY_SIZE(seen); i++) {
		CLEANUP(free_heapp) char *first = shell(want->path, seen[i]);
		CLEANUP(free_heapp) char *second = shell(got->path, seen[i]);

		expect(first[0] != '\0', "nothing to compare: %s", seen[i]);
		expect(strcmp(first, second) == 0, "%s\n--- from the start\n%s\n--- applied\n%s",
			seen[i], first, second);
	}
}

/* --- the tests ------------------------------------------------------------------------ */

static void applied_later_is_as_from_the_start(void **state)
{
	struct daemon want;
	struct daemon got;
	struct applying applying = {0};

	daemon_init(&want, from_start);
	daemon_init(&got, before);
	for (int poll = 0; poll < N_POLLS; poll++) {
		poll_forum(&want, poll);
		poll_forum(&got, poll);
	}
	reload(&got, from_start);
	expect(apply_all(&got, &applying) > 1, "all in one turn tells nothing");
	assert_true(applying.n[APPLY_COMES] > 0 && applying.n[APPLY_GOES] > 0);
	expect_same(&want, &got);

	daemon_done(&want);
	daemon_done(&got);
}

static void applied_between_polls_is_as_from_the_start(void **state)
{
	struct daemon want;
	struct daemon got;
	struct applying applying = {0};

	daemon_init(&want, from_start);
	daemon_init(&got, before);
	for (int poll = 0; poll < N_POLLS; poll++) {
		if (poll == N_POLLS / 3)
			reload(&got, between);
		if (poll == N_POLLS / 2)
			reload(&got, from_start);
		poll_forum(&want, poll);
		poll_forum(&got, poll);
		/* One turn here and there: reloads come while there is more to do. */
		if (poll % 2 == 0)
			assert_true(applying_step(&got.context, &applying) >= 0);
	}
	apply_all(&got, &applying);
	expect_same(&want, &got);

	/* Once more changes nothing. */
	struct texts all = {0};
	CLEANUP(arena_freep) struct arena *arena = NULL;
	assert_int_equal(0, arena_new(ARENA_BYTES, &arena));
	assert_int_equal(0, texts_add(&all, arena, SLICE("acme")));
	assert_int_equal(0, texts_add(&all, arena, SLICE("globex")));
	struct applying again = {.streams = &all, .upto_id = INT64_MAX};
	apply_all(&got, &again);
	assert_true(again.n_posts > 100);
	for (size_t i = 0; i < N_APPLY_CHANGES; i++)
		assert_int_equal(0, again.n[i]);
	expect_same(&want, &got);

	daemon_done(&want);
	daemon_done(&got);
}

/* Also what a crash between two turns leaves. */
static void a_stream_that_was_away_catches_up(void **state)
{
	struct daemon want;
	struct daemon got;
	struct applying applying = {0};

	daemon_init(&want, SETTINGS(ACME GLOBEX, ""));
	daemon_init(&got, SETTINGS(ACME GLOBEX, ""));
	for (int poll = 0; poll < N_POLLS; poll++) {
		if (poll == N_POLLS / 3)
			reload(&got, before);
		if (poll == N_POLLS / 2)
			reload(&got, SETTINGS(ACME GLOBEX, ""));
		poll_forum(&want, poll);
		poll_forum(&got, poll);
	}
	assert_int_equal(1, applying_step(&got.context, &applying));
	store_close(got.store);
	assert_int_equal(0, store_open(got.path, STORE_CREATE, &got.store));
	reload(&got, SETTINGS(ACME GLOBEX, ""));
	apply_all(&got, &(struct applying){0});
	expect_same(&want, &got);

	daemon_done(&want);
	daemon_done(&got);
}

static void a_dry_run_tells_what_would_change(void **state)
{
	struct daemon got;
	CLEANUP(arena_freep) struct arena *arena = NULL;
	struct texts all = {0};

	daemon_init(&got, before);
	for (int poll = 0; poll < 4; poll++)
		poll_forum(&got, poll);
	assert_int_equal(0, arena_new(ARENA_BYTES, &arena));
	assert_int_equal(0, texts_add(&all, arena, SLICE("acme")));
	assert_int_equal(0, texts_add(&all, arena, SLICE("globex")));
	reload(&got, from_start);

	struct applying dry = {.streams = &all, .upto_id = INT64_MAX, .dry_run = true};
	struct applying wet = {.streams = &all, .upto_id = INT64_MAX};
	CLEANUP(free_heapp) char *one = shell(got.path, "SELECT count(*), sum(id) FROM mention");
	apply_all(&got, &dry);
	CLEANUP(free_heapp) char *two = shell(got.path, "SELECT count(*), sum(id) FROM mention");
	assert_string_equal(one, two);
	apply_all(&got, &wet);
	for (size_t i = 0; i < N_APPLY_CHANGES; i++)
		assert_int_equal(wet.n[i], dry.n[i]);
	assert_true(dry.n[APPLY_COMES] > 0 && dry.n[APPLY_GOES] > 0);
	daemon_done(&got);
}

#define ALERTS(age)                                                                                \
	"alerts: [{ name: angry, streams: [globex], when: 'anger >= 0.3', notify: [support]" age   \
	" }]\n"

/* The posts are hours old; a rule without an age takes none of them. */
static void only_a_rule_with_an_age_is_alarmed_by_what_is_recent(void **state)
{
	static const struct {
		const char *settings;
		bool alarmed;
	} cases[] = {
		{SETTINGS(ACME GLOBEX, ALERTS("")), false},
		{SETTINGS(ACME GLOBEX, ALERTS(", max_age: 100d")), true},
		{SETTINGS(ACME GLOBEX, ALERTS(", max_age: 1h")), false},
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct applying applying = {0};
		struct daemon got;

		daemon_init(&got, before);
		for (int poll = 0; poll < 4; poll++)
			poll_forum(&got, poll);
		reload(&got, cases[i].settings);
		apply_all(&got, &applying);
		expect((applying.n_alerts > 0) == cases[i].alarmed, "case %zu: %zu alerts", i,
			applying.n_alerts);
		assert_true((applying.n_mails > 0) == cases[i].alarmed);
		daemon_done(&got);
	}
}

static void what_a_person_worked_on_stays(void **state)
{
	struct applying applying = {0};
	struct daemon got;

	daemon_init(&got, before);
	for (int poll = 0; poll < 4; poll++)
		poll_forum(&got, poll);
	CLEANUP(free_heapp)
	char *id =
		shell(got.path, "SELECT max(mention_id) FROM v_mention WHERE text LIKE '%parcel%'");
	const struct correction correction = {
		.mention_id = strtoll(id, NULL, 10), .label = LABEL_NEUTRAL, .actor = "amina"};
	assert_int_equal(0, store_correct(got.store, &correction));
	reload(&got, SETTINGS(ACME_STRICT, ""));
	apply_all(&got, &applying);
	assert_int_equal(1, applying.n[APPLY_STAYS]);
	CLEANUP(free_heapp)
	char *left = shell(got.path, "SELECT mention_id FROM v_mention WHERE text LIKE '%parcel%'");
	assert_string_equal(id, left);
	daemon_done(&got);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(applied_later_is_as_from_the_start),
		cmocka_unit_test(applied_between_polls_is_as_from_the_start),
		cmocka_unit_test(a_stream_that_was_away_catches_up),
		cmocka_unit_test(a_dry_run_tells_what_would_change),
		cmocka_unit_test(only_a_rule_with_an_age_is_alarmed_by_what_is_recent),
		cmocka_unit_test(what_a_person_worked_on_stays),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
