/* record/digest.h: what a digest tells, before it has a form.
 *
 * The window is by the time of fetching, half-open: from <= fetched < until.
 */
#pragma once

#include "record/delivery.h"
#include "record/item.h"

struct items {
	struct item *list; /* the most important first, cut to what a mail can hold */
	size_t n;
	size_t n_all; /* how many there are in all */
};

/* How long before it came a post was said that is no news: of a source that is new here,
 * or of an archive. */
#define DIGEST_OLD_US (3 * US_PER_DAY)

/* One stream in a window, and in the window of the same length before it. */
struct stream_count {
	const char *name;
	const char *label;
	const char *kind; /* "brand", "competitor", "topic" */
	size_t n_mentions, n_stories;
	size_t n_positive, n_neutral, n_negative, n_unknown, n_angry;
	size_t n_mentions_before;
	size_t n_old; /* said long before they came, and in no other number */
};

struct rising_word {
	const char *text; /* with # when it is a hashtag */
	size_t n_now, n_before;
};

struct source_health {
	const char *name;
	const char *problem; /* in words: what is wrong, since when */
	struct instant last_success;
	struct instant last_new_post;
	unsigned int failures;
};

struct map;

struct digest {
	int64_t from_us, until_us;
	const char *timezone; /* IANA, in which times are told */
	/* Bases (text/words.h) of words that do not rise; not owned, NULL: none. */
	const struct map *stop_words;

	/* In the order in which they are told. */
	struct items needs_answer; /* incidents opened in the window that nobody took */
	struct items still_open;   /* older ones */
	struct items negative;
	struct items positive;
	struct items news; /* stories with several copies, and what sources without authors wrote */
	struct rising_word *rising;
	size_t n_rising;
	struct stream_count *streams; /* brands, competitors, topics */
	size_t n_streams;
	struct source_health *troubled; /* failing or silent */
	size_t n_troubled;
	size_t n_sources;           /* polled in all */
	struct failed_mails failed; /* mails that nobody got */
	size_t n_held_back;         /* mails that a cap or cooldown held back since the last one */
};

/* (positive - negative) / all, -1 to 1; 0 for none. */
double net_sentiment(const struct stream_count *count);
