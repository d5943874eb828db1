#include "ctl/ctl.h"

#include <assert.h>
#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "mentiond/mentiond.h"

#include "base/diags.h"
#include "base/errors.h"
#include "base/file.h"
#include "base/log.h"
#include "base/str.h"
#include "base/terminal.h"
#include "config/load.h"
#include "ctl/help.h"
#include "ctl/options.h"
#include "ctl/verbs.h"
#include "decode/decode.h"

enum { PATH_TEXT_MAX = 256, LINE_MAX_BYTES = 8 << 20 };

struct ctl {
	const char *config; /* --config, or NULL */
	const struct ctl_verb *verb;
	char path[PATH_TEXT_MAX]; /* "mentionctl sources list" */
	struct options options;
	int exit_code; /* when an error has one of its own; else 0 */
};

static const struct option_value *value_of(const struct ctl *ctl, const char *name)
{
	for (size_t i = 0; i < ctl->verb->n_options; i++)
		if (strcmp(ctl->verb->options[i].name, name) == 0)
			return &ctl->options.values[i];

	assert(false && "a command asks for an option that its table does not have");
	return NULL;
}

bool ctl_flag(const struct ctl *ctl, const char *name)
{
	return value_of(ctl, name)->given;
}

bool ctl_has(const struct ctl *ctl, const char *name)
{
	return value_of(ctl, name)->given;
}

const char *ctl_text(const struct ctl *ctl, const char *name)
{
	return value_of(ctl, name)->text;
}

double ctl_number(const struct ctl *ctl, const char *name)
{
	return value_of(ctl, name)->number;
}

int64_t ctl_count(const struct ctl *ctl, const char *name)
{
	return value_of(ctl, name)->whole;
}

int64_t ctl_duration_us(const struct ctl *ctl, const char *name)
{
	return value_of(ctl, name)->whole;
}

const char *ctl_argument(const struct ctl *ctl, size_t index)
{
	return index < ctl->options.n_args ? ctl->options.args[index] : NULL;
}

size_t ctl_count_arguments(const struct ctl *ctl)
{
	return ctl->options.n_args;
}

static int usage_error(const char *path, const char *problem)
{
	log_error(0, "%s", problem);
	fprintf(stderr, "See %s --help\n", path);
	return -EDOM;
}

int ctl_usage(struct ctl *ctl, const char *format, ...)
{
	CLEANUP(str_done) struct str problem = STR_INIT(4096);
	va_list arguments;

	va_start(arguments, format);
	str_add_vformat(&problem, format, arguments);
	va_end(arguments);

	return usage_error(ctl->path, str_text(&problem));
}

const char *ctl_config_path(const struct ctl *ctl)
{
	const char *path = getenv("MENTIOND_CONFIG");

	if (ctl->config)
		return ctl->config;

	return path && *path ? path : MENTIOND_CONFIG_DIR "/mentiond.yaml";
}

int ctl_settings(struct ctl *ctl, struct settings **ret)
{
	CLEANUP(diags_freep) struct diags *diags = NULL;
	int r = diags_new(&diags);

	if (r < 0)
		return log_error(r, "Cannot read the configuration");

	r = settings_load(ctl_config_path(ctl), ret, diags);
	diags_print(diags, stderr);
	if (r < 0)
		ctl->exit_code = EX_CONFIG;
	return r;
}

struct filter {
	size_t line;
	size_t bad;
	ctl_object_fn *fn; /* one of the two */
	ctl_line_fn *line_fn;
	void *userdata;
};

static int filter_bad_line(struct filter *filter, const char *why)
{
	filter->bad++;
	log_warning(0, "line %zu: %s", filter->line, why);
	return 0;
}

static int filter_line(struct filter *filter, struct slice line)
{
	CLEANUP(json_freep) json_t *json = NULL;
	char why[JSON_ERROR_TEXT_LENGTH];

	if (slice_trim(line).len == 0)
		return 0;

	int r = json_read(line, &json, NULL, why);
	if (r == -EINVAL)
		return filter_bad_line(filter, why);
	if (r < 0)
		return r;
	if (!json_is_object(json))
		return filter_bad_line(filter, "no JSON object");

	r = filter->fn ? filter->fn(json, filter->userdata)
		       : filter->line_fn(json, line, filter->userdata);
	return r == -EINVAL ? filter_bad_line(filter, "of no use here") : r;
}

