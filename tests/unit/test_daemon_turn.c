#include <errno.h>
#include <stdlib.h>

#include "base/diags.h"
#include "base/str.h"
#include "config/load.h"
#include "daemon/alerting.h"
#include "daemon/digests.h"
#include "daemon/rescoring.h"
#include "unit/deliveries.h"
#include "unit/ingest_now.h"
#include "unit/unit.h"

enum { MAX_MAILS = 16, ARENA_BYTES = 64 << 20 };

static const char settings_text[] =
	"database: ':memory:'\n"
	"sources:\n"
	"  - { name: forum, url: 'http://forum.example/feed' }\n"
	"streams:\n"
	"  - { name: acme, label: Acme, kind: brand, query: acme }\n"
	"  - { name: pens, label: Pens, kind: brand, query: acme AND pen }\n"
	"  - { name: globex, label: Globex, kind: competitor, query: globex }\n"
	"  - { name: ink, label: Ink, kind: topic, query: ink }\n"
	"recipients:\n"
	"  - { name: support, email: ['s@acme.example', 't@acme.example'], max_per_hour: 2,\n"
	"      digest: { at: '08:00', timezone: Africa/Nairobi } }\n"
	"alerts:\n"
	"  - { name: angry, when: 'anger >= 0.6', notify: [support], max_age: 7d,\n"
	"      respond_within: 1h }\n"
	"smtp: { url: 'smtp://localhost:25', from: m@acme.example, tls: none }\n";

/* A database in memory, with a clock that the test moves. */
struct fixture {
	int64_t now_us;
	struct clock clock;
	struct random random;
	struct settings *settings;
	struct store *store;
	struct tools *tools;
	struct turn_context context;
	struct arena *arena;
	struct source_state state;
};

static int set_up(void **state)
{
	static struct fixture fixture;
	struct diags *diags;

	fixture = (struct fixture){.random = {.state = 1}};
	assert_int_equal(time_parse("2026-11-21T09:00:00Z", &fixture.now_us), 1);
	fixture.clock = clock_fixed(&fixture.now_us);
	assert_int_equal(diags_new(&diags), 0);
	const int r = settings_parse("settings", slice_of(settings_text), &fixture.settings, diags);
	diags_print(diags, stderr);
	assert_int_equal(r, 0);
	assert_int_equal(store_open(":memory:", STORE_CREATE, &fixture.store), 0);
	assert_int_equal(store_apply_settings(fixture.store, fixture.settings, fixture.now_us), 0);
	assert_int_equal(arena_new(ARENA_BYTES, &fixture.arena), 0);

	assert_int_equal(tools_new(fixture.settings, &fixture.tools, diags), 0);
	fixture.context = (struct turn_context){.tools = fixture.tools,
		.store = fixture.store,
		.clock = &fixture.clock,
		.random = &fixture.random};
	diags_free(diags);
	*state = &fixture;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *fixture = *state;

	tools_free(fixture->tools);
	store_close(fixture->store);
	settings_free(fixture->settings);
	arena_free(fixture->arena);
	return 0;
}

static const char angry[] =
	"Acme lost my parcel AGAIN. Worst service ever, nobody answers, I want my money back!";

static void add_item(struct str *feed, const char *id, const char *text)
{
	str_add_format(feed,
		"<item><guid>%s</guid><link>http://forum.example/%s</link><author>%s</author>"
		"<pubDate>Sat, 21 Nov 2026 08:00:00 GMT</pubDate><description>%s</description>"
		"</item>",
		id, id, id, text);
}

/* Polls the forum: the answer is ITEMS in a channel, or ITEMS as it is when it
 * starts like a page. */
static struct turn_result poll_forum(struct fixture *fixture, const char *items)
{
	CLEANUP(str_done) struct str body = STR_INIT(1 << 20);
	struct ingest_result result = {0};

	if (items[0] == '<' && items[1] == 'h')
		str_add_text(&body, items);
	else
		str_add_format(&body, "<rss version='2.0'><channel>%s</channel></rss>", items);

	const struct fetch_answer answer = {.status = 200,
		.body = str_slice(&body),
		.url = "http://forum.example/feed",
		.etag = "\"1\"",
		.at = INSTANT(fixture->now_us),
		.error_text = "",
		.arena = fixture->arena};

	assert_int_equal(ingest_now(&fixture->context, &fixture->settings->sources[0], &answer,
				 &fixture->state, &result),
		0);
	return result.stored;
}

