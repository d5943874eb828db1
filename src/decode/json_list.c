#include "decode/json_list.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/str.h"

enum { MAX_FRAME_BYTES = 512 << 10, MAX_FRAME_VALUES = 20000, MAX_COPY_BYTES = 8 << 20 };

static int read_frame(struct slice text, const struct json_bounds *bounds, struct json_frame *frame)
{
	CLEANUP(str_done) struct str copy = STR_INIT(MAX_COPY_BYTES);

	json_copy_bounded(text, bounds, &copy, &frame->copy);
	if (str_error(&copy) < 0)
		return str_error(&copy) == -ENOMEM ? -ENOMEM : -EINVAL;

	int r = json_read(str_slice(&copy), &frame->json, NULL, frame->error);
	if (r == 0 && !bounds->mend && json_skip_space(slice_skip(text, frame->copy.len)).len > 0) {
		json_freep(&frame->json);
		snprintf(frame->error, sizeof(frame->error), "something follows behind its end");
		r = -EINVAL;
	}
	return r;
}

int json_frame_read(struct slice text, const struct json_bounds *bounds, struct json_frame *ret)
{
	struct json_bounds within = *bounds;

	*ret = (struct json_frame){0};
	within.max_bytes = MAX_FRAME_BYTES;
	within.max_values = MAX_FRAME_VALUES;
	within.mend = false;
	int r = read_frame(text, &within, ret);
	if (r != -EINVAL || !bounds->mend)
		return r;

	struct json_frame mended = {.is_mended = true};

	within.mend = true;
	r = read_frame(text, &within, &mended);
	if (r < 0)
		return r;
	memcpy(mended.error, ret->error, sizeof(mended.error));
	*ret = mended;
	return 0;
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

int json_list_next(struct json_list *list, bool wanted, struct json_item *ret)
{
	*ret = (struct json_item){.state = JSON_END};
	if (has_ended(list, ret))
		return 0;

	const struct slice rest = slice_skip(list->text, list->at);
	const struct json_extent extent = json_scan(rest);
	bool is_bounded = false;

	ret->start = list->at;
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
