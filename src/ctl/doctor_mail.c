#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/errors.h"
#include "ctl/doctor.h"
#include "http/target.h"
#include "notify/mail/mail_folder.h"

enum { ANSWER_MS = 10 * 1000, GREETING_MAX_BYTES = 512, PORT_TEXT_BYTES = 8 };

static void close_fdp(int *fd)
{
	if (*fd >= 0)
		close(*fd);
}

/* Waits until FD can be read from or written to. */
static int wait_for(int fd, short events)
{
	struct pollfd waited = {.fd = fd, .events = events};
	const int n = poll(&waited, 1, ANSWER_MS);

	return n < 0 ? -errno : n == 0 ? -ETIMEDOUT : 0;
}

static int connect_to(int fd, const struct addrinfo *address)
{
	int error = 0;
	socklen_t len = sizeof(error);

	if (connect(fd, address->ai_addr, address->ai_addrlen) < 0) {
		if (errno != EINPROGRESS)
			return -errno;

		const int r = wait_for(fd, POLLOUT);
		if (r < 0)
			return r;
		if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &len) < 0)
			return -errno;
	}
	return -error;
}

static int dial_address(const struct addrinfo *address, int *ret_fd)
{
	const int type = SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK;
	const int fd = socket(address->ai_family, type, 0);

	if (fd < 0)
		return -errno;

	const int r = connect_to(fd, address);
	if (r < 0) {
		close(fd);
		return r;
	}
	*ret_fd = fd;
	return 0;
}

/* Connects to the first address of TARGET that answers. */
static int dial(const struct target *target, int *ret_fd)
{
	const struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_ADDRCONFIG};
	struct addrinfo *addresses;
	char port[PORT_TEXT_BYTES];
	int r = -EHOSTUNREACH;

	snprintf(port, sizeof(port), "%u", target->port);
	if (getaddrinfo(target->host, port, &hints, &addresses) != 0)
		return -EHOSTUNREACH;

	for (const struct addrinfo *one = addresses; one && r < 0; one = one->ai_next)
		r = dial_address(one, ret_fd);
	freeaddrinfo(addresses);
	return r;
}

/* Reads the line that a mail server starts with (RFC 5321, 4.3.1). */
static int read_greeting(int fd, char *line, size_t room)
{
	size_t len = 0;

	while (len + 1 < room && !memchr(line, '\n', len)) {
		const int r = wait_for(fd, POLLIN);
		if (r < 0)
			return r;

		const ssize_t n = read(fd, line + len, room - 1 - len);
		if (n <= 0)
			return n < 0 ? -errno : -ECONNRESET;
		len += (size_t)n;
	}
	line[len] = '\0';
	line[strcspn(line, "\r\n")] = '\0';
	return 0;
}

static void say_goodbye(int fd)
{
	static const char quit[] = "QUIT\r\n";

	/* The answer does not matter any more, nor whether it was heard. */
	if (send(fd, quit, sizeof(quit) - 1, MSG_NOSIGNAL) < 0)
		return;
}

static void look_at_folder(const char *folder, struct finding *finding)
{
	if (access(folder, W_OK) == 0)
		finding_set(finding, HEALTH_OK, NULL, "mails are written to %s", folder);
	else if (errno == ENOENT)
		finding_set(finding, HEALTH_OK, NULL, "mails are written to %s, made for the first",
			folder);
	else
		finding_set(finding, HEALTH_ERROR, "let the user mentiond write there", "%s: %s",
			folder, error_text(-errno));
}

static void look_at_server(const struct target *target, struct finding *finding)
{
	static const char advice[] = "start the mail server, or mend smtp.url";
	CLEANUP(close_fdp) int fd = -1;
	char line[GREETING_MAX_BYTES] = "";
	int r = dial(target, &fd);

	if (r < 0) {
		finding_set(finding, HEALTH_ERROR, advice, "%s port %u: %s", target->host,
			target->port, error_text(r));
		return;
	}
	if (strcmp(target->scheme, "smtps") == 0) {
		finding_set(
			finding, HEALTH_OK, NULL, "%s port %u answers", target->host, target->port);
		return;
	}

	r = read_greeting(fd, line, sizeof(line));
	if (r < 0)
		finding_set(finding, HEALTH_ERROR, advice, "%s port %u does not greet: %s",
			target->host, target->port, error_text(r));
	else if (strncmp(line, "220", 3) != 0)
		finding_set(finding, HEALTH_ERROR, advice, "%s port %u says: %s", target->host,
			target->port, line);
	else
		finding_set(
			finding, HEALTH_OK, NULL, "%s port %u answers", target->host, target->port);
	say_goodbye(fd);
}

void doctor_look_at_mail(const struct settings *settings, struct finding *finding)
{
	CLEANUP(target_done) struct target target = {0};
	const char *url = settings->smtp.url;
	const char *folder;

	if (!url)
		finding_set(finding, HEALTH_WARNING, "set smtp.url and smtp.from",
			"no mail is sent: there is no smtp section");
	else if (mail_folder_is_url(url, &folder))
		look_at_folder(folder, finding);
	else if (target_parse(url, NULL, &target) < 0)
		finding_set(finding, HEALTH_ERROR, "write it as smtp://HOST:PORT",
			"smtp.url is no address of a mail server");
	else
		look_at_server(&target, finding);
}
