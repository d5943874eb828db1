/* decode/footer.h: what software adds at the end of each post.
 *
 * It is not said by the author: a blog with a brand in its name would make each of
 * its posts a mention.  Only known forms at the very end count; a sentence that
 * reads like one stays.
 */
#pragma once

#include "base/slice.h"

/* What tells a footer from a sentence. */
struct footer_evidence {
	const size_t *links; /* offsets in the text at which links begin */
	size_t n_links;
	struct slice title; /* of the post; empty: unknown */
};

/* The length of TEXT without the footers at its end; that of TEXT when it has none. */
size_t footer_find(struct slice text, const struct footer_evidence *evidence);

/* Whether a footer's link to ADDRESS leads to what the post is about all the same, as
 * Reddit's [link] may. */
bool footer_links_out(struct slice footer, struct slice address);
