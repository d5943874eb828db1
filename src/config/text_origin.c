#include "config/text_origin.h"

#include <errno.h>
#include <string.h>

#include "base/utf8.h"

/* A text's content as it stands in the file, and as it was read, side by side. */
struct alignment {
	const struct yaml_file *file;
	enum yaml_style style;
	struct slice value;
	size_t from; /* in the value */
	size_t at;   /* in the file */
	size_t line;
	struct origin_part *parts; /* NULL: they are only counted */
	size_t n_parts;
};

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

/* What comes next in the value stands where the file is now. */
static void add_part(struct alignment *alignment)
{
	if (alignment->parts) {
		const size_t start = alignment->file->lines[alignment->line];
		const struct slice before =
			slice_from(alignment->file->text.ptr + start, alignment->at - start);

		alignment->parts[alignment->n_parts] = (struct origin_part){
			.offset = alignment->from,
			.line = (unsigned int)alignment->line + 1,
			.column = (unsigned int)utf8_length(before) + 1,
		};
	}
	alignment->n_parts++;
}

/* Where the line goes on behind white space that ends it; 0 when it does not
 * end here.  At an escaped break the backslash goes too. */
static size_t line_end(const struct alignment *alignment)
{
	const struct slice text = alignment->file->text;
	size_t at = alignment->at;

	while (at < text.len && is_blank(text.ptr[at]))
		at++;
	if (alignment->style == YAML_DOUBLE_QUOTED && at < text.len && text.ptr[at] == '\\' &&
		yaml_break_length(text, at + 1) > 0)
		at++;

	const size_t length = yaml_break_length(text, at);
	return length > 0 ? at + length : 0;
}

/* However a style folds lines, both sides go on at the same next character. */
static void skip_breaks(struct alignment *alignment)
{
	const struct slice text = alignment->file->text;
	size_t next;

	while ((next = line_end(alignment)) > 0) {
		alignment->at = next;
		alignment->line++;
	}
	while (alignment->at < text.len && is_blank(text.ptr[alignment->at]))
		alignment->at++;
	while (alignment->from < alignment->value.len &&
		is_space(alignment->value.ptr[alignment->from]))
		alignment->from++;
	add_part(alignment);
}

/* Bytes of the escape that stands in the file for one character of the value;
 * 0: none does. */
static size_t escape_length(const struct alignment *alignment)
{
	const struct slice rest = slice_skip(alignment->file->text, alignment->at);

	if (alignment->style == YAML_SINGLE_QUOTED)
		return slice_starts_with(rest, SLICE("''")) ? 2 : 0;
	if (alignment->style != YAML_DOUBLE_QUOTED || rest.len < 2 || rest.ptr[0] != '\\')
		return 0;

	return rest.ptr[1] == 'x' ? 4 : rest.ptr[1] == 'u' ? 6 : rest.ptr[1] == 'U' ? 10 : 2;
}

static void align(struct alignment *alignment)
{
	const struct slice text = alignment->file->text;

	if (alignment->style == YAML_LITERAL || alignment->style == YAML_FOLDED)
		skip_breaks(alignment);
	else
		add_part(alignment);

	while (alignment->from < alignment->value.len && alignment->at < text.len) {
		const size_t escape = escape_length(alignment);

		if (line_end(alignment) > 0) {
			skip_breaks(alignment);
		} else if (escape > 0) {
			alignment->at += MIN(escape, text.len - alignment->at);
			utf8_next(alignment->value, &alignment->from);
			add_part(alignment);
		} else {
			alignment->at++;
			alignment->from++;
		}
	}
}

/* Where the content begins: a block's on the line behind its indicator. */
static struct alignment alignment_of(const struct yaml_file *file, const struct yaml_node *node)
{
	struct alignment alignment = {
		.file = file,
		.style = node->style,
		.value = node->text,
		.line = node->line - 1,
		.at = yaml_offset(file, node->line, node->column),
	};

	if (node->style == YAML_SINGLE_QUOTED || node->style == YAML_DOUBLE_QUOTED)
		alignment.at++;
	if (node->style == YAML_LITERAL || node->style == YAML_FOLDED)
		while (alignment.at < file->text.len &&
			yaml_break_length(file->text, alignment.at) == 0)
			alignment.at++;
	return alignment;
}

int text_origin_find(const struct yaml_file *file, const struct yaml_node *node,
	struct arena *arena, struct origin *ret)
{
	struct alignment alignment = alignment_of(file, node);

	align(&alignment);

	struct origin_part *parts = arena_array(arena, alignment.n_parts, sizeof(*parts));
	const char *path = arena_copy_text(arena, file->path);
	if (!parts || !path)
		return -ENOMEM;

	alignment = alignment_of(file, node);
	alignment.parts = parts;
	align(&alignment);
	*ret = (struct origin){
		.file = path,
		.line = parts[0].line,
		.column = parts[0].column,
		.parts = parts,
		.n_parts = alignment.n_parts,
	};
	return 0;
}
