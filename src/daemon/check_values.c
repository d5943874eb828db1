#include "daemon/check_values.h"

#include <errno.h>
#include <string.h>

#include "alert/rule.h"
#include "base/diags.h"
#include "base/nearest.h"
#include "base/str.h"
#include "config/origin.h"
#include "config/settings.h"
#include "place/place.h"
#include "text/language_names.h"

enum { MESSAGE_MAX_BYTES = 4096 };

/* Each says whether a post can state VALUE; if not, *RET_MEANT is what was meant, or
 * stays NULL. */

static bool is_language(
	const struct settings *settings UNUSED, const char *value, const char **ret_meant)
{
	*ret_meant = language_meant(slice_of(value));
	return language_is_tag(slice_of(value));
}

static bool is_country(
	const struct settings *settings UNUSED, const char *value, const char **ret_meant)
{
	*ret_meant = place_find_country(slice_of(value));
	return *ret_meant && slice_equals_nocase(slice_of(*ret_meant), slice_of(value));
}

static bool is_source(const struct settings *settings, const char *value, const char **ret_meant)
{
	struct nearest nearest = nearest_start(slice_of(value));

	for (size_t i = 0; i < settings->n_sources; i++) {
		const char *name = settings->sources[i].name;

		if (name && slice_equals_nocase(slice_of(name), slice_of(value)))
			return true;
		if (name)
			nearest_offer(&nearest, name);
	}
	*ret_meant = nearest.name;
	return false;
}

/* The words of a rule whose values are known; any text may be a handle. */
static const struct {
	const char *word;
	bool (*is_known)(const struct settings *settings, const char *value, const char **meant);
	const char *is_none;
} values[] = {
	{"country", is_country, "is no country's code (ISO 3166-1)"},
	{"lang", is_language, "is no language's code (ISO 639)"},
	{"source", is_source, "is the name of no source"},
};

static int check_value(
	const struct settings *settings, const struct rule_text *text, struct diags *found)
{
	CLEANUP(str_done) struct str message = STR_INIT(MESSAGE_MAX_BYTES);
	CLEANUP(str_done) struct str hint = STR_INIT(MESSAGE_MAX_BYTES);
	const char *meant = NULL;
	size_t i = 0;

	while (i < ARRAY_SIZE(values) && strcmp(values[i].word, text->word) != 0)
		i++;
	if (i == ARRAY_SIZE(values) || values[i].is_known(settings, text->value, &meant))
		return 0;

	str_add_format(&message, "%s is compared with `%s', which %s", text->word, text->value,
		values[i].is_none);
	str_add_format(&hint, "did you mean %s?", meant ? meant : "");
	return diags_add(found, &(struct diag){.level = DIAG_WARNING,
					.line = text->line,
					.column = text->column,
					.message = str_text(&message),
					.hint = meant ? str_text(&hint) : NULL});
}

int check_values(const struct settings *settings, const struct alert_settings *alert,
	const struct rule *rule, struct diags *diags)
{
	CLEANUP(diags_freep) struct diags *found = NULL;
	CLEANUP(str_done) struct str owner = STR_INIT(MESSAGE_MAX_BYTES);
	struct rule_text text;
	int r = diags_new(&found);

	for (size_t i = 0; r >= 0 && rule_text_find(rule, i, &text); i++)
		r = check_value(settings, &text, found);
	if (r < 0)
		return r;

	str_add_format(&owner, "rule of alert `%s'", alert->name);
	origin_add_diags(&alert->when_origin, alert->when, str_text(&owner), found, diags);
	return 0;
}
