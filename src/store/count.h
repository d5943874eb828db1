/* store/count.h: how many mentions, and of which kind.
 *
 * Inside of store/ only.
 */
#pragma once

#include "record/digest.h"
#include "store/rows.h"

/* What count_read() reads, in its order: of mention AS m and post AS p. */
#define COUNT_COLUMNS                                                                              \
	"count(*), count(DISTINCT p.story_id), coalesce(sum(m.label = 'positive'), 0),"            \
	" coalesce(sum(m.label = 'neutral'), 0), coalesce(sum(m.label = 'negative'), 0),"          \
	" coalesce(sum(m.label = 'unknown'), 0), coalesce(sum(m.angry), 0)"

/* Whether mention m of post p was said more than SECONDS, an expression, before it came. */
#define COUNT_IS_OLD(seconds)                                                                      \
	"coalesce(p.published_utc < datetime(m.fetched_utc, '-' || " seconds " || ' seconds'), 0)"

void count_read(struct rows *rows, struct stream_count *ret);
