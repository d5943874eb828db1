/* daemon/turn.h: one unit of work on the store.
 *
 * A slice of a body, the events of a stream, a look at the rules each minute, a digest,
 * some posts that a new stream is applied to: each is a turn, which is short, because
 * the loop waits meanwhile, and whole, because it is one transaction.
 */
#pragma once

#include "base/arena.h"
#include "base/clock.h"
#include "base/random.h"
#include "daemon/tools.h"
#include "store/store.h"

/* What all turns have in common; a reload changes the tools. */
struct turn_context {
	const struct tools *tools;
	struct store *store;
	const struct clock *clock;
	struct random *random;
};

/* What a turn changed. */
struct turn_result {
	size_t n_new, n_edited, n_mentions, n_alerts, n_mails;
};

struct turn {
	const struct tools *tools;
	struct store *store;
	struct random *random;
	int64_t now_us;        /* of all that it writes */
	int64_t fetched_us;    /* of the posts that it brings: now, but after the last digest */
	struct arena *arena;   /* all that lives as long as it */
	struct arena *scratch; /* of one look at something; reset by each who looks */
	struct turn_result result;
};

enum turn_kind {
	TURN_WRITES,
	TURN_LOOKS, /* changes nothing; the store may be one for reading */
};

/* The most that a turn may take: one fetch at the limit of its body, several times
 * over (posts, words, hits and rendered mails). */
enum { TURN_ARENA_BYTES = 512 << 20 };

/* WORK(turn, USERDATA), in one transaction.  Returns what it returns; below 0 nothing
 * was written, and *RET (NULL: nobody asks) stays. */
int turn_run(const struct turn_context *context, enum turn_kind kind,
	int (*work)(struct turn *turn, void *userdata), void *userdata, struct turn_result *ret);

/* ALL and what ONE turn more changed. */
void turn_result_add(struct turn_result *all, const struct turn_result *one);