static int filter_run(FILE *in, struct filter *filter)
{
	CLEANUP(str_done) struct str line = STR_INIT(LINE_MAX_BYTES);
	int r;

	while ((r = file_read_line(in, &line)) != 0) {
		filter->line++;
		if (r == -EMSGSIZE)
			r = filter_bad_line(filter, "longer than 8 MiB");
		else if (r > 0)
			r = filter_line(filter, str_slice(&line));
		if (r < 0)
			return log_error(r, "Cannot go on after line %zu", filter->line);
	}
	return filter->bad > 0 ? -EINVAL : 0;
}

int ctl_filter(FILE *in, ctl_object_fn *fn, void *userdata)
{
	return filter_run(in, &(struct filter){.fn = fn, .userdata = userdata});
}

static void close_filep(FILE **file)
{
	if (*file)
		fclose(*file);
}

static int filter_argument(const struct ctl *ctl, size_t index, struct filter *filter)
{
	const char *path = ctl_argument(ctl, index);

	if (!path || strcmp(path, "-") == 0)
		return filter_run(stdin, filter);

	CLEANUP(close_filep) FILE *in = fopen(path, "re");
	if (!in)
		return log_error(-errno, "Cannot read %s", path);

	return filter_run(in, filter);
}

int ctl_filter_argument(const struct ctl *ctl, size_t index, ctl_object_fn *fn, void *userdata)
{
	return filter_argument(ctl, index, &(struct filter){.fn = fn, .userdata = userdata});
}

int ctl_filter_lines(const struct ctl *ctl, size_t index, ctl_line_fn *fn, void *userdata)
{
	return filter_argument(ctl, index, &(struct filter){.line_fn = fn, .userdata = userdata});
}

void ctl_print_warnings(const struct diags *diags, const char *path)
{
	CLEANUP(str_done) struct str line = STR_INIT(16384);
	CLEANUP(str_done) struct str safe = STR_INIT(65536);

	for (size_t i = 0; i < diags_count(diags); i++) {
		struct diag diag = *diags_get(diags, i);

		diag.file = path;
		str_clear(&line);
		str_clear(&safe);
		diag_format(&line, &diag);
		terminal_add_safe(&safe, str_slice(&line));
		fprintf(stderr, "%s\n", str_text(&safe));
	}
}

int ctl_print_json(const json_t *json)
{
	CLEANUP(str_done) struct str line = STR_INIT(SIZE_MAX / 4);

	json_write(&line, json);
	str_add_char(&line, '\n');
	if (str_error(&line) < 0)
		return str_error(&line);

	return fwrite(line.ptr, 1, line.len, stdout) == line.len ? 0 : -EIO;
}

int ctl_print_posts(const struct feed *feed)
{
	for (size_t i = 0; i < feed->n_posts; i++) {
		CLEANUP(json_freep) json_t *json = NULL;
		int r = post_to_json(&feed->posts[i], &json);

		if (r == 0)
			r = ctl_print_json(json);
		if (r < 0)
			return r;
	}
	return 0;
}

/* Whether all that was printed got out; a full disk shows only here. */
static int end_output(int exit_code)
{
	if (fflush(stdout) == 0 && !ferror(stdout))
		return exit_code;

	log_error(0, "Cannot write the output");
	return EX_IOERR;
}

static int run_verb(struct ctl *ctl, int argc, char **argv)
{
	CLEANUP(str_done) struct str problem = STR_INIT(4096);
	int r = options_parse(ctl->verb, argc, argv, &ctl->options, &problem);

	if (r < 0) {
		usage_error(ctl->path, str_text(&problem));
		return EX_USAGE;
	}
	if (ctl->options.help) {
		help_print_verb(ctl->verb, ctl->path, stdout);
		return EX_OK;
	}
	if (ctl->options.config.given)
		ctl->config = ctl->options.config.text;

	r = ctl->verb->run(ctl);
	if (r < 0)
		return ctl->exit_code ? ctl->exit_code : error_exit_code(r);
	return r;
}

