/* Rules: what they mean, and what they tell people who mistype them. */
#include <errno.h>

#include "alert/rule.h"
#include "base/diags.h"
#include "base/str.h"
#include "unit.h"

static struct rule *compiled(const char *text)
{
	struct rule *rule = NULL;

	expect(rule_compile(slice_of(text), &rule, NULL) == 0, "`%s' does not compile", text);
	return rule;
}

static const struct post post = {
	.lang = "en-GB",
	.source = "acme-fediverse",
	.location.country = "KE",
	.metrics[METRIC_FOLLOWERS] = {1200, true},
};

static const struct sentiment furious = {
	.compound = -0.6486,
	.neg = 0.59,
	.neu = 0.41,
	.label = LABEL_NEGATIVE,
	.anger = 0.83,
	.angry = true,
	.flags = FLAG_CHURN | FLAG_LEGAL,
	.coverage = 0.6,
};

static void test_judges_mentions(void **state)
{
	static const struct {
		const char *rule;
		int want;
	} cases[] = {
		{"anger >= 0.6", 1},
		{"anger>=0.6", 1},
		{"anger >= 60%", 1},
		{"anger > 0.83", 0},
		{"anger ≥ 0.83", 1},
		{"anger == 0.83", 1},
		{"anger != 0.83", 0},
		{"ANGER >= 0.6 AND Compound < -0.5", 1},
		{"angry", 1},
		{"not angry", 0},
		{"not not angry", 1},
		{"label == negative", 1},
		{"label != negative", 0},
		{"label == \"negative\"", 1},
		{"flag(legal)", 1},
		{"flag(sarcasm)", 0},
		{"flag(sarcasm) or flag(churn)", 1},
		{"followers >= 1000", 1},
		{"followers < 1000", 0},
		{"lang == en", 1},
		{"lang == en-GB", 1},
		{"lang == en-US", 0},
		{"lang != en", 0},
		{"lang == e", 0},
		{"country == ke", 1},
		{"source == acme-fediverse", 1},
		/* What the post does not state satisfies nothing. */
		{"likes >= 0", 0},
		{"likes < 5", 0},
		{"not likes >= 0", 1},
		{"author_handle != acme", 0},
		/* and binds tighter than or, not tighter than and. */
		{"flag(legal) or flag(sarcasm) and likes > 1", 1},
		{"(flag(legal) or flag(sarcasm)) and likes > 1", 0},
		{"not flag(sarcasm) and angry", 1},
		{"not (flag(sarcasm) or angry)", 0},
		{"\n anger >= 0.6\n and\tfollowers >= 1000 \n", 1},
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		CLEANUP(rule_freep) struct rule *rule = compiled(cases[i].rule);

		assert_false(rule_is_rate(rule));
		expect(rule_check_mention(rule, &post, &furious, NULL) == cases[i].want,
			"`%s': want %d", cases[i].rule, cases[i].want);
	}
}

static void test_unknown_polarity_satisfies_nothing(void **state)
{
	static const struct sentiment unknown = {.label = LABEL_UNKNOWN, .anger = 0.7};
	CLEANUP(rule_freep) struct rule *calm = compiled("compound > -0.5");
	CLEANUP(rule_freep) struct rule *anger = compiled("anger > 0.5 and label == unknown");

	assert_int_equal(rule_check_mention(calm, &post, &unknown, NULL), 0);
	assert_int_equal(rule_check_mention(anger, &post, &unknown, NULL), 1);
}

static void test_judges_what_it_tells(void **state)
{
	static const struct sentiment nearly = {.anger = 0.599999999};
	CLEANUP(rule_freep) struct rule *rule = compiled("anger >= 0.6");

	assert_int_equal(rule_check_mention(rule, &post, &nearly, NULL), 1);
}

static void test_tells_what_it_saw(void **state)
{
	static const struct {
		const char *rule, *want;
	} cases[] = {
		{"anger >= 0.6", "{\"when\":\"anger >= 0.6\",\"seen\":[{\"test\":\"anger >= "
				 "0.6\",\"value\":0.83}]}"},
		{" flag(legal) or likes > 3 or label == negative",
			"{\"when\":\"flag(legal) or likes > 3 or label == "
			"negative\",\"seen\":[{\"test\":"
			"\"flag(legal)\",\"value\":true},{\"test\":\"label == "
			"negative\",\"value\":\"negative\"}]}"},
		{"anger > 0.9", ""},
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		CLEANUP(rule_freep) struct rule *rule = compiled(cases[i].rule);
		CLEANUP(str_done) struct str evidence = STR_INIT(4096);

		assert_true(rule_check_mention(rule, &post, &furious, &evidence) >= 0);
		assert_string_equal(str_text(&evidence), cases[i].want);
	}
}

