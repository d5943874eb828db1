/* text/mailbox.h: one mailbox, as a person writes it.
 *
 *	Support Team <support@acme.example>
 *	Maya, Marketing (Nairobi) <maya@acme.example>
 *	"Team \"Support\"" <support@acme.example>
 *	служба <support@приклад.укр>
 *	support@acme.example
 *
 * The only reader of mailboxes: what the settings take here can be written into
 * a header and given to a mail server.  A name is taken as it reads, with or
 * without the quotes that RFC 5322 wants around some; writing them is up to who
 * writes a header.  Domains of other scripts become ASCII (UTS #46).
 *
 * Groups, lists, routes, quoted local parts and domain literals are refused; so
 * are controls, which would add a header or a recipient.
 */
#pragma once

#include "base/arena.h"

struct mailbox {
	const char *name;    /* display name, as it reads; NULL: none */
	const char *address; /* addr-spec, ASCII */
	const char *domain;  /* its right side, within ADDRESS */
};

/* Why a text is no mailbox; literals. */
struct mailbox_mistake {
	const char *problem; /* NULL: it is nothing like a mailbox */
	const char *hint;    /* NULL: no advice */
};

/* Strings in *RET are copies in ARENA.  -EINVAL with *RET_MISTAKE, which may be
 * NULL; -ENOMEM. */
int mailbox_parse(struct slice text, struct arena *arena, struct mailbox *ret,
	struct mailbox_mistake *ret_mistake);