static int unknown_command(const struct ctl_verb *parent, const char *name, const char *path)
{
	CLEANUP(str_done) struct str problem = STR_INIT(4096);
	const char *nearest = verbs_nearest(parent, name);

	str_add_format(&problem, "unknown command `%s'", name);
	if (nearest)
		str_add_format(&problem, " (did you mean %s?)", nearest);
	usage_error(path, str_text(&problem));
	return EX_USAGE;
}

static bool is_help(const char *text)
{
	return strcmp(text, "--help") == 0 || strcmp(text, "-h") == 0;
}

/* "alerts" alone lists: what most people want to see most of the time. */
static int run_list(struct ctl *ctl, const struct ctl_verb *parent, int argc, char **argv)
{
	ctl->verb = parent ? verbs_find(parent, "list") : NULL;
	if (ctl->verb)
		return run_verb(ctl, argc, argv);

	usage_error(ctl->path, "a command is missing");
	return EX_USAGE;
}

static const struct ctl_verb *find_own(const struct ctl_verb *parent, const char *name)
{
	return parent->n_verbs > 0 ? verbs_find(parent, name) : NULL;
}

/* Walks down to the command that the arguments name, and runs it. */
static int run_command(struct ctl *ctl, int argc, char **argv)
{
	for (int i = 0; i < argc; i++) {
		const struct ctl_verb *parent = ctl->verb;

		if (is_help(argv[i])) {
			help_print_verb(parent, ctl->path, stdout);
			return EX_OK;
		}
		ctl->verb = verbs_find(parent, argv[i]);
		if (!ctl->verb && parent && argv[i][0] == '-')
			return run_list(ctl, parent, argc - i, argv + i);
		if (!ctl->verb)
			return unknown_command(parent, argv[i], ctl->path);

		const size_t length = strlen(ctl->path);
		snprintf(ctl->path + length, sizeof(ctl->path) - length, " %s", argv[i]);
		if (ctl->verb->run && (i + 1 == argc || !find_own(ctl->verb, argv[i + 1])))
			return run_verb(ctl, argc - i - 1, argv + i + 1);
	}
	return run_list(ctl, ctl->verb, 0, NULL);
}

static int wrong_program_option(const char *option)
{
	CLEANUP(str_done) struct str problem = STR_INIT(4096);

	if (strcmp(option, "--config") == 0)
		str_add_text(&problem, "--config wants a value: FILE");
	else
		str_add_format(&problem,
			"unknown option %s before the command (a command's options stand behind "
			"it)",
			option);
	usage_error("mentionctl", str_text(&problem));
	return EX_USAGE;
}

/* What stands before the command.  Returns an exit code, or -1 to go on. */
static int parse_program_options(struct ctl *ctl, int argc, char **argv, int *at)
{
	for (; *at < argc && argv[*at][0] == '-'; (*at)++) {
		const char *option = argv[*at];

		if (is_help(option)) {
			help_print_program(stdout);
			return EX_OK;
		}
		if (strcmp(option, "--version") == 0) {
			printf("mentionctl %s\n", mn_version());
			return EX_OK;
		}
		if (strncmp(option, "--config=", strlen("--config=")) == 0) {
			ctl->config = option + strlen("--config=");
		} else if (strcmp(option, "--config") == 0 && *at + 1 < argc) {
			ctl->config = argv[++*at];
		} else {
			return wrong_program_option(option);
		}
	}
	return -1;
}

int ctl_run(int argc, char **argv)
{
	struct ctl ctl = {.path = "mentionctl"};
	int at = 1;

	log_init("mentionctl", LOG_LEVEL_INFO);
	/* A reader that goes away (`| head`) ends us without a word, also when
	 * we were started with SIGPIPE ignored. */
	signal(SIGPIPE, SIG_DFL);

	int code = parse_program_options(&ctl, argc, argv, &at);
	if (code < 0)
		code = run_command(&ctl, argc - at, argv + at);
	return end_output(code);
}

int mn_ctl_main(int argc, char **argv)
{
	return ctl_run(argc, argv);
}
