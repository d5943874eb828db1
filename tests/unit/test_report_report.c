/* The mails that people read: subjects, order, escaping, size. */
#include <errno.h>

#include "base/str.h"
#include "base/terminal.h"
#include "unit/report_samples.h"

enum { ARENA_BYTES = 64 * 1024 * 1024, MANY = 5000 };

static struct reporter *reporter;
static struct arena *arena;

static int open_all(void **state)
{
	return arena_new(ARENA_BYTES, &arena) < 0 ? -1 : reporter_open(NULL, &reporter, NULL);
}

static int close_all(void **state)
{
	reporter_close(reporter);
	arena_free(arena);
	return 0;
}

static struct mail_content digest_mail(const struct digest *digest)
{
	struct mail_content mail = {0};

	const struct notice notice = {.kind = NOTICE_DIGEST,
		.timezone = digest->timezone,
		.now_us = digest->until_us,
		.digest = digest};

	assert_int_equal(report_mail(reporter, &notice, arena, &mail), 0);
	return mail;
}

static struct notice alert_notice(size_t n_alerts)
{
	return (struct notice){.kind = NOTICE_ALERT,
		.timezone = "Africa/Nairobi",
		.now_us = sample_now_us,
		.alert = {
			.rule = "angry-customer",
			.evidence = "{\"when\":\"anger >= 0.6\",\"seen\":[{\"test\":\"anger >= "
				    "0.6\",\"value\":0.91}]}",
			.stream_label = "Acme",
			.incident_id = 12,
			.n_alerts = n_alerts,
			.deadline = INSTANT(sample_now_us + US_PER_HOUR),
		}};
}

static struct mail_content alert_mail(size_t index, const struct notice *notice)
{
	struct mail_content mail = {0};
	struct notice of_item = *notice;
	struct item item = sample_item(index);

	of_item.alert.item = &item;
	assert_int_equal(report_mail(reporter, &of_item, arena, &mail), 0);
	sample_done(&item);
	return mail;
}

static size_t count(const char *text, const char *what)
{
	size_t n = 0;

	while ((text = strstr(text, what))) {
		text += strlen(what);
		n++;
	}
	return n;
}

/* What every mail must be, whatever it tells. */
static void expect_sound(const struct mail_content *mail)
{
	static const char *const elements[] = {
		"div", "span", "table", "tr", "td", "p", "b", "a", "bdi", "h1", "h2", "code"};
	static const char *const forbidden[] = {"<script", "<img", "<link", "<style", " src=\"",
		"url(", "javascript:", "onload=\"", "{{", "}}", "\x1b"};
	struct slice rest = slice_of(mail->text);
	struct slice line;

	assert_null(strchr(mail->subject, '\n'));
	expect(strlen(mail->html) <= REPORT_HTML_MAX_BYTES, "%zu bytes", strlen(mail->html));
	for (size_t i = 0; i < ARRAY_SIZE(elements); i++) {
		char open[16];
		char open_with[16];
		char close[16];

		snprintf(open, sizeof(open), "<%s>", elements[i]);
		snprintf(open_with, sizeof(open_with), "<%s ", elements[i]);
		snprintf(close, sizeof(close), "</%s>", elements[i]);
		expect(count(mail->html, open) + count(mail->html, open_with) ==
				count(mail->html, close),
			"%s is not balanced", elements[i]);
	}
	for (size_t i = 0; i < ARRAY_SIZE(forbidden); i++)
		expect(!strstr(mail->html, forbidden[i]), "`%s' in the HTML", forbidden[i]);
	while (slice_split(&rest, '\n', &line))
		expect(terminal_width(line) <= 72 || slice_find_char(slice_trim(line), ' ') < 3,
			"a line of %zu columns: %.*s", terminal_width(line), SLICE_FMT(line));
}

