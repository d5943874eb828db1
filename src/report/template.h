/* report/template.h: a subset of Mustache over JSON values.
 *
 *	{{name}}             the value, escaped for the kind of file, without
 *	                     controls
 *	{{{name}}}           the value as it is
 *	{{#name}}...{{/name}}  once for each element of an array, once for another
 *	                     value that is there, else not at all
 *	{{^name}}...{{/name}}  where there is none
 *	{{.}}                the element itself
 *	{{> other}}          the template other, of the same kind; within a line
 *	                     without the line break at its end
 *	{{! words }}         nothing
 *
 * There is none: what is absent, null, false, 0, "" or an empty array.  Names
 * are looked up in the element, then in what is around it.  A line that holds
 * only a tag other than a value, and white space, leaves no line.
 *
 * Templates are read and checked once; rendering cannot meet a mistake in
 * them.  Uses base/.
 */
#pragma once

#include "base/json.h"

struct diags;
struct str;
struct templates;

/* Files in one folder, and the names that they may use. */
struct template_source {
	const char *folder;
	const char *const *files; /* with ending: .html is escaped for HTML */
	size_t n_files;
	const char *const *names;
	size_t n_names;
};

/* Reads the files and those that they include.  -EINVAL + DIAGS for mistakes in
 * them, -ENOMEM, or what reading a file gave, which DIAGS explains too. */
int templates_open(
	const struct template_source *source, struct templates **ret, struct diags *diags);
void templates_free(struct templates *templates);
DEFINE_CLEANUP(struct templates *, templates_free);

/* Appends FILE (one of the source's) filled with VALUES, an object.  The first
 * failure sticks to STR. */
void templates_render(
	const struct templates *templates, const char *file, const json_t *values, struct str *str);
