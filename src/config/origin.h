/* config/origin.h: from a place in a setting's text to a place in its file.
 *
 * Queries and rules are compiled as texts of their own, and say what is wrong
 * by line and column of that text.  A person looks for it in the file, where
 * the text may be quoted, indented, or folded from several lines into one.
 */
#pragma once

#include "base/macro.h"
#include "config/settings.h"

/* Where LINE and COLUMN (code points, from 1) of TEXT stand, which is the value
 * whose origin is ORIGIN.  A line of 0 is ORIGIN itself. */
struct origin origin_find(
	const struct origin *origin, const char *text, unsigned int line, unsigned int column);

struct diags;

/* Adds a mistake at ORIGIN to DIAGS; HINT may be NULL or empty. */
void origin_complain(struct diags *diags, const struct origin *origin, const char *hint,
	const char *format, ...) PRINTF_LIKE(4, 5);
/* The same for what may stay as it is. */
void origin_warn(struct diags *diags, const struct origin *origin, const char *hint,
	const char *format, ...) PRINTF_LIKE(4, 5);

/* Adds to DIAGS what FOUND holds about TEXT, the value at ORIGIN, each at its
 * place in the file and with WHAT ("stream `acme'") before its words. */
void origin_add_diags(const struct origin *origin, const char *text, const char *what,
	const struct diags *found, struct diags *diags);
