/* A template's text to its steps. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/diags.h"
#include "base/nearest.h"
#include "base/utf8.h"
#include "report/template_tree.h"

enum { MAX_STEPS = 4096, MAX_DEPTH = 16 };

struct parser {
	struct template *template;
	const struct template_source *source;
	struct arena *arena;
	struct diags *diags;
	size_t position;
	unsigned int line;
	size_t line_start;
	size_t open[MAX_DEPTH]; /* steps of the sections that are open */
	size_t depth;
	int n_errors;
};

static const struct sigil {
	char sign;
	enum step_type type;
} sigils[] = {{'#', STEP_SECTION}, {'^', STEP_INVERTED}, {'>', STEP_PARTIAL}, {'&', STEP_RAW}};

static unsigned int column_of(const struct parser *parser, size_t at)
{
	const char *text = parser->template->text.ptr;

	return (unsigned int)utf8_length(
		       slice_from(text + parser->line_start, at - parser->line_start)) +
	       1;
}

static int mistake(struct parser *parser, const struct step *at, const char *hint,
	const char *format, ...) PRINTF_LIKE(4, 5);

static int mistake(
	struct parser *parser, const struct step *at, const char *hint, const char *format, ...)
{
	char message[256];
	struct diag diag = {.level = DIAG_ERROR,
		.file = parser->template->path,
		.line = at->line,
		.column = at->column,
		.message = message,
		.hint = hint};
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(message, sizeof(message), format, arguments);
	va_end(arguments);
	parser->n_errors++;
	return diags_add(parser->diags, &diag);
}

static int add_step(struct parser *parser, const struct step *step)
{
	struct template *template = parser->template;

	if (template->n_steps >= MAX_STEPS)
		return mistake(parser, step, "split it with {{> ...}}",
			"the template has more than %d parts", MAX_STEPS);

	struct step *steps = template->steps;
	if ((template->n_steps & (template->n_steps + 1)) == 0) {
		steps = arena_grow(parser->arena, template->steps, template->n_steps,
			2 * template->n_steps + 1, sizeof(*steps));
		if (!steps)
			return -ENOMEM;
	}
	steps[template->n_steps++] = *step;
	template->steps = steps;
	return 0;
}

/* Advances to END, counting lines. */
static void advance(struct parser *parser, size_t end)
{
	for (; parser->position < end; parser->position++) {
		if (parser->template->text.ptr[parser->position] == '\n') {
			parser->line++;
			parser->line_start = parser->position + 1;
		}
	}
}

/* --- tags --------------------------------------------------------------- */

struct tag {
	size_t start, end;   /* with its braces */
	struct slice inside; /* trimmed */
	char sign;           /* # ^ / > ! & =, 0 for a value */
	bool is_triple;
};

/* Reads the tag at the parser's position; false when it has no end. */
static bool read_tag(const struct parser *parser, struct tag *ret)
{
	const struct slice rest = slice_skip(parser->template->text, parser->position);
	const bool triple = slice_starts_with(rest, SLICE("{{{"));
	const size_t width = triple ? 3 : 2;
	const struct slice body = slice_skip(rest, width);
	const ptrdiff_t close = slice_find(body, triple ? SLICE("}}}") : SLICE("}}"));

	if (close < 0)
		return false;

	*ret = (struct tag){.start = parser->position,
		.end = parser->position + width + (size_t)close + width,
		.inside = slice_trim(slice_from(body.ptr, (size_t)close)),
		.is_triple = triple};
	if (!triple && ret->inside.len > 0 && strchr("#^/>!&=", ret->inside.ptr[0])) {
		ret->sign = ret->inside.ptr[0];
		ret->inside = slice_trim(slice_skip(ret->inside, 1));
	}
	return true;
}

/* Whether nothing but blanks stands beside TAG on its line: then the line goes,
 * from *RET_START to *RET_END. */
static bool is_alone(struct slice text, const struct tag *tag, size_t *ret_start, size_t *ret_end)
{
	size_t start = tag->start;
	size_t end = tag->end;

	if (tag->is_triple || tag->sign == '\0' || tag->sign == '&')
		return false;
	while (start > 0 && (text.ptr[start - 1] == ' ' || text.ptr[start - 1] == '\t'))
		start--;
	while (end < text.len && (text.ptr[end] == ' ' || text.ptr[end] == '\t'))
		end++;
	if (start > 0 && text.ptr[start - 1] != '\n')
		return false;
	if (end < text.len && text.ptr[end] != '\n')
		return false;

	*ret_start = start;
	*ret_end = MIN(end + 1, text.len);
	return true;
}

static bool is_known(const struct template_source *source, struct slice name)
{
	for (size_t i = 0; i < source->n_names; i++)
		if (slice_equals(slice_of(source->names[i]), name))
			return true;
	return slice_equals(name, SLICE("."));
}

