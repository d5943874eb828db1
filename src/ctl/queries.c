#include "ctl/queries.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/diags.h"
#include "base/file.h"
#include "base/log.h"
#include "base/str.h"
#include "base/terminal.h"
#include "match/engine.h"
#include "match/query.h"
#include "text/language.h"

enum { WHERE_MAX_BYTES = 512, LINE_MAX_BYTES = QUERY_MAX_BYTES + 4096, TEXT_MAX_BYTES = 65536 };

/* "mentionctl: query: line 1, column 5: what (how to fix it)", the line and a
 * caret. */
static void print_diag(const struct diag *diag, const char *where)
{
	CLEANUP(str_done) struct str text = STR_INIT(TEXT_MAX_BYTES);
	CLEANUP(str_done) struct str safe = STR_INIT((size_t)TEXT_MAX_BYTES * 4);

	str_add_format(
		&text, "mentionctl: %s: line %u, column %u: ", where, diag->line, diag->column);
	if (diag->level == DIAG_WARNING)
		str_add_text(&text, "warning: ");
	str_add_text(&text, diag->message);
	if (diag->hint)
		str_add_format(&text, " (%s)", diag->hint);
	terminal_add_safe(&safe, str_slice(&text));
	str_add_char(&safe, '\n');
	if (diag->excerpt)
		terminal_add_excerpt(&safe, slice_of(diag->excerpt), diag->column);
	fputs(str_text(&safe), stderr);
}

int queries_add(struct queries *queries, struct slice text, const char *name, const char *where)
{
	CLEANUP(diags_freep) struct diags *diags = NULL;
	CLEANUP(query_freep) struct query *query = NULL;
	int r = diags_new(&diags);

	if (r == 0)
		r = query_compile(text, &query, diags);
	for (size_t i = 0; i < diags_count(diags); i++)
		print_diag(diags_get(diags, i), where);
	if (r < 0)
		return r == -EINVAL ? r : log_error(r, "Cannot compile the query");

	queries->use_language |= query_uses_language(query);
	r = engine_add(queries->engine, name, TAKE(query));
	if (r == -EEXIST)
		log_error(0, "%s: there is a stream %s already", where, name);
	return r == -EEXIST ? -EINVAL : r;
}

/* "name<TAB>query" in place: the name ends with the line's first tab. */
static int add_line(struct queries *queries, struct str *line, const char *where)
{
	char *tab = strchr(line->ptr, '\t');

	if (!tab) {
		log_error(0, "%s: no tab between name and query", where);
		return -EINVAL;
	}

	const struct slice query = slice_skip(str_slice(line), (size_t)(tab + 1 - line->ptr));

	*tab = '\0';
	return queries_add(queries, query, line->ptr, where);
}

static int add_lines(struct queries *queries, FILE *file, const char *path)
{
	CLEANUP(str_done) struct str line = STR_INIT(LINE_MAX_BYTES);
	bool bad = false;
	int r;

	for (size_t number = 1; (r = file_read_line(file, &line)) != 0; number++) {
		char where[WHERE_MAX_BYTES];

		snprintf(where, sizeof(where), "%s, line %zu", path, number);
		if (r == -EMSGSIZE)
			r = log_error(-EINVAL, "%s: longer than a query may be", where);
		else if (r > 0 && slice_trim(str_slice(&line)).len > 0)
			r = add_line(queries, &line, where);
		if (r < 0 && r != -EINVAL)
			return r;
		bad |= r < 0;
	}
	return bad ? -EINVAL : 0;
}

int queries_add_file(struct queries *queries, const char *path)
{
	FILE *file = fopen(path, "re");

	if (!file)
		return log_error(-errno, "Cannot read %s", path);

	const int r = add_lines(queries, file, path);

	fclose(file);
	return r;
}

void queries_report_exceeded(const struct queries *queries)
{
	const char *stream;
	uint64_t n;

	while (engine_take_exceeded(queries->engine, &stream, &n))
		log_warning(0,
			"%s: on %llu posts a regular expression or a distance took more steps than "
			"are allowed; matches may be missing (simplify the query)",
			stream ? stream : "query", (unsigned long long)n);
}

void queries_complete(const struct queries *queries, struct post *post, struct arena *arena)
{
	if (!queries->use_language || post->lang)
		return;

	const char *both = arena_format(
		arena, "%s\n%s", post->title ? post->title : "", post->text ? post->text : "");

	post->lang = both ? language_detect(slice_of(both)) : NULL;
}
