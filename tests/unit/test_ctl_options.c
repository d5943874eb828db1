/* Arguments against a command's table. */
#include <errno.h>

#include "base/str.h"
#include "ctl/options.h"
#include "unit.h"

static const struct ctl_option table[] = {
	{.name = "json", .help = "Print JSON"},
	{.name = "query", .type = OPTION_TEXT, .argument = "QUERY", .help = "What to find"},
	{.name = "above", .type = OPTION_NUMBER, .argument = "X", .help = "The least"},
	{.name = "limit",
		.type = OPTION_COUNT,
		.argument = "N",
		.help = "How many",
		.fallback = "10"},
	{.name = "since", .type = OPTION_DURATION, .argument = "TIME", .help = "How far back"},
	{.name = "format",
		.type = OPTION_TEXT,
		.argument = "FORMAT",
		.choices = "csv ndjson",
		.help = "How to print"},
};

enum { JSON, QUERY, ABOVE, LIMIT, SINCE, FORMAT };

static const struct ctl_verb verb = {
	.name = "find",
	.synopsis = "[FILE]",
	.options = table,
	.n_options = ARRAY_SIZE(table),
	.max_args = 1,
};

enum { MOST_ARGUMENTS = 8 };

/* TEXT is split at bars, as words of a command line. */
struct line {
	char text[128];
	char *argv[MOST_ARGUMENTS + 1];
	int argc;
};

static void split(const char *text, struct line *line)
{
	char *rest = line->text;

	*line = (struct line){.argc = 0};
	snprintf(line->text, sizeof(line->text), "%s", text);
	while (rest && *text != '\0') {
		assert_true(line->argc < MOST_ARGUMENTS);
		line->argv[line->argc++] = rest;
		rest = strchr(rest, '|');
		if (rest)
			*rest++ = '\0';
	}
}

static void test_forms(void **state UNUSED)
{
	struct options options;
	struct line line;
	CLEANUP(str_done) struct str problem = STR_INIT(4096);

	split("--query=a=b|feed.xml|--above|-0.3|--json|--since|2h", &line);
	assert_int_equal(options_parse(&verb, line.argc, line.argv, &options, &problem), 0);
	assert_true(options.values[JSON].given);
	assert_string_equal(options.values[QUERY].text, "a=b");
	expect_near(options.values[ABOVE].number, -0.3, 1e-9, "%f", options.values[ABOVE].number);
	assert_int_equal(options.values[LIMIT].whole, 10);
	assert_int_equal(options.values[SINCE].whole, 2 * US_PER_HOUR);
	assert_false(options.values[FORMAT].given);
	assert_int_equal(options.n_args, 1);
	assert_string_equal(options.args[0], "feed.xml");
}

static void test_arguments(void **state UNUSED)
{
	static const struct {
		const char *line, *want; /* the one argument */
	} rows[] = {
		{"-", "-"},
		{"--|--json", "--json"},
		{"--|-", "-"},
		{"--json|x", "x"},
		{"x|--limit|5", "x"},
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct options options;
		struct line line;
		CLEANUP(str_done) struct str problem = STR_INIT(4096);

		split(rows[i].line, &line);
		expect(options_parse(&verb, line.argc, line.argv, &options, &problem) == 0,
			"%s: %s", rows[i].line, str_text(&problem));
		expect(options.n_args == 1 && strcmp(options.args[0], rows[i].want) == 0, "%s",
			rows[i].line);
	}
}

static void test_mistakes(void **state UNUSED)
{
	static const struct {
		const char *line, *want;
	} rows[] = {
		{"--quary|x", "unknown option --quary (did you mean --query?)"},
		{"--zzzzzz", "unknown option --zzzzzz"},
		{"-q", "unknown option -q"},
		{"--jsno=1", "unknown option --jsno=1 (did you mean --json?)"},
		{"--json=yes", "--json takes no value"},
		{"--query", "--query wants a value: QUERY"},
		{"--above|high", "--above wants a number such as 0.6, not `high'"},
		{"--limit|-1", "--limit wants a whole number, not `-1'"},
		{"--limit|1.5", "--limit wants a whole number, not `1.5'"},
		{"--since|5", "--since wants a duration such as 90s, 15m, 2h or 7d, not `5'"},
		{"--format|xml", "--format wants one of: csv ndjson, not `xml'"},
		{"a|b", "one argument too many: `b'"},
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct options options;
		struct line line;
		CLEANUP(str_done) struct str problem = STR_INIT(4096);

		split(rows[i].line, &line);
		expect(options_parse(&verb, line.argc, line.argv, &options, &problem) == -EDOM,
			"%s is taken", rows[i].line);
		expect(strcmp(str_text(&problem), rows[i].want) == 0, "%s: %s", rows[i].line,
			str_text(&problem));
	}
}

static void test_a_missing_argument(void **state UNUSED)
{
	static const struct ctl_verb show = {
		.name = "show", .synopsis = "ID", .min_args = 1, .max_args = 1};
	struct options options;
	struct line line;
	CLEANUP(str_done) struct str problem = STR_INIT(4096);

	split("", &line);
	assert_int_equal(options_parse(&show, line.argc, line.argv, &options, &problem), -EDOM);
	assert_string_equal(str_text(&problem), "an argument is missing: show ID");
}

static void test_help_wins_over_mistakes_behind_it(void **state UNUSED)
{
	static const char *const lines[] = {"--help", "-h", "a|--help|--nonsense"};

	for (size_t i = 0; i < ARRAY_SIZE(lines); i++) {
		struct options options;
		struct line line;
		CLEANUP(str_done) struct str problem = STR_INIT(4096);

		split(lines[i], &line);
		expect(options_parse(&verb, line.argc, line.argv, &options, &problem) == 0 &&
				options.help,
			"%s", lines[i]);
	}
}

static void test_the_configuration_may_be_named_behind_the_command(void **state UNUSED)
{
	struct options options;
	struct line line;
	CLEANUP(str_done) struct str problem = STR_INIT(4096);

	split("a|--config|my.yaml", &line);
	assert_int_equal(options_parse(&verb, line.argc, line.argv, &options, &problem), 0);
	assert_true(options.config.given);
	assert_string_equal(options.config.text, "my.yaml");
	assert_int_equal(options.n_args, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_forms),
		cmocka_unit_test(test_arguments),
		cmocka_unit_test(test_mistakes),
		cmocka_unit_test(test_the_configuration_may_be_named_behind_the_command),
		cmocka_unit_test(test_a_missing_argument),
		cmocka_unit_test(test_help_wins_over_mistakes_behind_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
