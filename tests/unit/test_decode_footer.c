#include "decode/footer.h"
#include "unit/unit.h"

#define WORDPRESS "The post Rain appeared first on Acme Fan Blog."
#define REDDIT    "submitted by /u/sam\n[link] [comments]"

/* Whether TEXT, all of whose words in '*' begin a link, loses what WANT does not have. */
static void only_known_footers_are_cut(void **state)
{
	static const struct {
		const char *text;
		size_t links[2]; /* 0: none */
		const char *title;
		size_t want; /* bytes that stay; 0: all */
	} cases[] = {
		{"Hi.\n" WORDPRESS, {12, 35}, NULL, 3},
		{"Hi.\n" WORDPRESS, {0}, "Rain", 3},
		{"Hi. " WORDPRESS, {0}, "Rain", 3},
		{"Hi.\n" WORDPRESS "\n" WORDPRESS, {0}, "Rain", 3},
		{"Hi.\nDer Beitrag Regen erschien zuerst auf Blog.", {0}, "Regen", 3},
		{"Hi.\n" REDDIT, {0}, NULL, 3},
		{"Hi.\nsubmitted by /u/sam to r/acme [link] [12 comments]", {0}, NULL, 3},
		{REDDIT, {0}, "Lost", SIZE_MAX},
		/* Sentences. */
		{"The post I wrote appeared first on Acme Fan Blog.", {0}, "Rain", 0},
		{"Hi.\n" WORDPRESS, {0}, NULL, 0},
		{"Hi.\n" WORDPRESS, {12, 0}, NULL, 0},
		{"Hi.\n" WORDPRESS " I like it", {0}, "Rain", 0},
		{"Hi.\n" WORDPRESS "\nSecond thoughts.", {0}, "Rain", 0},
		{"Compost Rain appeared first on Acme Fan Blog.", {0}, "Rain", 0},
		{"It appeared first on Acme Fan Blog.", {0}, "Rain", 0},
		{"It was submitted by Sam. See [link] and [comments]", {0}, NULL, 0},
		{REDDIT " are what I mean", {0}, NULL, 0},
		{"submitted by hand and by post [link] [comments]", {0}, NULL, 0},
		{"", {0}, "", 0},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		const struct slice text = slice_of(cases[i].text);
		const struct footer_evidence evidence = {.links = cases[i].links,
			.n_links = (cases[i].links[0] > 0) + (cases[i].links[1] > 0),
			.title = slice_of(cases[i].title)};
		const size_t want = cases[i].want == 0          ? text.len
				    : cases[i].want == SIZE_MAX ? 0
								: cases[i].want;
		const size_t got = footer_find(text, &evidence);

		expect(got == want, "`%s': %zu bytes stay, want %zu", cases[i].text, got, want);
	}
}

static void reddits_link_may_lead_elsewhere(void **state)
{
	const struct slice footer = slice_of(REDDIT);

	(void)state;
	assert_true(footer_links_out(footer, SLICE("https://news.example/acme")));
	assert_false(footer_links_out(footer, SLICE("https://www.reddit.com/r/acme/")));
	assert_false(footer_links_out(footer, SLICE("https://reddit.com/r/acme/")));
	assert_false(footer_links_out(slice_of(WORDPRESS), SLICE("https://news.example/acme")));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(only_known_footers_are_cut),
		cmocka_unit_test(reddits_link_may_lead_elsewhere),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
