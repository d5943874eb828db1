#include "source/source.h"

static bool has_location(const struct location *location)
{
	return location->has_point || location->name || location->country;
}

void source_apply_defaults(const struct source_settings *source, struct post *post)
{
	post->source = source->name;
	if (!post->lang)
		post->lang = source->lang;
	if (!has_location(&post->location) && has_location(&source->location)) {
		post->location = source->location;
		post->location.via = VIA_SOURCE;
	}
}
