#include "record/preset.h"

#include <string.h>

#include "base/str.h"

static const char *const parameter_kinds[N_PARAMETER_KINDS] = {
	[PARAMETER_TEXT] = "text",
	[PARAMETER_SERVER] = "server",
	[PARAMETER_SECRET] = "secret",
};

static const char *const targets[TARGET_METRIC] = {
	[TARGET_ID] = "id",
	[TARGET_URL] = "url",
	[TARGET_TITLE] = "title",
	[TARGET_TEXT] = "text",
	[TARGET_AUTHOR] = "author",
	[TARGET_AUTHOR_HANDLE] = "author_handle",
	[TARGET_AUTHOR_URL] = "author_url",
	[TARGET_PUBLISHED] = "published",
	[TARGET_UPDATED] = "updated",
	[TARGET_LANG] = "lang",
	[TARGET_REPLY_TO] = "reply_to",
	[TARGET_TAGS] = "tags",
	[TARGET_HASHTAGS] = "hashtags",
	[TARGET_HANDLES] = "handles",
	[TARGET_LINKS] = "links",
	[TARGET_DESCRIPTIONS] = "descriptions",
	[TARGET_FACETS] = "facets",
};

static const char *const forms[N_VALUE_FORMS] = {
	[FORM_PLAIN] = "text",
	[FORM_ESCAPED] = "escaped",
	[FORM_HTML] = "html",
	[FORM_MARKDOWN] = "markdown",
	[FORM_TIME] = "time",
	[FORM_EPOCH] = "epoch",
	[FORM_EPOCH_MS] = "epoch_ms",
};

static const char *const pagings[N_PAGINGS] = {
	[PAGING_NONE] = "none",
	[PAGING_LINK] = "link",
	[PAGING_CURSOR] = "cursor",
	[PAGING_NUMBER] = "number",
};

static const char *const formats[N_PRESET_FORMATS] = {
	[FORMAT_API] = "api",
	[FORMAT_FEED] = "feed",
};

const char *parameter_kind_name(size_t kind)
{
	return kind < N_PARAMETER_KINDS ? parameter_kinds[kind] : NULL;
}

const char *preset_target_name(size_t target)
{
	if (target >= N_TARGETS)
		return NULL;

	return target < TARGET_METRIC ? targets[target]
				      : metric_name((enum metric)(target - TARGET_METRIC));
}

const char *value_form_name(size_t form)
{
	return form < N_VALUE_FORMS ? forms[form] : NULL;
}

const char *preset_paging_name(size_t paging)
{
	return paging < N_PAGINGS ? pagings[paging] : NULL;
}

const char *preset_format_name(size_t format)
{
	return format < N_PRESET_FORMATS ? formats[format] : NULL;
}

const struct preset *preset_find(const struct presets *presets, const char *name)
{
	for (size_t i = 0; i < presets->n; i++)
		if (strcmp(presets->items[i].name, name) == 0)
			return &presets->items[i];

	return NULL;
}

const struct preset_parameter *preset_find_parameter(const struct preset *preset, struct slice name)
{
	for (size_t i = 0; i < preset->n_parameters; i++)
		if (slice_equals(slice_of(preset->parameters[i].name), name))
			return &preset->parameters[i];

	return NULL;
}

bool template_next(
	struct slice template, size_t *position, struct slice *ret_before, struct slice *ret_name)
{
	const struct slice rest = slice_skip(template, *position);
	const ptrdiff_t open = slice_find_char(rest, '{');
	const ptrdiff_t close =
		open < 0 ? -1 : slice_find_char(slice_skip(rest, (size_t)open), '}');

	if (close < 0) {
		*ret_before = rest;
		return false;
	}

	*ret_before = slice_from(rest.ptr, (size_t)open);
	*ret_name = slice_from(rest.ptr + open + 1, (size_t)close - 1);
	*position += (size_t)open + (size_t)close + 1;
	return true;
}

bool template_is(const char *text)
{
	struct slice before;
	struct slice name;
	size_t position = 0;

	return template_next(slice_of(text), &position, &before, &name);
}

int template_expand(const char *template, template_find_fn *find, void *userdata, struct str *str)
{
	const struct slice text = slice_of(template);
	const size_t start = str->len;
	struct slice before;
	struct slice name;
	size_t position = 0;

	while (template_next(text, &position, &before, &name)) {
		str_add(str, before);
		if (find(name, str, userdata) > 0)
			continue;
		str_truncate(str, start);
		return 0;
	}
	str_add(str, before);
	return 1;
}

int template_expand_first(
	const struct texts *templates, template_find_fn *find, void *userdata, struct str *str)
{
	for (size_t i = 0; i < templates->n; i++)
		if (template_expand(templates->items[i], find, userdata, str) > 0)
			return 1;

	return 0;
}

struct encoder {
	const struct preset *preset;
	template_find_fn *find;
	void *userdata;
};

/* What the caller's find gives, in the form that an address wants. */
static int find_encoded(struct slice name, struct str *str, void *userdata)
{
	const struct encoder *encoder = userdata;
	const struct preset_parameter *parameter = preset_find_parameter(encoder->preset, name);
	CLEANUP(str_done) struct str value = STR_INIT(str->max_bytes);

	if (encoder->find(name, &value, encoder->userdata) == 0)
		return 0;
	if (parameter && parameter->kind == PARAMETER_SERVER)
		str_add(str, str_slice(&value));
	else
		str_add_percent_encoded(str, str_slice(&value));
	return 1;
}

int preset_add_url(const struct preset *preset, const struct preset_request *request,
	template_find_fn *find, void *userdata, struct str *str)
{
	const struct preset_pairs *query = &request->query;
	struct encoder encoder = {.preset = preset, .find = find, .userdata = userdata};

	if (template_expand_first(&request->urls, find_encoded, &encoder, str) == 0)
		return 0;

	char separator = slice_find_char(str_slice(str), '?') < 0 ? '?' : '&';

	for (size_t i = 0; i < query->n; i++) {
		CLEANUP(str_done) struct str value = STR_INIT(str->max_bytes);

		if (template_expand_first(&query->items[i].templates, find, userdata, &value) == 0)
			continue;
		str_add_format(str, "%c%s=", separator, query->items[i].name);
		str_add_percent_encoded(str, str_slice(&value));
		separator = '&';
	}
	return 1;
}
