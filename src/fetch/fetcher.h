/* fetch/fetcher.h: the scheduler: asks every source when its time has come.
 *
 * One fetcher serves all sources on the loop of its client.  It holds a copy of
 * each source's state; what is in flight is bounded, in all and per host, and a
 * source that waits for its host delays no other.  The settings that it is
 * given must live until the next fetcher_set_sources() or fetcher_free().
 *
 * Due times run on the loop's clock, so a jump of the wall clock neither stops
 * nor hurries anything.
 */
#pragma once

#include <systemd/sd-event.h>

#include "base/random.h"
#include "config/settings.h"
#include "fetch/answer.h"
#include "http/client.h"
#include "record/source_state.h"

struct fetcher;

/* What a source is to be asked. */
struct fetch_request {
	const char *url;
	const char *const *headers;        /* "Name: value", NULL-terminated; NULL: none */
	const char *const *secret_headers; /* the same; not sent to another host */
	bool is_feed;        /* at its own address: feeds are asked for, and validators sent */
	const char *problem; /* with an error: why, in words; NULL: unknown */
};

struct fetcher_options {
	sd_event *event;
	struct http_client *client;
	const struct clock *clock;
	struct random *random;
	/* Called once for each finished fetch, on the loop, at most one a turn,
	 * but not for one that was cancelled.  STATE is the source's state before
	 * the fetch.  Decodes, calls policy_apply() on STATE, and stores posts and
	 * STATE in one transaction; strings of STATE live in the answer's arena.
	 * With pages in STATE->page the source is asked again at once, or when the
	 * page's time has come.
	 * Above 0: the answer is still being read, and fetcher_settle() says what came
	 * of it; the source keeps its place among those in flight until then.  What is
	 * needed of ANSWER has been copied, or moved out.
	 * Negative: nothing was stored; the fetcher keeps the old state and backs
	 * off. */
	int (*on_answer)(const struct source_settings *source, const struct fetch_answer *answer,
		struct source_state *state, void *userdata);
	/* The next request to SOURCE, whose state is STATE, into *RET, made in ARENA;
	 * negative is an answer with that error.  May be NULL: the address of
	 * STATE. */
	int (*make_request)(const struct source_settings *source, const struct source_state *state,
		struct arena *arena, struct fetch_request *ret, void *userdata);
	/* The password of SOURCE into *RET, which the fetcher frees; NULL without
	 * one.  Negative is an answer with that error.  May be NULL. */
	int (*find_password)(const struct source_settings *source, char **ret, void *userdata);
	void *userdata;
};

/* A fetcher without sources. */
int fetcher_new(const struct fetcher_options *options, struct fetcher **ret);
/* Cancels what is in flight, without on_answer. */
void fetcher_free(struct fetcher *fetcher);
DEFINE_CLEANUP(struct fetcher *, fetcher_free);

/* Takes the sources and bounds of SETTINGS, at the start and after a reload.
 * STATES has the stored state of each source, in their order: {0} for one that
 * was never asked, or whose configured address is another now.  A source that
 * stays (same name, same address) keeps the state and the fetch that it has;
 * what is no longer wanted is cancelled, and
 * one that is gone here, but not in STATES, is asked again.  Sources that are due at once are
 * spread over a short time.  -ENOMEM, and the old sources stay. */
int fetcher_set_sources(struct fetcher *fetcher, const struct settings *settings,
	const struct source_state *states);

/* What came of the answer of the source NAME that was being read: RESULT and STATE are
 * as on_answer's, STATE unused below 0.  -ECANCELED: it was not read to its end, by no
 * fault of its source, which is asked again within a minute.  No harm when the source is there
 * no more. */
void fetcher_settle(
	struct fetcher *fetcher, const char *name, int result, const struct source_state *state);

/* The next source that is gone, at or after *POSITION, *POSITION behind it; NULL at
 * the end.  Start with 0. */
const char *fetcher_next_gone(const struct fetcher *fetcher, size_t *position);

/* Asks every enabled source once, now, and calls ON_ALL_DONE from the loop when
 * the last has answered; nothing is asked again after that.  Sources that are
 * gone, and those whose server answered 429 or 503 and whose time has not come,
 * are left out. */
int fetcher_poll_once(struct fetcher *fetcher, void (*on_all_done)(void *userdata), void *userdata);

/* Asks the source NAME now, also when it is not due; -ENOENT. */
int fetcher_poll_source(struct fetcher *fetcher, const char *name);

/* Asks the source NAME now because there may be something new, unless it is being
 * asked, was asked within the last LEAST_US, or its server wants us to wait.  One
 * that is not there is left alone. */
void fetcher_hurry_source(struct fetcher *fetcher, const char *name, int64_t least_us);

/* The source NAME brought a new post at AT_US by another way than a poll. */
void fetcher_note_new_post(struct fetcher *fetcher, const char *name, int64_t at_us);

struct fetcher_stats {
	size_t n_sources; /* enabled */
	size_t n_in_flight;
	size_t n_waiting; /* due, but out of room in all or at their host */
	uint64_t n_fetches;
	uint64_t n_failures;       /* without an answer */
	int64_t longest_answer_us; /* the slowest on_answer */
};

void fetcher_get_stats(const struct fetcher *fetcher, struct fetcher_stats *ret);
