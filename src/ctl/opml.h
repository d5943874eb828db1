/* ctl/opml.h: OPML, in which feed readers hand over what they follow.
 *
 * Versions 1.0 and 2.0 (opml.org/spec2.opml) as programs really write them:
 * folders are outlines around outlines, the address is called xmlUrl in any
 * case, and what is broken is salvaged by text/markup.h.
 */
#pragma once

#include "record/post.h"

struct diags;
struct str;

struct opml_feed {
	const char *title;    /* as written, references replaced; NULL: none */
	const char *url;      /* as a source may have it */
	struct texts folders; /* around it, the outermost first, and its categories */
};

struct opml {
	struct opml_feed *feeds;
	size_t n_feeds;
	size_t n_duplicates; /* feeds that stood there before; their folders count */
	size_t n_skipped;    /* with an address that no source may have */
};

/* Reads TEXT into *RET, made in ARENA.  What is skipped or mended is a warning.
 * -EPROTONOSUPPORT when it is no OPML, -EMSGSIZE beyond 20000 feeds, -ENOMEM. */
int opml_read(struct slice text, struct arena *arena, struct opml *ret, struct diags *warnings);

/* Appends FEEDS as OPML 2.0: those with folders stand in each of them, as other
 * programs understand it.  Texts may be any UTF-8. */
void opml_write(struct str *str, const struct opml_feed *feeds, size_t n);
