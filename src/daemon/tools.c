#include "daemon/tools.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "alert/rule.h"
#include "base/diags.h"
#include "base/errors.h"
#include "base/file.h"
#include "base/map.h"
#include "daemon/check.h"
#include "match/engine.h"
#include "place/place.h"
#include "report/report.h"
#include "score/scorer.h"
#include "text/words.h"

static int add_streams(struct tools *tools, struct diags *diags)
{
	int r = map_new(&tools->streams);

	for (size_t i = 0; i < tools->settings->n_streams && r >= 0; i++) {
		struct stream_settings *stream = &tools->settings->streams[i];

		r = check_stream(stream, tools->engine, diags);
		if (r >= 0)
			r = map_set(tools->streams, slice_of(stream->name),
				(union map_value){.pointer = stream});
	}
	return r;
}

static int add_rules(struct tools *tools, struct diags *diags)
{
	const struct settings *settings = tools->settings;

	tools->rules = calloc(MAX(settings->n_alerts, (size_t)1), sizeof(*tools->rules));
	if (!tools->rules)
		return -ENOMEM;

	for (size_t i = 0; i < settings->n_alerts; i++) {
		tools->rules[i].settings = &settings->alerts[i];
		const int r = check_rule(&settings->alerts[i], &tools->rules[i].rule, diags);
		if (r < 0)
			return r;
	}
	return 0;
}

/* Mistakes inside of them are told already; that they are not there is not. */
static int cannot_read(const char *what, int error, struct diags *diags)
{
	CLEANUP(free_heapp) char *folder = NULL;

	if (error != -EINVAL && file_find_data(what, &folder) == 0)
		(void)diags_error(
			diags, folder, 0, 0, "the %s cannot be read: %s", what, error_text(error));

	return error;
}

static int open_parts(struct tools *tools, struct diags *diags)
{
	const struct scorer_options scoring = {.angry_at = tools->settings->angry_at};
	int r = words_new(&tools->words);

	if (r == 0)
		r = engine_new(&tools->engine);
	if (r < 0)
		return r;

	r = scorer_open(&scoring, &tools->scorer, diags);
	if (r < 0)
		return cannot_read("lexicons", r, diags);

	r = reporter_open(NULL, &tools->reporter, diags);
	if (r < 0)
		return cannot_read("templates", r, diags);

	place_check(diags);
	return 0;
}

int tools_new(const struct settings *settings, struct tools **ret, struct diags *diags)
{
	CLEANUP(tools_freep) struct tools *tools = calloc(1, sizeof(*tools));
	if (!tools)
		return -ENOMEM;

	tools->settings = settings;
	int r = open_parts(tools, diags);
	if (r >= 0)
		r = add_streams(tools, diags);
	if (r >= 0)
		r = add_rules(tools, diags);
	if (r < 0)
		return r;

	*ret = TAKE(tools);
	return 0;
}

void tools_free(struct tools *tools)
{
	if (!tools)
		return;

	for (size_t i = 0; tools->rules && i < tools->settings->n_alerts; i++)
		rule_free(tools->rules[i].rule);
	free(tools->rules);
	map_free(tools->streams);
	reporter_close(tools->reporter);
	scorer_free(tools->scorer);
	engine_free(tools->engine);
	words_free(tools->words);
	free(tools);
}

const struct stream_settings *tools_find_stream(const struct tools *tools, const char *name)
{
	union map_value value;

	return map_find(tools->streams, slice_of(name), &value) ? value.pointer : NULL;
}

const struct recipient_settings *tools_find_recipient(const struct tools *tools, const char *name)
{
	const struct settings *settings = tools->settings;

	for (size_t i = 0; i < settings->n_recipients; i++)
		if (slice_equals(slice_of(settings->recipients[i].name), slice_of(name)))
			return &settings->recipients[i];

	return NULL;
}
