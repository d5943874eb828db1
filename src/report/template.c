#include "report/template.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/diags.h"
#include "base/errors.h"
#include "base/file.h"
#include "base/utf8.h"
#include "report/template_tree.h"

enum {
	ARENA_BYTES = 4 * 1024 * 1024,
	FILE_MAX_BYTES = 256 * 1024,
	MAX_TEMPLATES = 32,
	MAX_DEPTH = 64,
	PATH_MAX_BYTES = 4096,
};

struct templates {
	struct arena *arena;
	struct template list[MAX_TEMPLATES];
	size_t n;
};

/* --- reading ------------------------------------------------------------ */

/* Its index, or -1. */
static int find(const struct templates *templates, const char *file)
{
	for (size_t i = 0; i < templates->n; i++)
		if (strcmp(templates->list[i].file, file) == 0)
			return (int)i;
	return -1;
}

/* The file that a partial of TEMPLATE means: same ending. */
static const char *partial_file(
	struct templates *templates, const struct template *template, const char *name)
{
	return arena_format(
		templates->arena, "%s.%s", name, template->kind == TEMPLATE_HTML ? "html" : "txt");
}

static int read_text(struct templates *templates, struct template *template, struct diags *diags)
{
	CLEANUP(free_heapp) char *text = NULL;
	size_t len;
	int r;

	r = file_read(template->path, FILE_MAX_BYTES, &text, &len);
	if (r < 0) {
		diags_error(
			diags, template->path, 0, 0, "cannot read the template: %s", error_text(r));
		return r;
	}
	if (!utf8_is_valid(slice_from(text, len)))
		return diags_error(diags, template->path, 0, 0, "the template is not UTF-8");

	template->text = slice_from(arena_copy(templates->arena, slice_from(text, len)), len);
	return template->text.ptr ? 0 : -ENOMEM;
}

static int add_file(struct templates *templates, const struct template_source *source,
	const char *file, struct diags *diags)
{
	struct template *template = &templates->list[templates->n];
	int r;

	if (templates->n == MAX_TEMPLATES)
		return diags_error(
			diags, source->folder, 0, 0, "more than %d templates", MAX_TEMPLATES);

	*template = (struct template){
		.file = arena_copy_text(templates->arena, file),
		.path = arena_format(templates->arena, "%s/%s", source->folder, file),
		.kind = slice_ends_with(slice_of(file), SLICE(".html")) ? TEMPLATE_HTML
									: TEMPLATE_TEXT,
	};
	if (!template->file || !template->path)
		return -ENOMEM;

	templates->n++;
	r = read_text(templates, template, diags);
	if (r < 0)
		return r;

	return template_parse(template, source, templates->arena, diags);
}

/* Gives each partial of TEMPLATE its template, which is read when it is new. */
static int link_partials(struct templates *templates, const struct template_source *source,
	const struct template *template, struct diags *diags)
{
	int r = 0;

	for (size_t i = 0; i < template->n_steps && r == 0; i++) {
		struct step *step = &template->steps[i];

		if (step->type != STEP_PARTIAL)
			continue;
		const char *file = partial_file(templates, template, step->name);
		if (!file)
			return -ENOMEM;
		if (find(templates, file) < 0)
			r = add_file(templates, source, file, diags);
		if (r == 0)
			step->partial = &templates->list[find(templates, file)];
	}
	return r;
}

/* Depth first; a template that is met below itself would never end. */
static int check_cycles(struct template *template, int depth, struct diags *diags)
{
	int r = 0;

	if (template->is_visited || depth > MAX_DEPTH)
		return diags_error(diags, template->path, 0, 0, "the template includes itself");

	template->is_visited = true;
	for (size_t i = 0; i < template->n_steps && r == 0; i++)
		if (template->steps[i].type == STEP_PARTIAL)
			r = check_cycles(template->steps[i].partial, depth + 1, diags);
	template->is_visited = false;
	return r;
}

int templates_open(
	const struct template_source *source, struct templates **ret, struct diags *diags)
{
	CLEANUP(templates_freep) struct templates *templates = calloc(1, sizeof(*templates));
	int result = 0;
	int r;

	if (!templates)
		return -ENOMEM;
	r = arena_new(ARENA_BYTES, &templates->arena);
	if (r < 0)
		return r;

	/* All mistakes are told, not the first. */
	for (size_t i = 0; i < source->n_files; i++) {
		r = find(templates, source->files[i]) >= 0
			    ? 0
			    : add_file(templates, source, source->files[i], diags);
		result = result < 0 ? result : r;
	}
	/* The list grows while partials are found. */
	for (size_t i = 0; i < templates->n; i++) {
		r = link_partials(templates, source, &templates->list[i], diags);
		result = result < 0 ? result : r;
	}
	for (size_t i = 0; i < templates->n && result == 0; i++)
		result = check_cycles(&templates->list[i], 0, diags);
	if (result < 0)
		return result;

	*ret = TAKE(templates);
	return 0;
}

void templates_free(struct templates *templates)
{
	if (!templates)
		return;
	arena_free(templates->arena);
	free(templates);
}

