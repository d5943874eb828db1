#include "ctl/help.h"

#include <string.h>

#include "ctl/verbs.h"

enum { NAME_WIDTH = 14, OPTION_WIDTH = 24 };

static void print_group(const char *group, FILE *out)
{
	const struct ctl_verb *verb;
	bool any = false;

	for (size_t i = 0; (verb = verbs_at(NULL, i)); i++) {
		if (!verb->group || strcmp(verb->group, group) != 0)
			continue;
		if (!any)
			fprintf(out, "\n%s:\n", group);
		any = true;
		fprintf(out, "  %-*s %s\n", NAME_WIDTH, verb->name, verb->help);
	}
}

void help_print_program(FILE *out)
{
	fputs("Usage: mentionctl [--config FILE] COMMAND [OPTIONS] [ARGUMENTS]\n\n"
	      "Looks after mentiond, the social-listening daemon; see mentionctl(1).\n",
		out);
	for (size_t i = 0; verbs_group(i); i++)
		print_group(verbs_group(i), out);
	fputs("\nOptions:\n"
	      "  --config FILE  The configuration, else $MENTIOND_CONFIG,\n"
	      "                 else " MENTIOND_CONFIG_DIR "/mentiond.yaml\n"
	      "  --version      Print the version\n"
	      "  --help         Print this; after a command, its help\n",
		out);
}

static void print_option(const struct ctl_option *option, FILE *out)
{
	char left[128];

	snprintf(left, sizeof(left), "--%s%s%s", option->name, option->argument ? " " : "",
		option->argument ? option->argument : "");
	fprintf(out, "  %-*s %s", OPTION_WIDTH, left, option->help);
	if (option->choices)
		fprintf(out, "; one of: %s", option->choices);
	if (option->fallback)
		fprintf(out, " (default: %s)", option->fallback);
	fputc('\n', out);
}

static void print_lines(const char *heading, const char *lines, FILE *out)
{
	struct slice rest = slice_of(lines);
	struct slice line;

	fprintf(out, "\n%s:\n", heading);
	while (slice_split(&rest, '\n', &line))
		fprintf(out, "  %.*s\n", SLICE_FMT(line));
}

static void print_commands(const struct ctl_verb *parent, FILE *out)
{
	fputs("\nCommands:\n", out);
	for (size_t i = 0; i < parent->n_verbs; i++)
		fprintf(out, "  %-*s %s\n", NAME_WIDTH, parent->verbs[i].name,
			parent->verbs[i].help);
}

void help_print_verb(const struct ctl_verb *verb, const char *path, FILE *out)
{
	static const struct ctl_option help_option = {.name = "help", .help = "Print this"};

	fprintf(out, "Usage: %s%s%s\n\n%s.\n", path, *verb->synopsis ? " " : "", verb->synopsis,
		verb->help);
	if (verb->description)
		fprintf(out, "\n%s\n", verb->description);
	if (verb->n_verbs > 0)
		print_commands(verb, out);

	fputs("\nOptions:\n", out);
	for (size_t i = 0; i < verb->n_options; i++)
		print_option(&verb->options[i], out);
	print_option(&help_option, out);

	if (verb->example)
		print_lines("Example", verb->example, out);
}
