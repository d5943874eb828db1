/* text/discover.h: the feeds that an HTML page names. */
#pragma once

#include "record/post.h"

/* Adds the absolute addresses of the page's <link rel="alternate"> of a feed's
 * type, each once, at most 20.  BASE is the page's own address; a <base href>
 * changes it.  -ENOMEM. */
int discover_feeds(struct slice html, struct slice base, struct arena *arena, struct texts *feeds);
