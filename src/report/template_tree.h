/* report/template_tree.h: a template between its reader and its renderer.
 * Private to report/. */
#pragma once

#include "base/arena.h"
#include "report/template.h"

enum template_kind { TEMPLATE_TEXT, TEMPLATE_HTML };

enum step_type { STEP_TEXT, STEP_VALUE, STEP_RAW, STEP_SECTION, STEP_INVERTED, STEP_PARTIAL };

struct step {
	enum step_type type;
	struct slice text;         /* what stands there */
	const char *name;          /* of a value, section or partial */
	size_t end;                /* of a section: the step behind it */
	struct template *partial;  /* once all are read */
	bool is_inline;            /* a partial that shares its line */
	unsigned int line, column; /* of the tag */
};

struct template
{
	const char *file; /* name with ending */
	const char *path; /* for messages */
	enum template_kind kind;
	struct slice text;
	struct step *steps;
	size_t n_steps;
	bool is_visited; /* while cycles are looked for */
};

/* Reads TEXT of TEMPLATE into its steps, in ARENA.  Names must be among those of
 * SOURCE.  -EINVAL + DIAGS, -ENOMEM. */
int template_parse(struct template *template, const struct template_source *source,
	struct arena *arena, struct diags *diags);
