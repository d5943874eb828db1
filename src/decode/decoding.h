/* decode/decoding.h: a body, read step by step.
 *
 * A body of megabytes is read in steps that are bounded in bytes and posts, so
 * that the loop turns between them, and with memory that does not grow with it:
 * what one step made is the caller's, in an arena of its own.
 *
 * What a feed says of itself may stand behind its items.  A caller that needed
 * more than one step rewinds and reads again: then each post has the feed's
 * author and language wherever these stand.
 */
#pragma once

#include "decode/decode.h"

struct decoding;

/* A step ends, too, when its posts take this many times its max_bytes: a short link may
 * be a long address.  So an arena of DECODING_ARENA_BYTES(max_bytes) is enough for any. */
enum { DECODING_GROWTH = 4, DECODING_POST_BYTES = 4 << 20 };
#define DECODING_ARENA_BYTES(max_bytes) ((max_bytes)*DECODING_GROWTH + DECODING_POST_BYTES)

/* Where a step ends, whichever comes first.  0: no bound. */
struct decoding_limit {
	size_t max_bytes; /* of the body; a step may end within an entry */
	size_t max_posts; /* entries without anything to keep count, too */
};

/* BODY must live as long as *RET does, as must what OPTIONS refers to and WARNINGS, which
 * may be NULL.  Nothing is read yet.  -ENOMEM. */
int decoding_new(struct slice body, const struct decode_options *options, struct diags *warnings,
	struct decoding **ret);
void decoding_free(struct decoding *decoding);
DEFINE_CLEANUP(struct decoding *, decoding_free);

/* Reads on; *RET has the posts of this step, made in ARENA: perhaps none, as in the first
 * steps of a long body, which make its text and recognise it.  1: there is more, 0: this was
 * the end; errors as decode_feed() (what came out before stays good). */
int decoding_step(struct decoding *decoding, const struct decoding_limit *limit,
	struct arena *arena, struct post **ret, size_t *ret_n);

/* What is known of the feed so far, whole after the end and from then on, also while it
 * is read again; .posts is not used, .n_posts counts those of all steps.  Lives as long
 * as DECODING. */
const struct feed *decoding_feed(const struct decoding *decoding);

/* Begins anew: the same posts once more, but with the author and language that the
 * feed was found to have.  What is wrong is not told a second time.  -ENOMEM. */
int decoding_rewind(struct decoding *decoding);
