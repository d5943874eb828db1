/* Walks the table of commands: what every row must be. */
#include <sysexits.h>

#include "base/str.h"
#include "ctl/options.h"
#include "ctl/verbs.h"
#include "unit.h"

static void check_text(const char *text, const char *verb, const char *what)
{
	const size_t length = text ? strlen(text) : 0;

	expect(length > 5, "%s: no %s", verb, what);
	expect(text && text[length - 1] != '.', "%s: the %s ends in a full stop", verb, what);
}

static void check_option(const struct ctl_verb *verb, const struct ctl_option *option)
{
	check_text(option->help, verb->name, option->name);
	expect(strcmp(option->name, "help") != 0, "%s has its own --help", verb->name);
	expect((option->type == OPTION_FLAG) == !option->argument, "%s --%s: argument", verb->name,
		option->name);
	expect(!option->choices || option->type == OPTION_TEXT, "%s --%s: choices", verb->name,
		option->name);
	for (size_t i = 0; &verb->options[i] < option; i++)
		expect(strcmp(verb->options[i].name, option->name) != 0, "%s: two --%s", verb->name,
			option->name);
}

static void check_group(const struct ctl_verb *verb)
{
	bool known = !verb->group;

	for (size_t i = 0; verbs_group(i); i++)
		known = known || strcmp(verbs_group(i), verb->group) == 0;
	expect(known, "%s: no group is called %s", verb->name, verb->group);
}

static void check_verb(const struct ctl_verb *verb)
{
	struct options options;
	CLEANUP(str_done) struct str problem = STR_INIT(4096);
	char *argv[] = {NULL};

	check_text(verb->help, verb->name, "help");
	expect(verb->synopsis, "%s: no synopsis", verb->name);
	expect(verb->example && strncmp(verb->example, "mentionctl ", 11) == 0,
		"%s: no example that begins with mentionctl", verb->name);
	expect(verb->run || verb->n_verbs > 0, "%s: neither run nor verbs", verb->name);
	expect(verb->max_args >= verb->min_args, "%s: arguments", verb->name);
	for (size_t i = 0; i < verb->n_options; i++)
		check_option(verb, &verb->options[i]);

	/* Defaults that are no values of their types abort here. */
	options_parse(verb, 0, argv, &options, &problem);
}

static void test_every_row(void **state UNUSED)
{
	const struct ctl_verb *verb;

	for (size_t i = 0; (verb = verbs_at(NULL, i)); i++) {
		const struct ctl_verb *next = verbs_at(NULL, i + 1);

		expect(!next || strcmp(verb->name, next->name) < 0, "%s is not sorted", next->name);
		check_verb(verb);
		check_group(verb);
		for (size_t k = 0; k < verb->n_verbs; k++)
			check_verb(&verb->verbs[k]);
	}
}

static void test_finding(void **state UNUSED)
{
	assert_string_equal(verbs_find(NULL, "check")->name, "check");
	assert_null(verbs_find(NULL, "chek"));
	assert_string_equal(verbs_nearest(NULL, "chek"), "check");
	assert_string_equal(verbs_nearest(NULL, "CHECK"), "check");
	assert_null(verbs_nearest(NULL, "frobnicate"));
	/* What is not listed is not suggested either. */
	assert_null(verbs_nearest(NULL, "completino"));
}

/* Prints go to standard output, which the test's runner does not read. */
static int run(const char *first, const char *second)
{
	char words[3][32];
	char *argv[4] = {words[0], NULL, NULL, NULL};
	int argc = 1;

	snprintf(words[0], sizeof(words[0]), "mentionctl");
	if (first) {
		snprintf(words[1], sizeof(words[1]), "%s", first);
		argv[argc++] = words[1];
	}
	if (second) {
		snprintf(words[2], sizeof(words[2]), "%s", second);
		argv[argc++] = words[2];
	}
	return ctl_run(argc, argv);
}

static void test_exit_codes(void **state UNUSED)
{
	static const struct {
		const char *first, *second;
		int want;
	} rows[] = {
		{NULL, NULL, EX_USAGE},
		{"--help", NULL, EX_OK},
		{"--version", NULL, EX_OK},
		{"--config", NULL, EX_USAGE},
		{"--config=/nonexistent", "check", EX_CONFIG},
		{"--verbose", NULL, EX_USAGE},
		{"chek", NULL, EX_USAGE},
		{"check", "--help", EX_OK},
		{"check", "--hlep", EX_USAGE},
		{"check", "surplus", EX_USAGE},
		{"settings", "smtp.tls", EX_OK},
		{"settings", "smtp.xyz", EX_DATAERR},
		{"completion", "tcsh", EX_USAGE},
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const int code = run(rows[i].first, rows[i].second);

		expect(code == rows[i].want, "%s %s: %d, want %d", rows[i].first, rows[i].second,
			code, rows[i].want);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_row),
		cmocka_unit_test(test_finding),
		cmocka_unit_test(test_exit_codes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