/* By the recipient's clock: at 05:00 UTC it is the new year in Nairobi since eight hours. */
static void test_another_year_is_said(void **state)
{
	static const struct {
		const char *published, *now, *want;
	} cases[] = {
		{"2015-03-10T09:08:07Z", "2026-11-21T05:00:00Z", "Tue 10 Mar 2015, 12:08"},
		{"2026-12-31T20:00:00Z", "2027-01-01T05:00:00Z", "Thu 31 Dec 2026, 23:00"},
		{"2026-12-31T22:00:00Z", "2027-01-01T05:00:00Z", "Fri 1 Jan, 01:00"},
		{"2026-01-01T05:00:00Z", "2026-11-21T05:00:00Z", "Thu 1 Jan, 08:00"},
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct notice notice = alert_notice(1);
		struct item item = sample_item(0);
		struct mail_content mail = {0};
		int64_t published_us;

		assert_int_equal(time_parse(cases[i].published, &published_us), 1);
		assert_int_equal(time_parse(cases[i].now, &notice.now_us), 1);
		item.post.published = INSTANT(published_us);
		notice.alert.item = &item;
		assert_int_equal(report_mail(reporter, &notice, arena, &mail), 0);
		sample_done(&item);
		expect(strstr(mail.text, cases[i].want) && strstr(mail.html, cases[i].want),
			"%s is not in %s", cases[i].want, mail.text);
	}
}

static void test_an_alert_tells_all_that_is_needed_to_answer(void **state)
{
	struct notice notice = alert_notice(2);
	static const char *const want[] = {"Jane Wanjiru", "@janew", "12,400 followers",
		"Sat 21 Nov, 08:00 UTC+3", "acme-fediverse", "Nairobi", "Sat 21 Nov, 09:00 UTC+3",
		"https://social.example/@janew/1", "mentionctl alerts ack 12",
		"mentionctl alerts dismiss 12 WHY", "angry-customer", "One earlier alert",
		"14 more alerts", "complaint"};

	notice.alert.n_held_back = 14;
	const struct mail_content mail = alert_mail(0, &notice);

	expect_sound(&mail);
	assert_string_equal(mail.subject,
		"[Acme] Angry (91): @acmehelp third time this week that your courier says… - Jane "
		"Wanjiru");
	for (size_t i = 0; i < ARRAY_SIZE(want); i++) {
		expect(strstr(mail.html, want[i]), "no `%s' in the HTML", want[i]);
		/* Lines may break anywhere but in links. */
		expect(strstr(mail.text, want[i]) || strchr(want[i], ' '), "no `%s' in the text",
			want[i]);
	}
	assert_non_null(strstr(mail.html, ">Acme</b>?"));
	assert_non_null(strstr(mail.text, "*Acme*?"));
	assert_non_null(strstr(mail.text, "Why: Worst -3.1; sue -1.7; refund anger +0.40"));
	assert_non_null(strstr(mail.html, "lang=\"en\" dir=\"auto\""));
}

static void test_subjects_of_alerts(void **state)
{
	static const struct {
		size_t sample;
		const char *want;
	} cases[] = {
		{3, "[Acme] Negative (-44): "},
		{6, "[Acme] Neutral (-2): <script>"},
		{7, "[Acme] Positive (+78): Asante sana Acme!"},
		{8, "[Acme] Mention: The parcel company Acme"},
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		const struct notice notice = alert_notice(1);
		const struct mail_content mail = alert_mail(cases[i].sample, &notice);

		expect_sound(&mail);
		expect(strncmp(mail.subject, cases[i].want, strlen(cases[i].want)) == 0, "got `%s'",
			mail.subject);
	}
}

static void test_an_alert_of_a_rate_shows_numbers_and_examples(void **state)
{
	struct notice notice = alert_notice(1);
	struct items examples = sample_items(0, 4, 4);
	struct mail_content mail;

	notice.alert.rule = "crisis";
	notice.alert.evidence = "{\"when\":\"x\",\"seen\":[{\"test\":\"spike(mentions, 1h) >= 3\","
				"\"value\":9.4868},{\"test\":\"count(1h) >= 20\",\"value\":40}]}";
	notice.alert.examples = examples.list;
	notice.alert.n_examples = examples.n;
	assert_int_equal(report_mail(reporter, &notice, arena, &mail), 0);
	sample_items_done(&examples);

	expect_sound(&mail);
	assert_string_equal(mail.subject, "[Acme] crisis: spike(mentions, 1h) 9.49, count(1h) 40");
	assert_non_null(strstr(mail.text, "9.49 - spike(mentions, 1h) >= 3"));
	assert_non_null(strstr(mail.html, "սարսափելի"));
}

