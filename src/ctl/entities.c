#include "text/entities.h"

#include <errno.h>

#include "base/arena.h"
#include "base/log.h"
#include "ctl/ctl.h"

enum { MAX_ARENA_BYTES = 256 << 20 };

static int add_texts(json_t *object, const char *name, const struct texts *texts)
{
	CLEANUP(json_freep) json_t *array = json_array();

	for (size_t i = 0; i < texts->n; i++)
		if (json_array_append_new(array, json_string(texts->items[i])) < 0)
			return -ENOMEM;

	return json_set_take(object, name, TAKE(array));
}

static int print_entities(json_t *object, void *userdata)
{
	CLEANUP(json_freep) json_t *result = json_object();
	const json_t *text = json_object_get(object, "text");
	struct arena *arena = userdata;
	struct entities found;

	if (!json_is_string(text))
		return -EINVAL;

	arena_reset(arena);
	int r = entities_find(slice_of(json_string_value(text)), arena, &found);
	if (r == 0)
		r = add_texts(result, "hashtags", &found.hashtags);
	if (r == 0)
		r = add_texts(result, "handles", &found.handles);
	if (r == 0)
		r = add_texts(result, "links", &found.links);

	return r < 0 ? r : ctl_print_json(result);
}

static int run(struct ctl *ctl)
{
	CLEANUP(arena_freep) struct arena *arena = NULL;
	const int r = arena_new(MAX_ARENA_BYTES, &arena);

	if (r < 0)
		return log_error(r, "Cannot start");

	return ctl_filter_argument(ctl, 0, print_entities, arena);
}

const struct ctl_verb verb_entities = {
	.name = "entities",
	.group = "Filters",
	.synopsis = "[FILE]",
	.help = "Find hashtags, handles and links in texts",
	.description =
		"Reads objects with \"text\", one a line, from FILE or standard input and prints\n"
		"for each an object with \"hashtags\", \"handles\" and \"links\": those of the "
		"text\n"
		"in its order, without their signs.",
	.example = "mentionctl parse feed.xml | mentionctl entities",
	.max_args = 1,
	.run = run,
};