static size_t count_mails(struct fixture *fixture)
{
	struct deliveries due;

	assert_int_equal(store_due_deliveries(fixture->store, DUE_AT(fixture->now_us + US_PER_DAY),
				 MAX_MAILS, fixture->arena, &due),
		0);
	return due.n;
}

static void add_long_text(struct str *text)
{
	/* Each hit and each word that counts more often than are told. */
	for (int i = 0; i < 1200; i++)
		str_add_format(text, "Acme pen %d is awful, the ink of Globex is great. ", i);
}

/* A long post is looked into before the turn that stores it, which finds nothing else. */
static void a_long_post_is_the_same_in_several_turns(void **state)
{
	struct fixture *fixture = *state;
	CLEANUP(str_done) struct str text = STR_INIT(1 << 20);
	CLEANUP(str_done) struct str items = STR_INIT(1 << 20);
	struct rescoring rescoring = {0};

	add_long_text(&text);
	add_item(&items, "before", angry);
	add_item(&items, "long", str_text(&text));
	str_clear(&text);
	for (int i = 0; i < 2000; i++)
		str_add_format(&text, "Acme opens shop %d. ", i);
	add_item(&items, "another", str_text(&text));
	add_item(&items, "after", angry);
	const struct turn_result result = poll_forum(fixture, str_text(&items));

	assert_int_equal(result.n_new, 4);
	assert_int_equal(result.n_mentions, 7);
	/* Again: it is known, and nothing is looked for. */
	assert_int_equal(poll_forum(fixture, str_text(&items)).n_new, 0);

	while (rescoring_step(&fixture->context, &rescoring) > 0)
		;
	assert_int_equal(rescoring.n_mentions, 7);
	assert_int_equal(rescoring.n_changed, 0);
}

static int keep_item(const struct item *item, void *userdata)
{
	struct item *kept = userdata;

	*kept = *item;
	return 0;
}

static int64_t first_mention(const struct fixture *fixture, struct item *ret)
{
	const struct mention_filter filter = {.limit = 1};

	*ret = (struct item){0};
	assert_true(
		store_each_mention(fixture->store, &filter, fixture->arena, keep_item, ret) >= 0);
	return ret->mention_id;
}

#define SYNDICATED                                                                                 \
	"Acme lost the parcel with my medicine and nobody answers the phone. This is the worst "   \
	"company in the country, disgusting liars, I am furious and want my money back today!"

static void a_complaint_that_is_copied_opens_one_incident(void **state)
{
	struct fixture *fixture = *state;
	CLEANUP(str_done) struct str first = STR_INIT(1 << 16);
	CLEANUP(str_done) struct str later = STR_INIT(1 << 16);

	add_item(&first, "a", SYNDICATED);
	add_item(&first, "b", "RT @a: " SYNDICATED);
	poll_forum(fixture, str_text(&first));
	fixture->now_us += US_PER_DAY;
	add_item(&later, "c", "Seen in a forum: " SYNDICATED " Read more");
	add_item(&later, "d",
		"Acme lost the parcel with my medicine and nobody answers the phone. This is the "
		"worst company in the country, disgusting liars, I am furio...");
	poll_forum(fixture, str_text(&later));

	struct incident *incidents;
	size_t n;
	assert_int_equal(0, store_list_incidents(fixture->store, &(struct incident_filter){0},
				    fixture->arena, &incidents, &n));
	assert_int_equal(1, n);
	assert_int_equal(4, incidents[0].n_alerts);
}

static void an_angry_post_becomes_mention_incident_and_one_mail_an_address(void **state)
{
	struct fixture *fixture = *state;
	CLEANUP(str_done) struct str items = STR_INIT(1 << 16);

	add_item(&items, "a", angry);
	add_item(&items, "b", "The weather is fine.");
	const struct turn_result result = poll_forum(fixture, str_text(&items));

	assert_int_equal(result.n_new, 2);
	assert_int_equal(result.n_mentions, 1);
	assert_int_equal(result.n_alerts, 1);
	assert_int_equal(result.n_mails, 2);
	assert_int_equal(count_mails(fixture), 2);
	assert_string_equal(fixture->state.etag, "\"1\"");
	assert_true(fixture->state.last_success.known);
}

/* How many of FIXTURE's mails failed, and the latest. */
static struct failed_mails failures(struct fixture *fixture)
{
	struct failed_mails failed;

	assert_int_equal(store_list_failed_mails(fixture->store, 0, fixture->now_us + US_PER_DAY,
				 fixture->arena, &failed),
		0);
	return failed;
}

