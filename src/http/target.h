/* http/target.h: the address that a request goes to, parsed once (RFC 3986, by
 * libcurl).  text/url.h is for addresses as text.
 *
 * Only http, https, smtp and smtps are known.  Host names come out in lower
 * case and as ASCII (IDNA), IPv4 addresses in dotted form however they were
 * written ("0x7f.1"), IPv6 addresses without brackets.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/macro.h"

struct target {
	char *text; /* the whole, encoded, without user, password and fragment */
	char *scheme;
	char *host;
	char *user;     /* decoded; NULL: none */
	char *password; /* the same */
	uint16_t port;
};

/* Reads TEXT, against BASE when it may be relative (else NULL), into *RET.
 * -EINVAL for what is no such URL, -EACCES for another scheme, -EMSGSIZE when
 * it is longer than 8 KiB, -ENOMEM. */
int target_parse(const char *text, const char *base, struct target *ret);
void target_done(struct target *url);

/* Whether both have scheme, host and port in common (RFC 6454). */
bool target_same_origin(const struct target *a, const struct target *b);

/* Why target_parse() gave ERROR, in words. */
const char *url_words(int error);
