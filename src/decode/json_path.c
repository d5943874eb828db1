#include "decode/json_path.h"

#include <stdio.h>

enum { MAX_STEPS = 16 };

struct search {
	void (*fn)(const json_t *value, void *userdata);
	void *userdata;
	bool only_first;
	bool is_done;
};

static const json_t *step_down(const json_t *json, struct slice step)
{
	char name[128];
	int64_t index;

	if (json_is_array(json) && slice_to_int64(step, &index) && index >= 0)
		return json_array_get(json, (size_t)index);

	snprintf(name, sizeof(name), "%.*s", SLICE_FMT(step));
	return json_object_get(json, name);
}

/* Recursion ends with the path, which has MAX_STEPS at most. */
static void search(struct search *state, const json_t *json, struct slice path, int n_steps)
{
	struct slice step;

	if (state->is_done || !json || json_is_null(json) || n_steps > MAX_STEPS)
		return;
	if (path.len == 0 || !slice_split(&path, '.', &step)) {
		state->fn(json, state->userdata);
		state->is_done = state->only_first;
		return;
	}
	if (!slice_equals(step, SLICE("*"))) {
		search(state, step_down(json, step), path, n_steps + 1);
		return;
	}
	for (size_t i = 0; i < json_array_size(json); i++)
		search(state, json_array_get(json, i), path, n_steps + 1);
}

static void keep(const json_t *value, void *userdata)
{
	*(const json_t **)userdata = value;
}

const json_t *json_path_find(const json_t *json, struct slice path)
{
	const json_t *found = NULL;
	struct search first = {.fn = keep, .userdata = &found, .only_first = true};

	search(&first, json, path, 0);
	return found;
}

struct each {
	void (*fn)(const json_t *value, void *userdata);
	void *userdata;
};

static void visit(const json_t *value, void *userdata)
{
	const struct each *each = userdata;

	if (!json_is_array(value))
		each->fn(value, each->userdata);
	for (size_t i = 0; i < json_array_size(value); i++)
		each->fn(json_array_get(value, i), each->userdata);
}

void json_path_each(const json_t *json, struct slice path,
	void (*fn)(const json_t *value, void *userdata), void *userdata)
{
	struct each each = {.fn = fn, .userdata = userdata};
	struct search all = {.fn = visit, .userdata = &each};

	search(&all, json, path, 0);
}

struct slice json_value_text(const json_t *value, char *buffer)
{
	int n = 0;

	if (json_is_string(value))
		return slice_from(json_string_value(value), json_string_length(value));
	if (json_is_integer(value))
		n = snprintf(
			buffer, JSON_NUMBER_SIZE, "%lld", (long long)json_integer_value(value));
	else if (json_is_real(value))
		n = snprintf(buffer, JSON_NUMBER_SIZE, "%.17g", json_real_value(value));
	return slice_from(buffer, (size_t)n);
}
