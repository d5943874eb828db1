/* notify/mail/mail_header.h: header fields of a mail, folded and encoded.
 *
 * Each appends one whole field with its CRLF.  Lines have at most 78
 * characters, those with encoded words 76 (RFC 5322 2.1.1, RFC 2047 2); only a
 * single address or id that is longer makes a longer line.
 */
#pragma once

#include "base/str.h"
#include "text/mailbox.h"

/* Text for people ("Subject").  Line breaks, tabs and controls become a space,
 * bidi controls go; what is not plain ASCII becomes encoded words, cut
 * between code points. */
void mail_header_add_text(struct str *str, const char *name, struct slice text);

/* "From: Name <a@b>". */
void mail_header_add_mailbox(struct str *str, const char *name, const struct mailbox *mailbox);

/* A value that is well-formed as it is, folded after the colon when the line is
 * too long.  VALUE must be printable ASCII. */
void mail_header_add_token(struct str *str, const char *name, const char *value);

/* "List-Id: Words <id>" and the like: PHRASE as an encoded or quoted phrase. */
void mail_header_add_phrase(
	struct str *str, const char *name, struct slice phrase, const char *bracketed);
