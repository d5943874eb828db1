/* text/mailbox.h: one mailbox, as a person writes it (RFC 5322, 3.4).
 *
 *	Support Team <support@acme.example>
 *	"Team, Support" <support@acme.example>
 *	support@acme.example
 *
 * Groups, lists, comments, routes and domain literals are refused; so are CR,
 * LF and NUL, which would add a header or a recipient.
 */
#pragma once

#include "base/arena.h"

struct mailbox {
	const char *name;    /* display name, unquoted; NULL: none */
	const char *address; /* addr-spec */
	const char *domain;  /* its right side, within ADDRESS */
};

/* Strings in *RET are copies in ARENA.  -EINVAL, -ENOMEM. */
int mailbox_parse(struct slice text, struct arena *arena, struct mailbox *ret);
