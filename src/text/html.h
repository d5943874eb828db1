/* text/html.h: HTML to plain text.
 *
 * Scripts, styles and the like are dropped, block elements and <br> become line
 * breaks (never more than one in a row, none at the ends), white space is
 * folded except in <pre>, references are replaced.  Broken HTML is read like
 * any other; the work is linear in its length.
 */
#pragma once

#include "base/slice.h"

struct str;

enum html_mode {
	HTML_BLOCKS, /* a body: lines */
	HTML_LINE,   /* a title: one line, and only the names of HTML's elements are tags, so
			that "Vector<int>" stays */
};

struct html_options {
	enum html_mode mode;
	/* Called for each <a href>, as written but with references replaced, in
	 * order; not for those that a network makes of hashtags and handles.  May
	 * be NULL. */
	void (*on_link)(struct slice href, void *userdata);
	/* The same for <base href>, from which the links behind it start. */
	void (*on_base)(struct slice href, void *userdata);
	/* Called for each <img> of more than one pixel with a description ALT, and SRC
	 * (may be empty); not for those that stand for emoji, whose ALT is text. */
	void (*on_image)(struct slice alt, struct slice src, void *userdata);
	void *userdata;
};

/* Appends the plain text of HTML to STR.  OPTIONS NULL: blocks, no links. */
void html_to_text(struct slice html, const struct html_options *options, struct str *str);

/* Whether TEXT, which is said to be plain, holds HTML all the same: an end tag,
 * <p>, <br> or <img>. */
bool html_is_likely(struct slice text);

/* Whether HTML has an element NAME; case does not count. */
bool html_has_element(struct slice name);
