/* Completion for the shells, printed from the table of commands. */

#include <string.h>

#include "ctl/ctl.h"
#include "ctl/verbs.h"

static bool takes_file(const char *argument)
{
	return argument && (strstr(argument, "FILE") || strstr(argument, "FOLDER"));
}

/* TEXT between single quotes; within them QUOTE stands for one. */
static void print_quoted(const char *text, const char *quote)
{
	putchar('\'');
	for (; *text != '\0'; text++)
		if (*text == '\'')
			fputs(quote, stdout);
		else
			putchar(*text);
	putchar('\'');
}

/* Every command that is listed, those of its own behind it. */
static void each_verb(void (*print)(const struct ctl_verb *verb, const struct ctl_verb *parent))
{
	const struct ctl_verb *verb;

	for (size_t i = 0; (verb = verbs_at(NULL, i)); i++) {
		if (!verb->group)
			continue;
		print(verb, NULL);
		for (size_t k = 0; k < verb->n_verbs; k++)
			print(&verb->verbs[k], verb);
	}
}

static void print_words(const struct ctl_verb *parent)
{
	const struct ctl_verb *verb;

	for (size_t i = 0; (verb = verbs_at(parent, i)); i++)
		if (parent || verb->group)
			printf("%s ", verb->name);
}

/* The way to a command, as the scripts below collect it: " sources list". */
static void print_path(const struct ctl_verb *verb, const struct ctl_verb *parent)
{
	printf("\t' %s%s%s'", parent ? parent->name : "", parent ? " " : "", verb->name);
}

/* The same with the option whose value is completed. */
static void print_option_path(
	const struct ctl_verb *verb, const struct ctl_verb *parent, const struct ctl_option *option)
{
	printf("\t' %s%s%s --%s') ", parent ? parent->name : "", parent ? " " : "", verb->name,
		option->name);
}

/* Walks over the words before the cursor; the same in bash and zsh but for
 * the names of the words. */
static void print_walk(const char *words, const char *first, const char *count)
{
	printf("\tfor ((i = %s; i < %s; i++)); do\n"
	       "\t\tcase ${%s[i]} in\n"
	       "\t\t--config) i=$((i + 1)) ;;\n"
	       "\t\t-*) ;;\n"
	       "\t\t*) case \"$at ${%s[i]}\" in\n",
		first, count, words, words);
}

static void print_walk_row(const struct ctl_verb *verb, const struct ctl_verb *parent)
{
	fputs("\t\t", stdout);
	print_path(verb, parent);
	printf(") at=\"$at %s\" ;;\n", verb->name);
}

static void print_walk_end(void)
{
	fputs("\t\t\tesac ;;\n\t\tesac\n\tdone\n", stdout);
}

/* How a shell is told what the value of an option may be. */
struct value_words {
	const char *before_choices, *after_choices;
	const char *files;
	const char *none;
};

static void print_values(
	const struct ctl_verb *verb, const struct ctl_verb *parent, const struct value_words *words)
{
	for (size_t i = 0; i < verb->n_options; i++) {
		const struct ctl_option *option = &verb->options[i];

		if (option->type == OPTION_FLAG)
			continue;
		print_option_path(verb, parent, option);
		if (option->choices)
			printf("%s%s%s", words->before_choices, option->choices,
				words->after_choices);
		else
			fputs(takes_file(option->argument) ? words->files : words->none, stdout);
		fputs("; return ;;\n", stdout);
	}
}

static void print_bash_values(const struct ctl_verb *verb, const struct ctl_verb *parent)
{
	static const struct value_words words = {
		.before_choices = "COMPREPLY=($(compgen -W '",
		.after_choices = "' -- \"$word\"))",
		.files = "COMPREPLY=($(compgen -f -- \"$word\"))",
		.none = "COMPREPLY=()",
	};

	print_values(verb, parent, &words);
}

static void print_bash_verb(const struct ctl_verb *verb, const struct ctl_verb *parent)
{
	print_path(verb, parent);
	fputs(") words='", stdout);
	if (verb->n_verbs > 0)
		print_words(verb);
	for (size_t i = 0; i < verb->n_options; i++)
		printf("--%s ", verb->options[i].name);
	printf("--help'%s ;;\n", takes_file(verb->synopsis) ? "; files=1" : "");
}

static void print_bash(void)
{
	fputs("# bash completion for mentionctl, printed by `mentionctl completion bash'\n"
	      "_mentionctl()\n{\n"
	      "\tlocal word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]}\n"
	      "\tlocal at= words= files= i\n\n",
		stdout);
	print_walk("COMP_WORDS", "1", "COMP_CWORD");
	each_verb(print_walk_row);
	print_walk_end();
	fputs("\n\tcase \"$at $before\" in\n"
	      "\t*' --config') COMPREPLY=($(compgen -f -- \"$word\")); return ;;\n",
		stdout);
	each_verb(print_bash_values);
	fputs("\tesac\n\n\tcase $at in\n\t'') words='", stdout);
	print_words(NULL);
	fputs("--config --version --help' ;;\n", stdout);
	each_verb(print_bash_verb);
	fputs("\tesac\n"
	      "\tCOMPREPLY=($(compgen -W \"$words\" -- \"$word\"))\n"
	      "\tif [[ $files && $word != -* ]]; then\n"
	      "\t\tCOMPREPLY+=($(compgen -f -- \"$word\"))\n"
	      "\tfi\n}\n"
	      "complete -o filenames -F _mentionctl mentionctl\n",
		stdout);
}

