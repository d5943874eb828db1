/* The commands as scdoc, for mentionctl(1). */

#include <string.h>

#include "ctl/ctl.h"
#include "ctl/verbs.h"

static void print_escaped(const char *text)
{
	for (; *text != '\0'; text++) {
		if (strchr("*_\\", *text))
			putchar('\\');
		putchar(*text);
	}
}

/* Lines of a paragraph, without indentation of their own: that would be scdoc's. */
static void print_paragraphs(const char *text)
{
	struct slice rest = slice_of(text);
	struct slice line;

	putchar('\n');
	while (slice_split(&rest, '\n', &line)) {
		char copy[512];

		snprintf(copy, sizeof(copy), "%.*s", SLICE_FMT(slice_trim(line)));
		if (*copy != '\0')
			putchar('\t');
		print_escaped(copy);
		putchar('\n');
	}
}

static void print_option(const struct ctl_option *option)
{
	printf("\n\t*--%s*", option->name);
	if (option->argument) {
		fputs(" _", stdout);
		print_escaped(option->argument);
		putchar('_');
	}
	fputs("\n\t\t", stdout);
	print_escaped(option->help);
	if (option->choices) {
		fputs("; one of: ", stdout);
		print_escaped(option->choices);
	}
	if (option->fallback) {
		fputs("; default: ", stdout);
		print_escaped(option->fallback);
	}
	fputs(".\n", stdout);
}

static void print_example(const char *text)
{
	struct slice rest = slice_of(text);
	struct slice line;

	fputs("\n\t```\n", stdout);
	while (slice_split(&rest, '\n', &line))
		printf("\t%.*s\n", SLICE_FMT(line));
	fputs("\t```\n", stdout);
}

static void print_verb(const struct ctl_verb *verb, const struct ctl_verb *parent)
{
	printf("*%s%s%s* ", parent ? parent->name : "", parent ? " " : "", verb->name);
	print_escaped(verb->synopsis);
	fputs("\n\t", stdout);
	print_escaped(verb->help);
	fputs(".\n", stdout);
	if (verb->description)
		print_paragraphs(verb->description);
	for (size_t i = 0; i < verb->n_options; i++)
		print_option(&verb->options[i]);
	if (verb->example)
		print_example(verb->example);
	putchar('\n');

	for (size_t i = 0; i < verb->n_verbs; i++)
		print_verb(&verb->verbs[i], verb);
}

static void print_group(const char *group)
{
	const struct ctl_verb *verb;
	bool any = false;

	for (size_t i = 0; (verb = verbs_at(NULL, i)); i++) {
		if (!verb->group || strcmp(verb->group, group) != 0)
			continue;
		if (!any)
			printf("## %s\n\n", group);
		any = true;
		print_verb(verb, NULL);
	}
}

static int run(struct ctl *ctl UNUSED)
{
	for (size_t i = 0; verbs_group(i); i++)
		print_group(verbs_group(i));
	return 0;
}

const struct ctl_verb verb_manual = {
	.name = "manual",
	.synopsis = "",
	.help = "Print the commands as scdoc, for the manual page",
	.example = "mentionctl manual",
	.run = run,
};