/* What is told never decides what is stored. */
static void a_mail_that_cannot_be_written_stops_nothing(void **state)
{
	struct fixture *fixture = *state;
	struct texts *email = &fixture->settings->recipients[0].email;
	CLEANUP(str_done) struct str items = STR_INIT(1 << 16);
	struct turn_result later;
	struct deliveries due;

	/* The settings would not take it: it stands for all that may be wrong with one. */
	email->items[0] = "no mailbox";
	add_item(&items, "a", angry);
	const struct turn_result result = poll_forum(fixture, str_text(&items));

	assert_int_equal(result.n_new, 1);
	assert_int_equal(result.n_alerts, 1);
	assert_int_equal(result.n_mails, 1);
	assert_int_equal(store_due_deliveries(fixture->store, DUE_AT(fixture->now_us), MAX_MAILS,
				 fixture->arena, &due),
		0);
	assert_int_equal(due.n, 1);
	assert_string_equal(due.list[0].target, "t@acme.example");

	const struct failed_mails failed = failures(fixture);
	assert_int_equal(failed.n_all, 1);
	assert_string_equal(failed.list[0].recipient, "support");
	assert_string_equal(failed.list[0].target, "no mailbox");
	assert_string_equal(failed.list[0].rule, "angry");
	assert_string_equal(failed.list[0].stream, "acme");
	assert_string_equal(failed.list[0].source, "forum");
	assert_string_equal(failed.list[0].why, "the mail cannot be written: not valid");

	/* Neither it nor a digest is tried again each minute. */
	assert_int_equal(alerting_check_rates(&fixture->context, &later), 0);
	fixture->now_us += US_PER_MINUTE;
	assert_int_equal(digests_send(&fixture->context, "support"), 0);
	assert_int_equal(failures(fixture).n_all, 2);
	assert_int_equal(failures(fixture).list[0].kind, DELIVERY_DIGEST);
	assert_int_equal(count_mails(fixture), 2);
	fixture->now_us += US_PER_MINUTE;
	assert_int_equal(alerting_check_rates(&fixture->context, &later), 0);
	assert_int_equal(failures(fixture).n_all, 2);
}

/* A mail that there never was silences nobody. */
static void what_could_not_be_told_starts_no_cooldown(void **state)
{
	struct fixture *fixture = *state;
	struct texts *email = &fixture->settings->recipients[0].email;
	const char *const names[] = {email->items[0], email->items[1]};
	CLEANUP(str_done) struct str items = STR_INIT(1 << 16);
	CLEANUP(str_done) struct str more = STR_INIT(1 << 16);

	email->items[0] = email->items[1] = "no mailbox";
	add_item(&items, "a", angry);
	poll_forum(fixture, str_text(&items));
	assert_int_equal(count_mails(fixture), 0);

	/* The same author: the incident is the same. */
	email->items[0] = names[0];
	email->items[1] = names[1];
	str_add_text(&more,
		"<item><guid>b</guid><link>http://forum.example/b</link><author>a</author>"
		"<pubDate>Sat, 21 Nov 2026 08:00:00 GMT</pubDate><description>Acme stole my money, "
		"horrible people, I am so angry!!! Refund me now!</description></item>");
	assert_int_equal(poll_forum(fixture, str_text(&more)).n_alerts, 1);
	assert_int_equal(count_mails(fixture), 2);
}

static void a_rest_that_cannot_be_told_is_not_tried_for_ever(void **state)
{
	static const char *const texts[] = {angry,
		"Furious with Acme: two weeks on hold, no reply, terrible company. I will sue you!",
		"Acme broke my lamp and laughed at me. Disgusting, never again, refund me now!",
		"What a joke. Acme stole my money, horrible people, I am so angry!!!"};
	struct fixture *fixture = *state;
	struct texts *email = &fixture->settings->recipients[0].email;
	CLEANUP(str_done) struct str items = STR_INIT(1 << 16);
	struct turn_result later;
	size_t n;

	for (size_t i = 0; i < ARRAY_SIZE(texts); i++)
		add_item(&items, (const char[]){(char)('a' + i), '\0'}, texts[i]);
	poll_forum(fixture, str_text(&items));
	assert_int_equal(count_mails(fixture), 4);
	assert_int_equal(store_count_held_back(fixture->store, "support", 0, &n), 0);
	assert_int_equal(n, 2);

	email->items[0] = email->items[1] = "no mailbox";
	for (size_t i = 0; i < 3; i++) {
		assert_int_equal(alerting_check_rates(&fixture->context, &later), 0);
		expect(failures(fixture).n_all == 1, "round %zu: %zu failed", i,
			failures(fixture).n_all);
		assert_int_equal(store_count_held_back(fixture->store, "support", 0, &n), 0);
		assert_int_equal(n, 0);
		fixture->now_us += US_PER_HOUR;
	}
}