static void check_name(struct parser *parser, const struct step *step)
{
	struct nearest nearest = nearest_start(slice_of(step->name));
	char hint[80];

	if (is_known(parser->source, slice_of(step->name)))
		return;

	for (size_t i = 0; i < parser->source->n_names; i++)
		nearest_offer(&nearest, parser->source->names[i]);
	snprintf(hint, sizeof(hint), "did you mean `%s'?", nearest.name ? nearest.name : "");
	mistake(parser, step, nearest.name ? hint : NULL, "no value is called `%s'", step->name);
}

/* The name of a file, which must stay in its folder. */
static void check_partial(struct parser *parser, const struct step *step)
{
	for (const char *c = step->name; *c != '\0'; c++) {
		if (!is_alnum(*c) && *c != '_' && *c != '-') {
			mistake(parser, step, "name a file of this folder, without its ending",
				"no template can be called `%s'", step->name);
			return;
		}
	}
}

static int open_section(struct parser *parser, const struct step *step)
{
	if (parser->depth >= MAX_DEPTH)
		return mistake(
			parser, step, NULL, "sections are nested more than %d deep", MAX_DEPTH);

	parser->open[parser->depth++] = parser->template->n_steps;
	return add_step(parser, step);
}

static int close_section(struct parser *parser, const struct step *step)
{
	struct step *open;

	if (parser->depth == 0)
		return mistake(parser, step, NULL, "no section `%s' is open here", step->name);

	open = &parser->template->steps[parser->open[--parser->depth]];
	open->end = parser->template->n_steps;
	if (strcmp(open->name, step->name) != 0)
		return mistake(parser, step, NULL, "`%s' is closed where `%s' of line %u is open",
			step->name, open->name, open->line);
	return 0;
}

static int add_tag(struct parser *parser, const struct tag *tag, struct step *step)
{
	if (tag->sign == '!')
		return 0;
	if (tag->sign == '=')
		return mistake(parser, step, NULL, "delimiters cannot be changed");
	if (tag->inside.len == 0)
		return mistake(parser, step, NULL, "a tag without a name");

	step->name = arena_copy(parser->arena, tag->inside);
	if (!step->name)
		return -ENOMEM;
	if (tag->sign == '/')
		return close_section(parser, step);

	step->type = tag->is_triple ? STEP_RAW : STEP_VALUE;
	for (size_t i = 0; i < ARRAY_SIZE(sigils); i++)
		if (sigils[i].sign == tag->sign)
			step->type = sigils[i].type;
	if (step->type == STEP_PARTIAL)
		check_partial(parser, step);
	else
		check_name(parser, step);
	if (step->type == STEP_SECTION || step->type == STEP_INVERTED)
		return open_section(parser, step);

	return add_step(parser, step);
}

/* --- the whole ---------------------------------------------------------- */

static int add_text(struct parser *parser, size_t start, size_t end)
{
	const struct step step = {.type = STEP_TEXT,
		.text = slice_from(parser->template->text.ptr + start, end - start)};

	return end > start ? add_step(parser, &step) : 0;
}

/* Reads the text from *DONE up to the next tag, and the tag; 0 at the end. */
static int parse_tag(struct parser *parser, size_t *done)
{
	const struct slice text = parser->template->text;
	const ptrdiff_t open = slice_find(slice_skip(text, parser->position), SLICE("{{"));
	struct step step = {0};
	struct tag tag;
	size_t start;
	size_t end;
	int r;

	if (open < 0)
		return 0;

	advance(parser, parser->position + (size_t)open);
	step.line = parser->line;
	step.column = column_of(parser, parser->position);
	if (!read_tag(parser, &tag))
		return mistake(parser, &step, NULL, "a tag without its end");
	step.is_inline = !is_alone(text, &tag, &start, &end);
	if (step.is_inline) {
		start = tag.start;
		end = tag.end;
	}

	/* Two tags alone on neighbouring lines share no white space. */
	r = add_text(parser, *done, MAX(start, *done));
	if (r == 0)
		r = add_tag(parser, &tag, &step);
	*done = end;
	advance(parser, end);
	return r < 0 && r != -EINVAL ? r : 1;
}

int template_parse(struct template *template, const struct template_source *source,
	struct arena *arena, struct diags *diags)
{
	struct parser parser = {
		.template = template, .source = source, .arena = arena, .diags = diags, .line = 1};
	size_t done = 0;
	int r;

	do {
		r = parse_tag(&parser, &done);
	} while (r > 0);
	if (r == 0)
		r = add_text(&parser, done, template->text.len);
	if (r < 0 && r != -EINVAL)
		return r;

	while (parser.depth > 0) {
		const struct step *open = &template->steps[parser.open[--parser.depth]];

		mistake(&parser, open, NULL, "section `%s' is never closed", open->name);
	}
	return parser.n_errors > 0 ? -EINVAL : 0;
}
