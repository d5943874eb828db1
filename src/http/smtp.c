#include "http/smtp.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/str.h"
#include "base/utf8.h"
#include "http/curl_errno.h"
#include "http/request.h"
#include "http/transfer.h"

enum {
	MAX_SOCKETS = 4, /* while one address after the other is tried */
	REPLY_MAX_BYTES = 512,
	HELLO_MAX_BYTES = 4096,
	READ_BYTES = 4096,
	ARENA_MAX_BYTES = 64 * 1024,
	INPUT_MAX_BYTES = 64 * 1024,
};

struct smtp {
	struct http_client *client;
	struct transfer transfer;
	struct smtp_events events;
	struct arena *arena;
	struct http_mail server; /* what counts for smtp_serves() */
	enum mail_stage stage;
	int sockets[MAX_SOCKETS]; /* open ones, -1: none */
	int code;                 /* of the last reply */
	struct str reply;         /* its lines joined */
	bool reply_goes_on;       /* its last line was "250-..." */
	struct str hello;         /* the lines of the reply to EHLO */
	sd_event_source *io;      /* NULL: not open */
	struct str input;
	struct str output;
	size_t n_written; /* of OUTPUT */
};

/* --- opening, by libcurl -------------------------------------------------------- */

static void replace_socket(struct smtp *smtp, int old, int new)
{
	for (size_t i = 0; i < MAX_SOCKETS; i++) {
		if (smtp->sockets[i] == old) {
			smtp->sockets[i] = new;
			return;
		}
	}
}

static curl_socket_t open_socket(void *userdata, curlsocktype purpose, struct curl_sockaddr *wanted)
{
	struct smtp *smtp = userdata;
	const curl_socket_t fd = transfer_open_socket(&smtp->transfer, purpose, wanted);

	if (fd != CURL_SOCKET_BAD)
		replace_socket(smtp, -1, fd);
	return fd;
}

static int close_socket(void *userdata, curl_socket_t fd)
{
	replace_socket(userdata, fd, -1);
	return close(fd);
}

/* One line of a reply.  What is too long for REPLY stays out. */
static void take_line(struct smtp *smtp, struct slice line)
{
	int64_t code;

	line = slice_trim(line);
	if (!smtp->reply_goes_on)
		str_clear(&smtp->reply);
	else
		str_add_char(&smtp->reply, ' ');
	utf8_add_valid(&smtp->reply, line);
	smtp->reply_goes_on = line.len > 3 && line.ptr[3] == '-';
	smtp->code = line.len >= 3 && slice_to_int64(slice_from(line.ptr, 3), &code) == 1
			     ? (int)code
			     : 0;
}

static size_t on_opening_reply(char *bytes, size_t size, size_t n, void *userdata)
{
	struct smtp *smtp = userdata;
	const struct slice line = slice_from(bytes, size * n);

	take_line(smtp, line);
	if (smtp->stage == MAIL_STAGE_HELLO)
		str_add(&smtp->hello, line);
	return line.len;
}

/* libcurl shows what it sends; it may hold the password and is not kept.  What
 * follows AUTH is base64, in which no space stands. */
static int on_opening_command(
	CURL *easy, curl_infotype kind, char *bytes, size_t size, void *userdata)
{
	struct smtp *smtp = userdata;
	const struct slice line = slice_from(bytes, size);

	(void)easy;
	if (kind != CURLINFO_HEADER_OUT)
		return 0;
	if (slice_starts_with(line, SLICE("EHLO ")) || slice_starts_with(line, SLICE("HELO "))) {
		smtp->stage = MAIL_STAGE_HELLO;
		str_clear(&smtp->hello);
	} else if (slice_starts_with(line, SLICE("AUTH "))) {
		smtp->stage = MAIL_STAGE_AUTH;
	} else if (slice_equals(line, SLICE("QUIT\r\n"))) {
		/* It would wait for the reply, inside its call, for two minutes. */
		for (size_t i = 0; i < MAX_SOCKETS; i++)
			if (smtp->sockets[i] >= 0)
				shutdown(smtp->sockets[i], SHUT_RD);
	}
	return 0;
}

static int set_options(struct smtp *smtp)
{
	const struct http_mail *server = &smtp->server;
	CURL *easy = smtp->transfer.easy;

	const bool set =
		!curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "smtp,smtps") &&
		!curl_easy_setopt(easy, CURLOPT_CONNECT_ONLY, 1L) &&
		!curl_easy_setopt(easy, CURLOPT_PROXY, "") &&
		!curl_easy_setopt(easy, CURLOPT_USE_SSL,
			(long)(server->tls_required ? CURLUSESSL_ALL : CURLUSESSL_NONE)) &&
		(!server->ca_file || !curl_easy_setopt(easy, CURLOPT_CAINFO, server->ca_file)) &&
		!curl_easy_setopt(easy, CURLOPT_USERNAME, server->user) &&
		!curl_easy_setopt(easy, CURLOPT_PASSWORD, server->password) &&
		!curl_easy_setopt(easy, CURLOPT_VERBOSE, 1L) &&
		!curl_easy_setopt(easy, CURLOPT_DEBUGFUNCTION, on_opening_command) &&
		!curl_easy_setopt(easy, CURLOPT_DEBUGDATA, smtp) &&
		!curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, on_opening_reply) &&
		!curl_easy_setopt(easy, CURLOPT_HEADERDATA, smtp) &&
		!curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, open_socket) &&
		!curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, smtp) &&
		!curl_easy_setopt(easy, CURLOPT_CLOSESOCKETFUNCTION, close_socket) &&
		!curl_easy_setopt(easy, CURLOPT_CLOSESOCKETDATA, smtp);

	return set ? 0 : -EIO;
}