/* A row "name:help" of _describe(); its colons are escaped. */
static void print_zsh_row(const char *dashes, const char *name, const char *help)
{
	char row[512];
	size_t length = 0;

	length += (size_t)snprintf(row, sizeof(row) / 2, "%s%s:", dashes, name);
	for (; *help != '\0' && length + 3 < sizeof(row); help++) {
		if (*help == ':')
			row[length++] = '\\';
		row[length++] = *help;
	}
	row[length] = '\0';
	fputs("\t\t\t", stdout);
	print_quoted(row, "'\\''");
	putchar('\n');
}

static void print_zsh_values(const struct ctl_verb *verb, const struct ctl_verb *parent)
{
	static const struct value_words words = {
		.before_choices = "compadd -- ",
		.after_choices = "",
		.files = "_files",
		.none = ":",
	};

	print_values(verb, parent, &words);
}

static void print_zsh_verb(const struct ctl_verb *verb, const struct ctl_verb *parent)
{
	print_path(verb, parent);
	fputs(")\n\t\trows=(\n", stdout);
	for (size_t i = 0; i < verb->n_verbs; i++)
		print_zsh_row("", verb->verbs[i].name, verb->verbs[i].help);
	for (size_t i = 0; i < verb->n_options; i++)
		print_zsh_row("--", verb->options[i].name, verb->options[i].help);
	print_zsh_row("--", "help", "Print the help of this command");
	printf("\t\t)%s ;;\n", takes_file(verb->synopsis) ? "; files=1" : "");
}

static void print_zsh(void)
{
	const struct ctl_verb *verb;

	fputs("#compdef mentionctl\n"
	      "# printed by `mentionctl completion zsh'\n"
	      "_mentionctl()\n{\n"
	      "\tlocal at= files= i\n\tlocal -a rows\n\n",
		stdout);
	print_walk("words", "2", "CURRENT");
	each_verb(print_walk_row);
	print_walk_end();
	fputs("\n\tcase \"$at ${words[CURRENT - 1]}\" in\n\t*' --config') _files; return ;;\n",
		stdout);
	each_verb(print_zsh_values);
	fputs("\tesac\n\n\tcase $at in\n\t'')\n\t\trows=(\n", stdout);
	for (size_t i = 0; (verb = verbs_at(NULL, i)); i++)
		if (verb->group)
			print_zsh_row("", verb->name, verb->help);
	print_zsh_row("--", "config", "The configuration");
	print_zsh_row("--", "version", "Print the version");
	print_zsh_row("--", "help", "Print the list of commands");
	fputs("\t\t) ;;\n", stdout);
	each_verb(print_zsh_verb);
	fputs("\tesac\n"
	      "\t_describe mentionctl rows\n"
	      "\tif [[ -n $files ]]; then _files; fi\n}\n"
	      "_mentionctl \"$@\"\n",
		stdout);
}

/* The condition for what belongs to VERB, NULL for the program itself. */
static void print_fish_condition(const struct ctl_verb *verb, const struct ctl_verb *parent)
{
	fputs("complete -c mentionctl -n '", stdout);
	if (!verb)
		fputs("__fish_use_subcommand", stdout);
	else if (!parent)
		printf("__fish_seen_subcommand_from %s", verb->name);
	else
		printf("__fish_seen_subcommand_from %s; and __fish_seen_subcommand_from %s",
			parent->name, verb->name);
	fputs("' ", stdout);
}

static void print_fish_option(const struct ctl_option *option)
{
	printf("-l %s ", option->name);
	if (option->type != OPTION_FLAG)
		fputs(takes_file(option->argument) ? "-rF " : "-x ", stdout);
	if (option->choices)
		printf("-a '%s' ", option->choices);
	fputs("-d ", stdout);
	print_quoted(option->help, "\\'");
	putchar('\n');
}

static void print_fish_verb(const struct ctl_verb *verb, const struct ctl_verb *parent)
{
	print_fish_condition(parent, NULL);
	printf("-f -a %s -d ", verb->name);
	print_quoted(verb->help, "\\'");
	putchar('\n');
	for (size_t i = 0; i < verb->n_options; i++) {
		print_fish_condition(verb, parent);
		print_fish_option(&verb->options[i]);
	}
}

static void print_fish(void)
{
	fputs("# fish completion for mentionctl, printed by `mentionctl completion fish'\n"
	      "complete -c mentionctl -n __fish_use_subcommand -f\n"
	      "complete -c mentionctl -l config -rF -d 'The configuration'\n"
	      "complete -c mentionctl -l version -d 'Print the version'\n"
	      "complete -c mentionctl -l help -d 'Print help'\n",
		stdout);
	each_verb(print_fish_verb);
}

static int run(struct ctl *ctl)
{
	static const struct {
		const char *name;
		void (*print)(void);
	} shells[] = {{"bash", print_bash}, {"fish", print_fish}, {"zsh", print_zsh}};
	const char *name = ctl_argument(ctl, 0);

	for (size_t i = 0; i < ARRAY_SIZE(shells); i++)
		if (strcmp(shells[i].name, name) == 0) {
			shells[i].print();
			return 0;
		}

	return ctl_usage(ctl, "no shell is called `%s': bash, fish or zsh", name);
}

const struct ctl_verb verb_completion = {
	.name = "completion",
	.synopsis = "bash|fish|zsh",
	.help = "Print the completion for a shell",
	.example = "mentionctl completion bash > /etc/bash_completion.d/mentionctl",
	.min_args = 1,
	.max_args = 1,
	.run = run,
};
