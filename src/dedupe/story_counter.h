/* dedupe/story_counter.h: how many stories a number of posts tells.
 *
 * For posts that are in no database, or in none as mentions: what they would be.
 */
#pragma once

#include "base/macro.h"
#include "dedupe/sketch.h"

struct story_counter;

/* SETTINGS must live as long. */
int story_counter_new(const struct story_settings *settings, struct story_counter **ret);
void story_counter_free(struct story_counter *counter);
DEFINE_CLEANUP(struct story_counter *, story_counter_free);

/* Adds a post, fetched at AT_US; posts come in order of time, either way.  -ENOMEM. */
int story_counter_add(
	struct story_counter *counter, const struct post *post, struct words *words, int64_t at_us);
size_t story_counter_count(const struct story_counter *counter);
