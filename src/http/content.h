/* http/content.h: the bytes of a body, whatever coding it is said to have.
 *
 * The bytes decide: what begins as gzip does is gzip, told or not, and what a server
 * merely calls coded ("utf-8", "aws-chunked", "gzip" over plain text) is taken as it
 * is.  What comes out, and what comes in, is bounded by the maximum of the body.
 *
 * Uses base/.  zlib's types stop in content.c.
 */
#pragma once

#include "base/str.h"

struct content;

/* What it can read, for Accept-Encoding. */
#define CONTENT_CODINGS "deflate, gzip"

/* BODY, which must live as long as *RET does, gets what was meant.  HEADERS are those
 * of the answer, lines as in struct http_answer; they may be empty.  -ENOMEM. */
int content_new(struct slice headers, struct str *body, struct content **ret);
void content_free(struct content *content);
DEFINE_CLEANUP(struct content *, content_free);

/* Takes the next BYTES, as they came.  The first failure sticks: -EBADMSG when they are
 * damaged or coded in a way that was not asked for, -EMSGSIZE beyond the maximum,
 * -ENOMEM. */
int content_add(struct content *content, struct slice bytes);

/* No more bytes come.  One that breaks off has what it has; errors as content_add(). */
int content_end(struct content *content);

/* The failure in words for the administrator; NULL: none, or BODY's own. */
const char *content_words(const struct content *content);
