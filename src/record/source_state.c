#include "record/source_state.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/macro.h"

int source_state_copy(const struct source_state *state, struct source_state **ret)
{
	const char *const texts[] = {state->url, state->etag, state->last_modified, state->cursor,
		state->last_error, state->page.next, state->page.newest, state->page.last_id};
	size_t bytes = sizeof(struct source_state);

	for (size_t i = 0; i < ARRAY_SIZE(texts); i++)
		bytes += texts[i] ? strlen(texts[i]) + 1 : 0;

	struct source_state *copy = malloc(bytes);
	if (!copy)
		return -ENOMEM;

	*copy = *state;
	const char **const places[] = {&copy->url, &copy->etag, &copy->last_modified, &copy->cursor,
		&copy->last_error, &copy->page.next, &copy->page.newest, &copy->page.last_id};
	char *end = (char *)(copy + 1);

	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		if (!texts[i])
			continue;
		*places[i] = end;
		end = stpcpy(end, texts[i]) + 1;
	}

	*ret = copy;
	return 0;
}
