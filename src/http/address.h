/* http/address.h: IP addresses, and which of them a stranger's URL may name. */
#pragma once

#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>

struct address {
	int family;        /* AF_INET or AF_INET6 */
	uint8_t bytes[16]; /* in network order; 4 of them for AF_INET */
};

enum { ADDRESS_TEXT_SIZE = INET6_ADDRSTRLEN };

/* Numeric forms of inet_pton() only: 1 and *RET, or 0. */
int address_parse(const char *text, struct address *ret);
/* 1 and *RET for an IPv4 or IPv6 socket address, 0 for another family. */
int address_from_sockaddr(const struct sockaddr *socket_address, struct address *ret);
/* TEXT has room for ADDRESS_TEXT_SIZE; returns it. */
char *address_format(const struct address *address, char *text);

/* Whether ADDRESS is not of the public internet: loopback, private, link-local,
 * shared, benchmark, multicast and reserved ranges (RFC 6890), and IPv6
 * addresses that carry such an IPv4 one (mapped, compatible, NAT64, 6to4) or
 * hide one (Teredo, local-use NAT64). */
bool address_is_private(const struct address *address);
