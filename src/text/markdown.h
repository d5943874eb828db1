/* text/markdown.h: Markdown to the HTML that html_to_text() reads.
 *
 * As much of CommonMark and of GitHub's and Reddit's additions as plain text
 * needs: what marks goes, what is said stays, links become <a>.  HTML in the
 * text stays HTML.  Nothing fails, and the work is linear in the length but
 * for a small factor.
 */
#pragma once

#include "base/slice.h"

struct str;

/* Appends MARKDOWN as HTML to HTML; each line ends with a break. */
void markdown_to_html(struct slice markdown, struct str *html);