static void test_shows_where_a_rule_is_wrong(void **state)
{
	static const struct {
		const char *rule;
		unsigned int line, column;
		const char *message, *hint;
	} cases[] = {
		{"", 1, 1, "the end of the rule", NULL},
		{"angre >= 0.6", 1, 1, "`angre'", "did you mean `anger'?"},
		{"anger", 1, 6, "a comparison", NULL},
		{"anger = 0.6", 1, 7, "a comparison", "write =="},
		{"anger >= high", 1, 10, "a number", NULL},
		{"anger >= 6", 1, 10, "between 0 and 1", NULL},
		{"anger >=", 1, 9, "the end of the rule", NULL},
		{"0.6 <= anger", 1, 1, "`0.6'", NULL},
		{"anger >= 0.6 followers > 3", 1, 14, "the end of the rule expected",
			"join tests by and, or, not"},
		{"(anger >= 0.6", 1, 14, "`)' expected", NULL},
		{"anger >= 0.6)", 1, 13, "the end of the rule expected", NULL},
		{"angry and", 1, 10, "a test expected", NULL},
		{"angry &&", 1, 7, "the end of the rule expected", NULL},
		{"flag(lawyer)", 1, 6, "no flag is called `lawyer'", "flags are complaint"},
		{"flag legal", 1, 6, "`(' after flag", NULL},
		{"label == angry", 1, 10, "no label is called `angry'", "labels are"},
		{"label > negative", 1, 7, "has no order", "use == or !="},
		{"label == \"negative", 1, 10, "a value expected", NULL},
		{"angry and\n  angre", 2, 3, "`angre'", NULL},
		{"lang == \"ខ្មែរ\" and angre", 1, 21, "`angre'", NULL},
		{"count() > 3", 1, 7, "a duration", NULL},
		{"count(5) > 3", 1, 7, "a duration", "such as 1h"},
		{"count(1s) > 3", 1, 7, "between 1m and", NULL},
		{"spike(mentions, 30d) > 3", 1, 17, "between 1m and 1w", NULL},
		{"count(happy, 1h) > 3", 1, 7, "cannot count `happy'", "kinds are"},
		{"net_sentiment(negative, 1h) > 0", 1, 15, "cannot count", "a duration alone"},
		{"net_sentiment(1h) < -30", 1, 21, "between -1 and 1", NULL},
		{"count(1h) > 3 and anger > 0.5", 1, 19, "not both", "make two rules"},
		{"anger > 0.5 and count(1h) > 3", 1, 17, "not both", "make two rules"},
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		CLEANUP(diags_freep) struct diags *diags = NULL;
		CLEANUP(rule_freep) struct rule *rule = NULL;

		assert_int_equal(diags_new(&diags), 0);
		expect(rule_compile(slice_of(cases[i].rule), &rule, diags) == -EINVAL,
			"`%s' compiles", cases[i].rule);
		expect(diags_count(diags) == 1, "`%s': %zu mistakes", cases[i].rule,
			diags_count(diags));

		const struct diag *diag = diags_get(diags, 0);
		expect(diag->line == cases[i].line && diag->column == cases[i].column,
			"`%s': at %u:%u", cases[i].rule, diag->line, diag->column);
		expect(strstr(diag->message, cases[i].message), "`%s': %s", cases[i].rule,
			diag->message);
		expect(!cases[i].hint || (diag->hint && strstr(diag->hint, cases[i].hint)),
			"`%s': hint %s", cases[i].rule, diag->hint ? diag->hint : "(none)");
	}
}

static void test_bounds_what_it_reads(void **state)
{
	CLEANUP(str_done) struct str deep = STR_INIT(65536);
	CLEANUP(str_done) struct str wide = STR_INIT(65536);
	CLEANUP(str_done) struct str big = STR_INIT(65536);
	struct rule *rule = NULL;

	for (int i = 0; i < 1000; i++) {
		str_add_char(&deep, '(');
		str_add_text(&wide, "angry and ");
		str_add_text(&big, "          ");
	}
	str_truncate(&wide, 8000);
	assert_int_equal(rule_compile(str_slice(&deep), &rule, NULL), -EINVAL);
	assert_int_equal(rule_compile(str_slice(&wide), &rule, NULL), -EINVAL);
	assert_int_equal(rule_compile(str_slice(&big), &rule, NULL), -EINVAL);
	assert_null(rule);
}

