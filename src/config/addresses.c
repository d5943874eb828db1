#include "config/addresses.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/nearest.h"
#include "base/slice.h"
#include "base/str.h"

enum {
	URL_MAX_BYTES = 8192,
	HOST_MAX_BYTES = 253,
	ZONE_MAX_BYTES = 64,
	ZONES_MAX_BYTES = 1 << 20,
};

static bool refuse(struct complaint *ret, const char *problem, const char *hint)
{
	ret->problem = problem;
	ret->hint = hint;
	return false;
}

static bool is_scheme_of(struct slice scheme, const char *schemes)
{
	struct slice rest = slice_of(schemes);
	struct slice one;

	while (slice_split(&rest, ' ', &one))
		if (slice_equals_nocase(one, scheme))
			return true;

	return false;
}

/* Bytes from 0x80 on are of names in other scripts: allowed. */
static bool is_printable(struct slice text)
{
	for (size_t i = 0; i < text.len; i++)
		if ((unsigned char)text.ptr[i] <= ' ' || text.ptr[i] == 0x7F)
			return false;

	return true;
}

static bool is_host(struct slice host)
{
	if (host.len == 0 || host.len > HOST_MAX_BYTES)
		return false;
	if (host.ptr[0] == '[')
		return host.len > 2 && host.ptr[host.len - 1] == ']';

	for (size_t i = 0; i < host.len; i++)
		if (!is_alnum(host.ptr[i]) && !strchr("-._", host.ptr[i]) &&
			(unsigned char)host.ptr[i] < 0x80)
			return false;

	return host.ptr[0] != '.' && host.ptr[0] != '-';
}

static bool is_port(struct slice port)
{
	int64_t number;

	return slice_to_int64(port, &number) && number > 0 && number <= 65535 &&
	       is_digit(*port.ptr);
}

/* "host", "host:port", "[::1]:port". */
static bool is_host_and_port(struct slice authority)
{
	size_t colon = authority.len;

	while (colon > 0 && authority.ptr[colon - 1] != ':' && authority.ptr[colon - 1] != ']')
		colon--;
	if (colon == 0 || authority.ptr[colon - 1] == ']')
		return is_host(authority);

	return is_host(slice_from(authority.ptr, colon - 1)) &&
	       is_port(slice_skip(authority, colon));
}

/* Whether REST, behind a colon, shows that a host stands before it:
 * "localhost:25", "example.org:8080/feed". */
static bool begins_with_port(struct slice rest)
{
	struct slice port;

	return slice_split(&rest, '/', &port) && is_port(port);
}

bool address_is_url(const char *text, const char *schemes, struct complaint *ret)
{
	const struct slice url = slice_of(text);
	const ptrdiff_t colon = slice_find_char(url, ':');
	struct slice rest = slice_skip(url, (size_t)(colon + 1));

	if (url.len > URL_MAX_BYTES)
		return refuse(ret, "the address is longer than 8192 bytes", NULL);
	if (colon <= 0)
		return refuse(ret, NULL, "write the scheme too");
	if (!is_scheme_of(slice_from(url.ptr, (size_t)colon), schemes))
		return refuse(ret, NULL,
			begins_with_port(rest) ? "write the scheme too"
					       : "another scheme is not taken here");
	if (slice_starts_with_nocase(url, SLICE("file:")))
		return rest.len > 0 ? true
				    : refuse(ret, NULL, "name a folder: file:/var/spool/mail");
	if (!is_printable(url))
		return refuse(ret, NULL, "a space is written %20");
	if (!slice_starts_with(rest, SLICE("//")))
		return refuse(ret, NULL, "two slashes stand behind the scheme: https://host/path");

	rest = slice_skip(rest, 2);
	const struct slice authority = slice_from(rest.ptr, strcspn(rest.ptr, "/?#"));
	if (slice_find_char(authority, '@') >= 0)
		return refuse(ret, "a user or password stands in the address",
			"use the settings user and password: { credential: NAME }");
	if (!is_host_and_port(authority))
		return refuse(ret, "the address has no valid host", NULL);
	return true;
}

static bool is_zone_name(struct slice name)
{
	if (name.len == 0 || name.len > ZONE_MAX_BYTES || !is_alpha(name.ptr[0]))
		return false;

	for (size_t i = 0; i < name.len; i++)
		if (!is_alnum(name.ptr[i]) && !strchr("_+-/", name.ptr[i]))
			return false;

	return true;
}

/* A compiled zone begins with its magic; folders and tables do not. */
static bool is_zone_file(const char *path)
{
	char magic[4] = "";
	const int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

	if (fd < 0)
		return false;

	const ssize_t n = read(fd, magic, sizeof(magic));
	close(fd);
	return n == (ssize_t)sizeof(magic) && memcmp(magic, "TZif", sizeof(magic)) == 0;
}

/* The nearest name in the table of zones, whose lines are a country, a place
 * on earth and the name, with tabs between them. */
static void suggest_zone(const char *folder, const char *text, struct complaint *ret)
{
	CLEANUP(str_done) struct str path = STR_INIT(4096);
	CLEANUP(free_heapp) char *table = NULL;
	struct nearest nearest = nearest_start(slice_of(text));
	char *rest;

	ret->hint = "`timedatectl list-timezones' lists what this machine knows";
	str_add_format(&path, "%s/zone1970.tab", folder);
	if (file_read(str_text(&path), ZONES_MAX_BYTES, &table, NULL) < 0)
		return;

	rest = table;
	for (char *line; (line = strsep(&rest, "\n"));) {
		strsep(&line, "\t");
		strsep(&line, "\t");

		const char *name = strsep(&line, "\t");
		if (name)
			nearest_offer(&nearest, name);
	}
	if (!nearest.name)
		return;
	snprintf(ret->buffer, sizeof(ret->buffer), "did you mean %s?", nearest.name);
	ret->hint = ret->buffer;
}

bool address_is_timezone(const char *text, struct complaint *ret)
{
	CLEANUP(str_done) struct str path = STR_INIT(4096);
	const char *folder = getenv("TZDIR");

	if (!folder || *folder == '\0')
		folder = "/usr/share/zoneinfo";
	/* Letters, digits and _+-/ only: no name leads out of the folder. */
	if (!is_zone_name(slice_of(text)))
		return refuse(ret, NULL, NULL);
	if (access(folder, R_OK) < 0)
		return true;

	str_add_format(&path, "%s/%s", folder, text);
	if (is_zone_file(str_text(&path)))
		return true;
	suggest_zone(folder, text, ret);
	return false;
}
