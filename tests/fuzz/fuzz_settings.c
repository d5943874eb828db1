/* Any bytes as the configuration: a person is told, or it is whole. */
#include <assert.h>
#include <errno.h>
#include <string.h>

#include "base/diags.h"
#include "base/str.h"
#include "config/load.h"
#include "config/origin.h"
#include "config/settings.h"
#include "fuzz/fuzz.h"

/* What is found lies in the file, never before the text it belongs to. */
static void check_places(const struct origin *origin, const char *text)
{
	const unsigned int length = (unsigned int)strlen(text);

	for (unsigned int column = 1; column <= length && column < 100; column++) {
		const struct origin place = origin_find(origin, text, 1, column);

		assert(place.line >= origin->line && place.column > 0);
	}
}

static void check_whole(const struct settings *settings)
{
	assert(settings->database && settings->n_sources > 0);
	for (size_t i = 0; i < settings->n_sources; i++)
		assert(settings->sources[i].name &&
			(settings->sources[i].url || settings->sources[i].preset));
	for (size_t i = 0; i < settings->n_streams; i++) {
		assert(settings->streams[i].label && settings->streams[i].query);
		check_places(&settings->streams[i].query_origin, settings->streams[i].query);
	}
	for (size_t i = 0; i < settings->n_recipients; i++)
		assert(settings->recipients[i].email.items);
	for (size_t i = 0; i < settings->n_alerts; i++) {
		assert(settings->alerts[i].when);
		check_places(&settings->alerts[i].when_origin, settings->alerts[i].when);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	CLEANUP(diags_freep) struct diags *diags = NULL;
	CLEANUP(settings_freep) struct settings *settings = NULL;

	if (diags_new(&diags) < 0)
		return 0;

	const int r =
		settings_parse("fuzz", slice_from((const char *)data, size), &settings, diags);
	assert(r == 0 || r == -EINVAL || r == -ENOMEM);
	assert((r == -EINVAL) == (diags_count_errors(diags) > 0) || r == -ENOMEM);
	if (r == 0)
		check_whole(settings);
	return 0;
}