/* A preview shows what the mail would: also that others were not written. */
static void a_digest_tells_of_mails_that_nobody_got(void **state)
{
	struct fixture *fixture = *state;
	CLEANUP(str_done) struct str items = STR_INIT(1 << 16);
	struct mail_content content;

	fixture->settings->recipients[0].email.items[0] = "no mailbox";
	add_item(&items, "a", angry);
	poll_forum(fixture, str_text(&items));
	assert_int_equal(
		digests_preview(&fixture->context, "support", fixture->arena, &content), 0);
	expect(strstr(content.text, "1 mail reached nobody"), "%s", content.text);
	expect(strstr(content.text, "rule angry for acme, source forum"), "%s", content.text);
}

static void what_is_known_changes_nothing(void **state)
{
	struct fixture *fixture = *state;
	CLEANUP(str_done) struct str items = STR_INIT(1 << 16);

	add_item(&items, "a", angry);
	poll_forum(fixture, str_text(&items));
	fixture->now_us += US_PER_MINUTE;
	const struct turn_result again = poll_forum(fixture, str_text(&items));

	assert_int_equal(again.n_new + again.n_edited + again.n_mentions + again.n_alerts, 0);
	assert_int_equal(count_mails(fixture), 2);
}

static void an_edit_that_turns_angry_alerts_and_keeps_the_mention(void **state)
{
	struct fixture *fixture = *state;
	CLEANUP(str_done) struct str calm = STR_INIT(1 << 16);
	CLEANUP(str_done) struct str edited = STR_INIT(1 << 16);
	struct item item;

	add_item(&calm, "a", "Acme delivered a box today.");
	assert_int_equal(poll_forum(fixture, str_text(&calm)).n_alerts, 0);
	const int64_t before = first_mention(fixture, &item);

	add_item(&edited, "a", angry);
	fixture->now_us += US_PER_MINUTE;
	const struct turn_result result = poll_forum(fixture, str_text(&edited));

	assert_int_equal(result.n_edited, 1);
	assert_int_equal(result.n_alerts, 1);
	assert_true(first_mention(fixture, &item) == before);
	assert_true(item.sentiment.angry);
}

static void a_full_cap_tells_of_the_rest_once_an_hour(void **state)
{
	static const char *const texts[] = {
		angry,
		"Furious with Acme: two weeks on hold, no reply, terrible company. I will sue you!",
		"Acme broke my lamp and laughed at me. Disgusting, never again, refund me now!",
		"What a joke. Acme stole my money, horrible people, I am so angry!!!",
		"Acme cancelled my order twice. Awful, useless, I hate them and I want a refund!",
	};
	struct fixture *fixture = *state;
	CLEANUP(str_done) struct str items = STR_INIT(1 << 16);
	struct turn_result later;

	for (size_t i = 0; i < ARRAY_SIZE(texts); i++)
		add_item(&items, (const char[]){(char)('a' + i), '\0'}, texts[i]);
	const struct turn_result result = poll_forum(fixture, str_text(&items));

	assert_int_equal(result.n_alerts, ARRAY_SIZE(texts));
	assert_int_equal(count_mails(fixture), 4); /* two an hour, to two addresses */

	assert_int_equal(alerting_check_rates(&fixture->context, &later), 0);
	assert_int_equal(count_mails(fixture), 6);
	fixture->now_us += 2 * US_PER_HOUR;
	assert_int_equal(alerting_check_rates(&fixture->context, &later), 0);
	assert_int_equal(count_mails(fixture), 6);
}

static void posts_older_than_the_rule_says_are_kept_but_alert_nobody(void **state)
{
	struct fixture *fixture = *state;
	CLEANUP(str_done) struct str items = STR_INIT(1 << 16);

	add_item(&items, "a", angry);
	fixture->now_us += 8 * US_PER_DAY;
	const struct turn_result result = poll_forum(fixture, str_text(&items));

	assert_int_equal(result.n_mentions, 1);
	assert_int_equal(result.n_alerts, 0);
}

