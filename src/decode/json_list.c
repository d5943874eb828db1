#include "decode/json_list.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/str.h"
#include "decode/limits.h"

enum { MAX_FRAME_BYTES = 512 << 10, MAX_FRAME_VALUES = 20000, MAX_COPY_BYTES = 8 << 20 };

struct json_frame_reader {
	struct slice text;
	struct json_bounds bounds;
	bool may_mend;
	struct str str;
	struct json_copier *copier;
	struct json_frame frame;
};

/* Begins, or begins again with leave to mend. */
static int start_copy(struct json_frame_reader *reader, bool mend)
{
	reader->bounds.mend = mend;
	reader->frame.is_mended = mend;
	str_clear(&reader->str);
	json_copier_free(reader->copier);
	reader->copier = NULL;
	return json_copier_new(reader->text, &reader->bounds, &reader->str, &reader->copier);
}

static int open_bounded(struct slice text, const struct json_bounds *bounds, size_t max_bytes,
	struct json_frame_reader **ret)
{
	CLEANUP(json_frame_freep) struct json_frame_reader *reader = calloc(1, sizeof(*reader));

	if (!reader)
		return -ENOMEM;
	reader->text = text;
	reader->str = STR_INIT(max_bytes);
	reader->bounds = *bounds;
	reader->may_mend = bounds->mend;

	const int r = start_copy(reader, false);

	if (r == 0)
		*ret = TAKE(reader);
	return r;
}

int json_frame_open(
	struct slice text, const struct json_bounds *bounds, struct json_frame_reader **ret)
{
	struct json_bounds within = *bounds;

	within.max_bytes = MAX_FRAME_BYTES;
	within.max_values = MAX_FRAME_VALUES;
	return open_bounded(text, &within, MAX_COPY_BYTES, ret);
}

/* The same for an item that is larger than most. */
static int open_item(struct slice text, bool mend, struct json_frame_reader **ret)
{
	const struct json_bounds bounds = {
		.max_bytes = ITEM_BYTES, .max_values = ITEM_VALUES, .mend = mend};

	return open_bounded(text, &bounds, (size_t)8 * ITEM_BYTES, ret);
}

void json_frame_free(struct json_frame_reader *reader)
{
	if (!reader)
		return;

	json_frame_done(&reader->frame);
	json_copier_free(reader->copier);
	str_done(&reader->str);
	free(reader);
}

/* Makes JSON of the copy.  What was wrong with the first one stays told. */
static int read_copy(struct json_frame_reader *reader)
{
	struct json_frame *frame = &reader->frame;
	char *error = reader->bounds.mend ? NULL : frame->error;

	if (str_error(&reader->str) < 0)
		return str_error(&reader->str) == -ENOMEM ? -ENOMEM : -EINVAL;

	int r = json_read(str_slice(&reader->str), &frame->json, NULL, error);
	if (r == 0 && !reader->bounds.mend &&
		json_skip_space(slice_skip(reader->text, frame->copy.len)).len > 0) {
		json_freep(&frame->json);
		snprintf(frame->error, sizeof(frame->error), "something follows behind its end");
		r = -EINVAL;
	}
	return r;
}

int json_frame_step(struct json_frame_reader *reader, size_t *budget, struct json_frame *ret)
{
	int r = 0;

	while (r == 0) {
		r = json_copier_step(reader->copier, budget, &reader->frame.copy);
		if (r == 0)
			r = read_copy(reader);
		if (r != -EINVAL || !reader->may_mend || reader->bounds.mend)
			break;
		r = start_copy(reader, true);
	}
	if (r <= 0) {
		*ret = reader->frame;
		reader->frame.json = NULL;
	}
	return r;
}

int json_frame_read(struct slice text, const struct json_bounds *bounds, struct json_frame *ret)
{
	CLEANUP(json_frame_freep) struct json_frame_reader *reader = NULL;
	size_t budget = SIZE_MAX;

	*ret = (struct json_frame){0};
	const int r = json_frame_open(text, bounds, &reader);

	return r < 0 ? r : json_frame_step(reader, &budget, ret);
}

void json_frame_done(struct json_frame *frame)
{
	json_freep(&frame->json);
}

