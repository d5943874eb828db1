#include <stdio.h>
#include <stdlib.h>

#include "base/str.h"
#include "base/terminal.h"
#include "unit/unit.h"

#define BAD "\xEF\xBF\xBD"

static void test_text_is_made_harmless(void **state)
{
	static const struct {
		struct slice text;
		const char *want;
	} cases[] = {
		{SLICE("plain ö 😡"), "plain ö 😡"},
		{SLICE("a\nb\tc\rd"), "a b c d"},
		{SLICE("\x1B]0;title\x07"), BAD "]0;title" BAD},
		{SLICE("\x1B[2J"), BAD "[2J"},
		{SLICE("\xC2\x9B"
		       "2J"),
			BAD "2J"},
		{SLICE("del\x7F, nul\0"), "del" BAD ", nul" BAD},
		{SLICE("bidi \xE2\x80\xAE and \xE2\x81\xA6"), "bidi " BAD " and " BAD},
		{SLICE("broken \xFF"), "broken " BAD},
		/* The joiners that Khmer, Gujarati and emoji need stay. */
		{SLICE("\xE2\x80\x8B\xE2\x80\x8C\xE2\x80\x8D"),
			"\xE2\x80\x8B\xE2\x80\x8C\xE2\x80\x8D"},
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		CLEANUP(str_done) struct str got = STR_INIT(200);

		terminal_add_safe(&got, cases[i].text);
		expect(strcmp(str_text(&got), cases[i].want) == 0, "row %zu gives `%s'", i,
			str_text(&got));
	}
}

static void test_measures_columns(void **state)
{
	static const struct {
		const char *text;
		size_t width;
	} cases[] = {
		{"", 0},
		{"abc", 3},
		{"n\xCC\x83", 1},
		{"😡", 2},
		{"日本", 4},
		{"ખરાબ", 4},
		{"ક્ષ", 2},
		{"Ինչ", 3},
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		expect(terminal_width(slice_of(cases[i].text)) == cases[i].width, "`%s' takes %zu",
			cases[i].text, terminal_width(slice_of(cases[i].text)));
}

static void test_the_caret_stands_below_its_code_point(void **state)
{
	static const struct {
		const char *line;
		unsigned int column;
		const char *want;
	} cases[] = {
		{"every: 5q", 8, "    every: 5q\n           ^\n"},
		{"\tquery: 😡 AND", 11, "     query: 😡 AND\n               ^\n"},
		{"a\xE2\x80\x8E"
		 "b",
			3, "    a" BAD "b\n      ^\n"},
		{"short", 99, "    short\n         ^\n"},
		{"", 1, "    \n    ^\n"},
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		CLEANUP(str_done) struct str got = STR_INIT(500);

		terminal_add_excerpt(&got, slice_of(cases[i].line), cases[i].column);
		expect(strcmp(str_text(&got), cases[i].want) == 0, "row %zu gives\n%s", i,
			str_text(&got));
	}
}

static void test_a_long_line_is_cut_around_the_caret(void **state)
{
	CLEANUP(str_done) struct str line = STR_INIT(1000);
	CLEANUP(str_done) struct str got = STR_INIT(500);
	char *caret;
	char *end;

	for (int i = 0; i < 200; i++)
		str_add_char(&line, i == 150 ? '!' : '.');
	terminal_add_excerpt(&got, str_slice(&line), 151);
	end = strchr(got.ptr, '\n');
	caret = strchr(got.ptr, '^');
	assert_true(end - got.ptr < 120);
	assert_int_equal(strchr(got.ptr, '!') - got.ptr, caret - end - 1);
}

static void test_colour_needs_a_terminal(void **state)
{
	FILE *file = tmpfile();

	unsetenv("NO_COLOR");
	assert_non_null(file);
	assert_false(terminal_has_color(file));
	fclose(file);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_text_is_made_harmless),
		cmocka_unit_test(test_measures_columns),
		cmocka_unit_test(test_the_caret_stands_below_its_code_point),
		cmocka_unit_test(test_a_long_line_is_cut_around_the_caret),
		cmocka_unit_test(test_colour_needs_a_terminal),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