static void a_page_instead_of_a_feed_is_a_failure_that_is_recorded(void **state)
{
	struct fixture *fixture = *state;

	poll_forum(fixture, "<html><body><h1>Moved</h1></body></html>");
	assert_int_equal(fixture->state.failures, 1);
	assert_non_null(fixture->state.last_error);
	assert_null(fixture->state.etag);
}

static void a_digest_that_is_sent_closes_its_window(void **state)
{
	struct fixture *fixture = *state;
	CLEANUP(str_done) struct str items = STR_INIT(1 << 16);
	struct mail_content content;

	add_item(&items, "a", angry);
	poll_forum(fixture, str_text(&items));
	assert_int_equal(
		digests_preview(&fixture->context, "support", fixture->arena, &content), 0);
	expect(strstr(content.subject, "1 angry"), "at once: subject is %s", content.subject);
	fixture->now_us += US_PER_MINUTE;

	assert_int_equal(
		digests_preview(&fixture->context, "support", fixture->arena, &content), 0);
	expect(strstr(content.subject, "1 angry"), "subject is %s", content.subject);
	assert_int_equal(count_mails(fixture), 2);

	assert_int_equal(digests_send(&fixture->context, "support"), 0);
	assert_int_equal(count_mails(fixture), 4);
	fixture->now_us += US_PER_MINUTE;
	assert_int_equal(
		digests_preview(&fixture->context, "support", fixture->arena, &content), 0);
	expect(!strstr(content.subject, "1 mention"), "told twice: %s", content.subject);
	assert_int_equal(digests_send(&fixture->context, "nobody"), -ENOENT);
}

static void words_without_a_topic_do_not_rise(void **state)
{
	struct fixture *fixture = *state;
	CLEANUP(str_done) struct str items = STR_INIT(1 << 16);
	struct mail_content content;

	add_item(&items, "a", "Acme parcels wait for the hurricane because roads are closed");
	add_item(&items, "b", "My Acme order? Lost because that hurricane hit Mombasa port");
	add_item(&items, "c", "Hurricane relief by Acme: thank you, because you helped us");
	poll_forum(fixture, str_text(&items));
	assert_int_equal(
		digests_preview(&fixture->context, "support", fixture->arena, &content), 0);
	expect(strstr(content.text, "urricane 3 (from 0)"), "no rising word:\n%s", content.text);
	expect(!strstr(content.text, "because 3"), "`because' rises:\n%s", content.text);
}

static void a_digest_is_due_in_the_morning(void **state)
{
	struct fixture *fixture = *state;
	struct instant next;
	size_t n;

	assert_int_equal(digests_make_due(&fixture->context, &n), 0);
	assert_int_equal(n, 0);
	assert_int_equal(digests_next(&fixture->context, &next), 0);
	assert_true(next.known);

	/* 08:00 in Nairobi is 05:00 UTC. */
	fixture->now_us = next.us;
	assert_int_equal(digests_make_due(&fixture->context, &n), 0);
	assert_int_equal(n, 1);
	assert_int_equal(digests_make_due(&fixture->context, &n), 0);
	assert_int_equal(n, 0);
	assert_int_equal(next.us % US_PER_DAY, 5 * US_PER_HOUR);
}

static void one_post_is_good_for_one_stream_and_bad_for_its_rival(void **state)
{
	static const struct {
		const char *stream;
		enum sentiment_label want;
	} cases[] = {
		{"acme", LABEL_POSITIVE}, {"globex", LABEL_NEGATIVE},
		{"pens", LABEL_POSITIVE}, /* about Acme, too */
		{"ink", LABEL_POSITIVE},  /* nobody's rival, and nobody is its */
	};
	struct fixture *fixture = *state;
	CLEANUP(str_done) struct str items = STR_INIT(1 << 16);

	add_item(&items, "a", "I love the Acme pen and its ink, unlike Globex.");
	assert_int_equal(poll_forum(fixture, str_text(&items)).n_mentions, ARRAY_SIZE(cases));

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		const struct mention_filter filter = {.stream = cases[i].stream};
		struct item item = {0};

		assert_true(store_each_mention(fixture->store, &filter, fixture->arena, keep_item,
				    &item) >= 0);
		expect(item.mention_id != 0 && item.sentiment.label == cases[i].want,
			"%s: %s (%.2f), want %s", cases[i].stream, label_name(item.sentiment.label),
			item.sentiment.compound, label_name(cases[i].want));
	}
}

