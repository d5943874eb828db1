/* daemon/grouping.h: from posts that say the same to stories.
 *
 * A story is what hangs together: two posts that are near each other and in
 * the window are of one story, and so are those near these.  So it is the same
 * whatever came first, and a stream that is applied later finds the stories that
 * it would have made from the start.  All that is known stands in the database:
 * a command that applies streams beside the daemon sees the same.
 */
#pragma once

#include "daemon/turn.h"

/* Puts POST, a mention, into the story of the posts that say the same, and makes
 * one story of several that it joins.  Which posts share a story does not depend
 * on the order in which they come.  One that has a story stays there. */
int grouping_join(struct turn *turn, const struct post *post, int64_t post_id);
/* The same after the text of POST changed, from the story OLD_ID (0: none). */
int grouping_move(struct turn *turn, const struct post *post, int64_t post_id, int64_t old_id);
/* What a post that left STORY_ID held together falls apart. */
int grouping_split(struct turn *turn, int64_t story_id);
