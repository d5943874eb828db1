/* ctl/ctl.h: what every command of mentionctl is made of.
 *
 * A command is one file src/ctl/<command>.c that defines
 *
 *	const struct ctl_verb verb_<command> = { ... };
 *
 * and one line in the list of ctl/verbs.h.  Help, shell completion and the
 * manual are printed from that row.  A command with commands of its own
 * ("sources list") has a table of rows in .verbs; when none of them is named,
 * its .run runs, or else the one called "list".
 *
 * The commands are the top layer: they may use every stage.  Standard output
 * is for results; what is told to a person goes to standard error by
 * log_error() and log_warning().
 */
#pragma once

#include <stdio.h>

#include "base/clock.h"
#include "base/json.h"
#include "base/macro.h"

struct ctl;
struct settings;

enum ctl_option_type {
	OPTION_FLAG,
	OPTION_TEXT,
	OPTION_NUMBER,   /* "0.6" */
	OPTION_COUNT,    /* a whole number, 0 or more */
	OPTION_DURATION, /* "90s", "7d" */
	N_OPTION_TYPES,
};

struct ctl_option {
	const char *name; /* without the dashes */
	enum ctl_option_type type;
	const char *argument; /* "FILE" (completed as such), "QUERY"; NULL for a flag */
	const char *help;     /* one line, no full stop */
	const char *choices;  /* "csv ndjson": nothing else is taken; or NULL */
	const char *fallback; /* its value when it is not given; or NULL */
};

/* Columns for people by default, this for programs. */
#define CTL_OPTION_JSON                                                                            \
	{                                                                                          \
		.name = "json", .help = "Print JSON, one object a line"                            \
	}

struct ctl_verb {
	const char *name;
	const char *group;       /* heading in the list of commands; NULL: not listed */
	const char *synopsis;    /* what follows the name: "--query QUERY [FILE]" */
	const char *help;        /* one line, no full stop */
	const char *description; /* paragraphs, lines broken at 80 columns; or NULL */
	const char *example;     /* one command a line, the first of them mentionctl */
	const struct ctl_option *options;
	size_t n_options;
	size_t min_args, max_args;

	/* 0, a negative errno that it has already told about, or the exit code
	 * itself when positive. */
	int (*run)(struct ctl *ctl);

	const struct ctl_verb *verbs; /* commands of its own */
	size_t n_verbs;
};

#define CTL_MANY_ARGS ((size_t)-1)

/* Runs the program with its arguments (the first is its name) and returns the
 * exit code. */
int ctl_run(int argc, char **argv);

/* The options of the running command, by name; asking for one that its table
 * does not have is our own mistake and aborts. */
bool ctl_flag(const struct ctl *ctl, const char *name);
/* Whether it was given; one with a fallback counts as given. */
bool ctl_has(const struct ctl *ctl, const char *name);
/* NULL when it was not given. */
const char *ctl_text(const struct ctl *ctl, const char *name);
/* 0 when it was not given. */
double ctl_number(const struct ctl *ctl, const char *name);
int64_t ctl_count(const struct ctl *ctl, const char *name);
int64_t ctl_duration_us(const struct ctl *ctl, const char *name);

/* What follows the options: argument INDEX, NULL behind the last. */
const char *ctl_argument(const struct ctl *ctl, size_t index);
size_t ctl_count_arguments(const struct ctl *ctl);

/* A wrong use that the tables cannot say: prints it with a pointer to --help
 * and returns -EDOM (exit code 64). */
int ctl_usage(struct ctl *ctl, const char *format, ...) PRINTF_LIKE(2, 3);

/* The path of the configuration: --config, else $MENTIOND_CONFIG, else
 * /etc/mentiond/mentiond.yaml. */
const char *ctl_config_path(const struct ctl *ctl);
/* Reads it and prints every mistake.  The caller frees *RET by settings_free()
 * (config/load.h).  After a failure the exit code is 78. */
int ctl_settings(struct ctl *ctl, struct settings **ret);

/* What a filter does with one object of its input.  It may change and print
 * it.  -EINVAL: the object is of no use here, which counts as a bad line; other
 * errors end the loop. */
typedef int ctl_object_fn(json_t *object, void *userdata);

/* Reads NDJSON from IN, a line of at most 8 MiB after the other.  Empty lines
 * are skipped.  A line that is no JSON object is a warning "line N: ..."; after
 * the last line such lines make it -EINVAL (exit code 65). */
int ctl_filter(FILE *in, ctl_object_fn *fn, void *userdata);
/* As ctl_filter() for the file named by argument INDEX, standard input when it
 * is absent or "-". */
int ctl_filter_argument(const struct ctl *ctl, size_t index, ctl_object_fn *fn, void *userdata);

/* As ctl_object_fn, with the bytes that the object was read from: a filter
 * that only adds to them keeps all else as it was written. */
typedef int ctl_line_fn(json_t *object, struct slice line, void *userdata);

/* As ctl_filter_argument(). */
int ctl_filter_lines(const struct ctl *ctl, size_t index, ctl_line_fn *fn, void *userdata);

struct diags;
/* Prints what was mended or skipped in the file PATH, "FILE:LINE: ...", on standard
 * error. */
void ctl_print_warnings(const struct diags *diags, const char *path);

/* Prints JSON as one line on standard output. */
int ctl_print_json(const json_t *json);

struct feed;
/* Prints the posts of FEED, one a line. */
int ctl_print_posts(const struct feed *feed);
