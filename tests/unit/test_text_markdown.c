#include "base/str.h"
#include "text/html.h"
#include "text/markdown.h"
#include "unit/unit.h"

enum { MAX_BYTES = 1 << 20 };

static void add_plain(struct slice markdown, struct str *ret)
{
	CLEANUP(str_done) struct str html = STR_INIT(MAX_BYTES);

	markdown_to_html(markdown, &html);
	assert_int_equal(str_error(&html), 0);
	html_to_text(str_slice(&html), NULL, ret);
}

static void test_marks_go_and_words_stay(void **state)
{
	static const struct {
		const char *markdown, *want;
	} cases[] = {
		{"", ""},
		{"plain", "plain"},
		{"one\r\ntwo\n\n\nthree", "one\ntwo\nthree"},
		{"**bold** and *it* and ***both*** and ~~gone~~", "bold and it and both and gone"},
		{"__bold__ _it_ snake_case_name 2 * 3 * 4", "bold it snake_case_name 2 * 3 * 4"},
		{"*never closed, ~one~ `tick", "*never closed, ~one~ `tick"},
		{"# Title #\n###### Six\n####### Seven\n#hashtag",
			"Title #\nSix\n####### Seven\n#hashtag"},
		{"Title\n=====\nSub\n---\ntext", "Title\nSub\ntext"},
		{"- one\n* two\n+ three\n1. four\n2) five\n-six",
			"one\ntwo\nthree\nfour\nfive\n-six"},
		{"> quoted\n> > twice\n>!spoiler!<", "quoted\ntwice\nspoiler!<"},
		{"[text](https://a.example/x) [t](<u> \"title\") ![alt](i.png)", "text t alt"},
		{"[not a link] [x](never closed [ ] task",
			"[not a link] [x](never closed [ ] task"},
		{"[brackets [in] it](u(1)) end", "brackets [in] it end"},
		{"<https://a.example/?x=1&y=2> a < b & c", "https://a.example/?x=1&y=2 a < b & c"},
		{"`a < b && *c*` ``x`y``", "a < b && *c* x`y"},
		{"```c\n# no <title>\n- *no* list\n```\nafter", "# no <title>\n- *no* list\nafter"},
		{"| a | b |\n|---|:-:|\n| 1 | *2* |", "a b\n1 2"},
		{"\\*stars\\* \\_ \\\\ \\x", "*stars* _ \\ \\x"},
		{"<!-- hidden\ncomment -->shown <b>bold</b> &eacute;", "shown bold é"},
		{"Հայ*երեն* ગુજ**રાતી**", "Հայերեն ગુજરાતી"},
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		CLEANUP(str_done) struct str got = STR_INIT(MAX_BYTES);

		add_plain(slice_of(cases[i].markdown), &got);
		expect(strcmp(str_text(&got), cases[i].want) == 0, "`%s'\n got `%s'\nwant `%s'",
			cases[i].markdown, str_text(&got), cases[i].want);
	}
}

static void add_link(struct slice href, void *userdata)
{
	str_add(userdata, href);
	str_add_char(userdata, ' ');
}

static void test_links_are_told(void **state)
{
	CLEANUP(str_done) struct str html = STR_INIT(MAX_BYTES);
	CLEANUP(str_done) struct str text = STR_INIT(MAX_BYTES);
	CLEANUP(str_done) struct str links = STR_INIT(MAX_BYTES);
	const struct html_options options = {.on_link = add_link, .userdata = &links};

	markdown_to_html(SLICE("[a](https://a.example/?x=1&y=\"2\") <https://b.example> "
			       "![i](https://i.example/i.png) `[c](https://c.example)`"),
		&html);
	html_to_text(str_slice(&html), &options, &text);
	assert_string_equal(str_text(&links), "https://a.example/?x=1&y=\"2\" https://b.example ");
}

/* What opens and never closes is looked for within a bound. */
static void test_hostile_text_takes_linear_time(void **state)
{
	static const char *const units[] = {
		"[", "*a ", "`", "[a](", "<http://", "_a", "\\", "> ", "~~"};

	for (size_t i = 0; i < ARRAY_SIZE(units); i++) {
		CLEANUP(str_done) struct str markdown = STR_INIT(MAX_BYTES);
		CLEANUP(str_done) struct str html = STR_INIT(16 * MAX_BYTES);

		for (size_t n = 0; n < 20000; n++)
			str_add_text(&markdown, units[i]);
		markdown_to_html(str_slice(&markdown), &html);
		expect(str_error(&html) == 0, "%s: %d", units[i], str_error(&html));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_marks_go_and_words_stay),
		cmocka_unit_test(test_links_are_told),
		cmocka_unit_test(test_hostile_text_takes_linear_time),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
