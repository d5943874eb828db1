/* fetch/answer.h: what a server said to one poll.
 *
 * A plain record that the later stages read; its strings live in its arena or
 * in the HTTP answer behind it, until the callback of the fetcher returns.
 * Posts, mentions and the new state of the source are made in the same arena.
 */
#pragma once

#include "base/arena.h"
#include "base/clock.h"
#include "base/str.h"
#include "http/body.h"

struct fetch_answer {
	int error;              /* 0, or why there is no answer (http/client.h) */
	const char *error_text; /* in words; "" without error */
	int status;             /* HTTP; 0 with an error */
	bool conditional;       /* a validator was sent, so 304 makes sense */
	struct slice body;
	struct http_body *body_owner; /* holds BODY, and may be moved out; NULL: nobody */
	const char *content_type;     /* media type, lower case, without parameters; NULL: none */
	const char *charset;          /* from Content-Type; NULL: none */
	const char *url;              /* asked last: the base of relative links */
	const char *permanent_url;    /* the source moved there for good; NULL: it didn't */
	const char *etag;             /* byte for byte; NULL: none */
	const char *last_modified;    /* byte for byte; NULL: none */
	struct instant retry_after;   /* Retry-After, at most two days ahead */
	struct instant fresh_until;   /* Cache-Control: max-age less Age, else Expires */
	struct instant limit_until;   /* a rate limit is used up until then */
	struct instant at;            /* when the answer was complete */
	int64_t elapsed_us;
	struct slice headers; /* for what only a preset knows (http/header.h) */
	struct arena *arena;
};

/* Reads the HEADER Content-Type ("application/rss+xml; charset=utf-8"; empty: none) into
 * ANSWER, with ARENA.  -ENOMEM. */
int fetch_answer_set_type(struct fetch_answer *answer, struct slice header, struct arena *arena);

/* A copy of ANSWER that lives after the callback: its texts are made in ARENA, and the
 * bytes of its body are moved to BODY, which the caller releases.  -ENOMEM. */
int fetch_answer_keep(const struct fetch_answer *answer, struct arena *arena,
	struct http_body *body, struct fetch_answer *ret);

struct http_answer;
struct preset_limits;

/* Reads ANSWER, received at NOW_US, into *RET, with ARENA.  LIMITS, which may be
 * NULL, names headers of rate limits beside the usual ones.  -ENOMEM. */
int fetch_answer_read(const struct http_answer *answer, const struct preset_limits *limits,
	int64_t now_us, struct arena *arena, struct fetch_answer *ret);