static void test_one_mail_tells_of_the_rest(void **state)
{
	struct notice notice = {.kind = NOTICE_REST,
		.timezone = "Africa/Nairobi",
		.now_us = sample_now_us,
		.rest = {.stream_label = "Acme", .items = sample_items(0, 3, 3)}};
	struct mail_content mail;

	assert_int_equal(report_mail(reporter, &notice, arena, &mail), 0);
	expect_sound(&mail);
	assert_string_equal(mail.subject, "[Acme] 3 more alerts, 3 angry");
	assert_non_null(strstr(mail.text, "Incident 14, open"));

	notice.rest.items.n_all = 2014;
	notice.rest.stream_label = NULL;
	assert_int_equal(report_mail(reporter, &notice, arena, &mail), 0);
	expect_sound(&mail);
	assert_string_equal(mail.subject, "[mentiond] 2014 more alerts");
	assert_non_null(strstr(mail.html, "and 2,011 more"));
	sample_items_done(&notice.rest.items);
}

static void test_evidence_that_cannot_be_read_costs_no_mail(void **state)
{
	static const char *const cases[] = {NULL, "", "{", "[]", "{\"seen\":7}",
		"{\"seen\":[1,{\"value\":{}},{\"test\":\"no bracket\"}]}"};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct notice notice = alert_notice(1);
		struct mail_content mail;

		notice.alert.evidence = cases[i];
		mail = alert_mail(0, &notice);
		expect_sound(&mail);
		expect(report_mail(reporter, &notice, arena, &mail) == 0, "row %zu", i);
	}
}

static void test_posts_cannot_write_html(void **state)
{
	const struct notice notice = alert_notice(1);
	const struct mail_content mail = alert_mail(6, &notice);

	expect_sound(&mail);
	assert_non_null(strstr(mail.html, "&lt;script&gt;alert"));
	assert_non_null(strstr(mail.html, "&quot; onload=&quot;x"));
	assert_null(strstr(mail.html, "alert(1)\""));
	assert_null(strstr(mail.text, "javascript"));
}

/* A name or a quote that turns the text around must not reach beyond itself. */
static void test_posts_cannot_turn_the_mail_around(void **state)
{
	static const char *const controls[] = {"\u202a", "\u202b", "\u202c", "\u202d", "\u202e",
		"\u2066", "\u2067", "\u2068", "\u2069"};
	struct notice notice = alert_notice(1);
	struct item item = sample_item(5);
	struct mail_content mail;

	item.post.author = "Sa\u202era\u200f \u2067Ahmad";
	item.post.author_handle = "sa\u202dra";
	item.post.author_url = "https://social.example/\u202esara";
	item.post.source = "ne\u202bws";
	item.post.location.name = "Nai\u2066robi";
	item.post.title = "\u202agnp.\u202cexe\u2069";
	item.post.text = "\u202e\u2068\u0633\u064a\u0626\u0629\u200f Acme \u202d";
	item.sentiment.terms[0].text = "\u202eeroh";
	notice.alert.item = &item;
	assert_int_equal(report_mail(reporter, &notice, arena, &mail), 0);
	sample_done(&item);

	expect_sound(&mail);
	for (size_t i = 0; i < ARRAY_SIZE(controls); i++) {
		expect(!strstr(mail.html, controls[i]), "control %zu in the HTML", i);
		expect(!strstr(mail.text, controls[i]), "control %zu in the text", i);
	}
	/* What stands there stays, and marks only help. */
	assert_non_null(strstr(mail.html, "Sara\u200f Ahmad"));
	assert_non_null(strstr(mail.text, "| gnp.exe"));
}

