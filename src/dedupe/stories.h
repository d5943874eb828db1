/* dedupe/stories.h: which story a post belongs to.
 *
 * The fingerprints of the last days in memory, 24 bytes each, searched one
 * after the other: a hundred thousand take a tenth of a millisecond, and only
 * posts that are mentions are looked up.  The store keeps them; this is filled
 * from there at start, and told of a post only after its transaction.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/macro.h"

struct stories;

int stories_new(struct stories **ret);
void stories_free(struct stories *stories);
DEFINE_CLEANUP(struct stories *, stories_free);

/* Remembers that a post with FINGERPRINT, seen at AT_US, belongs to STORY_ID.
 * A fingerprint of 0 is not remembered.  -ENOMEM. */
int stories_add(struct stories *stories, uint64_t fingerprint, int64_t story_id, int64_t at_us);

/* The story of the nearest fingerprint that was seen within the window before
 * AT_US and is near enough; 0 when there is none. */
int64_t stories_find(const struct stories *stories, uint64_t fingerprint, int64_t at_us);

/* Whether two fingerprints are near enough to be one story; 0 is near nothing. */
bool stories_is_near(uint64_t a, uint64_t b);

/* Forgets what was seen before UNTIL_US. */
void stories_forget(struct stories *stories, int64_t until_us);

/* How far back stories reach. */
int64_t stories_window_us(void);
