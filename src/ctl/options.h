/* ctl/options.h: the arguments of a command, read against its table.
 *
 * Options are long ones, "--name VALUE" or "--name=VALUE", and may stand
 * between the arguments; "--" ends them.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "ctl/ctl.h"

enum { OPTIONS_MAX = 32 };

struct option_value {
	bool given;
	const char *text;
	double number;
	int64_t whole; /* a count, or microseconds */
};

struct options {
	struct option_value values[OPTIONS_MAX]; /* as the rows of the verb's table */
	char **args;
	size_t n_args;
	bool help;                  /* --help was given: nothing else counts */
	struct option_value config; /* --config, behind the command */
};

struct str;

/* Reads the ARGC arguments at ARGV (which is reordered) for VERB.  -EDOM with
 * words for the person in PROBLEM. */
int options_parse(const struct ctl_verb *verb, int argc, char **argv, struct options *ret,
	struct str *problem);