static void test_a_digest_keeps_its_order(void **state)
{
	static const char *const sections[] = {"Needs an answer (2)", "Still open (1)",
		"Negative (10)", "and 7 more", "Positive (14)", "News (1)", "1,204 copies",
		"Rising words", "#acmefail", "Share of voice", "37 %", "Globex", "Topics",
		"Parcels &amp; post", "Coverage", "2 of 38 sources", "nairobi-daily",
		"14 alert mails"};
	struct digest digest = sample_digest();
	const struct mail_content mail = digest_mail(&digest);
	const char *place = mail.html;

	sample_digest_done(&digest);
	expect_sound(&mail);
	assert_string_equal(mail.subject, "[Acme] 3 angry, 42 mentions, net +10 - Sat 21 Nov");
	for (size_t i = 0; i < ARRAY_SIZE(sections); i++) {
		place = strstr(place, sections[i]);
		expect(place, "`%s' is missing or too early", sections[i]);
	}
	assert_non_null(strstr(mail.text, "answer by Sat 21 Nov, 08:30"));
	assert_non_null(strstr(mail.text, "was due Sat 21 Nov, 07:30"));
	assert_non_null(strstr(mail.text, "Globex: 71 mentions in 60 stories"));
	assert_non_null(strstr(mail.text, "3 mentions were said more than 3 days before"));
	assert_non_null(strstr(mail.text, "Fri 20 Nov, 08:00 to Sat 21 Nov, 08:00 UTC+3"));
}

static void test_a_digest_says_what_nobody_got(void **state)
{
	static const char *const want[] = {"7 mails reached nobody",
		"Sat 21 Nov, 06:00, rule angry-customer for acme, source nairobi-daily: 5.1.1 no "
		"such user",
		"Sat 21 Nov, 06:01, the digest: the mail cannot be written", "and 5 more"};
	struct digest digest = sample_digest();
	struct mail_content mail = digest_mail(&digest);

	expect_sound(&mail);
	for (size_t i = 0; i < ARRAY_SIZE(want); i++)
		expect(strstr(mail.html, want[i]), "no `%s' in the HTML", want[i]);
	/* Lines of the text break anywhere. */
	assert_non_null(strstr(mail.text, want[0]));
	assert_non_null(strstr(mail.text, "- press, "));
	assert_non_null(strstr(mail.text, "- boss, "));

	digest.failed = (struct failed_mails){0};
	mail = digest_mail(&digest);
	sample_digest_done(&digest);
	assert_null(strstr(mail.text, "reached nobody"));
	assert_null(strstr(mail.html, "reached nobody"));
}

static void test_subjects_of_digests(void **state)
{
	static struct stream_count acme = {.name = "acme",
		.label = "Acme",
		.kind = "brand",
		.n_mentions = 42,
		.n_angry = 3,
		.n_positive = 12,
		.n_negative = 9};
	static struct stream_count one = {.name = "one", .kind = "brand", .n_mentions = 1};
	static struct stream_count rival = {.name = "rival",
		.label = "Rival",
		.kind = "competitor",
		.n_mentions = 900,
		.n_angry = 90};
	const struct {
		struct stream_count streams[4];
		size_t n;
		const char *want;
	} cases[] = {
		{{{0}}, 0, "[mentiond] no mentions - Sat 21 Nov"},
		{{acme}, 1, "[Acme] 3 angry, 42 mentions, net +7 - Sat 21 Nov"},
		{{acme, rival}, 2, "[Acme] 3 angry, 42 mentions, net +7 - Sat 21 Nov"},
		{{one}, 1, "[one] 0 angry, 1 mention, net +0 - Sat 21 Nov"},
		{{acme, one}, 2, "[Acme, one] 3 angry, 43 mentions, net +7 - Sat 21 Nov"},
		{{acme, one, one, one}, 4, "[Acme +3] 3 angry, 45 mentions, net +7 - Sat 21 Nov"},
		{{rival}, 1, "[Rival] 90 angry, 900 mentions, net +0 - Sat 21 Nov"},
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		const struct digest digest = {
			.from_us = sample_now_us - US_PER_DAY,
			.until_us = sample_now_us,
			.timezone = "Africa/Nairobi",
			.streams = (struct stream_count *)(uintptr_t)cases[i].streams,
			.n_streams = cases[i].n,
		};
		const struct mail_content mail = digest_mail(&digest);

		expect_sound(&mail);
		expect(strcmp(mail.subject, cases[i].want) == 0, "got `%s', want `%s'",
			mail.subject, cases[i].want);
	}
}