/* --- open -------------------------------------------------------------------------- */

static void broken(struct smtp *smtp, int error, const char *words)
{
	smtp->events.on_broken(error, smtp->code, words, smtp->events.userdata);
}

/* Writes what it can. */
static int flush(struct smtp *smtp)
{
	while (smtp->n_written < smtp->output.len) {
		const struct slice rest = slice_skip(str_slice(&smtp->output), smtp->n_written);
		size_t n = 0;
		const CURLcode code = curl_easy_send(smtp->transfer.easy, rest.ptr, rest.len, &n);

		if (code == CURLE_AGAIN)
			return 0;
		if (code != CURLE_OK)
			return errno_from_curl(code);
		smtp->n_written += n;
	}

	str_clear(&smtp->output);
	smtp->n_written = 0;
	return sd_event_source_set_io_events(smtp->io, EPOLLIN);
}

/* Reads all there is: what TLS holds back wakes nobody. */
static int fill(struct smtp *smtp)
{
	char bytes[READ_BYTES];

	for (;;) {
		size_t n = 0;
		const CURLcode code = curl_easy_recv(smtp->transfer.easy, bytes, sizeof(bytes), &n);

		if (code == CURLE_AGAIN)
			return 0;
		if (code != CURLE_OK)
			return errno_from_curl(code);
		if (n == 0)
			return -ECONNRESET;
		str_add(&smtp->input, slice_from(bytes, n));
		if (str_error(&smtp->input) < 0)
			return str_error(&smtp->input);
	}
}

/* Takes the lines of one reply out of the input: true when it is whole. */
static bool take_reply(struct smtp *smtp)
{
	struct slice rest = str_slice(&smtp->input);
	bool whole = false;

	while (!whole) {
		const ptrdiff_t end = slice_find_char(rest, '\n');

		if (end < 0)
			break;
		take_line(smtp, slice_from(rest.ptr, (size_t)end));
		whole = !smtp->reply_goes_on;
		rest = slice_skip(rest, (size_t)end + 1);
	}

	memmove(smtp->input.ptr, rest.ptr, rest.len);
	str_truncate(&smtp->input, rest.len);
	return whole;
}

/* The callbacks at the ends may free SMTP. */
static int on_io(sd_event_source *source, int fd, uint32_t events, void *userdata)
{
	struct smtp *smtp = userdata;
	int r;

	(void)source;
	(void)fd;
	(void)events;
	r = flush(smtp);
	const int r_read = fill(smtp);

	/* What the server said before it left may be the reason. */
	if (smtp->input.len > 0 && take_reply(smtp))
		smtp->events.on_reply(smtp->code, str_text(&smtp->reply), smtp->events.userdata);
	else if (r_read < 0)
		broken(smtp, r_read, "the server closed the connection");
	else if (r < 0)
		broken(smtp, r, "the connection broke while sending");
	return 0;
}

static int watch(struct smtp *smtp)
{
	curl_socket_t fd;

	if (curl_easy_getinfo(smtp->transfer.easy, CURLINFO_ACTIVESOCKET, &fd) != CURLE_OK ||
		fd == CURL_SOCKET_BAD)
		return -EIO;

	return sd_event_add_io(smtp->client->event, &smtp->io, fd, EPOLLIN, on_io, smtp);
}

static void on_transfer_end(struct transfer *transfer, int error, const char *words)
{
	struct smtp *smtp = transfer->userdata;
	int r = error;

	if (r >= 0)
		r = watch(smtp);
	if (r < 0)
		broken(smtp, smtp->code >= 400 && r != -EACCES ? -EREMOTEIO : r,
			smtp->code >= 400 ? str_text(&smtp->reply) : words);
	else
		smtp->events.on_open(smtp->events.userdata);
}

/* --- what the mail uses ------------------------------------------------------------ */

static int copy_text(struct arena *arena, const char *text, const char **ret)
{
	*ret = text ? arena_copy_text(arena, text) : NULL;
	return text && !*ret ? -ENOMEM : 0;
}

static int copy_server(struct smtp *smtp, const struct http_mail *mail)
{
	struct http_mail *server = &smtp->server;
	int r;

	server->tls_required = mail->tls_required;
	r = copy_text(smtp->arena, mail->url, &server->url);
	if (r >= 0)
		r = copy_text(smtp->arena, mail->ca_file, &server->ca_file);
	if (r >= 0)
		r = copy_text(smtp->arena, mail->user, &server->user);
	if (r >= 0)
		r = copy_text(smtp->arena, mail->password, &server->password);
	return r;
}

