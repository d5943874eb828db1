/* push/network.h: who calls, as far as it can be told from an address.
 *
 * Of IPv4 the address; of IPv6 the first 64 bits, which one host has for itself.
 */
#pragma once

#include <netinet/in.h>
#include <stdbool.h>
#include <sys/socket.h>

struct network {
	bool is_known;
	struct in6_addr prefix;
};

/* False, and *RET is unknown, for what is no internet address. */
bool network_of(const struct sockaddr *address, socklen_t size, struct network *ret);
/* Unknown ones are not. */
bool network_is_same(const struct network *a, const struct network *b);