/* --- rendering ---------------------------------------------------------- */

/* The values around a section, the innermost first. */
struct scope {
	const json_t *value;
	const struct scope *outer;
};

struct rendering {
	const struct template *template;
	struct str *str;
};

static const json_t *look_up(const struct scope *scope, const char *name)
{
	if (strcmp(name, ".") == 0)
		return scope->value;

	for (; scope; scope = scope->outer) {
		const json_t *value = json_object_get(scope->value, name);

		if (value)
			return value;
	}
	return NULL;
}

static bool is_there(const json_t *value)
{
	switch (value ? json_typeof(value) : JSON_NULL) {
	case JSON_NULL:
	case JSON_FALSE:
		return false;
	case JSON_STRING:
		return json_string_length(value) > 0;
	case JSON_ARRAY:
		return json_array_size(value) > 0;
	case JSON_INTEGER:
	case JSON_REAL:
		return json_number_value(value) != 0;
	default:
		return true;
	}
}

/* Controls have no business in a text, and HTML forbids them.  A bidi control in
 * a name or a quote would turn what stands behind it around, to the end of the
 * line or of the mail. */
static bool is_unwanted(uint32_t code_point)
{
	return (code_point < ' ' && code_point != '\n' && code_point != '\t') ||
	       (code_point >= 0x7f && code_point <= 0x9f) || utf8_is_bidi_control(code_point);
}

static const char *html_escape(uint32_t code_point)
{
	switch (code_point) {
	case '&':
		return "&amp;";
	case '<':
		return "&lt;";
	case '>':
		return "&gt;";
	case '"':
		return "&quot;";
	case '\'':
		return "&#39;";
	default:
		return NULL;
	}
}

static void add_escaped(struct str *str, enum template_kind kind, struct slice text)
{
	for (size_t i = 0; i < text.len && str_error(str) == 0;) {
		const size_t start = i;
		const uint32_t code_point = utf8_next(text, &i);
		const char *escape = kind == TEMPLATE_HTML ? html_escape(code_point) : NULL;

		if (escape)
			str_add_text(str, escape);
		else if (!is_unwanted(code_point))
			str_add(str, slice_from(text.ptr + start, i - start));
	}
}

static void add_value(
	const struct rendering *rendering, const struct step *step, const json_t *value)
{
	struct str *str = rendering->str;

	if (!json_is_string(value)) {
		if (json_is_number(value))
			json_write(str, value);
		return;
	}

	const struct slice text = slice_from(json_string_value(value), json_string_length(value));
	if (step->type == STEP_RAW)
		str_add(str, text);
	else
		add_escaped(str, rendering->template->kind, text);
}

static void render_steps(
	const struct rendering *rendering, size_t from, size_t to, const struct scope *scope);

static void render_section(const struct rendering *rendering, size_t at, const struct scope *scope)
{
	const struct step *step = &rendering->template->steps[at];
	const json_t *value = look_up(scope, step->name);

	if (step->type == STEP_INVERTED) {
		if (!is_there(value))
			render_steps(rendering, at + 1, step->end, scope);
		return;
	}
	if (!is_there(value))
		return;
	if (!json_is_array(value)) {
		render_steps(rendering, at + 1, step->end, &(struct scope){value, scope});
		return;
	}
	for (size_t i = 0; i < json_array_size(value) && str_error(rendering->str) == 0; i++)
		render_steps(rendering, at + 1, step->end,
			&(struct scope){json_array_get(value, i), scope});
}

static void render_partial(
	const struct rendering *rendering, const struct step *step, const struct scope *scope)
{
	const struct rendering inner = {step->partial, rendering->str};
	struct str *str = rendering->str;
	const size_t before = str->len;

	render_steps(&inner, 0, inner.template->n_steps, scope);
	/* A file ends with a line break, which is none of an inline partial's. */
	if (step->is_inline && str->len > before && str->ptr[str->len - 1] == '\n')
		str_truncate(str, str->len - 1);
}

/* Depth is bounded by what template_parse() and check_cycles() let through. */
static void render_steps(
	const struct rendering *rendering, size_t from, size_t to, const struct scope *scope)
{
	for (size_t i = from; i < to; i++) {
		const struct step *step = &rendering->template->steps[i];

		switch (step->type) {
		case STEP_TEXT:
			str_add(rendering->str, step->text);
			break;
		case STEP_VALUE:
		case STEP_RAW:
			add_value(rendering, step, look_up(scope, step->name));
			break;
		case STEP_SECTION:
		case STEP_INVERTED:
			render_section(rendering, i, scope);
			i = step->end - 1;
			break;
		case STEP_PARTIAL:
			render_partial(rendering, step, scope);
			break;
		}
	}
}

void templates_render(
	const struct templates *templates, const char *file, const json_t *values, struct str *str)
{
	const struct scope scope = {.value = values};
	const int index = find(templates, file);

	assert(index >= 0);
	const struct rendering rendering = {&templates->list[index], str};
	render_steps(&rendering, 0, rendering.template->n_steps, &scope);
}
