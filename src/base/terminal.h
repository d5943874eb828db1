/* base/terminal.h: text from outside, made harmless for a terminal or a log.
 *
 * Posts, names and error messages of servers may hold escape sequences and
 * bidi controls that rewrite what a person sees (operations: output contexts).
 */
#pragma once

#include <stdio.h>

#include "base/slice.h"

struct str;

/* Appends TEXT with C0, C1, DEL and bidi control characters replaced by
 * U+FFFD; line breaks and tabs become a space. */
void terminal_add_safe(struct str *str, struct slice text);

/* As terminal_add_safe() for what is also read by programs: line breaks, tabs and the
 * marks that right-to-left text needs stay. */
void terminal_add_data(struct str *str, struct slice text);

/* Appends the line LINE, indented, and below it a caret under the code point
 * COLUMN (from 1).  A long line is cut around the caret. */
void terminal_add_excerpt(struct str *str, struct slice line, unsigned int column);

/* Whether colour may be used on OUT: a terminal that is not dumb, and NO_COLOR
 * is not set (no-color.org). */
bool terminal_has_color(FILE *out);

/* Columns that TEXT takes on a terminal, by wcwidth()'s rules as far as they
 * go without a locale: combining marks 0, East Asian wide and emoji 2. */
size_t terminal_width(struct slice text);
