#include <errno.h>
#include <string.h>

#include "base/log.h"
#include "base/nearest.h"
#include "base/str.h"
#include "config/reference.h"
#include "config/schema.h"
#include "ctl/ctl.h"
#include "ctl/table.h"

enum { REFERENCE_MAX_BYTES = 1 << 20 };

static int print_reference(void (*add)(struct str *str))
{
	CLEANUP(str_done) struct str text = STR_INIT(REFERENCE_MAX_BYTES);

	add(&text);
	if (str_error(&text) < 0)
		return log_error(str_error(&text), "Cannot print the reference");

	fputs(str_text(&text), stdout);
	return 0;
}

/* The setting PATH, or one below it; "sources.url" is as good as
 * "sources[].url". */
static bool is_asked_for(const struct setting *setting, const char *path)
{
	const char *at = setting->path;

	if (!path)
		return true;
	for (; *path != '\0'; path++, at++) {
		if (strncmp(at, "[]", 2) == 0 && *path != '[')
			at += 2;
		if (*at != *path)
			return false;
	}
	return *at == '\0' || strchr(".[", *at);
}

static int unknown_setting(const char *path)
{
	struct nearest nearest = nearest_start(slice_of(path));

	for (size_t i = 0; i < schema_count(); i++)
		nearest_offer(&nearest, schema_at(i)->path);
	for (size_t i = 0; i < schema_count() && !nearest.name; i++)
		if (slice_equals(schema_key(schema_at(i)), slice_of(path)))
			nearest.name = schema_at(i)->path;

	log_error(0,
		nearest.name ? "No setting is called %s (did you mean %s?)"
			     : "No setting is called %s",
		path, nearest.name);
	return -EINVAL;
}

static void print_one(const struct setting *setting)
{
	CLEANUP(str_done) struct str type = STR_INIT(1024);

	reference_add_type(&type, setting);
	printf("%s\n  %s\n  %s\n", setting->path, str_text(&type), setting->help);
	if (setting->example)
		printf("  Example: %s: %s\n", schema_key(setting).ptr, setting->example);
}

static int print_list(const char *path)
{
	static const struct table_column columns[] = {
		{.title = "SETTING"}, {.title = "VALUE", .at_most = 40}, {.title = "MEANING"}};
	CLEANUP(table_freep) struct table *table = NULL;
	const struct setting *only = NULL;
	int r = table_new(columns, ARRAY_SIZE(columns), &table);

	if (r < 0)
		return log_error(r, "Cannot print the settings");

	for (size_t i = 0; i < schema_count(); i++) {
		CLEANUP(str_done) struct str type = STR_INIT(1024);

		if (!is_asked_for(schema_at(i), path))
			continue;
		only = schema_at(i);
		reference_add_type(&type, only);
		table_add(table, only->path);
		table_add(table, str_text(&type));
		table_add(table, only->help);
	}
	if (!only)
		return unknown_setting(path);
	if (table_count_rows(table) == 1) {
		print_one(only);
		return 0;
	}
	return table_print(table, stdout);
}

static int run(struct ctl *ctl)
{
	const char *format = ctl_text(ctl, "format");

	if (strcmp(format, "markdown") == 0)
		return print_reference(reference_add_markdown);
	if (strcmp(format, "scdoc") == 0)
		return print_reference(reference_add_scdoc);

	return print_list(ctl_argument(ctl, 0));
}

static const struct ctl_option options[] = {
	{
		.name = "format",
		.type = OPTION_TEXT,
		.argument = "FORMAT",
		.choices = "text markdown scdoc",
		.fallback = "text",
		.help = "How to print; the others print all settings, for the documents",
	},
};

const struct ctl_verb verb_settings = {
	.name = "settings",
	.group = "Configuration",
	.synopsis = "[SETTING]",
	.help = "Say what can be set",
	.description =
		"Prints each setting with its type, bounds, default and meaning: all of them,\n"
		"those of a section, or one.",
	.example = "mentionctl settings sources\nmentionctl settings smtp.tls",
	.options = options,
	.n_options = ARRAY_SIZE(options),
	.max_args = 1,
	.run = run,
};
