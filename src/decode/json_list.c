#include "decode/json_list.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/str.h"

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

int json_frame_open(
	struct slice text, const struct json_bounds *bounds, struct json_frame_reader **ret)
{
	CLEANUP(json_frame_freep) struct json_frame_reader *reader = calloc(1, sizeof(*reader));

	if (!reader)
		return -ENOMEM;
	reader->text = text;
	reader->str = STR_INIT(MAX_COPY_BYTES);
	reader->bounds = *bounds;
	reader->bounds.max_bytes = MAX_FRAME_BYTES;
	reader->bounds.max_values = MAX_FRAME_VALUES;
	reader->may_mend = bounds->mend;

	const int r = start_copy(reader, false);

	if (r == 0)
		*ret = TAKE(reader);
	return r;
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

int json_list_next(struct json_list *list, bool wanted, size_t *budget, struct json_item *ret)
{
	*ret = (struct json_item){.state = JSON_END};
	if (!list->is_scanning && has_ended(list, ret))
		return 0;

	const struct slice rest = slice_skip(list->text, list->at);
	bool is_bounded = false;

	ret->start = list->at;
	if (!list->is_scanning)
		list->scanner = (struct json_scanner){0};
	list->is_scanning = json_scan_step(&list->scanner, rest, budget) > 0;
	if (list->is_scanning) {
		ret->state = JSON_MORE;
		return 0;
	}

	const struct json_extent extent = list->scanner.extent;

	/* A value without its end is the last one. */
	if (extent.len == 0 && starts_value(rest.ptr[0])) {
		list->is_ended = true;
		ret->state = JSON_CUT;
		return 0;
	}

	/* A stray `}' or `:' is stepped over. */
	list->at += MAX(extent.len, (size_t)1);
	ret->state = wanted ? JSON_LOST : JSON_SKIPPED;
	if (extent.len > 0 && wanted) {
		const int r = json_read_item(slice_from(rest.ptr, extent.len), &extent, list->mend,
			&ret->json, &is_bounded);

		if (r == -ENOMEM)
			return r;
		if (r >= 0)
			ret->state = r > 0 ? JSON_ITEM : is_bounded ? JSON_BOUNDED : JSON_MENDED;
	}
	if (!skip_comma(list)) {
		json_freep(&ret->json);
		ret->state = JSON_LOST;
	}
	return 0;
}
