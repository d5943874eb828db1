/* dedupe/identity.h: when two entries are the same post.
 *
 * Pure functions of the post; which keys were seen before is the store's to
 * know.  Uses base/, record/, text/.
 */
#pragma once

#include "record/post.h"

/* What is compared; strings are the arena's. */
struct post_identity {
	const char *id_key;    /* the source's id, as an address when it is one */
	const char *url_key;   /* the permalink without scheme; NULL: none */
	uint64_t content_hash; /* of title and text, white space folded: changes with an edit */
	uint64_t title_hash;   /* of the title alone; of the text where there is none */
	enum link_role link;   /* LINK_OWN until the others are settled, when there is no id */
	bool is_repeated;      /* an earlier entry of the feed is the same post */
};

/* A post without id is known by its permalink (and by what it says, where others are
 * there: the store decides on what was there before), and without one by its content.
 * -ENOMEM. */
int identity_of(const struct post *post, struct arena *arena, struct post_identity *ret);

/* Settles which of the N entries of one feed are the same post.  Those that share
 * id and address are one, told by the first; without an id those are that share
 * address and content.  An id that stands at several
 * addresses (or, without one, at several texts) names no post: the address
 * becomes a part of it.  -ENOMEM. */
int identity_settle(struct post_identity *identities, size_t n, struct arena *arena);
