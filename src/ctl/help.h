/* ctl/help.h: the help texts, printed from the table of commands. */
#pragma once

#include <stdio.h>

struct ctl_verb;

/* The list of all commands, by group. */
void help_print_program(FILE *out);
/* One command; PATH is how it is called, "mentionctl sources list". */
void help_print_verb(const struct ctl_verb *verb, const char *path, FILE *out);
