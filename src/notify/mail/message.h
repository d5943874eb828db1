/* notify/mail/message.h: a mail as bytes (RFC 5322, 2045 to 2047).
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
#include "record/mail_content.h"

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

enum { MESSAGE_ID_SIZE = 320 };

/* "alert.0c8f...@acme.example", without the angle brackets: KIND is dot-atom text, KEY from
 * notice_key_make(), DOMAIN the sender's.  -EINVAL when they make no id. */
int message_id_make(
	const char *kind, const char *key, const char *domain, char ret[MESSAGE_ID_SIZE]);
