#include "http/address.h"

#include <arpa/inet.h>
#include <string.h>

#include "base/macro.h"

struct prefix {
	uint8_t bytes[16];
	unsigned int bits;
};

static const struct prefix private_ipv4[] = {
	{{0}, 8}, {{10}, 8}, {{100, 64}, 10}, {{127}, 8}, {{169, 254}, 16}, {{172, 16}, 12},
	{{192, 0, 0}, 24}, {{192, 168}, 16}, {{198, 18}, 15},
	{{224}, 3}, /* multicast, reserved, broadcast */
};

static const struct prefix private_ipv6[] = {
	{{0x00, 0x64, 0xff, 0x9b, 0x00, 0x01}, 48}, /* NAT64 for local use, RFC 8215 */
	{{0x01, 0x00}, 64},                         /* discard, RFC 6666 */
	{{0x20, 0x01, 0x00, 0x00}, 32},             /* Teredo: the IPv4 address is obfuscated */
	{{0xfc}, 7},                                /* unique local */
	{{0xfe, 0x80}, 10},                         /* link-local */
	{{0xfe, 0xc0}, 10},                         /* site-local, deprecated */
	{{0xff}, 8},                                /* multicast */
};

/* IPv6 prefixes behind which an IPv4 address stands.  The compatible ones
 * (::/96) hold :: and ::1 too: 0.0.0.0/8 is private. */
static const struct {
	struct prefix prefix;
	size_t offset;
} carriers[] = {
	{{{0}, 96}, 12}, {{{[10] = 0xff, [11] = 0xff}, 96}, 12}, /* mapped */
	{{{0x00, 0x64, 0xff, 0x9b}, 96}, 12},                    /* NAT64, RFC 6052 */
	{{{0x20, 0x02}, 16}, 2},                                 /* 6to4 */
};

static bool has_prefix(const uint8_t *bytes, const struct prefix *prefix)
{
	const size_t whole = prefix->bits / 8;
	const uint8_t mask = (uint8_t)(0xFF00u >> prefix->bits % 8);

	return memcmp(bytes, prefix->bytes, whole) == 0 &&
	       (mask == 0 || (bytes[whole] & mask) == prefix->bytes[whole]);
}

static bool has_prefix_of(const uint8_t *bytes, const struct prefix *prefixes, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (has_prefix(bytes, &prefixes[i]))
			return true;

	return false;
}

static bool is_private_ipv4(const uint8_t *bytes)
{
	return has_prefix_of(bytes, private_ipv4, ARRAY_SIZE(private_ipv4));
}

bool address_is_private(const struct address *address)
{
	if (address->family == AF_INET)
		return is_private_ipv4(address->bytes);

	for (size_t i = 0; i < ARRAY_SIZE(carriers); i++)
		if (has_prefix(address->bytes, &carriers[i].prefix))
			return is_private_ipv4(address->bytes + carriers[i].offset);

	return has_prefix_of(address->bytes, private_ipv6, ARRAY_SIZE(private_ipv6));
}

int address_parse(const char *text, struct address *ret)
{
	struct address address = {.family = AF_INET};

	if (inet_pton(AF_INET, text, address.bytes) != 1) {
		address.family = AF_INET6;
		if (inet_pton(AF_INET6, text, address.bytes) != 1)
			return 0;
	}

	*ret = address;
	return 1;
}

int address_from_sockaddr(const struct sockaddr *socket_address, struct address *ret)
{
	struct address address = {.family = socket_address->sa_family};

	/* Copies, because a sockaddr from outside may not be aligned. */
	if (address.family == AF_INET) {
		struct sockaddr_in ipv4;

		memcpy(&ipv4, socket_address, sizeof(ipv4));
		memcpy(address.bytes, &ipv4.sin_addr, sizeof(ipv4.sin_addr));
	} else if (address.family == AF_INET6) {
		struct sockaddr_in6 ipv6;

		memcpy(&ipv6, socket_address, sizeof(ipv6));
		memcpy(address.bytes, &ipv6.sin6_addr, sizeof(ipv6.sin6_addr));
	} else {
		return 0;
	}

	*ret = address;
	return 1;
}

char *address_format(const struct address *address, char *text)
{
	if (!inet_ntop(address->family, address->bytes, text, ADDRESS_TEXT_SIZE))
		text[0] = '\0';

	return text;
}
