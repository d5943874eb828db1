/* text/url.h: addresses as text (RFC 3986).
 *
 * Nothing here asks the network.  Non-ASCII characters stay as they are (IRIs);
 * white space at the ends and line breaks anywhere are no part of an address,
 * other spaces become %20.
 */
#pragma once

#include "base/slice.h"

struct str;

struct url {
	struct slice scheme; /* without `:'; empty when it has none */
	struct slice user;   /* "name:password"; empty */
	struct slice host;   /* with the brackets of an IPv6 address */
	struct slice port;
	struct slice path;
	struct slice query;    /* without `?' */
	struct slice fragment; /* without `#' */
	bool has_authority, has_query, has_fragment;
};

/* Cuts TEXT into its parts (RFC 3986, appendix B); every text has some. */
void url_split(struct slice text, struct url *ret);

/* Whether TEXT is an absolute http or https address with a host: what we link
 * to and fetch. */
bool url_is_web(struct slice text);

/* Appends REFERENCE as an absolute address, resolved against BASE (RFC 3986, §
 * 5.2), dot segments removed.  BASE may be empty.  Returns 1, or 0 and appends
 * nothing when the result has no scheme. */
int url_resolve(struct slice base, struct slice reference, struct str *str);

/* The host in lower case is appended; 0 when TEXT has none. */
int url_host(struct slice text, struct str *str);

/* Appends TEXT in one form: scheme and host in lower case, no default port, "/"
 * for an empty path, escapes in upper case and none for unreserved characters
 * (RFC 3986, § 6.2.2).  The fragment stays: comments have their own. */
void url_normalize(struct slice text, struct str *str);

/* Appends what two addresses of one thing have in common: url_normalize()
 * without scheme, for http and https are the same there; others keep it. */
void url_key(struct slice text, struct str *str);
