/* base/diags.h: what is wrong with something that a person wrote.
 *
 * A function that reads settings, queries, rules, lexicons or templates takes
 * a struct diags last (it may be NULL), adds every mistake it meets, not the
 * first, and returns -EINVAL when there was an error.  Warnings do not fail.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "base/macro.h"

enum diag_level { DIAG_ERROR, DIAG_WARNING };

struct diag {
	enum diag_level level;
	const char *file;    /* NULL when there is none */
	unsigned int line;   /* from 1; 0: unknown */
	unsigned int column; /* in code points, from 1; 0: unknown */
	const char *message; /* what is wrong */
	const char *hint;    /* how to mend it; NULL when there is no advice */
	const char *excerpt; /* the line that is wrong, printed with a caret; or NULL */
	unsigned int caret;  /* its column in the excerpt; 0: that is COLUMN */
};

struct diags;

int diags_new(struct diags **ret);
void diags_free(struct diags *diags);
DEFINE_CLEANUP(struct diags *, diags_free);

/* Copies DIAG.  At most 200 are kept, further ones only counted.  DIAGS may be
 * NULL.  Returns -EINVAL for an error, 0 for a warning, so that a reader can
 * write `return diags_add(...)`. */
int diags_add(struct diags *diags, const struct diag *diag);
/* As diags_add() for an error with a formatted message and no hint. */
int diags_error(struct diags *diags, const char *file, unsigned int line, unsigned int column,
	const char *format, ...) PRINTF_LIKE(5, 6);

/* How many are kept. */
size_t diags_count(const struct diags *diags);
/* Also of those that are only counted. */
size_t diags_count_errors(const struct diags *diags);
size_t diags_count_warnings(const struct diags *diags);
const struct diag *diags_get(const struct diags *diags, size_t index);

/* Prints each as
 *
 *	FILE:LINE:COLUMN: error: MESSAGE (HINT)
 *	    the excerpt, when there is one
 *	         ^
 *
 * in the order in which they were added; control characters are made
 * harmless. */
void diags_print(const struct diags *diags, FILE *out);

struct str;

/* Appends DIAG in the same form, without the excerpt and the line break. */
void diag_format(struct str *str, const struct diag *diag);