static void test_an_empty_digest_says_so(void **state)
{
	const struct digest digest = {.from_us = sample_now_us - US_PER_DAY,
		.until_us = sample_now_us,
		.timezone = "Nowhere/Unknown",
		.n_sources = 38};
	const struct mail_content mail = digest_mail(&digest);

	expect_sound(&mail);
	assert_non_null(strstr(mail.html, "Nobody mentioned you in this time"));
	assert_non_null(strstr(mail.text, "Nobody mentioned you in this time"));
	assert_non_null(strstr(mail.text, "All sources answered (38 in all)"));
	assert_null(strstr(mail.html, "Needs an answer"));
}

static void test_a_digest_in_utc_says_so_once(void **state)
{
	const struct digest digest = {.from_us = sample_now_us - US_PER_DAY,
		.until_us = sample_now_us,
		.timezone = "UTC"};
	const struct mail_content mail = digest_mail(&digest);

	expect_sound(&mail);
	assert_non_null(strstr(mail.text, " UTC\n"));
	assert_null(strstr(mail.text, "UTC, UTC"));
	assert_non_null(strstr(mail.html, " UTC</p>"));
}

static void test_a_big_digest_is_cut_and_says_so(void **state)
{
	struct digest digest = sample_digest();
	CLEANUP(str_done) struct str long_text = STR_INIT(1 << 20);
	struct mail_content mail;

	for (int i = 0; i < 20000; i++)
		str_add_text(&long_text, "&<\"'>");
	sample_items_done(&digest.negative);
	sample_items_done(&digest.news);
	digest.negative = sample_items(0, MANY, MANY);
	digest.news = sample_items(0, MANY, MANY);
	for (size_t i = 0; i < MANY; i++) {
		digest.negative.list[i].post.text = str_text(&long_text);
		digest.negative.list[i].post.author = str_text(&long_text);
		digest.negative.list[i].post.title = str_text(&long_text);
		digest.negative.list[i].post.source = str_text(&long_text);
		digest.negative.list[i].post.lang = str_text(&long_text);
	}
	mail = digest_mail(&digest);
	expect_sound(&mail);
	/* Most of the room is used. */
	assert_true(strlen(mail.html) > REPORT_HTML_MAX_BYTES / 3);
	assert_int_equal(count(mail.html, "Negative (5,000)"), 1);
	assert_int_equal(count(mail.html, "News (5,000)"), 1);

	/* What is shown and what is left out are all. */
	const char *more = strstr(strstr(mail.text, "NEWS (5,000)"), "and 4,9");
	assert_non_null(more);
	const long left_out = 4900 + strtol(more + strlen("and 4,9"), NULL, 10);
	assert_int_equal(count(strstr(mail.text, "NEWS (5,000)"), "\n  Incident ") +
				 count(strstr(mail.text, "NEWS (5,000)"), "\n  Mention ") +
				 (size_t)left_out,
		MANY);
	sample_digest_done(&digest);
}

static void test_the_same_input_gives_the_same_mail(void **state)
{
	struct digest digest = sample_digest();
	const struct mail_content first = digest_mail(&digest);
	const struct mail_content second = digest_mail(&digest);

	sample_digest_done(&digest);
	assert_string_equal(first.html, second.html);
	assert_string_equal(first.text, second.text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_another_year_is_said),
		cmocka_unit_test(test_an_alert_tells_all_that_is_needed_to_answer),
		cmocka_unit_test(test_subjects_of_alerts),
		cmocka_unit_test(test_an_alert_of_a_rate_shows_numbers_and_examples),
		cmocka_unit_test(test_one_mail_tells_of_the_rest),
		cmocka_unit_test(test_evidence_that_cannot_be_read_costs_no_mail),
		cmocka_unit_test(test_posts_cannot_write_html),
		cmocka_unit_test(test_posts_cannot_turn_the_mail_around),
		cmocka_unit_test(test_a_digest_keeps_its_order),
		cmocka_unit_test(test_a_digest_says_what_nobody_got),
		cmocka_unit_test(test_subjects_of_digests),
		cmocka_unit_test(test_an_empty_digest_says_so),
		cmocka_unit_test(test_a_digest_in_utc_says_so_once),
		cmocka_unit_test(test_a_big_digest_is_cut_and_says_so),
		cmocka_unit_test(test_the_same_input_gives_the_same_mail),
	};

	return cmocka_run_group_tests(tests, open_all, close_all);
}
