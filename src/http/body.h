/* http/body.h: the bytes of an answer, and what they take of the memory for all.
 *
 * A body may be as large as its source's bound; many at once would be many times that.
 * A small one takes nothing.  One that grows beyond BODY_SMALL_BYTES takes its whole bound
 * of the client's budget, and waits where that is spent, until other bodies are released:
 * who has a share never waits again, and who is alone gets one however large its bound
 * is, so each comes to its end.  First come, first served.
 */
#pragma once

#include <sys/queue.h>

#include <systemd/sd-event.h>

#include "base/str.h"

enum {
	BODY_SMALL_BYTES = 1 << 20,
	BODY_BUDGET_BYTES = 64 << 20, /* of the bounds of all large ones */
};

struct body_share;
TAILQ_HEAD(body_shares, body_share);

struct body_budget {
	size_t n_taken; /* bytes */
	struct body_shares waiting;
	sd_event_source *grant; /* gives to those who wait, on a turn of the loop of its own */
};

struct body_share {
	struct body_budget *budget; /* NULL: it has none, and does not wait */
	size_t n_bytes;
	bool is_waiting;
	/* It has what it waited for. */
	void (*on_granted)(void *userdata);
	void *userdata;
	TAILQ_ENTRY(body_share) entry;
};

/* {0} is empty, without a share. */
struct http_body {
	struct str bytes;
	struct body_share share; /* whose bytes are above, and no other's */
};

/* BUDGET must outlive all its shares. */
int body_budget_open(struct body_budget *budget, sd_event *event);
void body_budget_close(struct body_budget *budget);

/* Takes N_BYTES for SHARE, which is {0} or has them: true, or it waits for ON_GRANTED, with
 * USERDATA, and may not be moved. */
bool body_share_take(struct body_share *share, struct body_budget *budget, size_t n_bytes,
	void (*on_granted)(void *userdata), void *userdata);
/* All has come, and is no more than N_BYTES: gives the rest back. */
void body_share_shrink(struct body_share *share, size_t n_bytes);
/* Gives it back, or up. */
void body_share_release(struct body_share *share);

/* Releases bytes and share. */
void http_body_done(struct http_body *body);
/* FROM, which does not wait, is empty then; what TO held is not released. */
void http_body_move(struct http_body *from, struct http_body *to);
