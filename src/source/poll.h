/* source/poll.h: what a source is asked, and whether another page follows.
 *
 * A feed is asked at its address.  The API of a preset is asked for what came
 * since the newest post that is known, and then page by page until a page goes
 * back to it, so that no post between two polls is missed.  The cursor that is
 * stored, "TIME ID" of the newest post, moves with the last page only.
 *
 * Pure but for reading secrets, which is the caller's business.
 */
#pragma once

#include "base/arena.h"
#include "base/str.h"
#include "config/settings.h"
#include "record/source_state.h"

struct poll_request {
	const char *url;
	const char *const *headers;        /* "Name: value", NULL-terminated */
	const char *const *secret_headers; /* with a secret in them: for this host only */
	bool is_feed;                      /* at its own address, where validators make sense */
	const char *problem;               /* why there is none, in words; NULL */
};

/* Reads SECRET into *RET, which the caller frees.  -ENOENT. */
typedef int poll_secret_fn(const struct secret *secret, char **ret);

/* Makes the next request to SOURCE, whose state is STATE, in ARENA.  -ENOENT when
 * a secret cannot be read, which .problem tells; -ENOMEM. */
int poll_request(const struct source_settings *source, const struct source_state *state,
	poll_secret_fn *read_secret, struct arena *arena, struct poll_request *ret);

/* The same for the stream of SOURCE, which has one. */
int poll_stream_request(const struct source_settings *source, poll_secret_fn *read_secret,
	struct arena *arena, struct poll_request *ret);

/* What the posts of an answer say of the poll, noted one by one.  Starts as {0},
 * ends with poll_notes_done(). */
struct poll_notes {
	size_t n_posts;
	bool has_newest;
	struct instant newest_time;
	struct str newest_id; /* of the newest post */
	struct str last_id;   /* of the last one of the answer */
	bool is_known;        /* one of them is the newest that was known before the poll */
};

/* Notes POST, the next one of an answer that came AT, to a request that STATE led
 * to.  -ENOMEM. */
int poll_note(struct poll_notes *notes, const struct source_state *state, const struct post *post,
	struct instant at);
void poll_notes_done(struct poll_notes *notes);

/* What an answer says of the poll that it belongs to. */
struct poll_answer {
	const struct poll_notes *notes; /* of all its posts */
	struct instant reach;           /* how far back the page goes */
	const char *cursor;             /* for the next page; NULL: none */
	bool has_more;                  /* by number: there is a next page ... */
	unsigned int n_pages;           /* ... up to this one; 0: unknown */
	struct slice headers;           /* of the answer */
	struct instant wait;            /* until then the service wants no request */
};

struct poll_step {
	struct source_page page; /* .n is 0: that was the last one ... */
	const char *cursor;      /* ... and this is the new cursor; NULL: the old one */
	bool is_cut;             /* more pages than a poll may have: posts may be missing */
};

/* Whether another page follows the answer ANSWER to the request that STATE led
 * to.  Texts of *RET live in ARENA.  -ENOMEM. */
int poll_advance(const struct source_settings *source, const struct source_state *state,
	const struct poll_answer *answer, struct arena *arena, struct poll_step *ret);
