/* Plain text of bounded width. */
#include "report/wrap.h"
#include "unit/unit.h"

static void test_wraps(void **state)
{
	static const struct {
		const char *text, *want;
	} cases[] = {
		{"", ""},
		{"short", "short"},
		{"one two three", "one two\nthree"},
		{"one two\n\nthree four five", "one two\n\nthree four\nfive"},
		{"a\n", "a\n"},
		/* Margins. */
		{"  | one two three", "  | one\n  | two\n  | three"},
		{"- one two three", "- one two\n  three"},
		/* What cannot be broken is left whole. */
		{"see https://example.org/long now", "see\nhttps://example.org/long\nnow"},
		{"----------------", "----------------"},
		/* Columns, not bytes: four wide characters fill eight. */
		{"日本 語文 éé", "日本 語文\néé"},
		{"éééé ééééé", "éééé ééééé"},
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		CLEANUP(str_done) struct str str = STR_INIT(1000);

		wrap_text(&str, slice_of(cases[i].text), 10);
		expect(strcmp(str_text(&str), cases[i].want) == 0, "got `%s', want `%s'",
			str_text(&str), cases[i].want);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_wraps)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