/* Steps behind white space and, where that may be mended, further commas. */
static void skip_between(struct json_list *list)
{
	while (list->at < list->text.len &&
		(is_space(list->text.ptr[list->at]) ||
			(list->mend && list->text.ptr[list->at] == ',')))
		list->at++;
}

/* Whether the list ends here; *RET says how. */
static bool has_ended(struct json_list *list, struct json_item *ret)
{
	if (list->at == 0 || list->is_ended)
		return true;
	skip_between(list);
	if (list->at < list->text.len && list->text.ptr[list->at] != ']')
		return false;

	list->is_ended = true;
	if (list->at >= list->text.len)
		ret->state = JSON_CUT;
	return true;
}

static bool starts_value(char c)
{
	return c == '{' || c == '[' || c == '"';
}

/* Behind the comma that follows an item.  Anything else but the end of the list is
 * no JSON. */
static bool skip_comma(struct json_list *list)
{
	while (list->at < list->text.len && is_space(list->text.ptr[list->at]))
		list->at++;
	if (list->at >= list->text.len || list->text.ptr[list->at] == ']')
		return true;
	if (list->text.ptr[list->at] != ',')
		return list->mend;
	list->at++;

	const struct slice rest = json_skip_space(slice_skip(list->text, list->at));

	return list->mend || rest.len == 0 || rest.ptr[0] != ']';
}

void json_list_done(struct json_list *list)
{
	json_frame_free(list->large);
	list->large = NULL;
}

/* Finds the end of the item at the list: 1 when *BUDGET did not last. */
static int find_end(struct json_list *list, size_t *budget)
{
	if (list->large)
		return 0;
	if (!list->is_within)
		list->scanner = (struct json_scanner){0};
	return json_scan_step(&list->scanner, slice_skip(list->text, list->at), budget);
}

/* Reads the item TEXT, of which only a part may be wanted: 1 when *BUDGET did not last. */
static int read_large(
	struct json_list *list, struct slice text, size_t *budget, struct json_item *ret)
{
	struct json_frame frame;
	int r = list->large ? 0 : open_item(text, list->mend, &list->large);

	if (r == 0)
		r = json_frame_step(list->large, budget, &frame);
	if (r > 0)
		return r;

	json_list_done(list);
	if (r == -ENOMEM)
		return r;
	if (r == 0) {
		ret->json = frame.json;
		ret->state = frame.copy.is_bounded ? JSON_BOUNDED : JSON_MENDED;
	}
	return 0;
}

/* Reads the item TEXT, whose end was found: 1 when *BUDGET did not last. */
static int read_whole(
	struct json_list *list, struct slice text, size_t *budget, struct json_item *ret)
{
	int r = -EINVAL;

	if (!list->large && json_is_small(&list->scanner.extent))
		r = json_read(text, &ret->json, NULL, NULL);
	if (r == 0)
		ret->state = JSON_ITEM;
	return r == -EINVAL ? read_large(list, text, budget, ret) : r;
}

int json_list_next(struct json_list *list, bool wanted, size_t *budget, struct json_item *ret)
{
	*ret = (struct json_item){.state = JSON_END};
	if (!list->is_within && has_ended(list, ret))
		return 0;

	const struct slice rest = slice_skip(list->text, list->at);
	int r = find_end(list, budget);
	const size_t len = list->scanner.extent.len;

	ret->start = list->at;
	/* A value without its end is the last one. */
	if (r == 0 && len == 0 && starts_value(rest.ptr[0])) {
		list->is_within = false;
		list->is_ended = true;
		ret->state = JSON_CUT;
		return 0;
	}

	ret->state = wanted ? JSON_LOST : JSON_SKIPPED;
	if (r == 0 && len > 0 && wanted)
		r = read_whole(list, slice_from(rest.ptr, len), budget, ret);
	list->is_within = r > 0;
	if (r > 0)
		ret->state = JSON_MORE;
	if (r != 0)
		return MIN(r, 0);

	/* A stray `}' or `:' is stepped over. */
	list->at += MAX(len, (size_t)1);
	if (!skip_comma(list)) {
		json_freep(&ret->json);
		ret->state = JSON_LOST;
	}
	return 0;
}