static int read_url(struct smtp *smtp)
{
	struct transfer *transfer = &smtp->transfer;
	int r;

	r = target_parse(smtp->server.url, NULL, &transfer->url);
	if (r < 0)
		return r == -ENOMEM ? r : -EINVAL;
	if (!slice_starts_with(slice_of(transfer->url.scheme), SLICE("smtp")))
		return -EINVAL;

	transfer->connect_host = transfer->url.host;
	transfer->connect_port = transfer->url.port;
	transfer->allow_private = true;
	transfer->keeps_connection = true;
	transfer->on_end = on_transfer_end;
	transfer->userdata = smtp;
	return 0;
}

static int init(struct smtp *smtp, const struct http_mail *mail)
{
	int r;

	r = arena_new(ARENA_MAX_BYTES, &smtp->arena);
	if (r >= 0)
		r = copy_server(smtp, mail);
	if (r >= 0)
		r = transfer_init(&smtp->transfer, smtp->client->multi, smtp->client->resolver);
	if (r >= 0)
		r = read_url(smtp);
	if (r >= 0)
		r = set_options(smtp);
	return r;
}

int smtp_new(struct http_client *client, const struct http_mail *mail,
	const struct smtp_events *events, struct smtp **ret)
{
	CLEANUP(smtp_freep) struct smtp *smtp = calloc(1, sizeof(*smtp));
	int r;

	if (!smtp)
		return -ENOMEM;

	smtp->client = client;
	smtp->events = *events;
	smtp->reply = STR_INIT(REPLY_MAX_BYTES);
	smtp->hello = STR_INIT(HELLO_MAX_BYTES);
	smtp->input = STR_INIT(INPUT_MAX_BYTES);
	for (size_t i = 0; i < MAX_SOCKETS; i++)
		smtp->sockets[i] = -1;
	r = init(smtp, mail);
	if (r < 0)
		return r;

	*ret = TAKE(smtp);
	return 0;
}

void smtp_free(struct smtp *smtp)
{
	static const char quit[] = "QUIT\r\n";
	size_t n;

	if (!smtp)
		return;

	if (smtp->io && smtp->output.len == 0)
		(void)curl_easy_send(smtp->transfer.easy, quit, sizeof(quit) - 1, &n);
	sd_event_source_disable_unref(smtp->io);
	transfer_done(&smtp->transfer);
	arena_free(smtp->arena);
	str_done(&smtp->reply);
	str_done(&smtp->hello);
	str_done(&smtp->input);
	str_done(&smtp->output);
	free(smtp);
}

void smtp_start(struct smtp *smtp)
{
	transfer_start(&smtp->transfer);
}

static bool is_same(const char *a, const char *b)
{
	return a && b ? strcmp(a, b) == 0 : a == b;
}

bool smtp_serves(const struct smtp *smtp, const struct http_mail *mail)
{
	const struct http_mail *server = &smtp->server;

	return smtp->io && server->tls_required == mail->tls_required &&
	       is_same(server->url, mail->url) && is_same(server->ca_file, mail->ca_file) &&
	       is_same(server->user, mail->user) && is_same(server->password, mail->password);
}

enum mail_stage smtp_stage(const struct smtp *smtp)
{
	return smtp->stage;
}

bool smtp_offers(const struct smtp *smtp, const char *keyword)
{
	const struct slice wanted = slice_of(keyword);
	struct slice rest = str_slice(&smtp->hello);
	struct slice line;

	while (slice_split(&rest, '\n', &line)) {
		struct slice word;
		struct slice words = slice_trim(slice_skip(line, 4)); /* behind "250-" */

		if (slice_split(&words, ' ', &word) && slice_equals_nocase(word, wanted))
			return true;
	}

	return false;
}

static int want_to_write(struct smtp *smtp)
{
	if (str_error(&smtp->output) < 0)
		return str_error(&smtp->output);

	return sd_event_source_set_io_events(smtp->io, EPOLLIN | EPOLLOUT);
}

int smtp_say(struct smtp *smtp, const char *line)
{
	smtp->output.max_bytes = strlen(line);
	str_add_text(&smtp->output, line);
	return want_to_write(smtp);
}

int smtp_say_message(struct smtp *smtp, struct slice message)
{
	struct slice rest = message;

	/* Every byte may be a dot at the start of a line. */
	smtp->output.max_bytes = 2 * message.len + 3;
	while (rest.len > 0) {
		const ptrdiff_t end = slice_find_char(rest, '\n');
		const size_t length = end < 0 ? rest.len : (size_t)end + 1;

		if (rest.ptr[0] == '.')
			str_add_char(&smtp->output, '.');
		str_add(&smtp->output, slice_from(rest.ptr, length));
		rest = slice_skip(rest, length);
	}
	str_add_text(&smtp->output, ".\r\n");
	return want_to_write(smtp);
}