/* Mentions of an hour, by how many weeks ago it ended. */
struct history {
	struct stream_count weeks[9];
	int watched; /* weeks for which there are numbers */
	int n_asked;
	int error;
};

static const int64_t now_us = INT64_C(1795237200) * US_PER_S;

static int count(void *userdata, const char *stream, int64_t from_us, int64_t until_us,
	struct stream_count *ret)
{
	struct history *history = userdata;
	const int64_t weeks = (now_us - until_us) / (7 * US_PER_DAY);

	history->n_asked++;
	assert_string_equal(stream, "acme");
	assert_true(until_us - from_us == US_PER_HOUR);
	assert_true((now_us - until_us) % (7 * US_PER_DAY) == 0 && weeks >= 0 && weeks <= 8);
	if (history->error < 0)
		return history->error;
	if (weeks > history->watched)
		return -ENODATA;
	*ret = history->weeks[weeks];
	return 0;
}

static int judged(const char *text, struct history *history, struct str *evidence)
{
	CLEANUP(rule_freep) struct rule *rule = compiled(text);
	const struct rate_source source = {.count = count, .userdata = history};

	assert_true(rule_is_rate(rule));
	return rule_check_rate(rule, "acme", now_us, &source, evidence);
}

static void test_judges_rates(void **state)
{
	struct history storm = {
		.weeks[0] = {.n_mentions = 40, .n_negative = 30, .n_positive = 4, .n_angry = 12},
		.watched = 8,
	};
	static const struct {
		const char *rule;
		int want;
	} cases[] = {
		{"count(1h) >= 40", 1},
		{"count(mentions, 1h) > 40", 0},
		{"count(negative, 60m) == 30", 1},
		{"count(angry,1h) >= 10", 1},
		{"share(negative, 1h) >= 75%", 1},
		{"share(negative, 1h) > 0.75", 0},
		{"net_sentiment(1h) < -0.6", 1},
		{"net_sentiment(1h) < -0.7", 0},
		/* Usually 10, give or take 2: 1.4826 * 2 is less than the root. */
		{"spike(mentions, 1h) >= 9.4", 1},
		{"spike(mentions, 1h) >= 9.5", 0},
		{"spike(1h) >= 3 and net_sentiment(1h) < -0.3 and count(1h) >= 20", 1},
		{"not spike(1h) >= 3", 0},
	};
	static const size_t usual[] = {10, 8, 12, 10, 9, 11, 8, 12};

	for (size_t i = 0; i < ARRAY_SIZE(usual); i++)
		storm.weeks[i + 1].n_mentions = usual[i];
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		expect(judged(cases[i].rule, &storm, NULL) == cases[i].want, "`%s': want %d",
			cases[i].rule, cases[i].want);
}

static void test_a_spike_needs_a_floor_and_knows_new_streams(void **state)
{
	static const struct {
		size_t now, before;
		int watched;
		int want; /* spike(1h) >= 3 */
	} cases[] = {
		{4, 0, 8, 0}, /* nobody is woken for four */
		{5, 0, 8, 1},
		{5, 0, 0, 1}, /* nothing to compare with: as if nothing had been */
		{100, 100, 8, 0},
		{120, 100, 8, 0}, /* noise of a hundred */
		{140, 100, 8, 1},
		{140, 100, 1, 1},
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct history history = {.watched = cases[i].watched};

		history.weeks[0].n_mentions = cases[i].now;
		for (size_t week = 1; week < ARRAY_SIZE(history.weeks); week++)
			history.weeks[week].n_mentions = cases[i].before;
		expect(judged("spike(1h) >= 3", &history, NULL) == cases[i].want, "row %zu", i);
	}
}

static void test_asks_no_more_than_it_needs(void **state)
{
	struct history quiet = {.watched = 8};

	assert_int_equal(judged("count(1h) >= 20 and spike(1h) >= 3", &quiet, NULL), 0);
	assert_int_equal(quiet.n_asked, 1);

	quiet.error = -EIO;
	assert_int_equal(judged("count(1h) >= 0", &quiet, NULL), -EIO);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_judges_mentions),
		cmocka_unit_test(test_unknown_polarity_satisfies_nothing),
		cmocka_unit_test(test_judges_what_it_tells),
		cmocka_unit_test(test_tells_what_it_saw),
		cmocka_unit_test(test_shows_where_a_rule_is_wrong),
		cmocka_unit_test(test_bounds_what_it_reads),
		cmocka_unit_test(test_judges_rates),
		cmocka_unit_test(test_a_spike_needs_a_floor_and_knows_new_streams),
		cmocka_unit_test(test_asks_no_more_than_it_needs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
