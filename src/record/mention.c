#include "record/mention.h"

#include <errno.h>

static json_t *hit_to_json(const struct match *match, const struct hit *hit)
{
	json_t *object = json_object();
	int r = json_set_text(object, "stream", match->stream);

	r |= json_set_text(object, "field", field_name(hit->field));
	r |= json_set_integer(object, "start", (int64_t)hit->start);
	r |= json_set_integer(object, "end", (int64_t)hit->end);
	r |= json_set_text(object, "text", hit->text);
	if (r != 0)
		json_decref(object);

	return r != 0 ? NULL : object;
}

int matches_to_json(const struct match *matches, size_t n, json_t **ret)
{
	CLEANUP(json_freep) json_t *array = json_array();

	for (size_t i = 0; i < n; i++)
		for (size_t j = 0; j < matches[i].n_hits; j++)
			if (json_array_append_new(
				    array, hit_to_json(&matches[i], &matches[i].hits[j])) < 0)
				return -ENOMEM;

	*ret = TAKE(array);
	return 0;
}
