#include "ctl/options.h"

#include <assert.h>
#include <errno.h>
#include <string.h>

#include "base/nearest.h"
#include "base/str.h"

/* Those of every command.  --config belongs before the command, but nobody
 * should have to know. */
static const struct ctl_option help_option = {.name = "help", .help = "Print this"};
static const struct ctl_option config_option = {
	.name = "config", .type = OPTION_TEXT, .argument = "FILE"};

static const struct ctl_option *option_find(const struct ctl_verb *verb, struct slice name)
{
	for (size_t i = 0; i < verb->n_options; i++)
		if (slice_equals(name, slice_of(verb->options[i].name)))
			return &verb->options[i];

	if (slice_equals(name, slice_of(config_option.name)))
		return &config_option;

	return slice_equals(name, slice_of(help_option.name)) ? &help_option : NULL;
}

static int unknown_option(const struct ctl_verb *verb, const char *written, struct str *problem)
{
	struct slice rest = slice_of(written);
	struct slice name;

	slice_split(&rest, '=', &name);
	while (slice_starts_with(name, SLICE("-")))
		name = slice_skip(name, 1);

	struct nearest nearest = nearest_start(name);

	for (size_t i = 0; i < verb->n_options; i++)
		nearest_offer(&nearest, verb->options[i].name);
	nearest_offer(&nearest, help_option.name);

	str_add_format(problem, "unknown option %s", written);
	if (nearest.name)
		str_add_format(problem, " (did you mean --%s?)", nearest.name);
	return -EDOM;
}

static bool is_choice(const char *choices, const char *text)
{
	struct slice rest = slice_of(choices);
	struct slice choice;

	while (slice_split(&rest, ' ', &choice))
		if (slice_equals(choice, slice_of(text)))
			return true;

	return false;
}

static int read_value(const struct ctl_option *option, const char *text, struct option_value *value)
{
	switch (option->type) {
	case OPTION_NUMBER:
		return slice_to_double(slice_of(text), &value->number);
	case OPTION_COUNT:
		return slice_to_int64(slice_of(text), &value->whole) && value->whole >= 0;
	case OPTION_DURATION:
		return duration_parse(text, &value->whole);
	case OPTION_FLAG:
	case OPTION_TEXT:
	case N_OPTION_TYPES:
		break;
	}
	return !option->choices || is_choice(option->choices, text);
}

static int set_value(const struct ctl_option *option, const char *text, struct option_value *value,
	struct str *problem)
{
	static const char *const wanted[N_OPTION_TYPES] = {
		[OPTION_TEXT] = "one of: ",
		[OPTION_NUMBER] = "a number such as 0.6",
		[OPTION_COUNT] = "a whole number",
		[OPTION_DURATION] = "a duration such as 90s, 15m, 2h or 7d",
	};

	assert(option->type < N_OPTION_TYPES);
	value->given = true;
	value->text = text;
	if (read_value(option, text, value))
		return 0;

	str_add_format(problem, "--%s wants %s%s, not `%s'", option->name, wanted[option->type],
		option->choices ? option->choices : "", text);
	return -EDOM;
}

static void set_fallbacks(const struct ctl_verb *verb, struct options *options)
{
	for (size_t i = 0; i < verb->n_options; i++)
		if (verb->options[i].fallback) {
			CLEANUP(str_done) struct str ignored = STR_INIT(256);
			const int r = set_value(&verb->options[i], verb->options[i].fallback,
				&options->values[i], &ignored);

			assert(r == 0);
			(void)r;
		}
}

/* Reads the option at ARGV[0]; *TAKEN says how many arguments it is. */
static int parse_option(const struct ctl_verb *verb, char **argv, struct options *options,
	int *taken, struct str *problem)
{
	struct slice value = slice_of(argv[0] + 2);
	struct slice name;
	const char *text = argv[1];

	slice_split(&value, '=', &name);

	const bool attached = value.ptr != NULL;
	const struct ctl_option *option = option_find(verb, name);
	if (!option)
		return unknown_option(verb, argv[0], problem);

	*taken = 1;
	if (option->type == OPTION_FLAG && attached) {
		str_add_format(problem, "--%s takes no value", option->name);
		return -EDOM;
	}
	if (option == &help_option) {
		options->help = true;
		return 0;
	}

	struct option_value *slot = option == &config_option
					    ? &options->config
					    : &options->values[option - verb->options];
	if (option->type == OPTION_FLAG) {
		slot->given = true;
		return 0;
	}
	if (attached)
		text = value.ptr;
	else
		*taken = 2;
	if (!text) {
		str_add_format(problem, "--%s wants a value: %s", option->name, option->argument);
		return -EDOM;
	}
	return set_value(option, text, slot, problem);
}

static int check_arguments(
	const struct ctl_verb *verb, const struct options *options, struct str *problem)
{
	if (options->n_args < verb->min_args)
		str_add_format(
			problem, "an argument is missing: %s %s", verb->name, verb->synopsis);
	else if (options->n_args > verb->max_args)
		str_add_format(
			problem, "one argument too many: `%s'", options->args[verb->max_args]);

	return problem->len > 0 ? -EDOM : 0;
}

/* "-" alone is a file name. */
static bool is_option(const char *text)
{
	return text[0] == '-' && text[1] != '\0';
}

int options_parse(const struct ctl_verb *verb, int argc, char **argv, struct options *ret,
	struct str *problem)
{
	bool ended = false;

	assert(verb->n_options <= OPTIONS_MAX);
	*ret = (struct options){.args = argv};
	set_fallbacks(verb, ret);

	for (int i = 0; i < argc;) {
		int taken = 1;
		int r = 0;

		if (ended || !is_option(argv[i]))
			ret->args[ret->n_args++] = argv[i];
		else if (strcmp(argv[i], "--") == 0)
			ended = true;
		else if (strcmp(argv[i], "-h") == 0)
			ret->help = true;
		else if (argv[i][1] == '-')
			r = parse_option(verb, argv + i, ret, &taken, problem);
		else
			r = unknown_option(verb, argv[i], problem);
		if (r < 0)
			return r;
		if (ret->help)
			return 0;
		i += taken;
	}
	return check_arguments(verb, ret, problem);
}
