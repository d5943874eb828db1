/* notify/message.h: a mail as bytes (RFC 5322, 2045 to 2047).
 *
 * A pure function of its input: rendered once, stored in the outbox, sent as
 * it is, and the same input gives the same bytes.  Text from outside can break
 * no header and no line: headers become encoded words of at most 75 characters
 * on lines of at most 78, both bodies quoted-printable with CRLF on lines of at
 * most 76.
 *
 * Uses base/, record/, text/ (local time of Date).
 */
#pragma once

#include "base/arena.h"
#include "record/delivery.h"

struct message {
	enum delivery_kind kind;
	const char *from;       /* a mailbox as configured */
	const char *to;         /* a mailbox as configured */
	const char *message_id; /* without the angle brackets, from message_id_make() */
	const char *references; /* the thread's root, likewise; NULL: none */
	int64_t date_us;
	const char *timezone; /* of Date, IANA; NULL: UTC */
	const char *list;     /* digests: whose, a recipient's name; NULL: none */
	const char *contact;  /* takes unsubscriptions, if it is a mailbox; NULL: none */
	struct mail_content content;
};

enum { MESSAGE_MAX_BYTES = 512 * 1024 };

/* *RET lies in ARENA, CRLF, without dot-stuffing.  -EINVAL for a mailbox or an
 * id that is none, or for CR, LF, NUL in one; -EMSGSIZE, -ENOMEM. */
int message_render(const struct message *message, struct arena *arena, struct slice *ret);

/* What a Message-ID is made of: the same mail has the same one for ever. */
struct message_key {
	const char *topic;    /* "alert", "digest", "incident": dot-atom text */
	int64_t id;           /* row of the alert, digest run or incident */
	const char *address;  /* of the recipient; NULL for a thread's root */
	const char *instance; /* UUID of the database */
	const char *from;     /* mailbox as configured: its domain is the right side */
};

/* "alert.57.k3x9q0.<instance>@acme.example" in ARENA.  -EINVAL,
 * -ENOMEM. */
int message_id_make(const struct message_key *key, struct arena *arena, const char **ret);
