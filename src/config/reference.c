#include "config/reference.h"

#include <string.h>

#include "base/str.h"
#include "config/schema.h"
#include "config/values.h"

enum { PATH_TEXT_MAX = 128 };

/* The words of a choice, the schemes of an address. */
static void add_words(struct str *str, const char *words, const char *last)
{
	struct slice rest = slice_of(words);
	struct slice word;

	for (bool first = true; slice_split(&rest, ' ', &word); first = false)
		str_add_format(
			str, "%s%.*s", first ? "" : (rest.ptr ? ", " : last), SLICE_FMT(word));
}

void reference_add_type(struct str *str, const struct setting *setting)
{
	if (setting->list)
		str_add_text(str, "list: ");
	if (setting->type == SETTING_CHOICE)
		add_words(str, setting->choices, " or ");
	else
		str_add_text(str, value_type_name(setting->type));

	if (setting->type == SETTING_URL) {
		str_add_text(str, " (");
		add_words(str, setting->choices, " or ");
		str_add_text(str, ")");
	}
	if (setting->min && setting->max)
		str_add_format(str, ", %s to %s", setting->min, setting->max);
	if (setting->required)
		str_add_text(str, ", required");
	if (setting->fallback)
		str_add_format(str, "; default: %s", setting->fallback);
}

/* Calls ADD for each section: the top level, then each row that has others
 * below it, as in the table. */
static void add_sections(struct str *str,
	void (*add)(struct str *str, const struct setting *section, struct slice path))
{
	char buffer[PATH_TEXT_MAX];

	add(str, NULL, SLICE(""));
	for (size_t i = 0; i < schema_count(); i++) {
		const struct setting *setting = schema_at(i);

		if (setting->type == SETTING_SECTION || setting->type == SETTING_RECORDS)
			add(str, setting, schema_inner(setting, buffer, sizeof(buffer)));
	}
}

/* Within a cell of a table. */
static void add_markdown_text(struct str *str, const char *text)
{
	for (; *text != '\0'; text++) {
		if (strchr("|<*_`\\", *text))
			str_add_char(str, '\\');
		str_add_char(str, *text);
	}
}

/* As code; a bar would end the cell even there. */
static void add_markdown_code(struct str *str, const char *text)
{
	str_add_char(str, '`');
	for (; *text != '\0'; text++)
		str_add_text(str, *text == '|' ? "\\|" : (const char[]){*text, '\0'});
	str_add_char(str, '`');
}

static void add_markdown_row(struct str *str, const struct setting *setting)
{
	CLEANUP(str_done) struct str type = STR_INIT(1024);

	reference_add_type(&type, setting);
	str_add_text(str, "| ");
	add_markdown_code(str, schema_key(setting).ptr);
	str_add_text(str, " | ");
	add_markdown_text(str, str_text(&type));
	str_add_text(str, " | ");
	add_markdown_text(str, setting->help);
	if (setting->example) {
		str_add_text(str, " Example: ");
		add_markdown_code(str, setting->example);
	}
	str_add_text(str, " |\n");
}

static void add_markdown_section(struct str *str, const struct setting *section, struct slice path)
{
	if (section) {
		str_add_text(str, "\n### ");
		add_markdown_code(str, section->path);
		str_add_text(str, "\n\n");
		add_markdown_text(str, section->help);
		str_add_char(str, '\n');
	} else {
		str_add_text(str, "### The top level\n");
	}

	str_add_text(str, "\n| key | value | |\n| --- | --- | --- |\n");
	for (size_t i = 0; i < schema_count(); i++)
		if (schema_is_below(schema_at(i), path))
			add_markdown_row(str, schema_at(i));
}

void reference_add_markdown(struct str *str)
{
	add_sections(str, add_markdown_section);
}

static void add_scdoc_text(struct str *str, const char *text)
{
	for (; *text != '\0'; text++) {
		if (strchr("*_\\", *text))
			str_add_char(str, '\\');
		str_add_char(str, *text);
	}
}

static void add_scdoc_row(struct str *str, const struct setting *setting)
{
	CLEANUP(str_done) struct str type = STR_INIT(1024);

	reference_add_type(&type, setting);
	str_add_char(str, '*');
	add_scdoc_text(str, schema_key(setting).ptr);
	str_add_text(str, "*: ");
	add_scdoc_text(str, str_text(&type));
	str_add_text(str, "\n\t");
	add_scdoc_text(str, setting->help);
	if (setting->example) {
		str_add_text(str, "\n\n\tExample: ");
		add_scdoc_text(str, setting->example);
	}
	str_add_text(str, "\n\n");
}

static void add_scdoc_section(struct str *str, const struct setting *section, struct slice path)
{
	str_add_text(str, "## ");
	str_add_text(str, section ? section->path : "THE TOP LEVEL");
	str_add_text(str, "\n\n");
	if (section) {
		add_scdoc_text(str, section->help);
		str_add_text(str, "\n\n");
	}
	for (size_t i = 0; i < schema_count(); i++)
		if (schema_is_below(schema_at(i), path))
			add_scdoc_row(str, schema_at(i));
}

void reference_add_scdoc(struct str *str)
{
	add_sections(str, add_scdoc_section);
}
