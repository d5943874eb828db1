#include <errno.h>
#include <string.h>

#include "base/arena.h"
#include "base/log.h"
#include "base/str.h"
#include "base/terminal.h"
#include "ctl/database.h"

enum { ARENA_MAX_BYTES = 64 << 20, LINE_MAX_BYTES = 64 << 20 };

/* The columns of CSV: a member of a mention's JSON, or of an object in it. */
static const struct column {
	const char *name;
	const char *parent; /* NULL: the mention itself */
} columns[] = {
	{"mention", NULL},
	{"stream", NULL},
	{"source", NULL},
	{"fetched", NULL},
	{"published", NULL},
	{"author", NULL},
	{"author_handle", NULL},
	{"author_url", NULL},
	{"title", NULL},
	{"text", NULL},
	{"url", NULL},
	{"lang", NULL},
	{"country", "location"},
	{"lat", "location"},
	{"lon", "location"},
	{"hashtags", NULL},
	{"label", "sentiment"},
	{"compound", "sentiment"},
	{"anger", "sentiment"},
	{"angry", "sentiment"},
	{"flags", "sentiment"},
	{"likes", "metrics"},
	{"shares", "metrics"},
	{"replies", "metrics"},
	{"comments", "metrics"},
	{"views", "metrics"},
	{"followers", "metrics"},
	{"rating", "metrics"},
	{"copies", NULL},
	{"incident", NULL},
};

/* --- CSV (RFC 4180) --------------------------------------------------------- */

/* A spreadsheet takes a cell that begins so for a formula (OWASP, "CSV
 * injection"); the quote makes it a text. */
static bool looks_like_formula(const char *text)
{
	return text[0] != '\0' && strchr("=+-@\t\r", text[0]);
}

/* Controls are no part of what people say, and a terminal would follow them. */
static int add_quoted(struct str *line, const char *text)
{
	CLEANUP(str_done) struct str safe = STR_INIT(LINE_MAX_BYTES);

	terminal_add_data(&safe, slice_of(text));
	str_add_char(line, '"');
	if (looks_like_formula(text))
		str_add_char(line, '\'');
	for (const char *c = str_text(&safe); *c != '\0'; c++) {
		if (*c == '"')
			str_add_char(line, '"');
		str_add_char(line, *c);
	}
	str_add_char(line, '"');
	return str_error(&safe);
}

static int add_list(struct str *line, const json_t *array)
{
	CLEANUP(str_done) struct str words = STR_INIT(LINE_MAX_BYTES);
	const json_t *word;
	size_t i;

	json_array_foreach (array, i, word) {
		if (i > 0)
			str_add_char(&words, ' ');
		str_add_text(&words, json_string_value(word));
	}
	if (str_error(&words) < 0 || words.len == 0)
		return str_error(&words);

	return add_quoted(line, str_text(&words));
}

static int add_cell(struct str *line, const json_t *value)
{
	if (json_is_string(value))
		return add_quoted(line, json_string_value(value));
	if (json_is_array(value))
		return add_list(line, value);

	if (json_is_boolean(value))
		str_add_char(line, json_is_true(value) ? '1' : '0');
	else if (value)
		json_write(line, value);
	return 0;
}

static int print_line(struct str *line)
{
	str_add_text(line, "\r\n");
	if (str_error(line) < 0)
		return str_error(line);

	return fwrite(line->ptr, 1, line->len, stdout) == line->len ? 0 : -EIO;
}

static int print_csv(const json_t *mention)
{
	CLEANUP(str_done) struct str line = STR_INIT(LINE_MAX_BYTES);
	int r = 0;

	for (size_t i = 0; r == 0 && i < ARRAY_SIZE(columns); i++) {
		const char *parent = columns[i].parent;
		const json_t *object = parent ? json_object_get(mention, parent) : mention;

		if (i > 0)
			str_add_char(&line, ',');
		r = add_cell(&line, json_object_get(object, columns[i].name));
	}
	return r < 0 ? r : print_line(&line);
}

static int print_csv_header(void)
{
	CLEANUP(str_done) struct str line = STR_INIT(LINE_MAX_BYTES);

	for (size_t i = 0; i < ARRAY_SIZE(columns); i++)
		str_add_format(&line, "%s%s", i > 0 ? "," : "", columns[i].name);
	return print_line(&line);
}

/* --- the command ------------------------------------------------------------ */

static int on_mention(const struct item *item, void *userdata)
{
	CLEANUP(json_freep) json_t *object = NULL;
	const bool *csv = userdata;
	const int r = database_item_to_json(item, &object);

	if (r < 0)
		return r;

	return *csv ? print_csv(object) : ctl_print_json(object);
}

static int run(struct ctl *ctl)
{
	CLEANUP(store_closep) struct store *store = NULL;
	CLEANUP(arena_freep) struct arena *arena = NULL;
	bool csv = strcmp(ctl_text(ctl, "format"), "csv") == 0;
	const struct mention_filter filter = {
		.stream = ctl_text(ctl, "stream"),
		.oldest_first = true,
		.from_us = database_since_us(ctl),
	};
	int r = database_open_named(ctl, STORE_READ, &store);

	if (r == 0)
		r = database_check_stream(ctl, store);
	if (r < 0)
		return r;

	r = arena_new(ARENA_MAX_BYTES, &arena);
	if (r == 0 && csv)
		r = print_csv_header();
	if (r == 0)
		r = store_each_mention(store, &filter, arena, on_mention, &csv);
	return r < 0 ? database_error(store, r, "Cannot export the mentions") : 0;
}

static const struct ctl_option options[] = {
	CTL_OPTION_DATABASE,
	{.name = "format",
		.type = OPTION_TEXT,
		.argument = "FORMAT",
		.help = "How: for spreadsheets, or one JSON object a line",
		.choices = "csv ndjson",
		.fallback = "csv"},
	{.name = "since",
		.type = OPTION_DURATION,
		.argument = "TIME",
		.help = "Not older than this"},
	{.name = "stream", .type = OPTION_TEXT, .argument = "NAME", .help = "Of this stream only"},
};

const struct ctl_verb verb_export = {
	.name = "export",
	.group = "Mentions",
	.synopsis = "",
	.help = "Write all mentions out, the oldest first",
	.description =
		"CSV is as RFC 4180 says; cells that a spreadsheet would take for a formula begin\n"
		"with a quote, and control characters are replaced.  Times are RFC 3339 in UTC.",
	.example = "mentionctl export --since 30d > mentions.csv",
	.options = options,
	.n_options = ARRAY_SIZE(options),
	.run = run,
};
