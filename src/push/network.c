#include "push/network.h"

#include <string.h>

enum { PREFIX_BYTES = 8, V4_OFFSET = 12 };

/* As IPv6 writes it, so that one socket for both sees one caller. */
static void map_v4(const struct in_addr *address, struct in6_addr *ret)
{
	ret->s6_addr[10] = ret->s6_addr[11] = 0xFF;
	memcpy(ret->s6_addr + V4_OFFSET, address, sizeof(*address));
}

bool network_of(const struct sockaddr *address, socklen_t size, struct network *ret)
{
	*ret = (struct network){0};
	if (address->sa_family == AF_INET && size >= sizeof(struct sockaddr_in)) {
		struct sockaddr_in v4;

		memcpy(&v4, address, sizeof(v4));
		map_v4(&v4.sin_addr, &ret->prefix);
		ret->is_known = true;
	}
	if (address->sa_family == AF_INET6 && size >= sizeof(struct sockaddr_in6)) {
		struct sockaddr_in6 v6;

		memcpy(&v6, address, sizeof(v6));
		memcpy(&ret->prefix, &v6.sin6_addr,
			IN6_IS_ADDR_V4MAPPED(&v6.sin6_addr) ? sizeof(ret->prefix) : PREFIX_BYTES);
		ret->is_known = true;
	}
	return ret->is_known;
}

bool network_is_same(const struct network *a, const struct network *b)
{
	return a->is_known && b->is_known && memcmp(&a->prefix, &b->prefix, sizeof(a->prefix)) == 0;
}