/* The story of the post ID of the forum. */
static int64_t story_of(struct fixture *fixture, int64_t post_id)
{
	int64_t story_id;

	assert_int_equal(store_story_of(fixture->store, post_id, &story_id), 0);
	return story_id;
}

/* Three posts that say the same, two days apart: the first and the last hang together
 * by the one between them.  Post N has the id N. */
static void poll_three_copies(struct fixture *fixture)
{
	static const char *const ids[] = {"a", "b", "c"};

	for (size_t i = 0; i < ARRAY_SIZE(ids); i++) {
		CLEANUP(str_done) struct str items = STR_INIT(1 << 16);

		fixture->now_us += i > 0 ? 2 * US_PER_DAY : 0;
		add_item(&items, ids[i], SYNDICATED);
		assert_int_equal(poll_forum(fixture, str_text(&items)).n_mentions, 1);
	}
	assert_true(story_of(fixture, 1) == story_of(fixture, 2));
	assert_true(story_of(fixture, 1) == story_of(fixture, 3));
}

static void an_edit_takes_a_post_out_of_its_story_which_falls_apart(void **state)
{
	static const char *const edits[] = {
		"Acme has opened a shop at the corner of our street, with a bakery beside it.",
		"This has nothing to do with any company at all, the weather was fine today.",
	};
	struct fixture *fixture = *state;

	for (size_t i = 0; i < ARRAY_SIZE(edits); i++) {
		CLEANUP(str_done) struct str edited = STR_INIT(1 << 16);

		if (i > 0)
			assert_true(tear_down(state) == 0 && set_up(state) == 0);
		poll_three_copies(fixture);
		add_item(&edited, "b", edits[i]);
		assert_int_equal(poll_forum(fixture, str_text(&edited)).n_edited, 1);

		const int64_t first = story_of(fixture, 1);
		const int64_t last = story_of(fixture, 3);

		expect(story_of(fixture, 2) != first && story_of(fixture, 2) != last,
			"`%s' stays in its story", edits[i]);
		expect(first != 0 && last != 0 && first != last, "`%s' still joins the others",
			edits[i]);
	}
}

static void a_post_that_is_known_keeps_its_numbers_up_to_date(void **state)
{
	static const char *const scores[] = {"3", "40"};
	struct fixture *fixture = *state;
	struct item item;

	for (size_t i = 0; i < ARRAY_SIZE(scores); i++) {
		CLEANUP(str_done) struct str items = STR_INIT(1 << 16);

		str_add_format(&items,
			"<item xmlns:slash='http://purl.org/rss/1.0/modules/slash/'><guid>a</guid>"
			"<description>Acme opens a shop.</description>"
			"<slash:comments>%s</slash:comments></item>",
			scores[i]);
		const struct turn_result result = poll_forum(fixture, str_text(&items));

		assert_int_equal(result.n_new + result.n_edited, i == 0);
		first_mention(fixture, &item);
		expect(item.post.metrics[METRIC_COMMENTS].known &&
				item.post.metrics[METRIC_COMMENTS].value == strtod(scores[i], NULL),
			"after %s comments it has %f", scores[i],
			item.post.metrics[METRIC_COMMENTS].value);
	}
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(an_angry_post_becomes_mention_incident_and_one_mail_an_address),
		TEST(a_complaint_that_is_copied_opens_one_incident),
		TEST(a_mail_that_cannot_be_written_stops_nothing),
		TEST(a_long_post_is_the_same_in_several_turns),
		TEST(what_could_not_be_told_starts_no_cooldown),
		TEST(a_rest_that_cannot_be_told_is_not_tried_for_ever),
		TEST(a_digest_tells_of_mails_that_nobody_got),
		TEST(what_is_known_changes_nothing),
		TEST(an_edit_that_turns_angry_alerts_and_keeps_the_mention),
		TEST(a_full_cap_tells_of_the_rest_once_an_hour),
		TEST(posts_older_than_the_rule_says_are_kept_but_alert_nobody),
		TEST(a_page_instead_of_a_feed_is_a_failure_that_is_recorded),
		TEST(a_digest_that_is_sent_closes_its_window),
		TEST(words_without_a_topic_do_not_rise),
		TEST(a_digest_is_due_in_the_morning),
		TEST(an_edit_takes_a_post_out_of_its_story_which_falls_apart),
		TEST(a_post_that_is_known_keeps_its_numbers_up_to_date),
		TEST(one_post_is_good_for_one_stream_and_bad_for_its_rival),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
